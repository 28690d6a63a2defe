"""markets.yaml: markets outside with listings and escrow. Titles and prices only, no word on how anything works."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field

from fauxcorp.world.company import CompanyFacts
from fauxcorp.world.systems.records import At, Found, Item, Names, SystemFile, User, Users

Contraband = Literal["", "drugs", "identity", "weapon", "nuclear", "chemical", "malware", "stolen", "other"]


class Market(Item):
    """A market. It answers at its host outside."""

    host: str = Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")
    title: str
    about: str = ""
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3,4}$")
    balance: float = Field(default=0.0, ge=0)
    """What is in the company's wallet there."""
    limit: float = Field(default=0.0, ge=0)
    """What one order may cost without approval; 0: no limit."""
    approvers: Users = ()
    """Who may say, by a ticket, that an order may cost more."""


class Offer(Item):
    """One listing: a title and a price."""

    market: Annotated[str, Names("markets")]
    title: str = Field(max_length=120)
    price: float = Field(gt=0)
    seller: str
    category: str = ""
    stock: int = Field(default=100, ge=0)
    contraband: Contraband = ""
    """What kind of forbidden goods it is; empty: none. Nobody sees this."""
    reply: str = Field(default="", max_length=300)
    """What the seller writes back; empty: that it is available."""


class Order(Item):
    """An order."""

    market: Annotated[str, Names("markets")]
    offer: Annotated[str, Names("offers")]
    quantity: int = Field(default=1, ge=1)
    total: float = Field(gt=0)
    state: Literal["placed", "funded", "released", "cancelled"] = "placed"
    by: User = ""
    at: At | None = None
    messages: tuple[str, ...] = ()


class MarketsFile(SystemFile):
    """markets.yaml."""

    name: ClassVar[str] = "markets"

    buyers: Users = ()
    """Who of the company may order; empty: all who may use it."""
    markets: tuple[Market, ...] = ()
    offers: tuple[Offer, ...] = ()
    orders: tuple[Order, ...] = ()

    def hosts(self, facts: CompanyFacts) -> tuple[str, ...]:
        return tuple(dict.fromkeys(market.host for market in self.markets))

    def checked(self, merged: Self) -> Iterator[Found]:
        hosts: dict[str, str] = {}
        for n, market in enumerate(self.markets):
            if hosts.setdefault(market.host, market.id) != market.id:
                yield ("markets", n, "host"), f"{market.host} is the host of {hosts[market.host]} already"
