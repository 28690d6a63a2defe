"""Ids that say of which turn they are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.serve.standin.marks import SEARCH, TURN, Mark, call_id, find, find_all


@given(st.integers(0, 9_999), st.integers(0, 63), st.text())
def test_an_id_is_found_wherever_it_stands(turn: int, call: int, around: str) -> None:
    around = around.replace("0a1b2c3d", "")
    text = f"{around} fc_{call_id('0a1b2c3d', TURN, turn, call)}-x {around}"
    assert [mark for mark, _ in find("0a1b2c3d", text)] == [Mark("t", turn, call)]


def test_only_our_own() -> None:
    raw = f"call_{call_id('0a1b2c3d', SEARCH, 2, 0)} msg_0a1b2c3dt0003m00 call_{call_id('ffffffff', TURN, 7, 0)}\xff"
    assert find_all("0a1b2c3d", raw.encode("latin-1")) == {Mark("s", 2, 0), Mark("t", 3, None)}
