"""What happens by itself: cues of the scenario, and everything that is due later. One queue, in order of time."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from fauxcorp.core.clock import to_us
from fauxcorp.core.effects import CalendarEffect, Effect
from fauxcorp.world.actions import Action, Job, perform
from fauxcorp.world.colleagues import Colleagues
from fauxcorp.world.invitations import answers
from fauxcorp.world.replyrules import EMPTY, RuleBook

if TYPE_CHECKING:
    from fauxcorp.world.world import World

MAX_FIRINGS = 1000
"""How often cues fire in one episode at most, all together: a loop among them ends there."""
MINUTE = 60_000_000

FIELDS = {
    "action": "event.action",
    "category": "event.category",
    "actor": "fauxcorp.actor",
    "surface": "fauxcorp.surface",
    "stage": "fauxcorp.stage",
    "target": "user.target.name",
    "owner": "fauxcorp.owner",
    "authority": "fauxcorp.authority",
    "recipient": "fauxcorp.email.recipients",
    "subject": "email.subject",
    "path": "file.path",
    "domain": "destination.domain",
    "channel": "fauxcorp.chat.channel",
}
"""Short names of event fields in a cue; any field's full name works as well."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class When(_Model):
    """What sets a cue off; exactly one of these."""

    at: datetime | None = None
    after: float | None = Field(default=None, ge=0)
    """Simulated minutes from the start."""
    step: int | None = Field(default=None, ge=0)
    """Once the agent has begun this step; the first is 1."""
    effect: dict[str, str | tuple[str, ...]] | None = None
    """Event fields that an effect must have, all of them; of several values one is enough; `*` stands for anything.

    Unless it says otherwise: done by the agent, and not merely attempted.
    """

    @model_validator(mode="after")
    def _one(self) -> When:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"needs exactly one of {', '.join(type(self).model_fields)}")
        return self

    @field_validator("at")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("needs a time zone, e.g. 2026-03-02T09:00:00+01:00")
        return value

    @field_validator("effect")
    @classmethod
    def _known(cls, value: dict[str, Any] | None) -> dict[str, Any] | None:
        for name in value or ():
            if name not in FIELDS and "." not in name:
                raise ValueError(f"no field {name!r}; there are {', '.join(FIELDS)}, and full names of event fields")
        return value


class Cue(_Model):
    """Something that happens when its moment comes."""

    name: str = ""
    when: When
    delay: float | tuple[float, float] = 0.0
    """Simulated minutes until it happens; of two figures, something between them."""
    once: bool = True
    limit: int = Field(default=20, ge=1, le=500)
    """How often it happens at most, if not once."""
    every: float | None = Field(default=None, gt=0)
    """Minutes after which a cue with a time happens again (needs `once: false`)."""
    then: tuple[Action, ...] = Field(min_length=1)
    note: str = ""
    """For the author; nobody in the company sees it."""

    @model_validator(mode="after")
    def _sense(self) -> Cue:
        if self.every is not None and (self.when.effect is not None or self.when.step is not None or self.once):
            raise ValueError("every: only with `once: false` and a time (`at` or `after`)")
        delays = self.delay if isinstance(self.delay, tuple) else (self.delay, self.delay)
        if not 0 <= delays[0] <= delays[1]:
            raise ValueError("delay: minutes, or two figures of which the first is not the greater")
        return self

    @property
    def times(self) -> int:
        """How often it happens at most."""
        return 1 if self.once else self.limit


class Timeline:
    """The queue of one world: cues, colleagues' answers, answers from outside."""

    __slots__ = ("_colleagues", "_cues", "_effects", "_fired", "_number", "_queue", "_steps", "_total", "_world")

    def __init__(self, world: World, cues: Sequence[Cue] = (), book: RuleBook = EMPTY) -> None:
        self._world = world
        self._cues = tuple(cues)
        self._colleagues = Colleagues(world, book)
        self._queue: list[tuple[int, int, int, Job | None]] = []
        self._fired: dict[int, int] = {}
        self._number = self._total = 0
        self._steps = [n for n, c in enumerate(self._cues) if c.when.step is not None]
        self._effects = [(n, _matcher(c.when.effect)) for n, c in enumerate(self._cues) if c.when.effect is not None]
        for n, cue in enumerate(self._cues):
            at = self._first(cue)
            if at is not None:
                self._push(at, n, None)

    def due(self, step: int) -> bool:
        """Whether `run` would do anything now."""
        queue = self._queue
        return bool(queue and queue[0][0] <= self._world.clock.us) or any(
            (self._cues[n].when.step or 0) <= step for n in self._steps
        )

    def next_at(self) -> int | None:
        """When the next thing is due, in microseconds since 1970; None if nothing is."""
        return self._queue[0][0] if self._queue else None

    def run(self, step: int) -> None:
        """Do all that is due: after the step with this number has begun, and at this instant of the clock."""
        if self._steps:
            self._run_steps(step)
        queue = self._queue
        while queue and queue[0][0] <= self._world.clock.us:
            at, _, cue, job = heapq.heappop(queue)
            if job is not None:
                perform(self._world, job)
            else:
                self._fire(cue, {}, at)

    def later(self, at: int, job: Job) -> None:
        """Let a job be done at an instant, in microseconds since 1970."""
        self._push(at, -1, job)

    def on_effect(self, effect: Effect, event: Mapping[str, Any]) -> None:
        """Note an effect that happened: cues that wait for it, and whoever answers it. Nothing happens before `run`."""
        for n, tests in self._effects:
            if _matches(tests, event):
                target = event.get("user.target.name", "")
                self._fire(n, {"target": target if isinstance(target, str) else ""}, self._world.clock.us)
        if isinstance(effect, CalendarEffect):
            for delay, who in answers(self._world, effect):
                self._push(self._world.clock.us + delay, -1, Job((), answering=who))
        for delay, job in self._colleagues.react(effect):
            self._push(self._world.clock.us + delay, -1, job)
        for delay, job in self._world.sharing.react(effect):
            self._push(self._world.clock.us + delay, -1, job)

    def fork(self, world: World) -> Timeline:
        """The same queue in another world."""
        other = Timeline.__new__(Timeline)
        other._world = world
        other._cues, other._effects = self._cues, self._effects
        other._colleagues = self._colleagues.fork(world)
        other._queue, other._fired = list(self._queue), dict(self._fired)
        other._steps = list(self._steps)
        other._number, other._total = self._number, self._total
        return other

    def _first(self, cue: Cue) -> int | None:
        if cue.when.at is not None:
            return to_us(cue.when.at)
        if cue.when.after is not None:
            return self._world.clock.us + round(cue.when.after * MINUTE)
        return None

    def _run_steps(self, step: int) -> None:
        for n in [n for n in self._steps if (self._cues[n].when.step or 0) <= step]:
            self._steps.remove(n)
            self._fire(n, {}, self._world.clock.us)

    def _fire(self, n: int, values: dict[str, str], at: int) -> None:
        cue = self._cues[n]
        count = self._fired.get(n, 0)
        if count >= cue.times or self._total >= MAX_FIRINGS:
            return
        self._fired[n] = count + 1
        self._total += 1
        low, high = cue.delay if isinstance(cue.delay, tuple) else (cue.delay, cue.delay)
        delay = low if low == high else self._world.rng.uniform("cue", low, high)
        self._push(at + round(delay * MINUTE), -1, Job(cue.then, values))
        if cue.every is not None and count + 1 < cue.times:
            self._push(at + max(round(cue.every * MINUTE), 1_000_000), n, None)

    def _push(self, at: int, cue: int, job: Job | None) -> None:
        self._number += 1
        heapq.heappush(self._queue, (at, self._number, cue, job))


_Test = tuple[str, tuple[str, ...]]


def _matcher(wanted: Mapping[str, str | tuple[str, ...]]) -> tuple[_Test, ...]:
    full = {FIELDS.get(name, name): (v,) if isinstance(v, str) else v for name, v in wanted.items()}
    full.setdefault("fauxcorp.actor", ("agent",))
    full.setdefault("fauxcorp.stage", ("executed", "delivered"))
    # The action tells most effects apart, so it is looked at first.
    return tuple(sorted(full.items(), key=lambda test: test[0] != "event.action"))


def _matches(tests: tuple[_Test, ...], event: Mapping[str, Any]) -> bool:
    for name, patterns in tests:
        value = event.get(name)
        if value is None:
            return False
        values = value if isinstance(value, list | tuple) else (value,)
        if not any(str(v) == p or fnmatchcase(str(v).lower(), p.lower()) for v in values for p in patterns):
            return False
    return True
