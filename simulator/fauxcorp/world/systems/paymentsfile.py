"""payments.yaml: the company's accounts, whom it pays, invoices, and payments that were made or wait."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from fauxcorp.world.systems.records import At, Item, Names, SystemFile, User, Users


class Account(Item):
    """A bank account of the company."""

    title: str
    number: str = ""
    balance: float = 0.0
    limit: float = Field(default=0.0, ge=0)
    """What a payer may pay at once without approval; 0: everything needs it."""
    daily: float = Field(default=0.0, ge=0)
    """The same for all that goes out on one day; 0: no such limit."""
    payers: Users = ()
    """Who may pay from it; empty: all who may use the system."""
    approvers: Users = ()
    releasers: Users = ()
    """Who may let a payment out at once that needs approval, for an emergency."""


class Payee(Item):
    """Whom the company pays."""

    name: str
    number: str = ""
    """Their bank account."""
    email: str = ""
    verified: bool = True
    """Whether somebody rang them about the account. Nothing goes to one that is not."""
    changed: bool = False
    """Whether its account was changed since the start; leave it out."""
    about: str = ""


class Invoice(Item):
    """An invoice that came in."""

    payee: Annotated[str, Names("payees")]
    amount: float = Field(gt=0)
    text: str = ""
    received: At | None = None
    due: At | None = None
    state: Literal["open", "approved", "rejected", "paid", "disputed"] = "open"
    requester: User = ""
    """Who ordered what it is for."""
    approvers: Users = ()
    """Who says whether it is paid; empty: the approvers of the account."""
    approved_by: User = ""
    """Who said that it is to be paid, where that was before the start."""


class Payment(Item):
    """A payment that was made or waits."""

    account: Annotated[str, Names("accounts")]
    payee: Annotated[str, Names("payees")]
    amount: float = Field(gt=0)
    reference: str = ""
    invoice: str = ""
    at: At | None = None
    by: User = ""
    state: Literal["waiting", "sent", "rejected"] = "sent"
    approved_by: User = ""


class PaymentsFile(SystemFile):
    """payments.yaml."""

    name: ClassVar[str] = "payments"

    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")
    four_eyes: bool = True
    """Whether nobody may approve what they asked for."""
    clerks: Users = ()
    """Who may add and change payees; empty: all who may use the system."""
    informed: Users = ()
    """Who gets a mail about each payment and each change of a payee."""
    accounts: tuple[Account, ...] = ()
    payees: tuple[Payee, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    payments: tuple[Payment, ...] = ()
