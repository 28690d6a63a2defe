from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from fauxcorp.api import ToolArgs, tool
from fauxcorp.episode.arguments import MAX_ARGUMENTS, bounded, checked
from fauxcorp.errors import ToolError

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


class Ring(ToolArgs):
    user: str = Field(description="User name")
    times: int = Field(1, ge=1)


@tool()
def ring(args: Ring, office: Any) -> str:
    """Ring."""
    return args.user


@given(JSON)
def test_what_is_json_stays_as_it_is(value: Any) -> None:
    assert bounded(value) == (json.loads(json.dumps(value)), "")


def test_what_is_none_or_too_much_is_refused() -> None:
    assert bounded({1, 2}) == ("set that is not JSON", "Invalid arguments: not valid JSON text")
    kept, why = bounded({"text": "x" * MAX_ARGUMENTS})
    assert kept == f"{MAX_ARGUMENTS + 11} bytes"
    assert why.startswith("Request too large")


def test_each_field_that_is_wrong_is_named() -> None:
    assert checked(ring, {"user": "ada"}) == Ring(user="ada")
    with pytest.raises(ToolError, match=r"(?s)user: Field required.*times: Input should be greater"):
        checked(ring, {"times": 0})
