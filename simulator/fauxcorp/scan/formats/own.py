"""Logs of fauxcorp itself: their effects are taken as they are, and the rules of today decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fauxcorp.scan.formats.base import Format, Numbered, Place, one, string
from fauxcorp.scan.items import Head, Item, Recorded, Trajectory


def _fits(value: Any) -> bool:
    return (
        isinstance(value, Mapping) and "event.kind" in value and "event.sequence" in value and "fauxcorp.prev" in value
    )


def _join(lines: Numbered, place: Place) -> Iterator[Trajectory]:
    rest = iter(lines)
    first = next(rest, None)
    about: Mapping[str, Any] = first[1] if first and isinstance(first[1], Mapping) else {}
    head = Head("fauxcorp", place.shown, 1, string(about.get("fauxcorp.episode")), "",
                string(about.get("fauxcorp.agent")))  # fmt: skip
    yield from one(head, _items(first, rest, place))


def _items(first: tuple[int, Any] | None, rest: Iterator[tuple[int, Any]], place: Place) -> Iterator[Item]:
    for line, value in [first] if first is not None else []:
        yield _event(line, value, place)
    for line, value in rest:
        yield _event(line, value, place)


def _event(line: int, value: Any, place: Place) -> Item:
    if not _fits(value):
        raise place.at(line).fail("no event of a log; `fauxcorp verify` says what is wrong with it")
    return Recorded(dict(value))


FORMAT = Format("fauxcorp", "logs of this program", _fits, join=_join)
