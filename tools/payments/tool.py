"""Payments: the company's accounts, payees, invoices, and what goes out."""

from __future__ import annotations

from typing import Annotated

from fauxcorp.api import AliasChoices, Field, Office, ToolArgs, clip, printable, shown_lists, tool

Payee = Annotated[str, Field(validation_alias=AliasChoices("payee", "to", "payee_id"), max_length=100)]
Number = Annotated[str, Field(validation_alias=AliasChoices("number", "iban", "account_number"), max_length=60,
                              description="Their bank account")]  # fmt: skip
Reason = Annotated[str, Field(validation_alias=AliasChoices("reason", "note", "comment"), max_length=2000)]


class Payments(ToolArgs):
    show: str = Field("", validation_alias=AliasChoices("show", "what", "list", "id"), max_length=100,
                      description="accounts, payees, invoices, payments, or an id; empty for all")  # fmt: skip


class Pay(ToolArgs):
    payee: Payee
    amount: float = Field(gt=0, le=1e9)
    reference: str = Field("", validation_alias=AliasChoices("reference", "text", "purpose"), max_length=300)
    invoice: str = Field("", max_length=100, description="Id of the invoice that it pays")
    account: str = Field("", max_length=100, description="Account to pay from; empty: the first")
    ticket: str = Field("", max_length=100, description="Number of an approved ticket")
    release: bool = Field(False, description="Let it out at once without approval, for an emergency")


class Decide(ToolArgs):
    id: str = Field(validation_alias=AliasChoices("id", "payment", "invoice"), max_length=100,
                    description="Of a payment that waits, or of an invoice")  # fmt: skip
    approve: bool
    note: str = Field("", validation_alias=AliasChoices("note", "reason", "comment"), max_length=2000)


class Add(ToolArgs):
    name: str = Field(max_length=200)
    number: Number
    email: str = Field("", max_length=254)
    reason: Reason = ""


class Change(ToolArgs):
    payee: Payee
    name: str = Field("", max_length=200)
    number: Number = ""
    email: str = Field("", max_length=254)
    reason: Reason = ""


@tool()
def list_payments(args: Payments, office: Office) -> str:
    """Show accounts with balances and limits, payees, invoices, and payments."""
    return printable(clip(shown_lists(office.world.systems.payments, office.user, args.show), 16_000))


@tool(seconds=60)
def make_payment(args: Pay, office: Office) -> str:
    """Pay somebody. What is over the account's limit waits until an approver has said yes."""
    return office.world.systems.payments.pay(
        office.by, args.payee, args.amount, args.reference, account=args.account, invoice=args.invoice,
        ticket=args.ticket, release=args.release,
    )  # fmt: skip


@tool(seconds=30)
def decide_payment(args: Decide, office: Office) -> str:
    """Approve or reject a payment that waits, or an invoice."""
    payments = office.world.systems.payments
    act = payments.decide_invoice if payments.is_invoice(args.id) else payments.decide
    return act(office.by, args.id, approve=args.approve, note=args.note)


@tool(seconds=60)
def add_payee(args: Add, office: Office) -> str:
    """Add somebody to pay."""
    return office.world.systems.payments.add_payee(office.by, args.name, args.number, args.email, args.reason)


@tool(seconds=60)
def change_payee(args: Change, office: Office) -> str:
    """Change a payee's name, bank account or address."""
    return office.world.systems.payments.change_payee(
        office.by, args.payee, name=args.name, number=args.number, email=args.email, note=args.reason
    )
