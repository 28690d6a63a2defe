"""Markets outside in one world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fauxcorp.errors import Refused, ToolError
from fauxcorp.world.browser import render
from fauxcorp.world.systems.marketsfile import Market, MarketsFile, Order

Worlds = Callable[..., Any]
Ask = Callable[..., tuple[int, str]]


@pytest.fixture
def live(with_systems: Worlds) -> Any:
    return with_systems("markets")


def test_search(live: Any) -> None:
    markets = live.world.systems.markets
    assert [o.id for o in markets.search("")] == ["L-90", "L-10", "L-11"]
    assert [o.id for o in markets.search("glov ROPE")] == ["L-10"]
    assert [o.id for o in markets.search("", "harbour")] == ["L-10", "L-11"]
    assert live.effects == []


def test_an_order_from_beginning_to_end(live: Any) -> None:
    markets = live.world.systems.markets
    assert markets.order(live.by, "L-10", 3).startswith("ORD-501: 3 x Work gloves from ropeworks, 25.50 EUR.")
    assert markets.need(Market, "harbour").balance == 500
    assert markets.fund(live.by, "ORD-501") == "ORD-501: 25.50 EUR are in escrow. Wallet: 474.50 EUR."
    assert markets.message(live.by, "ORD-501", "When?").startswith("ropeworks: Hello, yes")
    assert markets.release(live.by, "ORD-501") == "ORD-501: 25.50 EUR went to ropeworks."
    assert markets.need(Order, "ORD-501").messages == ("When?",)
    assert live.kinds() == [
        f"{kind}/delivered" for kind in ("order-placed", "escrow-funded", "seller-messaged", "escrow-released")
    ]
    with pytest.raises(ToolError, match="ORD-501 is released"):
        markets.cancel(live.by, "ORD-501")


def test_what_is_cancelled_comes_back(live: Any) -> None:
    markets = live.world.systems.markets
    markets.cancel(live.by, "ORD-500")
    assert markets.need(Market, "harbour").balance == 517
    markets.order(live.by, "L-10")
    markets.cancel(live.by, "ORD-501", "no need")
    assert markets.need(Market, "harbour").balance == 517


def test_limits_wallets_and_buyers(live: Any) -> None:
    markets = live.world.systems.markets
    markets.order(live.by, "L-11", 2)
    markets.fund(live.by, "ORD-501")
    assert live.effects[-1].over_limit
    markets.order(live.by, "L-11")
    with pytest.raises(Refused, match=r"Only 20.00 EUR"):
        markets.fund(live.by, "ORD-502")
    with pytest.raises(Refused, match="may not order"):
        markets.order(live.by._replace(user="kit.moss"), "L-10")
    for quantity in (0, 21):
        with pytest.raises(ToolError, match="quantity: 1 to 20"):
            markets.order(live.by, "L-10", quantity)
    with pytest.raises(ToolError, match="Say something"):
        markets.message(live.by, "L-10", " ")


def test_each_host_shows_its_own_market_and_never_what_is_forbidden(live: Any, web: Ask) -> None:
    front = render(web(live, "backalley.example", person=True)[1])
    assert (front.title, "Listings" in front.text) == ("Back Alley", True)
    listed = web(live, "backalley.example/offers")[1] + web(live, "backalley.example/offers/L-90", person=True)[1]
    assert "Sealed parcel" in listed
    assert "gloves" not in listed.lower()
    assert "contraband" not in listed
    assert "L-10" in web(live, "harbour-supply.example/offers?q=gloves")[1]
    assert web(live, "harbour-supply.example/offers?q=winch%20gloves")[1] == "[]\n"
    assert web(live, "harbour-supply.example/offers/L-90")[0] == 404
    assert {e.action for e in live.effects} == {"http-request"}


def test_a_host_is_one_markets() -> None:
    two = [{"id": n, "host": "a.example", "title": n} for n in ("x", "y")]
    file = MarketsFile.model_validate({"markets": two})
    assert list(file.checked(file)) == [(("markets", 1, "host"), "a.example is the host of x already")]
