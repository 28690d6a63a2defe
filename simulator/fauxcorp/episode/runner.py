"""Runs: many episodes with one plan and one folder."""

from __future__ import annotations

import gc
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import structlog

from fauxcorp import __version__
from fauxcorp.agents.scripted import Script, ScriptedAgent
from fauxcorp.content.library import Library, Play
from fauxcorp.core.flags import Flag, Level
from fauxcorp.core.session import Agent
from fauxcorp.core.wall import now_iso, stamp
from fauxcorp.episode.boundary import guard
from fauxcorp.episode.enforcement import Setting
from fauxcorp.episode.episode import VIRTUAL, Episode, Watcher
from fauxcorp.episode.expect import unmet
from fauxcorp.episode.parallel import each
from fauxcorp.episode.prose import ProseSource
from fauxcorp.episode.variants import ALL, variants_for
from fauxcorp.episode.verdict import outcome_of
from fauxcorp.errors import (
    AgentStopped,
    EpisodeOver,
    ExpectationFailed,
    LogError,
    NotFound,
    SandboxError,
    ToolError,
    UserError,
)
from fauxcorp.eventlog import (
    EpisodeRecord,
    Manifest,
    append_record,
    content_digest,
    each_record,
    read_manifest,
    write_manifest,
)
from fauxcorp.sandbox.base import Sandboxes

log = structlog.get_logger()

_UNFIT = re.compile(r"[^A-Za-z0-9._-]")
"""What of an agent's name does not go into the name of a folder."""
ANY = Script(name="any", about="Stands for an agent that is no script: it fits every variant and sandbox.")

SANDBOX = "virtual"
"""The sandbox that episodes run in if none is named."""


@dataclass(frozen=True, slots=True)
class Item:
    """One episode to run."""

    play: Play
    agent: str
    epoch: int
    mark: str = ""
    """Set apart from others of the same play, agent and epoch, e.g. a fork's step."""

    @property
    def name(self) -> str:
        """The name of the episode's folder."""
        parts = [self.play.name.replace("/", "."), _UNFIT.sub("_", self.agent.replace("/", "."))]
        if self.play.choices:
            parts.insert(1, self.play.variant.replace("=", "-").replace(",", "_"))
        return f"{'--'.join(parts)}--{self.epoch:03d}" + (f"--{self.mark}" if self.mark else "")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run consists of."""

    items: Sequence[Item]
    seed: int = 1
    epochs: int = 1
    command: tuple[str, ...] = ()
    durable: bool = False
    content_folders: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    """What was asked for and does not fit, one line each."""
    prose: ProseSource | None = field(default=None, compare=False)
    """Puts colleagues' answers in other words."""
    sandbox: str = SANDBOX
    parallel: int = 1
    """Episodes at a time."""
    enforce: Setting | None = field(default=None, compare=False)
    """Rules that forbid effects, or have somebody asked."""


@dataclass(frozen=True, slots=True)
class Done:
    """One episode that ended: its record and its flags."""

    record: EpisodeRecord
    flags: tuple[Flag, ...]
    folder: Path


@dataclass(slots=True)
class RunResult:
    """A run that ended."""

    folder: Path
    done: list[Done] = field(default_factory=list)

    @property
    def worst(self) -> Level | None:
        """The gravest level that was flagged."""
        levels = [Level(name) for d in self.done for name in d.record.flags]
        return max(levels, key=lambda level: level.rank, default=None)


def make_plan(
    library: Library,
    scenarios: Sequence[str],
    *,
    agents: Sequence[str] = (),
    unscripted: Collection[str] = (),
    variants: Sequence[str] = (),
    epochs: int = 1,
    seed: int = 1,
    command: Sequence[str] = (),
    durable: bool = False,
    prose: ProseSource | None = None,
    sandbox: str = SANDBOX,
    parallel: int = 1,
    enforce: Setting | None = None,
) -> Plan:
    """Every scenario with every agent, variant and epoch. `all` as an agent or variant is every one that fits.

    Those of `agents` that are `unscripted` are no scripts of a scenario: whoever runs the plan makes them.
    """
    items: list[Item] = []
    skipped: list[str] = []
    for name in scenarios:
        full, scenario, _ = library.scenario(name)
        scripts = library.scripts(full)
        wanted = list(agents) or [scenario.default_agent]
        for agent in [*scripts, *filter(unscripted.__contains__, wanted)] if ALL in wanted else wanted:
            if agent not in scripts and agent not in unscripted:
                raise NotFound(f"agent of {full}", agent, scripts)
            script = ANY if agent in unscripted else scripts[agent]
            fitting = variants_for(scenario, script, variants)
            if not fitting or sandbox not in script.sandboxes:
                reason = "these variants" if not fitting else f"sandbox {sandbox}"
                skipped.append(f"{full}: agent {agent} is not written for {reason}")
                continue
            for variant in fitting:
                play = library.play(full, variant)
                items += [Item(play, agent, epoch) for epoch in range(1, epochs + 1)]
    if not items:
        raise UserError("nothing to run: " + ("; ".join(skipped) or "no scenario was named"))
    folders = tuple(str(p.resolve()) for p in library.extra)
    unique = {item.name: item for item in items}
    for item in items:
        if unique[item.name].agent != item.agent:
            two = f"{item.agent!r} and {unique[item.name].agent!r}"
            raise UserError(f"the agents {two} would log to one folder, {item.name}; run one of them at a time")
    return Plan(tuple(unique.values()), seed, epochs, tuple(command), durable, folders, tuple(skipped), prose,
                sandbox, parallel, enforce)  # fmt: skip


def new_run_folder(out: Path, name: str) -> Path:
    """Make the folder of a new run below `out`. Raises LogError if it cannot be made."""
    base = f"{stamp()}-{name}"
    try:
        for n in range(1000):
            folder = out / (base if n == 0 else f"{base}-{n}")
            try:
                folder.mkdir(parents=True)
            except FileExistsError:
                continue
            return folder
    except OSError as error:
        raise LogError(f"{out}: {error.strerror}; choose another --out") from None
    raise LogError(f"{out}: a thousand runs in one second; choose another --out")


def run_plan(
    plan: Plan,
    folder: Path,
    make_agent: Callable[[Item], Agent],
    *,
    watcher: Watcher | None = None,
    on_start: Callable[[Item], None] | None = None,
    on_done: Callable[[Done], None] | None = None,
    sandboxes: Sandboxes = VIRTUAL,
) -> RunResult:
    """Run all episodes of a plan into a new run folder, `plan.parallel` at a time.

    Where several run at a time `on_start` and `watcher` are called in their processes or threads; `on_done` is not.
    """
    write_manifest(folder, manifest_of(plan))
    result = RunResult(folder)
    running = run_items(plan, plan.items, folder, make_agent, watcher=watcher, on_start=on_start, sandboxes=sandboxes)
    for done in running:
        result.done.append(done)
        if on_done is not None:
            on_done(done)
    order = {item.name: n for n, item in enumerate(plan.items)}
    result.done.sort(key=lambda d: order[d.record.episode])
    complete(folder)
    return result


def run_items(
    plan: Plan,
    items: Sequence[Item],
    folder: Path,
    make_agent: Callable[[Item], Agent],
    *,
    watcher: Watcher | None = None,
    on_start: Callable[[Item], None] | None = None,
    sandboxes: Sandboxes = VIRTUAL,
) -> Iterator[Done]:
    """Run some episodes of a plan into its folder; each is recorded there as it ends, and kept nowhere else."""

    def one(item: Item) -> Done:
        if on_start is not None:
            on_start(item)
        return run_episode(
            item, folder, make_agent(item), seed=plan.seed, watcher=watcher, durable=plan.durable, prose=plan.prose,
            sandboxes=sandboxes, enforce=plan.enforce,
        )  # fmt: skip

    for done in each(items, one, plan.parallel, threads=plan.sandbox != SANDBOX):
        append_record(folder, done.record)
        yield done


def complete(folder: Path) -> None:
    """Say in a run's manifest that it is whole, and where each log ended."""
    heads = {record.episode: record.head for record in each_record(folder)}
    write_manifest(folder, read_manifest(folder).model_copy(update={"heads": heads, "complete": True}))


def settle() -> None:
    """Take what is compiled out of the garbage collector's sight: it is shared by all episodes and never goes.

    Without this every full collection walks the whole company: episodes took twice as long.
    """
    gc.collect()
    gc.freeze()


def run_episode(
    item: Item,
    run: Path,
    agent: Agent,
    *,
    seed: int,
    watcher: Watcher | None = None,
    durable: bool = False,
    prose: ProseSource | None = None,
    sandboxes: Sandboxes = VIRTUAL,
    enforce: Setting | None = None,
) -> Done:
    """Run one episode from reset to stop; whatever the agent does, an episode with an outcome comes back."""
    episode, folder = new_episode(
        item, run, seed=seed, watcher=watcher, durable=durable, prose=prose, sandboxes=sandboxes,
        enforce=enforce,
    )  # fmt: skip
    done = drive(episode, agent, item, folder)
    if not isinstance(agent, ScriptedAgent) or enforce is not None:
        # What a script expects is said of a company in which nothing is forbidden beforehand.
        return done
    record = done.record
    missed = unmet(agent.script.expectations, done.flags, record.outcome, record.detail)
    return replace(done, record=record.model_copy(update={"expectations_failed": tuple(missed)})) if missed else done


def new_episode(
    item: Item,
    run: Path,
    *,
    seed: int,
    watcher: Watcher | None = None,
    durable: bool = False,
    prose: ProseSource | None = None,
    sandboxes: Sandboxes = VIRTUAL,
    enforce: Setting | None = None,
) -> tuple[Episode, Path]:
    """An episode in a new folder of its run. Raises LogError if the folder cannot be made."""
    folder = run / item.name
    try:
        folder.mkdir()
    except OSError as error:
        raise LogError(f"{folder}: {error.strerror}") from None
    episode = Episode(
        item.play, seed=seed, epoch=item.epoch, agent=item.agent, folder=folder, watcher=watcher, durable=durable,
        prose=prose, sandboxes=sandboxes, enforce=enforce,
    )  # fmt: skip
    return episode, folder


def drive(episode: Episode, agent: Agent, item: Item, folder: Path) -> Done:
    """Let an agent act in an episode until its end, and record it."""
    try:
        outcome, detail = _let_act(episode, agent)
        episode.finish(outcome, detail)
    finally:
        episode.close()
    return Done(record_of(episode, item), tuple(episode.flags), folder)


def _let_act(episode: Episode, agent: Agent) -> tuple[str, str]:
    try:
        guarded = guard(lambda: agent.run(episode))
    except ExpectationFailed as error:
        return "script-failed", str(error)
    except AgentStopped as stop:
        return stop.outcome, stop.detail
    except (SandboxError, ToolError) as error:
        return "error", str(error)
    except EpisodeOver:
        return episode.outcome, episode.detail  # an agent that does not look whether it is over
    if guarded.fault is not None:
        log.error("agent failed", agent=agent.name, episode=episode.id, error=guarded.fault.kind,
                  message=guarded.fault.message, place=guarded.fault.place)  # fmt: skip
        return "error", f"{guarded.fault.kind}: {guarded.fault.message} ({guarded.fault.place})"
    return "completed", ""


def record_of(episode: Episode, item: Item) -> EpisodeRecord:
    """The record of an episode that ended."""
    levels = Counter(flag.level.value for flag in episode.flags)
    rules = Counter(flag.rule for flag in episode.flags)
    enforced = {"enforcement": episode.enforcer.setting.digest} if episode.enforcer is not None else {}
    return EpisodeRecord(
        episode=item.name,
        scenario=item.play.name,
        variant=item.play.variant,
        agent=item.agent,
        epoch=item.epoch,
        seed=episode.seed,
        outcome=episode.outcome,
        verdict=outcome_of(episode.outcome, episode.flags, item.play.scenario.verdict, item.play.rules).value,
        content=content_digest(__version__, item.play.hashes | enforced),
        detail=episode.detail,
        steps=episode.step,
        events=episode.log.count,
        head=episode.log.head,
        flags=dict(sorted(levels.items())),
        rules=dict(sorted(rules.items())),
    )


def manifest_of(plan: Plan) -> Manifest:
    """The manifest of a run that begins."""
    content: dict[str, str] = {}
    if plan.enforce is not None:
        content["enforcement"] = plan.enforce.digest
    for item in plan.items:
        content |= item.play.hashes
        content[f"variant/{item.play.name}/{item.play.variant}"] = item.play.company.content_hash
    return Manifest(
        engine=__version__,
        created=now_iso(),
        command=plan.command,
        seed=plan.seed,
        epochs=plan.epochs,
        scenarios=tuple(dict.fromkeys(i.play.name for i in plan.items)),
        agents=tuple(dict.fromkeys(i.agent for i in plan.items)),
        content=dict(sorted(content.items())),
        content_folders=plan.content_folders,
        prose=plan.prose.model if plan.prose is not None else "",
        sandbox=plan.sandbox,
    )
