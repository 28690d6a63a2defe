"""What a model's answers cost."""

from __future__ import annotations

import math
from collections.abc import Callable
from importlib import import_module
from typing import Any

from fauxcorp.agents.model.said import Tokens
from fauxcorp.errors import UserError

Price = Callable[[Tokens], float]
PLACES = 9
"""Decimal places of a cost in USD."""
_OUT = "--price IN,OUT (USD for a million tokens in and out, e.g. --price 3,15)"


def given_price(text: str) -> Price:
    """The price of an `IN,OUT`, which takes tokens out of a cache for any others. Raises UserError."""
    try:
        into, out = (float(part) for part in text.split(","))
    except ValueError:
        into = out = math.nan
    if not (0 <= into < math.inf and 0 <= out < math.inf):
        raise UserError(f"not a price: {text!r}; it is given as {_OUT}")
    return lambda tokens: round((tokens.into * into + tokens.out * out) / 1_000_000, PLACES)


def known_price(name: str, provider: str, model: str, base_url: str = "") -> Price:
    """The price that genai-prices knows, caches and tiers included, by the data that come with it.

    `name`: what the model is called in an error. `base_url`: of a server that is not the provider's.
    Raises UserError if the library is not there, or knows none.
    """
    try:
        prices: Any = import_module("genai_prices")
    except ImportError:
        way = f"give {_OUT}, or pip install 'fauxcorp[prices]'"
        raise UserError(f"--max-cost: the price of {name} is not known; {way}") from None
    where = {"provider_api_url": base_url} if base_url else {"provider_id": provider}

    def usd(tokens: Tokens) -> float:
        read = min(tokens.read, tokens.into)
        parts = {"cache_read_tokens": read, "cache_write_tokens": min(tokens.written, tokens.into - read)}
        usage = prices.Usage(
            input_tokens=tokens.into, output_tokens=tokens.out, **{k: v for k, v in parts.items() if v}
        )
        return round(float(prices.calc_price(usage, model, **where).total_price), PLACES)

    try:
        usd(Tokens(1, 1))
    except (LookupError, ValueError) as error:
        raise UserError(f"--max-cost: no price of {name} is known ({error}); give {_OUT}") from None
    return usd
