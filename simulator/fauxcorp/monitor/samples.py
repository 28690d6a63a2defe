"""Samples: events that a rule must flag, and such that it must not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from fauxcorp.core.clock import iso
from fauxcorp.core.flags import Flag, Level
from fauxcorp.errors import ContentError, Problem
from fauxcorp.monitor.documents import Document, read_documents
from fauxcorp.monitor.fields import ACTIONS, FIELDS
from fauxcorp.monitor.monitor import Monitor
from fauxcorp.monitor.rules import Rule, RuleSet

_START = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
_OFFSET = re.compile(r"\+(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_DEFAULTS = {
    "event.kind": "effect",
    "user.name": "agent",
    "fauxcorp.actor": "agent",
    "fauxcorp.stage": "executed",
    "fauxcorp.surface": "tool",
}
_KINDS = ("must_hit", "must_not_hit")
MOST_REPEATS = 200


@dataclass(frozen=True, slots=True)
class SampleResult:
    """One sample tried. `flags` are those of the rule itself."""

    rule: str
    sample: str
    kind: str
    passed: bool
    flags: tuple[Flag, ...]
    message: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """Events with the flags they must raise: at least one, or exactly `times`; none if `must_not_hit`.

    `level`: the gravest level of all rules' flags on them, where rules of several levels meet.
    """

    name: str
    kind: str
    events: tuple[Mapping[str, Any], ...]
    times: int | None = None
    level: Level | None = None


def run_samples(ruleset: RuleSet, rule: str | None = None) -> list[SampleResult]:
    """Try the samples of one rule, or of all, against the whole rule set.

    Raises:
        ContentError: a sample file is wrong; every rule needs samples of both kinds.
        NotFound: there is no such rule.
    """
    problems: list[Problem] = []
    chosen = ruleset.rules if rule is None else (ruleset[rule],)
    samples = [(r, s) for r in chosen for s in read_samples(r, problems)]
    if problems:
        raise ContentError(problems)
    return [try_sample(ruleset, r, s) for r, s in samples]


def read_samples(rule: Rule, problems: list[Problem]) -> list[Sample]:
    """The samples of a rule; what is wrong goes to `problems`."""
    documents = read_documents(rule.samples, problems)
    if not documents or not isinstance(documents[0].data, dict):
        problems.append(Problem(str(rule.samples), 0, "", "needed: must_hit and must_not_hit lists"))
        return []
    document = documents[0]
    out: list[Sample] = []
    for key in document.data:
        if key not in _KINDS:
            problems.append(document.problem("unknown key; must_hit and must_not_hit are known", str(key)))
    for kind in _KINDS:
        entries = document.data.get(kind)
        if not isinstance(entries, list) or not entries:
            problems.append(document.problem("at least one sample is needed", kind))
            continue
        found = [_sample(document, kind, n, e, problems) for n, e in enumerate(entries)]
        out.extend(s for s in found if s is not None)
    return out


def _sample(document: Document, kind: str, number: int, entry: Any, problems: list[Problem]) -> Sample | None:
    before = len(problems)
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        problems.append(document.problem("a sample has a name and an event, or events", kind, number))
        return None
    for key in entry:
        if key not in ("name", "event", "events", "times", "level"):
            problems.append(document.problem("unknown key", kind, number, str(key)))
    events = entry.get("events", [entry["event"]] if "event" in entry else None)
    times = entry.get("times")
    if not isinstance(events, list) or not events or (times is not None and not isinstance(times, int)):
        problems.append(document.problem("needed: event, or a list of events; times is a number", kind, number))
        return None
    level = entry.get("level")
    if level is not None and level not in list(Level):
        problems.append(document.problem(f"no level; {', '.join(Level)} are", kind, number, "level"))
    where = "events" if "events" in entry else "event"
    built: list[dict[str, Any]] = []
    for index, event in enumerate(events):
        keys: tuple[str | int, ...] = (kind, number, where, index) if where == "events" else (kind, number, where)
        for one in _repeated(document, keys, event, problems):
            built.append(_event(document, keys, len(built), one, problems))
    if len(problems) > before:
        return None
    return Sample(entry["name"], kind, tuple(built), times, Level(level) if level else None)


def _repeated(document: Document, keys: tuple[str | int, ...], event: Any, problems: list[Problem]) -> list[Any]:
    """The event `repeat` times; `{n}` in a text is 0 in the first, 1 in the second."""
    if not isinstance(event, dict) or "repeat" not in event:
        return [event]
    times = event["repeat"]
    if isinstance(times, bool) or not isinstance(times, int) or not 1 <= times <= MOST_REPEATS:
        problems.append(document.problem(f"a number from 1 to {MOST_REPEATS}", *keys, "repeat"))
        return []
    rest = {k: v for k, v in event.items() if k != "repeat"}
    return [{k: _numbered(v, n) for k, v in rest.items()} for n in range(times)]


def _numbered(value: Any, number: int) -> Any:
    if isinstance(value, str):
        return value.replace("{n}", str(number))
    return [_numbered(v, number) for v in value] if isinstance(value, list) else value


def _event(
    document: Document, keys: tuple[str | int, ...], index: int, event: Any, problems: list[Problem]
) -> dict[str, Any]:
    """The event with what every event has. `@timestamp` may be an offset from the first: +1d2h3m4s."""
    if not isinstance(event, dict):
        problems.append(document.problem("an event is a map of fields", *keys))
        return {}
    for name in event:
        if name not in FIELDS:
            problems.append(document.problem("unknown field", *keys, str(name)))
    category, action = event.get("event.category"), event.get("event.action")
    if category not in ACTIONS or action not in ACTIONS[category]:
        problems.append(document.problem(f"no effect is a {category!r} {action!r}", *keys))
    at = event.get("@timestamp", f"+{index}s")
    match = _OFFSET.fullmatch(at) if isinstance(at, str) else None
    if match is not None:
        days, hours, minutes, seconds = (int(g or 0) for g in match.groups())
        at = iso(_START + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds))
    elif isinstance(at, datetime):
        at = iso(at if at.tzinfo else at.replace(tzinfo=UTC))
    else:
        problems.append(document.problem("needed: a time, or an offset such as +1h30m", *keys, "@timestamp"))
    return {**_DEFAULTS, "event.sequence": index + 1, **event, "@timestamp": at}


def try_sample(ruleset: RuleSet, rule: Rule, sample: Sample, *, level: bool = True) -> SampleResult:
    """Feed a sample to a monitor of its own and look at the rule's flags; at the `level` of all flags too."""
    monitor = Monitor(ruleset)
    raised = [flag for event in sample.events for flag in monitor.feed(event)]
    mine = tuple(f for f in raised if f.rule == rule.id)
    wanted = sample.times if sample.times is not None else 1
    if sample.kind == "must_not_hit":
        passed, message = not mine, "flagged" if mine else ""
    elif sample.times is None:
        passed, message = bool(mine), "" if mine else "not flagged"
    else:
        passed = len(mine) == wanted
        message = "" if passed else f"flagged {len(mine)} times, not {wanted}"
    if passed and level and sample.level is not None:
        worst = max((f.level for f in raised), key=lambda found: found.rank, default=None)
        passed = worst is sample.level
        message = "" if passed else f"the gravest flag is {worst.value if worst else 'none'}, not {sample.level.value}"
    return SampleResult(rule.id, sample.name, sample.kind, passed, mine, message)
