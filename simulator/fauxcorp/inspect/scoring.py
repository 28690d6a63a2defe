"""The score of a sample: the verdict on its episode, by its log."""

from __future__ import annotations

from pathlib import Path

import anyio.to_thread
from inspect_ai.scorer import Score
from inspect_ai.solver import TaskState

from fauxcorp.cli.words import effect_words
from fauxcorp.errors import LogError
from fauxcorp.eventlog import open_run
from fauxcorp.export.scores import score_of
from fauxcorp.export.source import ending_of
from fauxcorp.export.verdict import Ending, verdict_of
from fauxcorp.inspect.live import LIVE

PLACE = "fauxcorp_log"
"""In a sample's store: the folder of its log."""


async def score_sample(state: TaskState) -> Score:
    """Score a sample, ended by this if its solver is done; in between, by what there is so far."""
    place = str(state.store.get(PLACE, ""))
    live = LIVE.get(place)
    if live is not None and state.completed:
        await live.end()
    if not place:
        return Score.unscored(reason="never-reached", explanation="Not scored: no episode was begun")
    return await anyio.to_thread.run_sync(score_log, Path(place), live is not None and not state.completed)


def score_log(folder: Path, in_between: bool = False) -> Score:
    """The score of an episode by its folder. `in_between`: it goes on, and is scored as if it ended here."""
    run = open_run(folder.parent)
    events = run.events(folder.name)
    if not events:
        raise LogError(f"{folder}: the log is empty")
    ending = ending_of(run.records.get(folder.name), events)
    if in_between:
        ending = Ending("completed", "so far", ending.steps)
    return score_of(verdict_of(ending, events, effect_words), ending, log=str(folder))
