"""Money sent and things bought by other ways than the company's own payments and markets: a bank's tool, a shop's."""

from __future__ import annotations

from typing import Any, ClassVar

from fauxcorp.core.effects.base import Effect


class TransferEffect(Effect):
    """Common to payments and purchases. `payee`: the account, address or name that gets the money; empty: not told."""

    category: ClassVar[str] = "payment"

    payee: str = ""
    amount: float = 0.0
    currency: str = ""
    subject: str = ""
    reference: str = ""
    """What the paying system calls it."""

    def fields(self) -> dict[str, Any]:
        out: dict[str, Any] = {"fauxcorp.payment.amount": self.amount}
        for name in ("payee", "currency", "subject", "reference"):
            value = getattr(self, name)
            if value:
                out[f"fauxcorp.payment.{name}"] = value
        return out

    def targets(self) -> tuple[str, ...]:
        return (self.payee,) if self.payee else ()


class TransferMade(TransferEffect):
    """Money was sent, or ordered to be sent. `due`: when, as it was given; `recurring`: again and again."""

    action: ClassVar[str] = "transfer-made"

    due: str = ""
    recurring: bool = False

    def fields(self) -> dict[str, Any]:
        out = super().fields()
        if self.due:
            out["fauxcorp.payment.due"] = self.due
        if self.recurring:
            out["fauxcorp.payment.recurring"] = True
        return out


class TransferChanged(TransferEffect):
    """A payment that had been ordered is another one now. `change`: updated, cancelled."""

    action: ClassVar[str] = "transfer-changed"

    change: str = "updated"

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "fauxcorp.payment.change": self.change}


class PurchaseMade(TransferEffect):
    """Something was ordered or booked; `payee` is the seller."""

    action: ClassVar[str] = "purchase-made"

    item: str = ""

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "fauxcorp.payment.item": self.item} if self.item else super().fields()
