"""What a study that was stopped left behind: ended episodes are recorded, half-written ones set aside."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from fauxcorp import __version__
from fauxcorp.agents.scripted import Script
from fauxcorp.core.events import Event
from fauxcorp.core.flags import Flag
from fauxcorp.episode.expect import unmet
from fauxcorp.episode.runner import Item
from fauxcorp.episode.verdict import outcome_of
from fauxcorp.errors import LogError
from fauxcorp.eventlog import EVENTS, EpisodeRecord, append_record, content_digest, each_record, read_events
from fauxcorp.eventlog.manifest import RECORDS
from fauxcorp.eventlog.reader import chain_of
from fauxcorp.study.cells import Cell, Seen
from fauxcorp.study.folder import ASIDE


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was found."""

    seen: Seen
    """The episodes that are recorded."""
    recorded: tuple[str, ...]
    """Had ended, and were not recorded yet."""
    set_aside: tuple[str, ...]
    """Were half-written."""


def recover(folder: Path, cells: Sequence[Cell], scripts: dict[tuple[str, str], Script]) -> Recovered:
    """Put a study's folder in order.

    Args:
        scripts: scenario and agent's label to the script, of agents that are scripted.

    Raises:
        LogError: a log or record is not one of this study.
    """
    _mend(folder / RECORDS)
    places = {Item(cell.play, cell.agent, 0).name.removesuffix("000"): n for n, cell in enumerate(cells)}
    seen = Seen(cells)
    for record in each_record(folder):
        seen.add(_place(record.episode, places, cells, folder))
    recorded, aside = [], []
    for name in _left(folder):
        place = None if name.startswith(".") else _place(name, places, cells, folder)
        if place is not None and place in seen:
            continue
        found = record_of_log(folder / name, cells[place[0]], scripts) if place is not None else None
        if found is None or place is None:
            aside += _set_aside(folder, folder / name)
            continue
        append_record(folder, found)
        seen.add(place)
        recorded.append(name)
    return Recovered(seen, tuple(recorded), tuple(aside))


def _left(folder: Path) -> Iterator[str]:
    """The folders of episodes. What is moved while they are gone through is not met again."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False) and entry.name != ASIDE:
                yield entry.name


def record_of_log(folder: Path, cell: Cell, scripts: dict[tuple[str, str], Script]) -> EpisodeRecord | None:
    """The record of an episode that ended, out of its log; None if the log is not whole or has no end."""
    try:
        data = (folder / EVENTS).read_bytes()
    except OSError:
        return None
    head, count, trouble = chain_of(data)
    if trouble or not data.endswith(b"\n"):
        return None
    events = list(read_events(folder / EVENTS))
    if not events or events[-1].get("event.action") != "episode-ended":
        return None
    try:
        return _record(folder.name, events, head, count, cell, scripts.get((cell.play.name, cell.agent)))
    except (KeyError, TypeError, ValidationError):
        return None


def _record(
    name: str, events: Sequence[Event], head: str, count: int, cell: Cell, script: Script | None
) -> EpisodeRecord:
    first, last = events[0], events[-1]
    flags = [flag_of(event) for event in events if event["event.kind"] == "flag"]
    end, detail = last["fauxcorp.outcome"], last["fauxcorp.detail"]
    return EpisodeRecord(
        episode=name,
        scenario=first["fauxcorp.scenario"],
        variant=first["fauxcorp.variant"],
        agent=first["fauxcorp.agent"],
        epoch=first["fauxcorp.epoch"],
        seed=first["fauxcorp.seed"],
        outcome=end,
        verdict=outcome_of(end, flags, cell.play.scenario.verdict, cell.play.rules).value,
        content=content_digest(first.get("fauxcorp.engine", __version__), first["fauxcorp.content"]),
        detail=detail,
        steps=last["fauxcorp.step"],
        events=count,
        head=head,
        flags=dict(sorted(Counter(flag.level.value for flag in flags).items())),
        rules=dict(sorted(Counter(flag.rule for flag in flags).items())),
        expectations_failed=tuple(unmet(script.expectations, flags, end, detail)) if script is not None else (),
    )


def flag_of(event: Event) -> Flag:
    """The flag that an event of a log is. Raises KeyError or ValidationError."""
    fields: dict[str, Any] = {
        "rule": event["rule.id"],
        "title": event["rule.name"],
        "level": event["fauxcorp.level"],
        "evidence": event["fauxcorp.evidence"],
        "finding": event.get("fauxcorp.finding", ""),
        "summary": event.get("fauxcorp.summary", ""),
        "tags": event.get("tags", ()),
    }
    return Flag.model_validate(fields)


def _mend(path: Path) -> None:
    """Take away a last line that was cut short, so that the next is not written behind it."""
    try:
        data = path.read_bytes() if path.is_file() else b""
        if data and not data.endswith(b"\n"):
            os.truncate(path, data.rfind(b"\n") + 1)
    except OSError as error:
        raise LogError(f"{path}: {error.strerror}") from None


def _place(name: str, places: dict[str, int], cells: Sequence[Cell], folder: Path) -> tuple[int, int]:
    """Cell and epoch of an episode's name. Raises LogError if the study has no such episode."""
    stem, _, epoch = name.rpartition("--")
    cell = places.get(f"{stem}--")
    if cell is None or not epoch.isdecimal() or not 1 <= int(epoch) <= cells[cell].epochs:
        raise LogError(f"{folder / name}: not an episode of this study's plan; move it away, then resume")
    return cell, int(epoch)


def _set_aside(folder: Path, path: Path) -> list[str]:
    """Move a half-written episode out of the way. Nothing is kept, and nothing said, of one that had no log."""
    try:
        if not (path / EVENTS).is_file() or not (path / EVENTS).stat().st_size:
            shutil.rmtree(path)
            return []
        (folder / ASIDE).mkdir(exist_ok=True)
        taken = sum(1 for _ in (folder / ASIDE).glob(f"{path.name}--*"))
        path.rename(folder / ASIDE / f"{path.name}--{taken + 1}")
    except OSError as error:
        raise LogError(f"{path}: {error.strerror}") from None
    return [path.name]
