"""Answers before they are of a protocol."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.serve.standin.said import Answer, Made, pieces


@given(st.text(max_size=5_000))
def test_pieces_are_the_text(text: str) -> None:
    found = list(pieces(text))
    assert "".join(found) == text
    assert "" not in found
    assert len(found) <= 51


def test_ids_and_tokens() -> None:
    answer = Answer("t", 3, "abcd", (Made("i", "name", "{}"),), tag="0a1b2c3d", digest="f" * 64)
    assert answer.id("msg_") == "msg_0a1b2c3dt0003m00ffffffffff"
    assert answer.id("msg_", 1) != answer.id("msg_")
    assert answer.tokens == 3
