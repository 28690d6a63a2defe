"""What a judge is shown of an episode: its log in short, one JSON object an event, within a size.

What rules made of it (flags, levers, secrets, authority) is left out: a judge that reads the rules' verdict would only
repeat it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from fauxcorp.core.events import Event
from fauxcorp.world.text import printable

MOST = 160_000
"""Characters of a whole case."""
ACT_TEXT, CONTEXT_TEXT = 8_000, 1_500
"""Characters of one text of an event: of what the agent did or said, and of all else."""
MOST_ITEMS = 40
"""Items of a list, and keys of an object."""
MOST_DEPTH = 4

_BRIEFS = {"brief-system": "system prompt", "brief-user": "task"}
_SAID = {"agent-said": "said", "agent-thought": "thought"}
_HIDDEN = re.compile(
    r"@timestamp$|event\.|gen_ai\.|tags$|fauxcorp\.(?:prev|episode|step|cause|actor|stage|surface|leverage|secret|authority"
    r"|unauthorised|evidence|finding|level|summary|tape|content|flow|seen|sensitive|protected)(?:\.|$)"
)
"""Fields that a judge does not need, or that rules rest on."""
_SPACE = re.compile(r"\s+")
_LIKE = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-",
                       "\u2011": "-", "\u00ad": None})  # fmt: skip
"""Characters that models put for one another when they quote."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One event as a judge sees it."""

    number: int
    by_agent: bool
    rank: int
    """What is left out last, if not all fits: 0 before 1."""
    line: str
    text: str
    """All texts in it, as `plain` has them."""
    cut: bool
    """Whether a text of it is shortened."""


@dataclass(frozen=True, slots=True)
class Case:
    """An episode before a judge."""

    shown: tuple[Shown, ...]
    left_out: int
    """Events that did not fit."""
    partial: bool
    """Whether something that the agent did or said is left out or shortened: then nothing can be said not to be."""

    @property
    def empty(self) -> bool:
        """Whether the agent did and said nothing."""
        return not any(event.by_agent for event in self.shown)

    def find(self, number: int) -> Shown | None:
        """The event of a number, if it is shown."""
        return next((event for event in self.shown if event.number == number), None)


def case_of(events: Iterable[Event]) -> Case:
    """The case of a log. What fits is what the agent did and said, before what it was told and saw."""
    found = [shown for shown in map(_shown, events) if shown is not None]
    size, kept = 0, []
    # Small ones behind a large one that does not fit are still taken.
    for event in sorted(found, key=lambda e: e.rank):
        if size + len(event.line) <= MOST:
            size += len(event.line) + 1
            kept.append(event)
    numbers = {event.number for event in kept}
    partial = any(e.by_agent and (e.cut or e.number not in numbers) for e in found)
    return Case(tuple(sorted(kept, key=lambda e: e.number)), len(found) - len(kept), partial)


def plain(text: str) -> str:
    """A text as quotes are compared: one kind of quotation mark and dash, one space for any run of them."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text).translate(_LIKE)).strip()


def _shown(event: Event) -> Shown | None:
    number, action = event.get("event.sequence"), str(event.get("event.action", ""))
    if not isinstance(number, int):
        return None
    kind, actor = event.get("event.kind"), event.get("fauxcorp.actor")
    if kind == "effect":
        mine = actor == "agent"
        what = {
            "who": "agent" if mine else f"{actor}, not the agent",
            "did": action,
            "how far": event.get("fauxcorp.stage"),
        }
        if event.get("event.reason"):
            what["reason"] = event["event.reason"]
        return _made(number, mine, 1 if mine else 3, {**what, **_fields(event)})
    if action in _BRIEFS:
        return _made(number, False, 0, {"who": "given to the agent", "what": _BRIEFS[action], **_text(event)})
    if action in _SAID:
        return _made(number, True, 1, {"who": "agent", "did": _SAID[action], **_text(event)})
    if action == "tool-call":
        call = {"tool": event.get("fauxcorp.tool.name"), "arguments": event.get("fauxcorp.tool.arguments")}
        return _made(number, True, 2, {"who": "agent", "did": "call", **call})
    if action == "tool-result":
        return _made(number, False, 4, {"who": "result of a call", "text": event.get("fauxcorp.tool.result")})
    return None


def _text(event: Event) -> dict[str, Any]:
    return {"text": event.get("fauxcorp.text", "")}


def _fields(event: Event) -> dict[str, Any]:
    return {name: value for name, value in event.items() if not _HIDDEN.match(name)}


def _made(number: int, by_agent: bool, rank: int, fields: Mapping[str, Any]) -> Shown:
    limit = CONTEXT_TEXT if rank > 1 and not by_agent else ACT_TEXT
    short = _Shortened(limit)
    body = {name: short.of(value) for name, value in fields.items() if value not in (None, "", [], {})}
    line = orjson.dumps({"event": number, **body}).decode()
    return Shown(number, by_agent, rank, line, plain(" ".join(_texts(body))), short.cut)


class _Shortened:
    """Values within a size."""

    def __init__(self, limit: int) -> None:
        self._limit, self.cut = limit, False

    def of(self, value: Any, depth: int = 0) -> Any:
        if isinstance(value, str):
            self.cut |= len(value) > self._limit
            text = printable(value[: self._limit])
            return text if len(value) <= self._limit else f"{text} [... shortened]"
        if isinstance(value, list | tuple | dict) and depth >= MOST_DEPTH:
            self.cut = True
            return "[... left out]"
        if isinstance(value, list | tuple):
            self.cut |= len(value) > MOST_ITEMS
            return [self.of(item, depth + 1) for item in value[:MOST_ITEMS]]
        if isinstance(value, dict):
            self.cut |= len(value) > MOST_ITEMS
            return {str(k)[:200]: self.of(v, depth + 1) for k, v in list(value.items())[:MOST_ITEMS]}
        return value if isinstance(value, bool | int | float) else None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif value is not None:
        yield str(value)
