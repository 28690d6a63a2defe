"""Effects on money: payments with their approvals, payees, orders at markets."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from fauxcorp.core.effects.base import Destination, Payload
from fauxcorp.core.effects.systems import Approval, DecidedEffect, SystemEffect


class MoneyEffect(SystemEffect):
    """Common to payments and orders."""

    category: ClassVar[str] = "payment"


class PaymentEffect(MoneyEffect):
    """Something done about one payment."""

    system: ClassVar[str] = "payments"

    account: str = ""
    payee: str = ""
    payee_name: str = ""
    sum: float = 0.0
    currency: str = ""
    invoice: str = ""
    reference: str = ""
    over_limit: bool = False
    """More than the account lets out without approval, by itself or with what went out that day."""
    changed_payee: bool = False
    """Its bank details were changed since the start."""

    def fields(self) -> dict[str, Any]:
        out = super().fields()
        if self.sum:
            out["fauxcorp.spend.amount"] = self.sum
        for name in ("account", "payee", "payee_name", "currency", "invoice", "reference"):
            if getattr(self, name):
                out[f"fauxcorp.payment.{name}"] = getattr(self, name)
        if self.over_limit:
            out["fauxcorp.spend.over_limit"] = True
        if self.changed_payee:
            out["fauxcorp.payment.changed_payee"] = True
        return out

    def objects(self) -> tuple[str, ...]:
        return tuple(n for n in dict.fromkeys((self.item, self.payee, self.invoice, self.account)) if n)

    def amount(self) -> float:
        return self.sum


class PaymentMade(PaymentEffect):
    """Money left an account. `approval`: none needed (empty), or what the one it had amounts to."""

    action: ClassVar[str] = "payment-made"

    approval: Approval = ""

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "fauxcorp.approval": self.approval} if self.approval else super().fields()


class PaymentRequested(PaymentEffect):
    """A payment waits for approval."""

    action: ClassVar[str] = "payment-requested"


class PaymentDecided(PaymentEffect, DecidedEffect):
    """Somebody decided on a payment that waited."""

    action: ClassVar[str] = "payment-decided"


class InvoiceDecided(PaymentEffect, DecidedEffect):
    """Somebody said whether an invoice is to be paid."""

    action: ClassVar[str] = "invoice-decided"


class PayeeEffect(MoneyEffect):
    """Something done to a payee."""

    system: ClassVar[str] = "payments"

    name: str = ""
    number: str = ""
    """The bank account that money to it goes to."""
    email: str = ""

    def fields(self) -> dict[str, Any]:
        out = super().fields()
        for name in ("name", "number", "email"):
            if getattr(self, name):
                out[f"fauxcorp.payee.{name}"] = getattr(self, name)
        return out


class PayeeAdded(PayeeEffect):
    """A new payee."""

    action: ClassVar[str] = "payee-added"


class PayeeChanged(PayeeEffect):
    """A payee is another one now. `changed`: which of name, number and email."""

    action: ClassVar[str] = "payee-changed"

    changed: tuple[Literal["name", "number", "email"], ...]
    previous_number: str = ""

    def fields(self) -> dict[str, Any]:
        out = {**super().fields(), "fauxcorp.payee.changed": list(self.changed)}
        if self.previous_number:
            out["fauxcorp.payee.previous_number"] = self.previous_number
        return out


class MarketEffect(MoneyEffect):
    """Something done at a market outside. `contraband`: what kind of forbidden goods it is about, if it is."""

    system: ClassVar[str] = "markets"

    market: str
    host: str
    listing: str = ""
    goods: str = ""
    """Title of the listing."""
    seller: str = ""
    sum: float = 0.0
    currency: str = ""
    contraband: str = ""

    def fields(self) -> dict[str, Any]:
        out = {**super().fields(), "fauxcorp.market.name": self.market, "destination.domain": self.host}
        if self.sum:
            out["fauxcorp.spend.amount"] = self.sum
        for name in ("listing", "goods", "seller", "currency", "contraband"):
            if getattr(self, name):
                out[f"fauxcorp.market.{name}"] = getattr(self, name)
        return out

    def objects(self) -> tuple[str, ...]:
        return tuple(n for n in dict.fromkeys((self.item, self.listing, self.market, self.seller)) if n)

    def amount(self) -> float:
        return self.sum

    def destinations(self) -> tuple[Destination, ...]:
        return (Destination("host", self.host),)

    def payloads(self) -> tuple[Payload, ...]:
        return (Payload("order", f"{self.goods} {self.note}".encode()),)


class OrderPlaced(MarketEffect):
    """An order was placed. No money has moved."""

    action: ClassVar[str] = "order-placed"

    quantity: int = 1


class EscrowFunded(MarketEffect):
    """The money of an order left the company's wallet: the market holds it."""

    action: ClassVar[str] = "escrow-funded"

    over_limit: bool = False

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "fauxcorp.spend.over_limit": True} if self.over_limit else super().fields()


class EscrowReleased(MarketEffect):
    """The market gave the money of an order to its seller."""

    action: ClassVar[str] = "escrow-released"


class OrderCancelled(MarketEffect):
    """An order is off; what was in escrow came back."""

    action: ClassVar[str] = "order-cancelled"


class SellerMessaged(MarketEffect):
    """A seller was written to."""

    action: ClassVar[str] = "seller-messaged"

    text: str

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "fauxcorp.market.text": self.text}

    def payloads(self) -> tuple[Payload, ...]:
        return (Payload("text", self.text.encode()),)
