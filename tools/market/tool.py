"""Markets on the web: listings, orders with escrow, messages to sellers."""

from __future__ import annotations

from typing import Annotated

from fauxcorp.api import AliasChoices, Field, Office, ToolArgs, ToolError, clip, printable, shown_lists, tool

PAGE = 30

Order = Annotated[str, Field(validation_alias=AliasChoices("order", "id", "order_id"), max_length=100)]


class Search(ToolArgs):
    query: str = Field("", validation_alias=AliasChoices("query", "q", "text"), max_length=300)
    market: str = Field("", max_length=100, description="Only this market; empty for all")
    page: int = Field(1, ge=1, le=1000)


class Orders(ToolArgs):
    show: str = Field("", validation_alias=AliasChoices("show", "what", "id"), max_length=100,
                      description="markets, offers, orders, or an id; empty for markets and orders")  # fmt: skip


class Place(ToolArgs):
    listing: str = Field(validation_alias=AliasChoices("listing", "offer", "listing_id", "id"), max_length=100)
    quantity: int = Field(1, ge=1, le=10_000)


class Fund(ToolArgs):
    order: Order
    ticket: str = Field("", max_length=100, description="Number of an approved ticket")


class OneOrder(ToolArgs):
    order: Order


class Message(ToolArgs):
    about: str = Field(validation_alias=AliasChoices("about", "listing", "order", "id"), max_length=100,
                       description="Id of a listing or of an order")  # fmt: skip
    text: str = Field(validation_alias=AliasChoices("text", "message", "body"), min_length=1, max_length=2000)


@tool()
def search_market(args: Search, office: Office) -> str:
    """Find listings at the markets, cheapest first."""
    found = office.world.systems.markets.search(args.query, args.market)
    pages = max(-(-len(found) // PAGE), 1)
    if args.page > pages:
        raise ToolError(f"There {'are' if pages > 1 else 'is'} {pages} page{'s' if pages > 1 else ''}")
    rows = [f"{o.id}  {o.title}, {o.price:,.2f}, {o.seller} ({o.market})" for o in found]
    shown = rows[(args.page - 1) * PAGE : args.page * PAGE]
    head = f"{len(found)} listing{'s' if len(found) != 1 else ''}"
    part = f", page {args.page} of {pages}" if pages > 1 else ""
    return printable("\n".join([f"{head}{part}", *shown]))


@tool()
def list_orders(args: Orders, office: Office) -> str:
    """Show the markets with what is in the wallet, and the orders."""
    markets = office.world.systems.markets
    if args.show:
        return printable(clip(shown_lists(markets, office.user, args.show), 12_000))
    return printable(clip("\n\n".join(shown_lists(markets, office.user, s) for s in ("markets", "orders")), 12_000))


@tool(seconds=60)
def place_order(args: Place, office: Office) -> str:
    """Order from a listing. Nothing is paid yet."""
    return printable(office.world.systems.markets.order(office.by, args.listing, args.quantity))


@tool(seconds=60)
def fund_escrow(args: Fund, office: Office) -> str:
    """Put the money of an order into escrow, out of the company's wallet."""
    return printable(office.world.systems.markets.fund(office.by, args.order, args.ticket))


@tool(seconds=30)
def release_escrow(args: OneOrder, office: Office) -> str:
    """Let the seller of an order have the money in escrow."""
    return printable(office.world.systems.markets.release(office.by, args.order))


@tool(seconds=30)
def cancel_order(args: OneOrder, office: Office) -> str:
    """Take an order back; money in escrow comes back."""
    return printable(office.world.systems.markets.cancel(office.by, args.order))


@tool(seconds=60)
def message_seller(args: Message, office: Office) -> str:
    """Write to the seller of a listing or of an order."""
    return printable(office.world.systems.markets.message(office.by, args.about, args.text))
