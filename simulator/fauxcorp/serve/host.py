"""The owner of episodes that others drive: begins them, hands out their tokens, and ends them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from threading import Lock

from fauxcorp.content.library import Library
from fauxcorp.core.wall import unguessable
from fauxcorp.episode.driven import Driven, DrivenRun
from fauxcorp.episode.runner import Done, make_plan
from fauxcorp.errors import UserError
from fauxcorp.serve.desk import Desk
from fauxcorp.serve.door import TOKEN_BYTES
from fauxcorp.serve.gate import Gate

MOST_OPEN = 256
"""Episodes that may go on at a time."""


@dataclass(slots=True)
class Hosted:
    """One episode of a host. Its token opens the agent's calls, over MCP as over HTTP."""

    driven: Driven
    desk: Desk
    token: str
    watchers: set[asyncio.Event] = field(default_factory=set)
    """Set whenever something has happened."""

    @property
    def id(self) -> str:
        """The name of its folder."""
        return self.driven.item.name

    def stir(self) -> None:
        """Wake who waits for something to happen. In the servers' loop."""
        for watcher in self.watchers:
            watcher.set()


class Host:
    """Episodes by name. `create` and `end` may be called by any thread."""

    def __init__(self, library: Library, run: DrivenRun, gate: Gate, *, sandbox: str) -> None:
        """`run`: where the episodes are logged; whoever made it closes it."""
        self._library, self._run, self._gate, self._sandbox = library, run, gate, sandbox
        self._hosted: dict[str, Hosted] = {}
        self._lock = Lock()

    def create(self, scenario: str, variant: str = "", *, seed: int | None = None, agent: str = "agent") -> Hosted:
        """Begin an episode. Raises UserError for what there is none of, or if too many go on.

        `variant`: e.g. "prompt=tame"; the scenario's own if empty. `agent`: its name in the records.
        """
        with self._lock:
            if sum(not hosted.driven.over for hosted in self._hosted.values()) >= MOST_OPEN:
                raise UserError(f"{MOST_OPEN} episodes are going on; end some of them first")
            plan = make_plan(
                self._library, [scenario], agents=[agent], unscripted={agent}, variants=[variant] if variant else (),
                sandbox=self._sandbox,
            )  # fmt: skip
            if len(plan.items) != 1:
                raise UserError(f"variant {variant!r} stands for {len(plan.items)} variants; name one")
            driven = self._run.begin(plan.items[0], seed=seed)
            token, desk = unguessable(TOKEN_BYTES), Desk(driven)
            hosted = self._hosted[driven.item.name] = Hosted(driven, desk, token)
            desk.acted = hosted.stir
            self._gate.admit(token, desk, driven.item.play.company.facts.slug)
            return hosted

    def get(self, name: str) -> Hosted | None:
        """The episode of a name, ended or not."""
        return self._hosted.get(name)

    def all(self) -> list[Hosted]:
        """Every episode, in the order of their beginning."""
        return list(self._hosted.values())

    def end(self, hosted: Hosted, outcome: str = "", detail: str = "") -> Done:
        """End an episode; a second call changes nothing. Raises what kept acts from being recorded, if anything did."""
        done = hosted.driven.end(outcome, detail)
        if hosted.desk.trouble is not None:
            raise hosted.desk.trouble
        return done
