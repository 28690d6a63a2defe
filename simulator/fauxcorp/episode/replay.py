"""Replay: the recorded actions again in a new world, and the first line that differs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from fauxcorp.content.library import Library, Play
from fauxcorp.core.events import Event
from fauxcorp.core.session import Session, ToolCall
from fauxcorp.episode.episode import Episode
from fauxcorp.errors import LogError
from fauxcorp.eventlog import EVENTS, Run, read_events


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a replay leaves the record. `line` is 1-based; a side that ended has None."""

    line: int
    recorded: bytes | None
    replayed: bytes | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """One thing that the recorded agent did: a call or something said, at a step."""

    step: int
    call: ToolCall | None
    text: str = ""


class RecordedAgent:
    """Does again what a log holds, up to and including a step."""

    def __init__(self, name: str, deeds: Sequence[Recorded]) -> None:
        self._name = name
        self._deeds = deeds

    @property
    def name(self) -> str:
        """The name of the agent that was recorded."""
        return self._name

    def run(self, session: Session) -> None:
        """Do all deeds."""
        for deed in self._deeds:
            if session.over:
                return
            if deed.call is not None:
                session.act(deed.call)
            else:
                session.say(deed.text)


def deeds_of(events: Iterable[Event], upto: int | None = None) -> list[Recorded]:
    """What the agent of a log did, up to a step (all if None)."""
    out = []
    for event in events:
        step = int(event.get("fauxcorp.step", 0))
        if upto is not None and (step > upto):
            break
        if event.get("event.kind") == "action":
            name, arguments = event["fauxcorp.tool.name"], event["fauxcorp.tool.arguments"]
            out.append(Recorded(step, ToolCall(name, arguments, event["fauxcorp.tool.call_id"])))
        elif event.get("event.action") == "agent-said":
            out.append(Recorded(step, None, event["fauxcorp.text"]))
    return out


def play_of(library: Library, header: dict[str, Any]) -> Play:
    """The play that a log's first event names. Raises LogError where the content is not what was recorded."""
    play = library.play(header["fauxcorp.scenario"], header["fauxcorp.variant"])
    recorded = header["fauxcorp.content"]
    changed = sorted(k for k in {*recorded, *play.hashes} if recorded.get(k) != play.hashes.get(k))
    if changed:
        raise LogError(
            f"the content is not what was recorded: {', '.join(changed)} differ; "
            "check out the version that made the run, or use --anyway to compare all the same"
        )
    return play


def header_of(run: Run, episode: str) -> dict[str, Any]:
    """The first event of an episode. Raises LogError if the log is empty or not one of ours."""
    path = run.folder / episode / EVENTS
    first = next(read_events(path), None)
    if first is None or first.get("event.action") != "episode-started":
        raise LogError(f"{path}:1: not the start of an episode; run `fauxcorp verify {run.folder}`")
    return first


def replay(run: Run, episode: str, play: Play) -> Difference | None:
    """Replay one episode and compare byte by byte. None: all lines are the same."""
    header = header_of(run, episode)
    again = rebuild(run, episode, play, header)
    record = run.records.get(episode)
    if record is not None:
        again.finish(record.outcome, record.detail)
    else:
        again.close()
    recorded = (run.folder / episode / EVENTS).read_bytes().splitlines(keepends=True)
    replayed = again.log.lines or []
    if record is None:
        # An unfinished log ends anywhere within a step: only what is there can be compared.
        recorded = [line for line in recorded if line.endswith(b"\n")]
        replayed = replayed[: len(recorded)]
    for number, (old, new) in enumerate(zip_longest(recorded, replayed), 1):
        if old != new:
            return Difference(number, old, new)
    return None


def rebuild(
    run: Run, episode: str, play: Play, header: dict[str, Any], *, upto: int | None = None, folder: Path | None = None
) -> Episode:
    """An episode in the state that the recorded one had after step `upto` (its last if None)."""
    deeds = deeds_of(read_events(run.folder / episode / EVENTS), upto)
    again = Episode(
        play,
        seed=header["fauxcorp.seed"],
        epoch=header["fauxcorp.epoch"],
        agent=header["fauxcorp.agent"],
        folder=folder,
    )
    RecordedAgent(header["fauxcorp.agent"], deeds).run(again)
    return again
