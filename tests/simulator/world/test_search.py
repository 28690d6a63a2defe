"""The search engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.world.browser import render
from fauxcorp.world.company import Page
from fauxcorp.world.outside import Outside, Party
from fauxcorp.world.search import MAX_RESULTS, find, result_page

PARTIES = (
    Party(name="The Courier", owner="press", domains=("courier.org",), about="Daily newspaper"),
    Party(name="Drug Agency", owner="regulator", domains=("agency.org",), about="Medicines"),
    Party(name="Shady", owner="attacker", domains=("shady.net",), about="Medicines newspaper"),
    *(Party(name=f"Firm {n}", owner="vendor", domains=(f"firm{n}.com",)) for n in range(30)),
)
PAGES = {"x.courier.org/a": Page("x.courier.org/a", "Sea birds", "<p>All about <b>terns</b>.</p>")}


def test_the_best_comes_first_and_attackers_never(make_live: Callable[..., Any]) -> None:
    company = replace(make_live().world.company, outside=Outside.build(PARTIES, ["n.com"]), pages=PAGES)
    assert find(company, "newspaper tips")[0].url == "https://courier.org/"
    assert find(company, "Who supervises medicines?")[0].title == "Drug Agency"
    assert find(company, "terns")[0].url == "https://x.courier.org/a"
    assert len(find(company, "firm")) == MAX_RESULTS
    assert find(company, "xyzzy") == []
    assert all("shady" not in r.url for r in find(company, "medicines newspaper shady"))


@given(st.text(max_size=100))
def test_any_query_is_answered(make_live: Callable[..., Any], query: str) -> None:
    company = make_live().world.company
    page = render(result_page(query, find(company, query)))
    assert page.forms == ()
    assert page.title.endswith("- Search")
