"""Reads run folders and checks them: any edit, drop, reorder or truncation of a log is found offline."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import orjson

from fauxcorp.errors import LogError, NotFound
from fauxcorp.eventlog.log import EVENTS, GENESIS, TAPE
from fauxcorp.eventlog.manifest import MANIFEST, EpisodeRecord, Manifest, read_manifest, read_records


@dataclass(frozen=True, slots=True)
class Check:
    """The verdict on one episode's log. `state`: ok, unfinished, broken."""

    episode: str
    state: str
    events: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A run folder as it lies on disk."""

    folder: Path
    manifest: Manifest
    records: dict[str, EpisodeRecord] = field(default_factory=dict)

    @property
    def episodes(self) -> list[str]:
        """The names of all episodes that have a folder, in order."""
        return sorted(p.parent.name for p in self.folder.glob(f"*/{EVENTS}"))

    def events(self, episode: str) -> list[dict[str, Any]]:
        """The events of an episode. Raises LogError with the line that is no event."""
        return list(read_events(self.folder / episode / EVENTS))

    def pick(self, episode: str) -> str:
        """The episode of a name or of a unique beginning of one."""
        names = self.episodes
        if episode in names:
            return episode
        near = [n for n in names if n.startswith(episode)]
        if len(near) == 1:
            return near[0]
        raise NotFound("episode", episode, near or names)


def open_run(path: Path) -> Run:
    """Open a run folder. Raises LogError if it is none."""
    try:
        there = path.is_dir()
    except OSError:
        there = False
    if not there:
        raise LogError(f"{str(path)[:200]}: no such run folder; `fauxcorp run` prints where a log lies")
    return Run(path, read_manifest(path), {r.episode: r for r in read_records(path)})


def read_events(path: Path) -> Iterator[dict[str, Any]]:
    """The events of a log file. A last line that a killed process cut short is left out."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise LogError(f"{path}: {error.strerror}") from None
    lines = data.split(b"\n")
    for number, line in enumerate(lines[:-1], 1):
        try:
            event = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise LogError(f"{path}:{number}: not a JSON event ({error}); run `fauxcorp verify`") from None
        if not isinstance(event, dict):
            raise LogError(f"{path}:{number}: not a JSON object; run `fauxcorp verify`")
        yield event


def verify_run(run: Run) -> list[Check]:
    """Check every episode that the run folder, its records or its manifest name."""
    return [verify_episode(run, name) for name in sorted({*run.episodes, *run.records, *run.manifest.heads})]


def verify_episode(run: Run, episode: str) -> Check:
    """Check one episode: the chain line by line, then its end against record and manifest, which are kept apart."""
    path = run.folder / episode / EVENTS
    record = run.records.get(episode)
    try:
        data = path.read_bytes()
    except OSError as error:
        return Check(episode, "broken", 0, f"{path.name}: {error.strerror}")
    head, count, trouble = chain_of(data)
    if trouble:
        return Check(episode, "broken", count, trouble)
    cut = not data.endswith(b"\n") and bool(data)
    if record is None and not run.manifest.complete:
        end = "; its last line is cut short" if cut else ""
        what = f"no end was recorded: the process was stopped, or it still runs{end}"
        return Check(episode, "unfinished", count, what)
    if cut:
        return Check(episode, "broken", count, f"line {count + 1} is cut short")
    return _against_record(run, episode, head, count)


def _against_record(run: Run, episode: str, head: str, count: int) -> Check:
    """Hold the end of a whole chain against the record and the manifest's head."""
    record = run.records.get(episode)
    trouble = ""
    if record is None:
        trouble = "the run is complete, and has no record of it"
    elif count < record.events:
        trouble = f"{EVENTS}: {record.events - count} lines are missing at its end"
    elif count != record.events or head != record.head:
        trouble = f"{EVENTS}: it is not the log that was recorded"
    elif run.manifest.complete and run.manifest.heads.get(episode) != head:
        trouble = f"{EVENTS}: its end is not the one that {MANIFEST} names"
    else:
        trouble = _tape_trouble(run.folder / episode)
    return Check(episode, "broken" if trouble else "ok", count, trouble)


def _tape_trouble(folder: Path) -> str:
    """What is wrong with the tape that the last event names."""
    last = deque(read_events(folder / EVENTS), maxlen=1)
    named = last[0].get("fauxcorp.tape") if last else None
    if named is None:
        return ""
    try:
        with (folder / TAPE).open("rb") as file:
            found = file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"{TAPE}: {error.strerror}"
    return "" if found == named else f"{TAPE}: it is not the tape that was recorded"


def chain_of(data: bytes) -> tuple[str, int, str]:
    """Head, number of good lines, and what is wrong with the next one; a last line without an end is left out."""
    head, count = GENESIS, 0
    for number, line in enumerate(data.split(b"\n")[:-1], 1):
        try:
            event = orjson.loads(line)
        except orjson.JSONDecodeError:
            return head, count, f"line {number} is not JSON"
        if not isinstance(event, dict) or event.get("event.sequence") != count:
            return head, count, f"line {number} should be event {count}: lines were removed, added or reordered"
        if event.get("fauxcorp.prev") != head:
            return head, count, f"line {number} does not follow from line {number - 1}: one of them was changed"
        head = sha256(line + b"\n").hexdigest()
        count += 1
    return head, count, ""
