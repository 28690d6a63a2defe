"""Fork a recorded episode: the same up to a step, then another agent goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from fauxcorp.content.library import Play
from fauxcorp.core.session import Agent
from fauxcorp.episode.episode import Episode, Watcher
from fauxcorp.episode.replay import header_of, rebuild
from fauxcorp.episode.runner import Item, Plan, RunResult, drive, manifest_of
from fauxcorp.errors import LogError, UserError
from fauxcorp.eventlog import EVENTS, Run, append_record, read_events, write_manifest


@dataclass(frozen=True, slots=True)
class ForkPoint:
    """Where a fork leaves its parent: after `step` of an episode of a run."""

    run: Run
    episode: str
    step: int

    def check(self) -> None:
        """Raise UserError if the episode has no such step."""
        last = 0
        for event in read_events(self.run.folder / self.episode / EVENTS):
            last = max(last, int(event.get("fauxcorp.step", 0)))
        if not 0 <= self.step <= last:
            raise UserError(f"{self.episode} has the steps 0 (the start) to {last}, not {self.step}")


def fork_run(
    point: ForkPoint,
    play: Play,
    agent: Agent,
    folder: Path,
    *,
    command: Sequence[str] = (),
    content_folders: Sequence[str] = (),
    watcher: Watcher | None = None,
    check: bool = True,
) -> RunResult:
    """Rebuild the episode up to the step in a new run folder and let the agent go on.

    With `check` the rebuilt log is held against the parent's.

    Raises:
        UserError: the parent has no such step, or had ended by then.
        LogError: a log cannot be read or written, or the rebuilt lines are not the parent's.
    """
    header = header_of(point.run, point.episode)
    if header.get("fauxcorp.sandbox", "virtual") != "virtual":
        raise UserError(
            f"{point.episode} ran on {header['fauxcorp.sandbox']}, and only episodes on virtual can be forked; "
            "`fauxcorp replay` plays it again"
        )
    point.check()
    item = Item(play, agent.name, header["fauxcorp.epoch"], f"from-{point.step:03d}")
    plan = Plan((item,), header["fauxcorp.seed"], command=tuple(command), content_folders=tuple(content_folders))
    parent = {"run": str(point.run.folder.resolve()), "episode": point.episode, "step": point.step}
    # What colleagues said up to the step comes from what was kept; from there on the rules' own words stand.
    model = str(header.get("fauxcorp.prose", ""))
    manifest = manifest_of(plan).model_copy(update={"parent": parent, "prose": model})
    write_manifest(folder, manifest)
    episode = _rebuilt(point, play, header, folder / item.name, check)
    episode.watcher = watcher
    episode.hand_over(agent.name)
    done = drive(episode, agent, item, folder / item.name)
    append_record(folder, done.record)
    heads = {done.record.episode: done.record.head}
    write_manifest(folder, manifest.model_copy(update={"heads": heads, "complete": True}))
    return RunResult(folder, [done])


def _rebuilt(point: ForkPoint, play: Play, header: dict[str, Any], folder: Path, check: bool) -> Episode:
    try:
        folder.mkdir()
    except OSError as error:
        raise LogError(f"{folder}: {error.strerror}") from None
    episode = rebuild(point.run, point.episode, play, header, upto=point.step, folder=folder)
    trouble = ""
    if check:
        new = (folder / EVENTS).read_bytes().splitlines(keepends=True)
        old = (point.run.folder / point.episode / EVENTS).read_bytes().splitlines(keepends=True)[: len(new)]
        differing = [n for n, (a, b) in enumerate(zip_longest(old, new), 1) if a != b]
        if differing:
            trouble = f"line {differing[0]} is not as it was recorded; `fauxcorp replay` shows the difference"
    if episode.over and not trouble:
        trouble = f"the episode had ended by step {point.step} ({episode.outcome})"
    if trouble:
        episode.close()
        raise LogError(f"{point.episode} cannot be forked: {trouble}")
    return episode
