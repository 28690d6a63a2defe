"""Ids that say of which turn they are, and how a request is searched for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

Why = Literal["t", "s", "f", "x"]
"""What an answer is: one of these."""
TURN: Final = "t"
SEARCH: Final = "s"
FINAL: Final = "f"
SIDE: Final = "x"
"""A turn of the script, the search for its tools, its last turn through the client's own tool, something beside it."""


class Mark(NamedTuple):
    """An id found in a request. `call` is None for ids of messages and responses."""

    why: str
    turn: int
    call: int | None


def stem(tag: str, why: Why, turn: int) -> str:
    """What all ids of one answer share."""
    return f"{tag}{why}{turn:04d}"


def call_id(tag: str, why: Why, turn: int, call: int) -> str:
    """The id of a call, without the prefix that each protocol has."""
    return f"{stem(tag, why, turn)}c{call:02d}"


def find(tag: str, text: str) -> Iterator[tuple[Mark, int]]:
    """The ids in a text, and where each ends."""
    for m in re.finditer(re.escape(tag) + r"([tsf])([0-9]{4})(?:c([0-9]{2}))?", text):
        yield Mark(m[1], int(m[2]), int(m[3]) if m[3] else None), m.end()


def find_all(tag: str, raw: bytes) -> frozenset[Mark]:
    """The ids anywhere in a request."""
    return frozenset(mark for mark, _ in find(tag, raw.decode("utf-8", "replace")))
