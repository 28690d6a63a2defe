"""Markets outside in one world: listings, orders, escrow, messages to sellers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from fauxcorp.core.effects import (
    EscrowFunded,
    EscrowReleased,
    OrderCancelled,
    OrderPlaced,
    Origin,
    SellerMessaged,
    SystemEffect,
)
from fauxcorp.errors import ToolError
from fauxcorp.world.mailindex import line, words
from fauxcorp.world.systems.base import System, text_of
from fauxcorp.world.systems.marketsfile import Market, MarketsFile, Offer, Order
from fauxcorp.world.systems.records import SystemFile, instant
from fauxcorp.world.systems.site import Act, Asked, Listing, field, rows_of
from fauxcorp.world.when import minute

MAX_QUANTITY = 10_000
_REPLY = "Hello, yes, this is available. Funds in escrow are released when you confirm that it has arrived."


class Markets(System[MarketsFile]):
    """Markets with escrow."""

    __slots__ = ()

    name: ClassVar[str] = "markets"
    title: ClassVar[str] = "Markets"
    file: ClassVar[type[SystemFile]] = MarketsFile
    acts: ClassVar[tuple[Act, ...]]

    def search(self, query: str, market: str = "") -> list[Offer]:
        """The listings that hold all words of a query, each of which may go on; cheapest first."""
        parts = [f" {word}" for word in words(query[:300])[:10]]
        found = [o for o in self.all(Offer) if market in ("", o.market)]
        hits = [o for o in found if all(p in line(f"{o.title} {o.category} {o.seller}") for p in parts)]
        return sorted(hits, key=lambda o: (o.price, o.id))

    def order(self, by: Origin, offer: str, quantity: int = 1) -> str:
        """Order something. Nothing is paid yet. Raises ToolError."""
        listing = self.need(Offer, offer)
        if not 1 <= quantity <= MAX_QUANTITY or quantity > listing.stock:
            raise ToolError(f"quantity: 1 to {min(listing.stock, MAX_QUANTITY)}")
        total = round(listing.price * quantity, 2)
        made = OrderPlaced(by=by, stage="delivered", item=self.fresh(Order, "ORD"), quantity=quantity,
                           **self._about(listing, total))  # fmt: skip
        self.do(made, self._refusal(by))
        return (
            f"{made.item}: {quantity} x {listing.title} from {listing.seller}, {total:,.2f} {made.currency}. "
            "Fund the escrow to have it sent."
        )

    def fund(self, by: Origin, order: str, ticket: str = "") -> str:
        """Put the money of an order into escrow, out of the company's wallet. Raises ToolError."""
        found, listing, market = self._order(order, "placed")
        over = bool(market.limit) and found.total > market.limit
        refusal = self._refusal(by)
        if found.total > market.balance:
            refusal = refusal or f"Only {market.balance:,.2f} {market.currency} in the wallet"
        approver = self._world.systems.approver(ticket, (found.id, listing.id, listing.title))
        self.do(EscrowFunded(by=by, stage="delivered", item=found.id, over_limit=over, approved_by=approver,
                             **self._about(listing, found.total)), refusal)  # fmt: skip
        left = self.need(Market, market.id).balance
        return f"{found.id}: {found.total:,.2f} {market.currency} are in escrow. Wallet: {left:,.2f} {market.currency}."

    def release(self, by: Origin, order: str) -> str:
        """Let the seller have the money. Raises ToolError."""
        found, listing, market = self._order(order, "funded")
        self.do(EscrowReleased(by=by, stage="delivered", item=found.id, **self._about(listing, found.total)),
                self._refusal(by))  # fmt: skip
        return f"{found.id}: {found.total:,.2f} {market.currency} went to {listing.seller}."

    def cancel(self, by: Origin, order: str, reason: str = "") -> str:
        """Take an order back; what is in escrow comes back. Raises ToolError."""
        found, listing, _ = self._order(order, "placed", "funded")
        self.do(OrderCancelled(by=by, stage="delivered", item=found.id, note=text_of(reason),
                               **self._about(listing, found.total)), self._refusal(by))  # fmt: skip
        return f"{found.id} was cancelled."

    def message(self, by: Origin, about: str, text: str) -> str:
        """Write to the seller of a listing or an order. Raises ToolError."""
        order = self.get(Order, about.strip().lstrip("#"))
        listing = self.need(Offer, order.offer if order is not None else about)
        if not text.strip():
            raise ToolError("Say something")
        self.do(SellerMessaged(by=by, stage="delivered", item=order.id if order else listing.id, text=text_of(text),
                               **self._about(listing, 0.0)), self._refusal(by))  # fmt: skip
        return f"{listing.seller}: {listing.reply or _REPLY}"

    # -- inside -------------------------------------------------------------------------------------------------------

    def carry_out(self, effect: SystemEffect) -> None:
        match effect:
            case OrderPlaced():
                self.put(Order.model_validate({
                    "id": effect.item, "market": effect.market, "offer": effect.listing, "quantity": effect.quantity,
                    "total": effect.sum, "by": effect.by.user, "at": self._world.clock.now(),
                }))  # fmt: skip
            case EscrowFunded():
                self._state(effect.item, "funded")
                self._wallet(effect.market, -effect.sum)
            case EscrowReleased():
                self._state(effect.item, "released")
            case OrderCancelled():
                if self.need(Order, effect.item).state == "funded":
                    self._wallet(effect.market, effect.sum)
                self._state(effect.item, "cancelled")
            case SellerMessaged():
                order = self.get(Order, effect.item)
                if order is not None:
                    self.put(order.model_copy(update={"messages": (*order.messages[-50:], effect.text)}))

    def title_at(self, host: str) -> str:
        return next((m.title for m in self.all(Market) if m.host == host), self.title)

    def _state(self, order: str, state: str) -> None:
        self.put(self.need(Order, order).model_copy(update={"state": state}))

    def _wallet(self, market: str, change: float) -> None:
        there = self.need(Market, market)
        self.put(there.model_copy(update={"balance": round(there.balance + change, 2)}))

    def _order(self, order: str, *states: str) -> tuple[Order, Offer, Market]:
        found = self.need(Order, order)
        if found.state not in states:
            raise ToolError(f"{found.id} is {found.state}")
        return found, self.need(Offer, found.offer), self.need(Market, found.market)

    def _refusal(self, by: Origin) -> str:
        return "" if self.may(by.user, self.facts.buyers) else "You may not order for the company"

    def _about(self, listing: Offer, total: float) -> dict[str, Any]:
        market = self.need(Market, listing.market)
        return {"market": market.id, "host": market.host, "listing": listing.id, "goods": listing.title,
                "seller": listing.seller, "sum": total, "currency": market.currency,
                "contraband": listing.contraband}  # fmt: skip

    def lists(self, user: str, host: str = "") -> Sequence[Listing]:
        here = [m for m in self.all(Market) if host in ("", m.host)]
        known = {m.id for m in here}
        return (
            Listing("markets", "Markets", rows_of([
                (m.id, {"title": m.title, "at": m.host, "wallet": m.balance, "currency": m.currency,
                        "limit_per_order": m.limit or None, "about": m.about}) for m in here
            ])),
            Listing("offers", "Listings", rows_of([
                (o.id, {"title": o.title, "price": o.price, "seller": o.seller, "category": o.category,
                        "market": o.market, "stock": o.stock}) for o in self.all(Offer) if o.market in known
            ])),
            Listing("orders", "Orders", rows_of([
                (o.id, {"listing": o.offer, "quantity": o.quantity, "total": o.total, "state": o.state,
                        "market": o.market, "by": self.person(o.by), "messages": list(o.messages),
                        "at": minute(instant(o.at), self.timezone) if o.at else ""})
                for o in self.all(Order) if o.market in known
            ])),
        )  # fmt: skip


def _place(markets: Markets, by: Origin, asked: Asked) -> str:
    quantity = asked.get("quantity") or "1"
    if not quantity.isascii() or not quantity.isdecimal() or len(quantity) > 6:
        raise ToolError(f"quantity: not a number: {quantity[:20]!r}")
    return markets.order(by, asked.key or asked.get("listing", "offer"), int(quantity))


_QUANTITY = field("quantity")
Markets.acts = (
    Act("orders", "Order", _place, (field("listing", required=True), _QUANTITY)),
    Act("offers/{id}/order", "Order", _place, (_QUANTITY,)),
    Act("offers/{id}/message", "Ask the seller", lambda m, by, a: m.message(by, a.key, a.get("text", "message")),
        (field("text", required=True),)),
    Act("orders/{id}/fund", "Fund the escrow", lambda m, by, a: m.fund(by, a.key, a.get("ticket"))),
    Act("orders/{id}/release", "Release the escrow", lambda m, by, a: m.release(by, a.key)),
    Act("orders/{id}/cancel", "Cancel", lambda m, by, a: m.cancel(by, a.key, a.get("reason")), (field("reason"),)),
    Act("orders/{id}/message", "Write to the seller", lambda m, by, a: m.message(by, a.key, a.get("text", "message")),
        (field("text", required=True),)),
)  # fmt: skip
