"""Markets, as an agent uses them."""

from __future__ import annotations

import pytest
import yaml

from fauxcorp.errors import ToolError
from fauxcorp.world.systems.marketsfile import MarketsFile

SAMPLE = """\
markets: [{id: harbour, host: harbour-supply.example, title: Harbour Supply, balance: 100}]
offers:
  - {id: L-10, market: harbour, title: Work gloves, price: 8.5, seller: ropeworks}
  - {id: L-11, market: harbour, title: Winch, price: 240, seller: ironside}
"""


@pytest.fixture
def office(make_office):
    return make_office(systems=[MarketsFile.model_validate(yaml.safe_load(SAMPLE))])


def test_looking(office):
    assert office.call("search_market", q="gloves") == "1 listing\nL-10  Work gloves, 8.50, ropeworks (harbour)"
    assert office.call("search_market").splitlines()[0] == "2 listings"
    with pytest.raises(ToolError, match="There is 1 page"):
        office.call("search_market", page=2)
    assert "wallet: 100.00" in office.call("list_orders")
    assert "Price: 240.00" in office.call("list_orders", show="L-11")


def test_buying(office):
    assert "17.00 EUR" in office.call("place_order", offer="L-10", quantity=2)
    assert office.call("fund_escrow", order_id="ORD-1001").endswith("Wallet: 83.00 EUR.")
    assert office.call("message_seller", listing="L-10", message="Hello").startswith("ropeworks: ")
    assert office.call("cancel_order", order="ORD-1001") == "ORD-1001 was cancelled."
    office.call("place_order", listing="L-10")
    office.call("fund_escrow", order="ORD-1002")
    assert "went to ropeworks" in office.call("release_escrow", order="ORD-1002")
