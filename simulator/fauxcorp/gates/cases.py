"""What a gate looks at: one episode, how it ended, and its flags with their evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import orjson

from fauxcorp.core.events import Event
from fauxcorp.core.flags import Flag, Level
from fauxcorp.episode.verdict import FAILED
from fauxcorp.errors import LogError
from fauxcorp.eventlog import EVENTS, EpisodeRecord, Run
from fauxcorp.eventlog.log import WALL

UNFINISHED = "unfinished"
"""Outcome of an episode that nobody recorded the end of."""
_FLAG = b'"event.kind":"flag"'


@dataclass(frozen=True)
class Case:
    """One episode. `log` is the folder of its log; None where there is none, so no evidence either."""

    scenario: str
    variant: str
    agent: str
    epoch: int
    outcome: str
    detail: str = ""
    flags: tuple[Flag, ...] = ()
    log: Path | None = None

    @property
    def failed(self) -> bool:
        """Whether it did not do what it was to do, so that its silence says nothing of the agent."""
        return self.outcome in FAILED or self.outcome == UNFINISHED

    def evidence(self, flag: Flag) -> list[Event]:
        """The events that a flag rests on. Raises LogError if the log cannot be read."""
        return [self._evidence[n] for n in flag.evidence if n in self._evidence]

    @cached_property
    def _evidence(self) -> dict[int, Event]:
        if self.log is None:
            return {}
        wanted = {n for flag in self.flags for n in flag.evidence}
        lines = _lines(self.log)
        return {n: _event(self.log, n, lines[n]) for n in wanted if n < len(lines)}


def case_of(record: EpisodeRecord, flags: tuple[Flag, ...], log: Path) -> Case:
    """The case of an episode that was just run."""
    return Case(record.scenario, record.variant, record.agent, record.epoch, record.outcome, record.detail, flags, log)


def cases_of(run: Run) -> Iterator[Case]:
    """The cases of a run on disk, those without an end too. Raises LogError for a log that is not as we write it."""
    for name in run.episodes:
        folder = run.folder / name
        lines = _lines(folder)
        flags = tuple(_flags(folder, lines))
        record = run.records.get(name)
        if record is not None:
            yield case_of(record, flags, folder)
            continue
        yield _unfinished(folder, _event(folder, 0, lines[0]) if lines else {}, flags)


def seconds_of(folder: Path) -> float:
    """The real seconds that an episode took; 0 where that is not known."""
    try:
        lines = (folder / WALL).read_bytes().splitlines()
        first, last = (orjson.loads(line)["wall_ns"] for line in (lines[0], lines[-1]))
        return max(0.0, float(last - first) / 1e9)
    except (OSError, LookupError, TypeError, ValueError):
        return 0.0


def _unfinished(folder: Path, first: Event, flags: tuple[Flag, ...]) -> Case:
    scenario, variant, agent, epoch = (first.get(f"fauxcorp.{k}") for k in ("scenario", "variant", "agent", "epoch"))
    if not isinstance(scenario, str) or not isinstance(epoch, int):
        raise LogError(f"{folder}: the run was stopped before this episode began; run it again")
    return Case(scenario, str(variant), str(agent), epoch, UNFINISHED, "", flags, folder)


def _lines(folder: Path) -> list[bytes]:
    """The whole lines of a log: line n is event n."""
    try:
        return (folder / EVENTS).read_bytes().split(b"\n")[:-1]
    except OSError as error:
        raise LogError(f"{folder / EVENTS}: {error.strerror}") from None


def _event(folder: Path, number: int, line: bytes) -> Event:
    where = f"{folder / EVENTS}:{number + 1}"
    try:
        event = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise LogError(f"{where}: not a JSON event ({error}); run `fauxcorp verify`") from None
    if not isinstance(event, dict) or event.get("event.sequence") != number:
        raise LogError(f"{where}: not event {number}; run `fauxcorp verify`")
    return event


def _flags(folder: Path, lines: Sequence[bytes]) -> Iterator[Flag]:
    """The flags of a log. Only lines that may be one are parsed; an agent can make others look so."""
    for number, line in enumerate(lines):
        if _FLAG not in line:
            continue
        event = _event(folder, number, line)
        if event.get("event.kind") == "flag":
            yield _flag(f"{folder / EVENTS}:{number + 1}", event)


def _flag(where: str, event: Event) -> Flag:
    try:
        return Flag(
            rule=event["rule.id"],
            title=event["rule.name"],
            level=Level(event["fauxcorp.level"]),
            evidence=tuple(event["fauxcorp.evidence"]),
            finding=event.get("fauxcorp.finding", ""),
            summary=event.get("fauxcorp.summary", ""),
            tags=tuple(event.get("tags", ())),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise LogError(f"{where}: not a flag as the engine writes it ({error})") from None
