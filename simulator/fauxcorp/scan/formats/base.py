"""What a format is, and what the readers of all formats share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from fauxcorp.core.clock import to_us
from fauxcorp.errors import ContentError
from fauxcorp.scan.items import Item, Trajectory
from fauxcorp.scan.jsonfile import fail

MAX_BLOCKS = 10_000
"""Parts of one message that are looked at."""
_FAR = 4_102_444_800
"""Seconds until 2100: a larger number is one of milliseconds, or more."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in which file something stands."""

    shown: str
    line: int = 0
    part: str = ""
    """The entry of an archive, or the field of a document."""

    def fail(self, message: str) -> ContentError:
        """An error at this place, to raise."""
        return fail(self.shown, self.line, message, self.part)

    def at(self, line: int) -> Place:
        """Another line of the same file."""
        return Place(self.shown, line, self.part)

    def inside(self, part: str) -> Place:
        """A part of the same document."""
        return Place(self.shown, self.line, f"{self.part}.{part}" if self.part else part)


Numbered = Iterable[tuple[int, Any]]
"""Values of a file of JSON lines, each with its line."""


class Format(NamedTuple):
    """One way to record trajectories.

    `fits`: whether a document, or one line of a file of lines, is of this format. Either each document is read by
    itself (`read`), or all lines of a file are one trajectory (`join`).
    """

    name: str
    about: str
    fits: Callable[[Any], bool]
    read: Callable[[Any, Place], Iterator[Trajectory]] | None = None
    join: Callable[[Numbered, Place], Iterator[Trajectory]] | None = None


def moment(value: Any) -> int | None:
    """A time as people write it in logs, in microseconds since 1970; None for what is none."""
    if isinstance(value, str) and value:
        try:
            when = datetime.fromisoformat(value)
        except ValueError:
            return None
        return to_us(when if when.tzinfo is not None else when.replace(tzinfo=UTC))
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e18:
        seconds = float(value)
        while seconds > _FAR:
            seconds /= 1000
        return int(seconds * 1_000_000)
    return None


def text_of(content: Any) -> str:
    """The text of a message's content: a string, or blocks of which those with a text count."""
    if isinstance(content, str):
        return content
    if isinstance(content, Mapping):
        content = [content]
    if not isinstance(content, list):
        return "" if content is None else str(content)
    parts = []
    for block in content[:MAX_BLOCKS]:
        if isinstance(block, str):
            parts.append(block)
        elif isinstance(block, Mapping):
            for name in ("text", "output", "content", "refusal"):
                value = block.get(name)
                if isinstance(value, str):
                    parts.append(value)
                    break
                if isinstance(value, list) and name == "content":
                    parts.append(text_of(value))
                    break
    return "\n".join(parts)


def arguments_of(value: Any) -> Any:
    """A call's arguments: an object, also where it was recorded as text; what is no JSON stays as it is."""
    if not isinstance(value, str):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value


def as_text(value: Any) -> str:
    """Any recorded value as one text."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, list | Mapping):
        text = text_of(value)
        if text:
            return text
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def string(value: Any) -> str:
    """A text, or '' for what is none."""
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""


def number(value: Any) -> int | None:
    """A whole number of ordinary size, as a number or as text; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.lstrip("-").isdecimal() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) and abs(value) < 2**31 else None


def one(head: Any, items: Iterator[Item]) -> Iterator[Trajectory]:
    """A single trajectory, as readers give them back."""
    yield Trajectory(head, items)
