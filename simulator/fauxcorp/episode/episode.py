"""Episode: one agent in one world, from reset to stop. `Episode.act` is the only way in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import structlog

from fauxcorp import __version__
from fauxcorp.api import Tool
from fauxcorp.content.library import Play
from fauxcorp.core.clock import Clock
from fauxcorp.core.effects import ChatPosted, Effect, EmailSent, Origin
from fauxcorp.core.events import Event, Kind, effect_event, flag_event
from fauxcorp.core.flags import Flag
from fauxcorp.core.rng import RandomSource
from fauxcorp.core.session import Brief, ToolCall, ToolResult, ToolSpec
from fauxcorp.enrich import Enricher
from fauxcorp.episode.arguments import bounded, checked
from fauxcorp.episode.boundary import Fault, guard
from fauxcorp.episode.enforcement import Enforcer, Setting
from fauxcorp.episode.prose import ProseSource, Reworder
from fauxcorp.errors import EpisodeOver, SandboxError, ToolError
from fauxcorp.eventlog import TAPE, EventLog
from fauxcorp.monitor import Monitor
from fauxcorp.sandbox.base import Sandbox, Sandboxes, Turn, TurnKind
from fauxcorp.sandbox.virtual import VirtualSandboxes
from fauxcorp.world.company import Person
from fauxcorp.world.text import clip, sound
from fauxcorp.world.world import World

log = structlog.get_logger()

MAX_RESULT = 200_000
"""Characters of one result; the rest is cut, and the result says so."""

LOST = "Connection to the server was lost."
VIRTUAL = VirtualSandboxes()
Watcher = Callable[[Event], None]


class Episode:
    """An agent's session in a live company.

    Owns clock, world, sandbox, log and monitor; is both the Session that an agent drives and the Office that tools act
    on. `folder` None keeps the log in memory.
    """

    def __init__(
        self,
        play: Play,
        *,
        seed: int = 1,
        epoch: int = 1,
        agent: str = "",
        folder: Path | None = None,
        watcher: Watcher | None = None,
        durable: bool = False,
        prose: ProseSource | None = None,
        sandboxes: Sandboxes = VIRTUAL,
        enforce: Setting | None = None,
    ) -> None:
        """`prose`: puts colleagues' answers in other words; what it gave is kept in `folder`. `enforce`: rules that
        forbid effects, or have somebody asked."""
        self.play = play
        self.seed, self.epoch, self.agent = seed, epoch, agent
        self.user = play.scenario.agent.user
        self.by = Origin("agent", self.user, "tool")
        self.id = f"{play.name}/{play.variant}/{agent or 'agent'}/{epoch}"
        self.clock = Clock(play.scenario.start)
        # Without the variant: what chance brings is the same in all of them, so that episodes of one epoch are pairs.
        rng = RandomSource(f"{play.name}/{seed}/{epoch}")
        self.world = World(play.company, self.clock, rng, cast=play.cast, agent=self.user)
        self.sandbox: Sandbox = sandboxes.make(self.world, self.user, folder / TAPE if folder else None)
        self._kind = sandboxes.name
        self.enricher = Enricher(play.context, self.world)
        self.monitor = Monitor(play.rules)
        self.log = EventLog(folder, durable=durable)
        self.watcher = watcher
        self.step = 0
        self.flags: list[Flag] = []
        self.outcome = ""
        self.detail = ""
        self.faults: list[Fault] = []
        self._cause: int | None = None
        self._arrived = self._ended = False
        self._deadline = self.clock.us + round(play.scenario.limits.hours * 3_600_000_000)
        self.world.sink = self._on_effect
        self.prose = Reworder(prose, folder, self._own_words_stand) if prose is not None else None
        self.world.prose = self.prose
        self._enforce(enforce)
        self._start()

    # -- what an agent sees -------------------------------------------------------------------------------------------

    @property
    def brief(self) -> Brief:
        """System prompt and task."""
        return self.play.brief

    @property
    def tools(self) -> Sequence[ToolSpec]:
        """The tools on offer."""
        return self.play.specs

    @property
    def over(self) -> bool:
        """True once no further act is taken."""
        return bool(self.outcome)

    def act(self, call: ToolCall, *, refused: str = "") -> ToolResult:
        """Do one thing in the company and return what came back. Raises EpisodeOver after the end.

        `refused`: what this is answered with, for it is no call that a tool could take; its arguments are what the log
        keeps of them.
        """
        self._must_go_on()
        lost = self._settle()
        self.step += 1
        if self.enforcer is not None:
            self.enforcer.begin()
        tool = self.play.tools.get(call.name)
        self._pass_time(self.clock.us + round((tool.seconds if tool else 1.0) * 1_000_000))
        arguments, refusal = (call.arguments, refused) if refused else bounded(call.arguments)
        action = {
            "event.action": "tool-call", "user.name": self.user, "fauxcorp.tool.name": call.name[:200],
            "fauxcorp.tool.call_id": call.id[:200], "fauxcorp.tool.arguments": arguments,
        }  # fmt: skip
        if refusal:
            action["fauxcorp.tool.refused"] = refusal
        self._cause = self.world.cause = self._append(Kind.action, action)
        self.log.flush()
        refusal = refusal or lost
        content, failed = (refusal, True) if refusal else self._run(tool, call.name, arguments)
        result = ToolResult(sound(clip(content, MAX_RESULT)), failed, call.id)
        self._observe(result)
        self._cause = None
        self._limit()
        self.log.flush()
        return result

    def say(self, text: str, *, thought: bool = False) -> None:
        """Record what the agent says without acting; `thought`: only to itself."""
        self._must_go_on()
        said = {"event.action": "agent-thought" if thought else "agent-said", "fauxcorp.text": text[:MAX_RESULT]}
        self._append(Kind.message, said)
        self.log.flush()

    def note(self, action: str, fields: Mapping[str, Any]) -> None:
        """Record something about the agent that is no act."""
        self._must_go_on()
        self._append(Kind.note, {"event.action": action, "fauxcorp.actor": "agent", **fields})
        self.log.flush()

    def attend(self, kind: TurnKind, us: int = 0) -> None:
        """Let a program that runs beside the acts go on for so many microseconds, and take in what it did; after the
        end, too, as long as it runs."""
        if self.outcome == "error":
            return
        turn = Turn(self.log.count, us, kind)
        self._pass_time(max(self.clock.us, min(self.clock.us + us, self._deadline)))
        try:
            self.sandbox.attend(turn)
        except SandboxError as error:
            self._lost(error)
        self._limit()
        self.log.flush()

    def hand_over(self, agent: str) -> None:
        """Note that another agent goes on from here. Raises EpisodeOver after the end."""
        self._must_go_on()
        self.agent = agent
        self._append(Kind.note, {"event.action": "episode-forked", "fauxcorp.agent": agent})
        self.log.flush()

    def finish(self, outcome: str = "completed", detail: str = "") -> None:
        """End the episode; a second call changes nothing."""
        if self._ended:
            return
        self._ended = True
        if self.outcome != "error":
            self._settle()
        if not self.outcome:
            self.outcome, self.detail = outcome, detail
            if self.faults and outcome == "completed":
                self.outcome, self.detail = "error", f"{self.faults[0].kind}: {self.faults[0].message}"
        for effect in self.world.outbox.left():
            self.world.apply(effect)
        tape = {"fauxcorp.tape": self.sandbox.tape} if self.sandbox.tape else {}
        self._append(Kind.note, {"event.action": "episode-ended", "fauxcorp.outcome": self.outcome,
                                 "fauxcorp.detail": self.detail, **tape})  # fmt: skip
        self.close()

    def close(self) -> None:
        """Give back what the episode holds, the log flushed."""
        try:
            self.log.close()
        finally:
            self.sandbox.close()

    # -- what a tool sees (Office) ------------------------------------------------------------------------------------

    @property
    def person(self) -> Person:
        """The agent's entry in the staff directory."""
        return self.play.company.people[self.user]

    def wait(self, seconds: float, *, until_mail: bool = False) -> float:
        """Let simulated time pass, cues and replies included; returns the seconds that passed. With `until_mail` it
        ends as soon as something arrives for the agent."""
        start = self.clock.us
        self._arrived = False
        self._pass_time(min(start + round(seconds * 1_000_000), self._deadline), until_arrival=until_mail)
        return (self.clock.us - start) / 1_000_000

    # -- forking ------------------------------------------------------------------------------------------------------

    def fork(self, *, agent: str = "", folder: Path | None = None) -> Episode:
        """An episode in the same state that goes on by itself, its log starting with this one's lines."""
        other = Episode.__new__(Episode)
        other.play, other.seed, other.epoch = self.play, self.seed, self.epoch
        other.user, other.by, other.id = self.user, self.by, self.id
        other.agent = agent or self.agent
        other.clock = self.clock.copy()
        other.world = self.world.fork(other.clock, self.world.rng.fork())
        other.sandbox, other._kind = self.sandbox.fork(other.world), self._kind
        other.enricher = self.enricher.fork(other.world)
        other.monitor = self.monitor.fork()
        other.log = self.log.fork(folder)
        other.watcher = self.watcher
        other.step, other.flags, other.faults = self.step, list(self.flags), list(self.faults)
        other.outcome, other.detail = self.outcome, self.detail
        other._cause, other._arrived, other._ended, other._deadline = None, False, False, self._deadline
        other.world.sink = other._on_effect
        other.prose = self.prose.fork(folder, other._own_words_stand) if self.prose is not None else None
        other.world.prose = other.prose
        other._enforce(self.enforcer.setting if self.enforcer is not None else None)
        return other

    # -- inside -------------------------------------------------------------------------------------------------------

    def _must_go_on(self) -> None:
        if self.over:
            raise EpisodeOver(f"the episode has ended: {self.outcome}")

    def _start(self) -> None:
        play = self.play
        self._append(Kind.note, {
            "event.action": "episode-started", "fauxcorp.scenario": play.name, "fauxcorp.variant": play.variant,
            "fauxcorp.agent": self.agent, "fauxcorp.seed": self.seed, "fauxcorp.epoch": self.epoch,
            "fauxcorp.finding": play.scenario.finding, "fauxcorp.engine": __version__, "fauxcorp.sandbox": self._kind,
            "fauxcorp.content": play.hashes, "fauxcorp.tools": list(play.tools),
            **({"fauxcorp.prose": self.prose.source.model} if self.prose is not None else {}),
            **({"fauxcorp.enforcement": self.enforcer.setting.header()} if self.enforcer is not None else {}),
        })  # fmt: skip
        for role, text in (("system", self.brief.system), ("user", self.brief.task)):
            self._append(Kind.message, {"event.action": f"brief-{role}", "fauxcorp.text": text})
        self._pass_time(self.clock.us)
        self.log.flush()

    def _run(self, tool: Tool | None, name: str, arguments: Any) -> tuple[str, bool]:
        """Check the arguments and run the tool. Returns what the agent reads, and whether it is a failure."""
        if tool is None:
            return f"Unknown tool: {name[:80]}. Available: {', '.join(self.play.tools)}", True
        try:
            outcome = guard(lambda: tool.handler(checked(tool, arguments), self))
        except ToolError as error:
            return str(error), True
        except SandboxError as error:
            return self._lost(error), True
        if outcome.fault is not None:
            self._fault(outcome.fault)
            return "Internal error. The request could not be completed.", True
        return str(outcome.value), False

    def _settle(self) -> str:
        """Take in what programs did since the last act; what the agent reads if the sandbox is lost."""
        try:
            self.sandbox.settle()
        except SandboxError as error:
            return self._lost(error)
        return ""

    def _lost(self, error: SandboxError) -> str:
        self._fault(Fault("SandboxError", str(error), "", ""))
        self.outcome, self.detail = "error", str(error)
        return LOST

    def _fault(self, fault: Fault) -> None:
        self.faults.append(fault)
        # Left to itself, structlog would print on the stdout of whoever uses this as a library.
        if structlog.is_configured():
            here = log.bind(episode=self.id, step=self.step)
            here.error("fault", error=fault.kind, message=fault.message, place=fault.place)
            here.debug("traceback", trace=fault.trace)
        self._append(Kind.note, {"event.action": "engine-fault", "error.type": fault.kind,
                                 "error.message": fault.message, "fauxcorp.place": fault.place})  # fmt: skip

    def _observe(self, result: ToolResult) -> None:
        text = result.content
        sequence = self._append(
            Kind.observation,
            {
                "event.action": "tool-result",
                "event.outcome": "failure" if result.is_error else "success",
                "fauxcorp.tool.result": text,
                "fauxcorp.cause": self._cause,
            },
        )
        self.enricher.saw(text, sequence)

    def _enforce(self, setting: Setting | None) -> None:
        self.enforcer: Enforcer | None = None
        if setting is not None:
            self.enforcer = Enforcer(setting, self.play.rules, self._decided)
            self.world.gate = self._refusal

    def _refusal(self, effect: Effect) -> str:
        """Why an effect may not be: what it would be flagged for is looked up before it is."""
        assert self.enforcer is not None
        event = self._enriched(effect, self.enricher.fork(self.world))
        return self.enforcer.refusal(self.monitor.fork().feed(event), event)

    def _decided(self, fields: dict[str, Any]) -> None:
        self._append(Kind.note, fields | ({"fauxcorp.cause": self._cause} if self._cause is not None else {}))

    def _enriched(self, effect: Effect, enricher: Enricher) -> dict[str, Any]:
        event = effect_event(effect)
        enricher.effect(effect, event)
        cause = self._cause if effect.cause is None else effect.cause
        if cause is not None:
            event["fauxcorp.cause"] = cause
        return self._event(Kind.effect, event)

    def _on_effect(self, effect: Effect) -> None:
        """The sink of the world: enrich, log, monitor, let the timeline know."""
        full = self._enriched(effect, self.enricher)
        self.log.append(full)
        if self.watcher is not None:
            self.watcher(full)
        flags = self.monitor.feed(full)
        for flag in flags:
            self.flags.append(flag)
            self._append(Kind.flag, flag_event(flag))
        if flags and self.enforcer is not None:
            self.enforcer.happened(flags, full)
        self._arrived = self._arrived or self._is_for_agent(effect)
        self.world.timeline.on_effect(effect, full)

    def _own_words_stand(self, person: str, reason: str, count: int) -> None:
        """Note that a colleague's answer stands as the rule has it, and how many do by now."""
        fields = {"fauxcorp.person": person, "fauxcorp.reason": reason, "fauxcorp.count": count}
        self._append(Kind.note, {"event.action": "prose-not-used", **fields})

    def _is_for_agent(self, effect: Effect) -> bool:
        if effect.by.actor == "agent":
            return False
        if isinstance(effect, EmailSent):
            return self.person.email.lower() in effect.delivered
        return isinstance(effect, ChatPosted)

    def _pass_time(self, until: int, *, until_arrival: bool = False) -> None:
        """Move the clock to `until`, stopping at each cue on the way."""
        timeline = self.world.timeline
        cause, self._cause = self._cause, None
        timeline.run(self.step)
        while not (until_arrival and self._arrived):
            due = timeline.next_at()
            if due is None or due > until:
                self.clock.advance_to(until)
                break
            self.clock.advance_to(due)
            timeline.run(self.step)
        self._cause = cause

    def _limit(self) -> None:
        limits = self.play.scenario.limits
        if not self.outcome and (self.step >= limits.steps or self.clock.us >= self._deadline):
            self.outcome = "limit"
            self.detail = f"{limits.steps} steps" if self.step >= limits.steps else f"{limits.hours:g} simulated hours"

    def _event(self, kind: Kind, fields: dict[str, Any]) -> dict[str, Any]:
        return {
            "@timestamp": self.clock.iso(),
            "event.sequence": self.log.count,
            "event.kind": kind.value,
            "fauxcorp.episode": self.id,
            "fauxcorp.step": self.step,
            **fields,
        }

    def _append(self, kind: Kind, fields: dict[str, Any]) -> int:
        event = self._event(kind, fields)
        sequence = self.log.append(event)
        if self.watcher is not None:
            self.watcher(event)
        return sequence
