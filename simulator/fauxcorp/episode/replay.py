"""Replay: the recorded actions again in a new world, and the first line that differs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import import_module
from itertools import zip_longest
from pathlib import Path
from typing import Any, cast

from fauxcorp.content.library import Library, Play
from fauxcorp.core.events import Event
from fauxcorp.core.session import ToolCall
from fauxcorp.episode.enforcement import recorded
from fauxcorp.episode.episode import VIRTUAL, Episode
from fauxcorp.episode.prose import read_prose
from fauxcorp.errors import LogError
from fauxcorp.eventlog import EVENTS, TAPE, Run, read_events
from fauxcorp.sandbox.base import Sandboxes
from fauxcorp.sandbox.docker.tape import TapeEnded


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a replay leaves the record. `line` is 1-based; a side that ended has None."""

    line: int
    recorded: bytes | None
    replayed: bytes | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """One thing that stands in a log at a step: a call, something said or noted, or that another agent went on."""

    step: int
    call: ToolCall | None = None
    refused: str = ""
    """What the call was answered with, if its arguments could not be logged as they were."""
    text: str = ""
    thought: bool = False
    note: str = ""
    """The action of a note of the agent's side."""
    fields: dict[str, Any] = field(default_factory=dict)
    agent: str = ""

    def redo(self, episode: Episode) -> None:
        """Do it again."""
        if self.call is not None:
            episode.act(self.call, refused=self.refused)
        elif self.agent:
            episode.hand_over(self.agent)
        elif self.note:
            episode.note(self.note, self.fields)
        else:
            episode.say(self.text, thought=self.thought)


_OF_EVERY_NOTE = frozenset(
    "@timestamp event.sequence event.kind event.action fauxcorp.episode fauxcorp.step fauxcorp.actor "
    "fauxcorp.prev".split()
)


def deeds_of(events: Iterable[Event], upto: int | None = None) -> list[Recorded]:
    """What the agents of a log did, up to and including a step (all if None). Raises LogError."""
    out = []
    for event in events:
        try:
            step = int(event["fauxcorp.step"])
            if upto is not None and step > upto:
                break
            if event["event.kind"] == "action":
                out.append(Recorded(step, _call_of(event), str(event.get("fauxcorp.tool.refused", ""))))
            elif event["event.action"] in ("agent-said", "agent-thought"):
                thought = event["event.action"] == "agent-thought"
                out.append(Recorded(step, text=event["fauxcorp.text"], thought=thought))
            elif event["event.kind"] == "note" and event.get("fauxcorp.actor") == "agent":
                fields = {k: v for k, v in event.items() if k not in _OF_EVERY_NOTE}
                out.append(Recorded(step, note=event["event.action"], fields=fields))
            elif event["event.action"] == "episode-forked":
                out.append(Recorded(step, agent=event["fauxcorp.agent"]))
        except (KeyError, TypeError, ValueError) as error:
            where = event.get("event.sequence")
            raise LogError(f"event {where} is not as the engine writes it ({error}); run `fauxcorp verify`") from None
    return out


def _call_of(event: Event) -> ToolCall:
    name, call_id = event["fauxcorp.tool.name"], event["fauxcorp.tool.call_id"]
    if not (isinstance(name, str) and isinstance(call_id, str)):
        raise TypeError("a call's name and id are text")
    return ToolCall(name, event["fauxcorp.tool.arguments"], call_id)


def redo(episode: Episode, deeds: Iterable[Recorded]) -> None:
    """Do again in an episode what a log holds, until its end, and what a program did beside it."""
    for deed in deeds:
        _beside(episode)
        if episode.over:
            return
        deed.redo(episode)
    _beside(episode)


def _beside(episode: Episode) -> None:
    """Take in again what a program on the server did at this point of the log."""
    while (turn := episode.sandbox.due(episode.log.count)) is not None:
        episode.attend(turn.kind, turn.us)


def play_of(library: Library, header: dict[str, Any], *, anyway: bool = False) -> Play:
    """The play that a log's first event names.

    Raises:
        LogError: the content is not what was recorded, unless `anyway`.
    """
    play = library.play(header["fauxcorp.scenario"], header["fauxcorp.variant"])
    recorded = header["fauxcorp.content"]
    changed = sorted(k for k in {*recorded, *play.hashes} if recorded.get(k) != play.hashes.get(k))
    if changed and not anyway:
        raise LogError(
            f"the content is not what was recorded: {', '.join(changed)} differ; "
            "use the version that made the run, or --anyway to go on all the same"
        )
    return play


_HEADER = {"scenario": str, "variant": str, "content": dict, "seed": int, "epoch": int, "agent": str}
"""What the first event of an episode holds, with its types."""


def header_of(run: Run, episode: str) -> dict[str, Any]:
    """The first event of an episode. Raises LogError if the log is empty or not one of ours."""
    path = run.folder / episode / EVENTS
    first = next(read_events(path), None)
    if (
        first is None
        or first.get("event.action") != "episode-started"
        or not all(isinstance(first.get(f"fauxcorp.{name}"), kind) for name, kind in _HEADER.items())
    ):
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
    model, enforced = header.get("fauxcorp.prose"), header.get("fauxcorp.enforcement")
    again = Episode(
        play,
        seed=header["fauxcorp.seed"],
        epoch=header["fauxcorp.epoch"],
        agent=header["fauxcorp.agent"],
        folder=folder,
        prose=read_prose(run.folder / episode, model) if isinstance(model, str) else None,
        enforce=recorded(enforced, read_events(run.folder / episode / EVENTS)) if enforced is not None else None,
        sandboxes=_sandboxes(run.folder / episode, str(header.get("fauxcorp.sandbox", ""))),
    )
    try:
        redo(again, deeds)
    except TapeEnded:
        if episode in run.records:
            raise
        # The process was stopped before the end of what its log begins.
    return again


def _sandboxes(folder: Path, name: str) -> Sandboxes:
    if name != "docker":
        return VIRTUAL
    # Loaded when it is needed: most replays are of virtual sandboxes, and are over before it would be there.
    module: Any = import_module("fauxcorp.sandbox.docker.taping")
    return cast(Sandboxes, module.TapeSandboxes(folder / TAPE))
