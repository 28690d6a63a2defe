"""Runs studies: begins one, or goes on with one that was stopped."""

from __future__ import annotations

import shutil
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from fauxcorp import __version__
from fauxcorp.agents.scripted import Script, ScriptedAgent
from fauxcorp.content.library import Library
from fauxcorp.core.session import Agent
from fauxcorp.core.wall import monotonic, now_iso
from fauxcorp.episode.episode import VIRTUAL
from fauxcorp.episode.runner import Done, Item, Plan, complete, manifest_of, run_items, settle
from fauxcorp.errors import LogError
from fauxcorp.eventlog import each_record, read_manifest, write_manifest
from fauxcorp.eventlog.manifest import MANIFEST
from fauxcorp.sandbox.base import Sandboxes
from fauxcorp.study.cells import Cells, Grid, Pending, make_cells
from fauxcorp.study.facts import STUDY, facts_of, read_facts, write_facts
from fauxcorp.study.folder import PLAN, Session, append_session, locked
from fauxcorp.study.plan import AgentSpec, StudyPlan, read_plan
from fauxcorp.study.recover import Recovered, recover

MakeAgent = Callable[[AgentSpec], Agent]
"""Makes an agent that is no script. Whoever hands it over knows models and programs; it may be sent to other
machines, so it can be pickled."""


class Executor(Protocol):
    """Where the episodes of a study are run."""

    @property
    def name(self) -> str:
        """Its name on the command line."""
        ...

    def run(self, study: Study, items: Sequence[Item]) -> Iterator[Done]:
        """Run episodes into the study's folder, each recorded there as it ends."""
        ...


@dataclass(frozen=True, slots=True)
class Study:
    """A study that is at hand: its folder, its plan, and all that its episodes need."""

    folder: Path
    plan: StudyPlan
    library: Library
    cells: Cells
    make_agent: MakeAgent
    parallel: int = 1
    command: tuple[str, ...] = ()

    def run_plan(self, items: Sequence[Item] = ()) -> Plan:
        """The plan as the runner takes it; of its episodes one of each cell, if not others are named."""
        return Plan(
            items or [Item(cell.play, cell.agent, 1) for cell in self.cells.cells],
            self.plan.seed,
            self.plan.epochs,
            self.command,
            self.plan.durable,
            tuple(str(path.resolve()) for path in self.library.extra),
            sandbox=self.plan.sandbox,
            parallel=self.parallel,
        )

    def agents(self) -> dict[str, AgentSpec]:
        """The plan's agents by label."""
        return {spec.label: spec for spec in self.plan.agents}

    def scripts(self) -> dict[tuple[str, str], Script]:
        """Scenario and label to the script, of agents that are scripted."""
        specs = self.agents()
        out: dict[tuple[str, str], Script] = {}
        for cell in self.cells.cells:
            if specs[cell.agent].what == "script" and (cell.play.name, cell.agent) not in out:
                agent = self.library.agent(cell.play.name, specs[cell.agent].agent)
                out[cell.play.name, cell.agent] = agent.script
        return out


@dataclass(slots=True)
class Progress:
    """How far a study is."""

    total: int
    before: int = 0
    """Episodes that were done when this session began."""
    counts: Counter[str] = field(default_factory=Counter)
    """Verdict to number, those before included."""
    recent: deque[float] = field(default_factory=lambda: deque(maxlen=200))
    """When the last episodes ended."""

    def add(self, verdict: str) -> None:
        """An episode ended."""
        self.counts[verdict] += 1
        self.recent.append(monotonic())

    @property
    def done(self) -> int:
        """Episodes so far."""
        return self.counts.total()

    @property
    def rate(self) -> float:
        """Episodes a second of late; 0 while it is not known."""
        if len(self.recent) < 2:
            return 0.0
        seconds = monotonic() - self.recent[0]
        return (len(self.recent) - 1) / seconds if seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """At this rate; None while it is not known."""
        return (self.total - self.done) / self.rate if self.rate else None


@dataclass(frozen=True, slots=True)
class Started:
    """What was found before the first episode of a session."""

    progress: Progress
    recovered: Recovered


class Local:
    """Runs on this machine: in processes, or in threads where containers do the work."""

    name = "local"

    def __init__(self, sandboxes: Sandboxes = VIRTUAL) -> None:
        self._sandboxes = sandboxes

    def run(self, study: Study, items: Sequence[Item]) -> Iterator[Done]:
        """Run episodes, as many at a time as the study says."""
        agents = agents_of(study)
        settle()
        return run_items(study.run_plan(), items, study.folder, lambda item: agents[item.play.name, item.agent],
                         sandboxes=self._sandboxes)  # fmt: skip


def agents_of(study: Study) -> dict[tuple[str, str], Agent]:
    """Scenario and label to the agent. Raises UserError for one that cannot be had here."""
    specs = study.agents()
    made: dict[tuple[str, str], Agent] = {key: ScriptedAgent(script) for key, script in study.scripts().items()}
    others = {label: study.make_agent(spec) for label, spec in specs.items() if spec.what != "script"}
    for cell in study.cells.cells:
        if cell.agent in others:
            made[cell.play.name, cell.agent] = others[cell.agent]
    return made


def open_plan(path: Path, content: Sequence[Path] = ()) -> tuple[StudyPlan, Library, Cells]:
    """Read a plan and all that it names. `content`: further folders of content.

    Raises ContentError, with file, line and field.
    """
    plan, document = read_plan(path)
    library = Library((*(path.parent / folder for folder in plan.content), *content))
    return plan, library, make_cells(library, plan, document)


def reopen_plan(folder: Path, content: Sequence[Path] = ()) -> tuple[StudyPlan, Library, Cells]:
    """The same of a study that was begun. `content`: instead of the folders that it was begun with."""
    if not is_study(folder):
        raise LogError(f"{folder}: not the folder of a study that was begun; `fauxcorp study run PLAN` begins one")
    plan, document = read_plan(folder / PLAN)
    library = Library(tuple(content) or tuple(Path(text) for text in read_facts(folder).content_folders))
    return plan, library, make_cells(library, plan, document)


def begin(study: Study, plan_file: Path) -> None:
    """Fill the folder of a new study. Raises LogError."""
    try:
        shutil.copyfile(plan_file, study.folder / PLAN)
    except OSError as error:
        raise LogError(f"{study.folder / PLAN}: {error.strerror}") from None
    write_manifest(study.folder, manifest_of(study.run_plan()))
    write_facts(study.folder, facts_of(study.library, study.plan, study.cells.cells, study.cells.skipped))


def changed_content(study: Study) -> tuple[str, ...]:
    """What is not as it was when the study began: names of content, and the engine."""
    then, now = read_manifest(study.folder), manifest_of(study.run_plan())
    names = sorted(n for n in {*then.content, *now.content} if then.content.get(n) != now.content.get(n))
    return (*names, *(("engine",) if then.engine != now.engine else ()))


def work(
    study: Study,
    executor: Executor,
    *,
    on_start: Callable[[Started], None] | None = None,
    on_done: Callable[[Done, Progress], None] | None = None,
    anyway: bool = False,
) -> Progress:
    """Run what is still to be run of a study.

    `anyway`: also where content is not what the study was begun with. A report then keeps the two apart.

    Raises LogError if it is not, or another process works on the study; WorkerLost if processes are killed.
    """
    with locked(study.folder):
        changed = changed_content(study)
        if changed and not anyway:
            raise LogError(
                f"{study.folder}: the content is not what the study was begun with: {', '.join(changed)} differ; use "
                "the version that began it, or --anyway: the report will keep both apart"
            )
        recovered = recover(study.folder, study.cells.cells, study.scripts())
        progress = _progress(study, recovered)
        append_session(study.folder, _session(study, executor, recovered, changed))
        if on_start is not None:
            on_start(Started(progress, recovered))
        pending = Pending(Grid(study.cells.cells), recovered.seen)
        for done in executor.run(study, pending) if pending else ():
            progress.add(done.record.verdict)
            if on_done is not None:
                on_done(done, progress)
        complete(study.folder)
    return progress


def _progress(study: Study, recovered: Recovered) -> Progress:
    counts = Counter(record.verdict for record in each_record(study.folder))
    return Progress(sum(cell.epochs for cell in study.cells.cells), recovered.seen.count, counts)


def _session(study: Study, executor: Executor, recovered: Recovered, changed: tuple[str, ...]) -> Session:
    return Session(
        at=now_iso(), engine=__version__, executor=executor.name, parallel=study.parallel, command=study.command,
        done_before=recovered.seen.count, recovered=recovered.recorded, set_aside=recovered.set_aside, changed=changed,
    )  # fmt: skip


def is_study(folder: Path) -> bool:
    """Whether a folder is that of a study."""
    return all((folder / name).is_file() for name in (PLAN, STUDY, MANIFEST))
