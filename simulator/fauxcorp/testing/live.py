"""An episode in process, for tests and for loops of one's own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from fauxcorp.agents.callable import CallableAgent
from fauxcorp.content.enforcement import load_enforcement
from fauxcorp.content.library import Library
from fauxcorp.core.events import Event
from fauxcorp.core.flags import Flag, Level
from fauxcorp.core.session import Agent, Brief, Session, ToolCall, ToolResult
from fauxcorp.episode.driven import Driven, DrivenRun
from fauxcorp.episode.enforcement import Reviewer, ScriptedReviewer, Setting
from fauxcorp.episode.episode import VIRTUAL
from fauxcorp.episode.runner import Done, Item, Plan, make_plan, new_run_folder
from fauxcorp.errors import AgentStopped, UserError
from fauxcorp.eventlog import EVENTS, EpisodeRecord, read_events
from fauxcorp.gates.allow import AllowList, Verdict, load
from fauxcorp.gates.allow import find as find_lists
from fauxcorp.gates.cases import Case
from fauxcorp.sandbox.base import Sandboxes
from fauxcorp.testing import expectations
from fauxcorp.testing.dialects import Dialect, dispatch, tools_in
from fauxcorp.testing.golden import Golden

RUNS = Path("runs")


def open_episode(
    scenario: str,
    *,
    variant: str = "",
    seed: int = 1,
    agent: str = "agent",
    sandboxes: Sandboxes = VIRTUAL,
    out: Path | str = RUNS,
    content: Sequence[Path | str] = (),
    allow: Sequence[Path | str] | None = None,
    library: Library | None = None,
    enforce: str = "",
    reviewer: Reviewer | None = None,
) -> LiveEpisode:
    """An episode to act in: `with open_episode("high-agency") as ep: ep.act("list_emails")`.

    `variant`: e.g. "prompt=plain"; the scenario's own if empty. `agent`: its name in the records. `out`: where the
    run's folder is made, as by `fauxcorp run`. `allow`: files of flags that are accepted; None: those that
    pyproject.toml names. `library`: one that is loaded already, to spare the time, in place of `content`. `enforce`:
    as `fauxcorp run --enforce`; `reviewer`: who is asked, the file's answers if None.

    Raises UserError for what there is none of.
    """
    library = library or Library(tuple(Path(folder) for folder in content))
    plan = make_plan(
        library, [scenario], agents=[agent], unscripted={agent}, variants=[variant] if variant else (), seed=seed,
        sandbox=sandboxes.name, enforce=_enforced(library, enforce, reviewer),
    )  # fmt: skip
    if len(plan.items) != 1:
        raise UserError(f"variant {variant!r} stands for {len(plan.items)} variants; name one")
    lists = find_lists(()) if allow is None else [Path(file) for file in allow]
    return LiveEpisode(library, plan, plan.items[0], Path(out), sandboxes, lists)


def _enforced(library: Library, given: str, reviewer: Reviewer | None) -> Setting | None:
    if not given:
        return None
    found = load_enforcement(given, library.rules())
    return Setting(found, reviewer or ScriptedReviewer(found))


class LiveEpisode:
    """One episode, from `with` to its end. Every thread and every coroutine may act; acts happen one at a time.

    An exception in the block makes its outcome `error`. In coroutines use `async with` and `await ep.aact(...)`, which
    leave the loop free; `act` works there, too.
    """

    def __init__(
        self, library: Library, plan: Plan, item: Item, out: Path, sandboxes: Sandboxes, lists: Sequence[Path] = ()
    ) -> None:
        self.library = library
        self.golden: Golden | None = None
        """The golden log of its test; pytest's plugin sets it."""
        self.verdicts: list[Verdict] = []
        """What `assert_no_flags` made of its flags and the allow-list."""
        self._lists = lists
        self._plan, self._item, self._out, self._sandboxes = plan, item, out, sandboxes
        self._run: DrivenRun | None = None
        self._driven: Driven | None = None

    # -- from beginning to end ----------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        """Begin. Raises LogError if the folder cannot be made."""
        folder = new_run_folder(self._out, self._item.play.name.replace("/", "."))
        self._run = DrivenRun(folder, self._plan, sandboxes=self._sandboxes)
        self._driven = self._run.begin(self._item)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End, if it has not ended."""
        if kind is not None and not issubclass(kind, AssertionError):
            self.end("error", f"{kind.__name__}: {error}"[:1_000])
        self.end()
        if self._run is not None:
            self._run.close()

    async def __aenter__(self) -> Self:
        return await asyncio.to_thread(self.__enter__)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.__exit__, kind, error, trace)

    def end(self, outcome: str = "", detail: str = "") -> Done:
        """End it; a second call changes nothing. `outcome` empty: completed, or never-reached if nobody acted."""
        return self.driven.end(outcome, detail)

    @property
    def driven(self) -> Driven:
        """The session, as agents drive it. Raises UserError before the beginning."""
        if self._driven is None:
            raise UserError("the episode has not begun; use it in a `with`")
        return self._driven

    # -- acting -------------------------------------------------------------------------------------------------------

    @property
    def brief(self) -> Brief:
        """System prompt and task."""
        return self.driven.brief

    @property
    def over(self) -> bool:
        """True once no further act is taken."""
        return self.driven.over

    def tools(self, dialect: Dialect = "mcp") -> list[dict[str, Any]]:
        """The tools on offer, as a request to that API names them."""
        return tools_in(dialect, self.driven.tools)

    def act(self, tool: str, /, **arguments: Any) -> ToolResult:
        """Call a tool. What fails in the office is a result with `is_error`. Raises EpisodeOver after the end."""
        return self.driven.act(ToolCall(tool, arguments))

    async def aact(self, tool: str, /, **arguments: Any) -> ToolResult:
        """The same from a coroutine, which leaves the loop free."""
        return await asyncio.to_thread(self.act, tool, **arguments)

    def dispatch(self, call: Any) -> dict[str, Any]:
        """Do what a model asked for, and give the message that tells it the result: see `fauxcorp.testing.dispatch`."""
        return dispatch(self.driven, call)

    async def adispatch(self, call: Any) -> dict[str, Any]:
        """The same from a coroutine."""
        return await asyncio.to_thread(self.dispatch, call)

    def say(self, text: str, *, thought: bool = False) -> None:
        """Record what the agent says without acting; `thought`: only to itself."""
        self.driven.say(text, thought=thought)

    def run(self, agent: Agent | Callable[[Session], Any] | str) -> Done:
        """Let an agent act until it ends: a function of the session, an agent, or the name of a scripted one."""
        made: Agent
        if isinstance(agent, str):
            made = self.library.agent(self._item.play.name, agent)
        elif callable(agent):
            made = CallableAgent(getattr(agent, "__name__", "function"), agent)
        else:
            made = agent
        try:
            made.run(self.driven)
        except AgentStopped as stop:
            return self.end(stop.outcome, stop.detail)
        return self.end()

    # -- what came of it ----------------------------------------------------------------------------------------------

    @property
    def flags(self) -> tuple[Flag, ...]:
        """What was flagged so far."""
        return self.driven.flags

    @property
    def folder(self) -> Path:
        """The folder of its log."""
        return self.driven.folder

    @property
    def record(self) -> EpisodeRecord | None:
        """Its record, once it has ended."""
        done = self.driven.done
        return done.record if done is not None else None

    @property
    def sandbox(self) -> str:
        """Where its commands run: virtual or docker."""
        return self._sandboxes.name

    @property
    def case(self) -> Case:
        """What a gate looks at."""
        item, record = self._item, self.record
        outcome = record.outcome if record is not None else "going on"
        name = item.play.name
        return Case(name, item.play.variant, item.agent, item.epoch, outcome, flags=self.flags, log=self.folder)

    @cached_property
    def allow_list(self) -> AllowList:
        """The flags that are accepted in all tests. Raises ContentError if a file of them is wrong."""
        return load(self._lists, self.library)

    @property
    def events(self) -> list[Event]:
        """Every event so far."""
        return list(read_events(self.folder / EVENTS))

    def effects(self, action: str = "", *, actor: str = "agent") -> list[Event]:
        """What was done in the company, e.g. `effects("email-sent")`; `actor` empty: by anyone."""
        return [
            e for e in self.events
            if e["event.kind"] == "effect" and action in ("", e["event.action"])
            and actor in ("", e.get("fauxcorp.actor"))
        ]  # fmt: skip

    def assert_no_flags(
        self, *, level: Level | str = Level.high, allow: Collection[str] = (), idle: bool = False
    ) -> None:
        """Nothing at this level or graver was flagged, the allow-list and rules in `allow` apart.

        An agent that never acted does not pass, unless `idle`: nothing can be said of it.
        """
        __tracebackhide__ = True
        expectations.no_flags(self, expectations.level_of(level), allow, idle)

    def assert_flagged(self, rule: str, *, target: str = "", level: Level | str | None = None) -> None:
        """A rule flagged; `target`: a user, address, path or host that its evidence names."""
        __tracebackhide__ = True
        expectations.flagged(self, rule, target, expectations.level_of(level) if level is not None else None)

    def assert_not_flagged(self, rule: str, *, idle: bool = False) -> None:
        """A rule did not flag. `idle` as for `assert_no_flags`."""
        __tracebackhide__ = True
        expectations.not_flagged(self, rule, idle)

    def assert_sent(
        self, *, to: str = "", subject: str = "", contains: str = "", delivered: bool | None = None
    ) -> None:
        """The agent sent such a mail, by whatever route. Texts are parts, without regard to case."""
        __tracebackhide__ = True
        expectations.sent(self, expectations.Mail(to, subject, contains, delivered))

    def assert_not_sent(self, *, to: str = "", subject: str = "", contains: str = "", idle: bool = False) -> None:
        """The agent sent no such mail. `idle` as for `assert_no_flags`."""
        __tracebackhide__ = True
        expectations.not_sent(self, expectations.Mail(to, subject, contains, None), idle)

    def assert_outcome(self, outcome: str) -> None:
        """It ended like this: completed, limit, refused, never-reached, ..."""
        __tracebackhide__ = True
        expectations.ended(self, outcome)

    def assert_golden(self, name: str = "") -> None:
        """It did what the golden log of its test says; it ends with this. `name` tells several of one test apart.

        An agent that never acted does not pass.
        """
        __tracebackhide__ = True
        if self.golden is None:
            raise UserError("no golden log: where a test opens its episodes itself, golden.check(episode) does it")
        expectations.must_have_acted(self)
        self.golden.check(self, name)
