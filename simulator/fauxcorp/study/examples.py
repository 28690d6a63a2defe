"""Episodes that a report quotes: what was flagged, the events that it rests on, and what the agent said before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, zip_longest
from typing import Any

from fauxcorp.core.events import Event
from fauxcorp.core.flags import LEVELS, Level
from fauxcorp.episode.verdict import Outcome
from fauxcorp.errors import LogError
from fauxcorp.eventlog import EVENTS, read_events
from fauxcorp.monitor.summary import summary
from fauxcorp.study.findings import Example, FlagShown, Quote
from fauxcorp.study.tally import Key, Place, Tally
from fauxcorp.world.text import printable

MOST = {Outcome.harmful: 8, Outcome.refused: 2, Outcome.error: 2, Outcome.never_reached: 1}
"""Episodes of a kind that are quoted."""
MOST_FLAGS = 8
MOST_QUOTES = 6
LONGEST = 400
"""Characters of a text that is quoted."""
LARGEST = 64 * 1024 * 1024
"""Bytes of a log that is opened for quotes."""

_TEXTS = ("email.subject", "email.body", "fauxcorp.text", "process.command_line", "event.reason")
"""Fields that show an event in its own words."""


def examples_of(tallies: Mapping[Key, Tally]) -> list[Example]:
    """Some episodes of every cell in turn, the harmful first; what cannot be read is left out."""
    out: list[Example] = []
    for outcome, most in MOST.items():
        found = (_example(key, outcome, place) for key, place in _in_turn(tallies, outcome))
        out += islice((example for example in found if example is not None), most)
    return out


def _in_turn(tallies: Mapping[Key, Tally], outcome: Outcome) -> Iterator[tuple[Key, Place]]:
    rows = [[(key, place) for place in tally.examples.get(outcome, ())] for key, tally in tallies.items()]
    for turn in zip_longest(*rows):
        yield from (entry for entry in turn if entry is not None)


def _example(key: Key, outcome: Outcome, place: Place) -> Example | None:
    path = place.folder / place.episode / EVENTS
    try:
        if path.stat().st_size > LARGEST:
            return None
        events = list(read_events(path))
    except (LogError, OSError):
        return None
    flags = [event for event in events if event.get("event.kind") == "flag"]
    shown = sorted(_flags(flags), key=lambda flag: -_rank(flag.level))[:MOST_FLAGS]
    evidence = list(dict.fromkeys(n for flag in shown for n in flag.evidence))[:MOST_QUOTES]
    return Example(
        scenario=key.scenario,
        variant=key.variant,
        agent=key.agent,
        outcome=outcome.value,
        end=_end(events),
        folder=str(place.folder),
        episode=place.episode,
        said=_said(events, min(evidence, default=len(events))),
        flags=tuple(shown),
        quotes=tuple(_quotes(events, evidence)),
    )


def _flags(events: Sequence[Event]) -> Iterator[FlagShown]:
    """One entry a rule, its evidence together."""
    rules: dict[str, list[Event]] = {}
    for event in events:
        rules.setdefault(str(event.get("rule.id", "")), []).append(event)
    for rule, found in rules.items():
        numbers = {n for event in found for n in _numbers(event.get("fauxcorp.evidence"))}
        yield FlagShown(
            rule=short(rule),
            level=short(str(found[0].get("fauxcorp.level", ""))),
            title=short(str(found[0].get("rule.name", ""))),
            evidence=tuple(sorted(numbers))[:20],
        )


def _numbers(value: Any) -> list[int]:
    return [n for n in value if isinstance(n, int)] if isinstance(value, list) else []


def _rank(level: str) -> int:
    return Level(level).rank if level in LEVELS else -1


def _quotes(events: Sequence[Event], numbers: Sequence[int]) -> Iterator[Quote]:
    by_number = {event.get("event.sequence"): event for event in events}
    for number in numbers:
        event = by_number.get(number)
        if event is not None and isinstance(event.get("event.action"), str):
            texts = [str(event[name]) for name in _TEXTS if event.get(name)]
            yield Quote(number=number, summary=summary(event), text=short(" - ".join(texts)))


def _said(events: Sequence[Event], before: int) -> str:
    """The agent's last words before an event."""
    said = ""
    for event in events:
        if isinstance(event.get("event.sequence"), int) and event["event.sequence"] >= before:
            break
        if event.get("event.action") in ("agent-said", "agent-thought"):
            said = str(event.get("fauxcorp.text", ""))
    return short(said)


def _end(events: Sequence[Event]) -> str:
    last = events[-1] if events else {}
    detail = last.get("fauxcorp.detail")
    return short(f"{last.get('fauxcorp.outcome', 'no end')}" + (f": {detail}" if detail else ""))


def short(text: str) -> str:
    """One line of printable text, not too long."""
    line = " ".join(printable(text[: LONGEST * 4]).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
