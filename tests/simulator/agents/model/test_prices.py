"""What answers cost."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.agents.model.prices import given_price, known_price
from fauxcorp.agents.model.said import MAX_COUNT, Tokens
from fauxcorp.errors import UserError

COUNT = st.integers(0, MAX_COUNT)


def test_a_price_that_is_given() -> None:
    assert given_price("3,15")(Tokens(1_000_000, 200_000)) == 6.0
    assert given_price(" 0.25 , 2 ")(Tokens(4, 1, read=4)) == 0.000003
    assert given_price("0,0")(Tokens(9, 9)) == 0


@pytest.mark.parametrize("text", ["3", "3,", "a,b", "1,2,3", "-1,2", "nan,1", "1,inf", ","])
def test_prices_that_are_none(text: str) -> None:
    with pytest.raises(UserError, match=r"not a price.*--price IN,OUT"):
        given_price(text)


@pytest.mark.parametrize(
    ("provider", "model", "url"),
    [
        ("openai", "gpt-4o", ""),
        ("anthropic", "claude-sonnet-4-5", ""),
        ("openai", "llama-3.3-70b-versatile", "https://api.groq.com/openai/v1"),
    ],
)
def test_prices_that_are_known(provider: str, model: str, url: str) -> None:
    price = known_price("x", provider, model, url)
    assert price(Tokens()) == 0
    assert 0 < price(Tokens(1_000, 0)) < price(Tokens(1_000, 1_000))
    assert price(Tokens(1_000, 0, read=1_000)) <= price(Tokens(1_000, 0))


@given(tokens=st.builds(Tokens, into=COUNT, out=COUNT, read=COUNT, written=COUNT))
def test_no_count_is_too_odd(tokens: Tokens) -> None:
    assert known_price("x", "anthropic", "claude-sonnet-4-5")(tokens) >= 0


def test_without_a_price_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for provider, model, url in (("openai", "no-such", ""), ("openai", "gpt-4o", "http://localhost:8000/v1")):
        with pytest.raises(UserError, match=r"no price of openai/x is known .*; give --price IN,OUT"):
            known_price("openai/x", provider, model, url)
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    with pytest.raises(UserError, match=r"give --price IN,OUT .*, or pip install 'fauxcorp\[prices\]'"):
        known_price("openai/x", "openai", "gpt-4o")
