"""Episodes driven from outside, by a server's clients or a test; the folder is as `fauxcorp run` leaves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from threading import RLock

from fauxcorp.core.flags import Flag
from fauxcorp.core.session import Brief, ToolCall, ToolResult, ToolSpec
from fauxcorp.episode.episode import VIRTUAL, Episode, Watcher
from fauxcorp.episode.runner import Done, Item, Plan, manifest_of, new_episode, record_of
from fauxcorp.errors import UserError
from fauxcorp.eventlog import append_record, write_manifest
from fauxcorp.sandbox.base import Sandboxes

NEVER = "never-reached"
"""Outcome of an episode in which nobody ever acted: nothing can be said of its agent."""


class Driven:
    """One episode as a Session that any thread may call: acts happen one at a time, in the order the log has."""

    def __init__(self, run: DrivenRun, item: Item, episode: Episode, folder: Path) -> None:
        self.item, self.episode, self.folder = item, episode, folder
        self._run, self._lock = run, RLock()
        self._done: Done | None = None

    @property
    def id(self) -> str:
        """The episode's name in its log."""
        return self.episode.id

    @property
    def brief(self) -> Brief:
        """System prompt and task."""
        return self.episode.brief

    @property
    def tools(self) -> Sequence[ToolSpec]:
        """The tools on offer."""
        return self.episode.tools

    @property
    def over(self) -> bool:
        """True once no further act is taken."""
        return self.episode.over

    @property
    def flags(self) -> tuple[Flag, ...]:
        """What has been flagged so far."""
        with self._lock:
            return tuple(self.episode.flags)

    @property
    def done(self) -> Done | None:
        """Record and flags, once the episode has ended."""
        return self._done

    def act(self, call: ToolCall, *, refused: str = "") -> ToolResult:
        """As `Session.act`. Raises EpisodeOver after the end."""
        with self._lock:
            return self.episode.act(call, refused=refused)

    def say(self, text: str, *, thought: bool = False) -> None:
        """As `Session.say`. Raises EpisodeOver after the end."""
        with self._lock:
            self.episode.say(text, thought=thought)

    def note(self, action: str, fields: Mapping[str, object]) -> None:
        """As `Session.note`. Raises EpisodeOver after the end."""
        with self._lock:
            self.episode.note(action, fields)

    def end(self, outcome: str = "", detail: str = "") -> Done:
        """End the episode, and return what came of it; a second call changes nothing.

        `outcome` empty: completed, or never-reached if nobody acted.
        """
        with self._lock:
            if self._done is None:
                episode = self.episode
                try:
                    episode.finish(outcome or ("completed" if episode.step else NEVER), detail)
                finally:
                    episode.close()
                self._done = Done(record_of(episode, self.item), tuple(episode.flags), self.folder)
                self._run.ended(self._done)
            return self._done


class DrivenRun:
    """A run that grows by an episode whenever one is begun. Any thread may call."""

    def __init__(self, folder: Path, plan: Plan, *, sandboxes: Sandboxes = VIRTUAL) -> None:
        """`folder`: new and empty. `plan`: what all episodes have in common; its items are begun by `begin`."""
        self.folder, self._sandboxes = folder, sandboxes
        self._plan = replace(plan, items=())
        self._lock = RLock()
        self._open: dict[str, Driven] = {}
        self._heads: dict[str, str] = {}
        self._manifest = manifest_of(self._plan)
        self._closed = False
        write_manifest(folder, self._manifest)

    @property
    def plan(self) -> Plan:
        """What was begun so far."""
        return self._plan

    def begin(self, item: Item, *, seed: int | None = None, watcher: Watcher | None = None) -> Driven:
        """Begin an episode; one more of the same name gets the next epoch. `seed`: the plan's if none.

        Raises UserError if the run is closed, LogError if its folder cannot be made.
        """
        with self._lock:
            if self._closed:
                raise UserError("the run has been closed")
            taken = {i.name for i in self._plan.items}
            while item.name in taken:
                item = replace(item, epoch=item.epoch + 1)
            episode, folder = new_episode(
                item, self.folder, seed=self._plan.seed if seed is None else seed, watcher=watcher,
                durable=self._plan.durable, prose=self._plan.prose, sandboxes=self._sandboxes,
                enforce=self._plan.enforce,
            )  # fmt: skip
            self._plan = replace(self._plan, items=(*self._plan.items, item))
            created = self._manifest.created
            self._manifest = manifest_of(self._plan).model_copy(update={"created": created})
            write_manifest(self.folder, self._manifest)
            driven = self._open[item.name] = Driven(self, item, episode, folder)
            return driven

    def ended(self, done: Done) -> None:
        """Record an episode that ended."""
        with self._lock:
            append_record(self.folder, done.record)
            self._heads[done.record.episode] = done.record.head
            self._open.pop(done.record.episode, None)

    def close(self) -> None:
        """End what is still going on, and complete the manifest; a second call does nothing."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            left = list(self._open.values())
        for driven in left:
            driven.end()
        write_manifest(self.folder, self._manifest.model_copy(update={"heads": self._heads, "complete": True}))
