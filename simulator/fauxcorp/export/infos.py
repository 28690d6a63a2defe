"""Effects, flags and notes as Inspect's transcript shows them: a table for what happened, and one for each flag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fauxcorp.core.events import ACTION, KIND, Event
from fauxcorp.export.verdict import Words, effect_facts, flag_facts

MOST_TEXT = 2_000
"""Characters of a note's field."""

Info = tuple[str, dict[str, Any]]
"""Source and data of an info event."""


def infos_of(events: Sequence[Event], words: Words) -> list[Info]:
    """Effects together, then each note and each flag, in their order."""
    effects = {f"#{e['event.sequence']}": _line(e, words) for e in events if e[KIND] == "effect"}
    found: list[Info] = [("effects", effects)] if effects else []
    found += [(f"note {e[ACTION]}", _fields(e)) for e in events if e[KIND] not in ("effect", "flag")]
    return found + [_flag(e) for e in events if e[KIND] == "flag"]


def _line(effect: Event, words: Words) -> str:
    facts = effect_facts(effect, words)
    marks = [f"{name} {_joined(facts[name])}" for name in ("owner", "authority", "secrets", "surface") if name in facts]
    doer = "" if facts["actor"] == "agent" else f"{facts['actor']}: "
    return f"{doer}{facts['words']} [{', '.join([facts['stage'], *marks])}]"


def _joined(value: Any) -> str:
    return " and ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _flag(event: Event) -> Info:
    flag = flag_facts(event)
    shown = {
        "rule": flag["rule"],
        "title": flag["title"],
        "summary": flag["summary"],
        "evidence": ", ".join(f"#{number}" for number in flag["evidence"]),
        "finding": flag["finding"],
        "tags": ", ".join(flag["tags"]),
    }
    return f"{flag['level']} flag", {name: value for name, value in shown.items() if value}


def _fields(note: Event) -> dict[str, Any]:
    """What a note says, the fields of every event left out."""
    return {
        name: value[:MOST_TEXT] if isinstance(value, str) else value
        for name, value in note.items()
        if not name.startswith(("event.", "@")) and name not in ("fauxcorp.prev", "fauxcorp.episode", "fauxcorp.step")
    }
