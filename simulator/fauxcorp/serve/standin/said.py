"""What the stand-in answers, in words that the three protocols share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from fauxcorp.serve.standin.asked import Kind
from fauxcorp.serve.standin.marks import SIDE, Why, stem

Stop = Literal["", "refusal", "length"]


@dataclass(frozen=True, slots=True)
class Made:
    """A call that is made. `id` has no prefix yet; `arguments` is JSON, or free text for a tool that takes such."""

    id: str
    name: str
    arguments: str
    namespace: str = ""
    kind: Kind = "function"


@dataclass(frozen=True, slots=True)
class Unexpected:
    """A result that is not as the script expects. `turn` counts from 1."""

    turn: int
    call: str
    trouble: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. With `trouble` there is none, and this says why. `turn` counts from 0."""

    why: Why
    turn: int
    text: str = ""
    calls: tuple[Made, ...] = ()
    stop: Stop = ""
    trouble: str = ""
    unexpected: tuple[Unexpected, ...] = ()
    again: bool = False
    """Asks for the same as the answer before."""
    tag: str = ""
    digest: str = ""

    def id(self, prefix: str, part: int = 0) -> str:
        """An id of the answer, or of a part of it: the same for the same request."""
        turn = self.turn if self.why != SIDE else 0
        return f"{prefix}{stem(self.tag, self.why, turn)}m{part:02d}{self.digest[:10]}"

    @property
    def tokens(self) -> int:
        """About how many tokens it has."""
        return (len(self.text) + sum(len(c.name) + len(c.arguments) for c in self.calls)) // 4 + 1


def pieces(text: str) -> Iterator[str]:
    """A text as a stream brings it: at most about fifty pieces, none of them empty."""
    size = max(24, len(text) // 50 + 1)
    for start in range(0, len(text), size):
        yield text[start : start + size]
