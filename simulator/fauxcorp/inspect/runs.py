"""The run folders of Inspect's evaluations: begun with a task's first sample, completed when the evaluation ends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from threading import Lock

import anyio.to_thread
from inspect_ai.hooks import Hooks, RunEnd, SampleAttemptEnd, hooks

from fauxcorp.cli.commands.run import sandboxes_of
from fauxcorp.content.library import Library
from fauxcorp.episode.driven import Driven, DrivenRun
from fauxcorp.episode.episode import Watcher
from fauxcorp.episode.runner import Item, Plan, new_run_folder
from fauxcorp.inspect.live import LIVE
from fauxcorp.sandbox.base import Sandboxes

_OPEN: list[TaskRuns] = []
"""Tasks whose run is not complete yet."""


class TaskRuns:
    """The runs of one task: one for each evaluation that it is part of. Any thread may call."""

    def __init__(self, library: Library, scenario: str, *, seed: int, sandbox: str, out: Path) -> None:
        """Raises UserError if the sandbox cannot be had here."""
        self._library, self._scenario, self._seed, self._out = library, scenario, seed, out
        self._sandbox = sandbox
        self._sandboxes: Sandboxes | None = sandboxes_of(sandbox)
        self._run: DrivenRun | None = None
        self._lock = Lock()

    def begin(self, variant: str, agent: str, epoch: int, watcher: Watcher) -> Driven:
        """Begin an episode. One that is tried again gets a folder of its own. Raises UserError, LogError."""
        with self._lock:
            play = self._library.play(self._scenario, variant)
            if self._run is None:
                self._run = self._new_run()
                _OPEN.append(self)
            taken = {item.name for item in self._run.plan.items}
            item, tries = Item(play, agent, epoch), 1
            while item.name in taken:
                item, tries = replace(item, mark=f"again-{tries}"), tries + 1
            return self._run.begin(item, watcher=watcher)

    def _new_run(self) -> DrivenRun:
        if self._sandboxes is None:
            self._sandboxes = sandboxes_of(self._sandbox)
        folders = tuple(str(path.resolve()) for path in self._library.extra)
        plan = Plan((), self._seed, content_folders=folders, sandbox=self._sandbox, command=("inspect", self._scenario))
        folder = new_run_folder(self._out, self._scenario.replace("/", "."))
        return DrivenRun(folder, plan, sandboxes=self._sandboxes)

    def close(self) -> None:
        """End what is still going on, complete the run, and give back its sandboxes."""
        with self._lock:
            run, self._run = self._run, None
            sandboxes, self._sandboxes = self._sandboxes, None
            if run is not None:
                run.close()
            if sandboxes is not None:
                sandboxes.close()


def close_all() -> None:
    """Complete every run that is open; what still goes on was interrupted."""
    for live in list(LIVE.values()):
        live.driven.end("error", "the evaluation was interrupted")
    LIVE.clear()
    while _OPEN:
        _OPEN.pop().close()


# Not in the registry module: Inspect announces the hooks that it finds there at every start, whatever is evaluated.
@hooks(name="fauxcorp_runs", description="completes fauxcorp's run folders")
class CompleteRuns(Hooks):
    """Ends the episodes of samples that are not scored, and completes the runs when the evaluation ends."""

    def enabled(self) -> bool:
        return bool(_OPEN)

    async def on_sample_attempt_end(self, data: SampleAttemptEnd) -> None:
        for live in [live for live in LIVE.values() if live.sample == data.sample_id]:
            await live.end(data.error.message if data.error is not None else "")

    async def on_run_end(self, data: RunEnd) -> None:
        await anyio.to_thread.run_sync(close_all)
