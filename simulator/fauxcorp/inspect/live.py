"""The episode of one sample while it goes on: acts for its tools, its log and Inspect's transcript kept of one mind."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anyio.to_thread
from inspect_ai.event import Event as InspectEvent
from inspect_ai.log import transcript
from inspect_ai.tool import ToolError

from fauxcorp.cli.words import effect_words
from fauxcorp.core.events import KIND, Event
from fauxcorp.core.session import ToolCall, ToolResult
from fauxcorp.episode.driven import Driven
from fauxcorp.episode.runner import Done
from fauxcorp.export.infos import infos_of
from fauxcorp.inspect.heard import Tell, call_id, heard, outcome_of
from fauxcorp.inspect.internals import TerminateSampleError

LIVE: dict[str, LiveSample] = {}
"""The samples that go on, by the folder of their log."""


class LiveSample:
    """One episode. Its methods are called in the sample's own task; the episode's work is done in worker threads."""

    def __init__(self, sample: str, begin: Callable[[Callable[[Event], None]], Driven]) -> None:
        """`sample`: its unique name in Inspect, whose transcript is at hand. `begin`: begins the episode; blocks."""
        self.sample = sample
        self.transcript = transcript()
        self._happened: deque[Event] = deque()
        self._next = 0
        self._pending: list[InspectEvent] = []
        self.shown_between_turns = False
        """The solver calls `show` after each turn; other solvers know nothing of it."""
        self.driven = begin(self._watch)
        self._names = frozenset(spec.name for spec in self.driven.tools)
        LIVE[str(self.folder)] = self

    @property
    def folder(self) -> Path:
        """The folder of its log, as a path that holds from anywhere."""
        return self.driven.folder.resolve()

    async def act(self, tool: str, arguments: dict[str, Any]) -> str:
        """Call a tool. Raises ToolError for what fails in the office; ends the sample if its episode is over."""
        said, id = self._listen(), call_id(self._pending, tool)
        result = await anyio.to_thread.run_sync(self._act, said, ToolCall(tool, arguments, id))
        if not self.shown_between_turns:
            self.show()
        if result is None:
            # A limit that is raised here would be told to the model as this call's error, and cost another turn each.
            raise TerminateSampleError(f"the episode has ended: {self.driven.episode.detail}")
        if result.is_error:
            raise ToolError(result.content)
        return result.content

    async def end(self, error: str = "") -> Done:
        """End the episode, with what the model said last. `error`: what the sample ended by."""
        outcome, detail = outcome_of(self.transcript.events, self.driven.episode.step, error)
        done = await anyio.to_thread.run_sync(self._end, self._listen(), outcome, detail)
        self.show()
        LIVE.pop(str(self.folder), None)
        return done

    def show(self) -> None:
        """Tell Inspect's transcript what happened in the company since the last time."""
        events = [self._happened.popleft() for _ in range(len(self._happened))]
        for source, data in infos_of(events, effect_words):
            self.transcript.info(data, source=source)

    def _watch(self, event: Event) -> None:
        if event[KIND] in ("effect", "flag"):
            self._happened.append(event)

    def _listen(self) -> list[Tell]:
        """What the transcript has of the agent's side since the last time, in its order."""
        events = self.transcript.events
        news = [*self._pending, *events[self._next :]]
        self._next = len(events)
        self._pending = [event for event in news if event.pending]
        return heard([event for event in news if not event.pending], self._names)

    def _act(self, said: Sequence[Tell], call: ToolCall) -> ToolResult | None:
        self._tell(said)
        return None if self.driven.over else self.driven.act(call)

    def _end(self, said: Sequence[Tell], outcome: str, detail: str) -> Done:
        self._tell(said)
        return self.driven.end(outcome, detail)

    def _tell(self, said: Sequence[Tell]) -> None:
        for tell in said:
            if self.driven.over:
                return
            tell(self.driven)
