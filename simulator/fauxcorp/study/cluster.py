"""Runs the episodes of a study on the machines of a Ray cluster, or on one that is started here for it.

Each episode is run in a folder of its machine's, and comes back whole; only this process writes to the study's folder,
so no disk has to be shared. An episode that is lost with its machine is run again on another.
"""

from __future__ import annotations

import functools
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

import structlog

from fauxcorp import __version__
from fauxcorp.content.library import Library, Play
from fauxcorp.core.flags import Flag
from fauxcorp.core.session import Agent
from fauxcorp.core.wall import monotonic, unguessable
from fauxcorp.episode.boundary import Fault, guard
from fauxcorp.episode.runner import Done, Item, run_episode, settle
from fauxcorp.errors import FauxcorpError, LogError, UserError, WorkerLost
from fauxcorp.eventlog import EpisodeRecord, append_record
from fauxcorp.study.cells import Cell
from fauxcorp.study.plan import AgentSpec
from fauxcorp.study.run import Study

log = structlog.get_logger()

TRIES = 5
"""How often an episode is begun at most; one that ends its machine each time would go on for ever."""
AHEAD = 3
"""Episodes that are handed out for each processor of the cluster."""
COUNT_EVERY = 2.0
"""Real seconds between two looks at how many processors there are: machines come and go."""
STARTS = 3
"""How often the start of a cluster is tried."""
STORE_BYTES = 128 * 1024 * 1024
"""What a cluster that is started here keeps for results."""
_ARRIVING = ".arriving"
_LOCAL = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
"""Nothing is told to anybody, and everything listens on this machine's loopback only."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a machine needs to know to run any episode of a study. It is sent to each once."""

    id: str
    engine: str
    folder: str
    """The folder that the study was started from."""
    content: tuple[str, ...]
    cells: tuple[tuple[str, str, str], ...]
    """Scenario, variant and agent of each cell."""
    hashes: tuple[dict[str, str], ...]
    """Content of each cell, as it is where the study was started."""
    agents: dict[str, AgentSpec]
    make_agent: Callable[[AgentSpec], Agent]
    seed: int
    durable: bool


@dataclass(frozen=True, slots=True)
class Shipped:
    """An episode that ended, with its files; or why it could not be run."""

    record: EpisodeRecord | None = None
    flags: tuple[Flag, ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)
    trouble: str = ""


class RayExecutor:
    """`--executor ray`."""

    name = "ray"

    def __init__(self, address: str = "") -> None:
        """`address`: of a cluster that is there; empty: one is started on this machine, and ended."""
        self._address = address

    def run(self, study: Study, items: Sequence[Item]) -> Iterator[Done]:
        """Run episodes. Raises WorkerLost for one that is lost again and again, UserError if there is no cluster."""
        ray, scratch = _connect(self._address, study.parallel)
        try:
            yield from _Queue(ray, study, items).results()
        finally:
            ray.shutdown()
            if scratch:
                shutil.rmtree(scratch, ignore_errors=True)


def _connect(address: str, parallel: int) -> tuple[Any, str]:
    """Ray, connected; and the folder of a cluster that was started for it."""
    usual: dict[str, Any] = {"log_to_driver": False, "configure_logging": False}
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    if address:
        ray = _import_ray()
        fault = guard(lambda: ray.init(address=address, **usual)).fault
        if fault is not None:
            raise UserError(f"no Ray cluster can be reached at {address}: {_line(fault)}")
        return ray, ""
    # The token keeps other users of this machine out; it is written nowhere, and goes with the process.
    for name, value in {**_LOCAL, "RAY_AUTH_TOKEN": unguessable(32), "RAY_AUTH_MODE": "token"}.items():
        os.environ.setdefault(name, value)
    return _start(_import_ray(), num_cpus=parallel, include_dashboard=False, object_store_memory=STORE_BYTES, **usual)


def _start(ray: Any, **settings: Any) -> tuple[Any, str]:
    """Start a cluster. Ray gives its processes half a minute, which on a busy machine may not do, so it is tried again.

    Raises UserError if it does not start.
    """
    why = ""
    for tried in range(1, STARTS + 1):
        scratch = tempfile.mkdtemp(prefix="ray-")
        fault = guard(functools.partial(ray.init, _temp_dir=scratch, **settings)).fault
        if fault is None:
            return ray, scratch
        ray.shutdown()
        shutil.rmtree(scratch, ignore_errors=True)
        why = _line(fault)
        log.warning("Ray does not start", tried=tried, why=why)
    raise UserError(f"Ray does not start on this machine: {why}")


def _line(fault: Fault) -> str:
    return " ".join(fault.message.split())[:300]


def _import_ray() -> Any:
    try:
        return import_module("ray")
    except ImportError:
        raise UserError("--executor ray needs the extra: pip install 'fauxcorp[ray]'") from None


class _Queue:
    """Hands episodes out and takes them in, a few for each processor at a time."""

    def __init__(self, ray: Any, study: Study, items: Sequence[Item]) -> None:
        self._ray, self._study, self._items = ray, study, items
        self._cells = {(cell.play.name, cell.play.variant, cell.agent): n for n, cell in enumerate(study.cells.cells)}
        self._job = ray.put(job_of(study))
        self._task = ray.remote(num_cpus=1, max_retries=0, scheduling_strategy="SPREAD")(run_one)
        self._out: dict[Any, tuple[int, int]] = {}
        """What was handed out: the number of the item, and how often it was begun."""
        self._room, self._counted = 0, float("-inf")

    def results(self) -> Iterator[Done]:
        """All episodes, each recorded as it comes in."""
        waiting = iter(range(len(self._items)))
        while True:
            for number in islice(waiting, max(0, self._space() - len(self._out))):
                self._hand_out(number, 1)
            if not self._out:
                return
            ready, _ = self._ray.wait(list(self._out), num_returns=1, timeout=COUNT_EVERY)
            for reference in ready:
                number, tries = self._out.pop(reference)
                shipped = self._taken_in(reference)
                if shipped is None:
                    self._again(number, tries)
                else:
                    yield store(self._study.folder, shipped)

    def _hand_out(self, number: int, tries: int) -> None:
        item = self._items[number]
        cell = self._cells[item.play.name, item.play.variant, item.agent]
        self._out[self._task.remote(self._job, cell, item.epoch)] = (number, tries)

    def _taken_in(self, reference: Any) -> Shipped | None:
        """An episode; None if its process or machine is gone."""
        errors = self._ray.exceptions
        try:
            shipped: Shipped = self._ray.get(reference)
        except errors.RayTaskError:
            raise
        except errors.RayError as error:
            log.warning("lost with its process or machine", error=type(error).__name__)
            return None
        if shipped.trouble:
            raise UserError(shipped.trouble)
        return shipped

    def _again(self, number: int, tries: int) -> None:
        name = self._items[number].name
        if tries >= TRIES:
            raise WorkerLost(f"{name} was lost {tries} times with the process or machine that ran it")
        log.warning("run again on another machine", episode=name)
        self._hand_out(number, tries + 1)

    def _space(self) -> int:
        if monotonic() - self._counted > COUNT_EVERY:
            self._counted = monotonic()
            self._room = AHEAD * max(1, int(self._ray.cluster_resources().get("CPU", 1)))
        return self._room


def job_of(study: Study) -> Job:
    """What machines need to know of a study."""
    cells: tuple[Cell, ...] = study.cells.cells
    return Job(
        id=unguessable(8),
        engine=__version__,
        folder=os.getcwd(),
        content=tuple(str(root.path.resolve()) for root in study.library.roots if root.pack),
        cells=tuple((cell.play.name, cell.play.variant, cell.agent) for cell in cells),
        hashes=tuple(cell.play.hashes for cell in cells),
        agents=study.agents(),
        make_agent=study.make_agent,
        seed=study.plan.seed,
        durable=study.plan.durable,
    )


def store(folder: Path, shipped: Shipped) -> Done:
    """Put an episode into a study's folder in one move, and record it. Raises LogError."""
    record = shipped.record
    assert record is not None
    arriving, there = folder / _ARRIVING, folder / record.episode
    try:
        shutil.rmtree(arriving, ignore_errors=True)
        arriving.mkdir()
        for name, data in shipped.files.items():
            (arriving / name).write_bytes(data)
        arriving.rename(there)
    except OSError as error:
        raise LogError(f"{there}: {error.strerror}") from None
    append_record(folder, record)
    return Done(record, shipped.flags, there)


# -- on the machine that runs an episode ------------------------------------------------------------------------------


def run_one(job: Job, cell: int, epoch: int) -> Shipped:
    """Run one episode. What keeps it from being run is told, not raised: it must get through to where it started."""
    try:
        workshop = _workshop(_Once(job))
        play, agent = workshop.play(cell), workshop.agent(cell)
        item = Item(play, job.cells[cell][2], epoch)
        with tempfile.TemporaryDirectory(prefix="office-", ignore_cleanup_errors=True) as scratch:
            done = run_episode(item, Path(scratch), agent, seed=job.seed, durable=job.durable)
            files = {path.name: path.read_bytes() for path in done.folder.iterdir() if path.is_file()}
        return Shipped(done.record, done.flags, files)
    except FauxcorpError as error:
        return Shipped(trouble=f"on {socket.gethostname()}: {error}")


class _Once:
    """A job as the key of a cache: the same as another of its id."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Once) and other.job.id == self.job.id

    def __hash__(self) -> int:
        return int(self.job.id, 16)


@functools.lru_cache(maxsize=1)
def _workshop(once: _Once) -> Workshop:
    return Workshop(once.job)


class Workshop:
    """What a process keeps between two episodes of a study."""

    def __init__(self, job: Job) -> None:
        if job.engine != __version__:
            raise UserError(f"fauxcorp {__version__} is installed here, and the study runs on {job.engine}")
        missing = [path for path in job.content if not os.path.isdir(path)]
        if missing:
            raise UserError(f"the content folder {missing[0]} is not there; put it at the same place on every machine")
        if os.path.isdir(job.folder):
            # Functions as agents are found from the folder that the study was started in.
            os.chdir(job.folder)
        self._job = job
        self._library = Library(tuple(Path(path) for path in job.content))
        self._agents: dict[tuple[str, str], Agent] = {}

    def play(self, cell: int) -> Play:
        """The scenario of a cell. Raises UserError if it is not what it is where the study was started."""
        scenario, variant, _ = self._job.cells[cell]
        play = self._library.play(scenario, variant)
        wanted = self._job.hashes[cell]
        different = sorted(n for n in {*wanted, *play.hashes} if wanted.get(n) != play.hashes.get(n))
        if different:
            raise UserError(f"the content is not that of the study: {', '.join(different)} differ")
        return play

    def agent(self, cell: int) -> Agent:
        """The agent of a cell."""
        scenario, _, label = self._job.cells[cell]
        spec = self._job.agents[label]
        key = (scenario if spec.what == "script" else "", label)
        if key not in self._agents:
            made = self._library.agent(scenario, spec.agent) if spec.what == "script" else self._job.make_agent(spec)
            self._agents[key] = made
            settle()
        return self._agents[key]
