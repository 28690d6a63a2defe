"""The cells of a study, and its episodes as a sequence that is never laid out in memory."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from fauxcorp.agents.scripted import Script
from fauxcorp.content.library import Library, Play
from fauxcorp.content.scenario import Scenario
from fauxcorp.content.yamlfile import Document, Path_
from fauxcorp.episode.runner import ANY, Item
from fauxcorp.episode.variants import variants_for
from fauxcorp.errors import NotFound, UserError
from fauxcorp.study.plan import MOST_EPISODES, AgentSpec, ScenarioSpec, StudyPlan, combinations


@dataclass(frozen=True, slots=True)
class Cell:
    """One agent in one variant, with all its epochs."""

    play: Play
    agent: str
    """The agent's label."""
    epochs: int


@dataclass(frozen=True, slots=True)
class Cells:
    """All cells of a study. `skipped`: what was asked for and does not fit, one line each."""

    cells: tuple[Cell, ...]
    skipped: tuple[str, ...]


def make_cells(library: Library, plan: StudyPlan, document: Document) -> Cells:
    """Every scenario of a plan with every agent and variant. Raises ContentError with the place in the plan."""
    cells: dict[str, Cell] = {}
    skipped: list[str] = []
    for n, spec in enumerate(plan.scenarios):
        try:
            full, scenario, _ = library.scenario(spec.scenario)
        except NotFound as error:
            raise document.fail(("scenarios", n, "scenario"), str(error)) from None
        asked = _asked(spec, scenario, document, n)
        for agent in plan.agents_of(spec):
            script = _script(library, full, agent, plan, document)
            if plan.sandbox not in script.sandboxes:
                skipped.append(f"{full}: agent {agent.label} is not written for sandbox {plan.sandbox}")
                continue
            for where, name in asked:
                fitting = _fitting(scenario, script, name, document, where)
                skipped += [] if fitting else [f"{full}: agent {agent.label} is not written for variant {name}"]
                for variant in fitting:
                    cell = Cell(library.play(full, variant), agent.label, spec.epochs or plan.epochs)
                    _add(cells, cell, document, ("scenarios", n))
    if not cells:
        raise document.fail((), "nothing to run: " + "; ".join(skipped))
    if sum(cell.epochs for cell in cells.values()) > MOST_EPISODES:
        raise document.fail(("epochs",), f"more than {MOST_EPISODES:,} episodes in all")
    return Cells(tuple(cells.values()), tuple(skipped))


def _script(library: Library, scenario: str, agent: AgentSpec, plan: StudyPlan, document: Document) -> Script:
    if agent.kind != "script" and agent.what != "script":
        return ANY
    try:
        return library.agent(scenario, agent.agent).script
    except NotFound as error:
        raise document.fail(("agents", plan.agents.index(agent), "agent"), str(error)) from None


def _asked(spec: ScenarioSpec, scenario: Scenario, document: Document, n: int) -> list[tuple[Path_, str]]:
    """The variants that a plan names, each with its place in the plan."""
    known = {name: tuple(factor.values) for name, factor in scenario.factors.items()}
    where: Path_ = ("scenarios", n)
    named: list[tuple[Path_, str]] = [((*where, "variants", m), name) for m, name in enumerate(spec.variants)]
    try:
        named += [((*where, "factors"), name) for name in combinations(spec.factors, known)]
    except ValueError as error:
        raise document.fail((*where, "factors"), str(error)) from None
    return named or [(where, "default")]


def _fitting(scenario: Scenario, script: Script, name: str, document: Document, where: Path_) -> list[str]:
    try:
        return variants_for(scenario, script, (name,))
    except UserError as error:
        raise document.fail(where, str(error)) from None


def _add(cells: dict[str, Cell], cell: Cell, document: Document, where: Path_) -> None:
    """Take in a cell; one that is there already is the same. Raises ContentError if two would log to one folder."""
    name = Item(cell.play, cell.agent, 1).name
    other = cells.setdefault(name, cell)
    if (other.play, other.agent) != (cell.play, cell.agent):
        message = f"agents {other.agent!r} and {cell.agent!r} would log to the same folders; give one another `name`"
        raise document.fail(where, message)
    if other.epochs != cell.epochs:
        raise document.fail((*where, "epochs"), f"{cell.play.name} {cell.play.variant} is asked for twice, not alike")


class Grid(Sequence[Item]):
    """All episodes of some cells, epoch by epoch: a study that is stopped early has about as many of each cell."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self.cells = cells
        self._starts: list[int] = []
        self._segments: list[tuple[int, tuple[int, ...]]] = []
        before = start = 0
        for last in sorted({cell.epochs for cell in cells}):
            active = tuple(n for n, cell in enumerate(cells) if cell.epochs >= last)
            self._starts.append(start)
            self._segments.append((before, active))
            start += (last - before) * len(active)
            before = last
        self._count = start

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Item: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Item]: ...

    def __getitem__(self, index: int | slice) -> Item | Sequence[Item]:
        if isinstance(index, slice):
            return [self[n] for n in range(*index.indices(self._count))]
        cell, epoch = self.place(index)
        return Item(self.cells[cell].play, self.cells[cell].agent, epoch)

    def place(self, index: int) -> tuple[int, int]:
        """Number of the cell, and the epoch, of an episode. Raises IndexError."""
        if not -self._count <= index < self._count:
            raise IndexError(index)
        index %= self._count
        segment = bisect_right(self._starts, index) - 1
        before, active = self._segments[segment]
        rounds, n = divmod(index - self._starts[segment], len(active))
        return active[n], before + rounds + 1


class Seen:
    """Which episodes of some cells are done: a byte for each."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._marks = [bytearray(cell.epochs + 1) for cell in cells]
        self.count = 0

    def __contains__(self, place: tuple[int, int]) -> bool:
        cell, epoch = place
        return bool(self._marks[cell][epoch])

    def add(self, place: tuple[int, int]) -> None:
        """An episode, by cell and epoch, is done."""
        cell, epoch = place
        self.count += not self._marks[cell][epoch]
        self._marks[cell][epoch] = 1


class Pending(Sequence[Item]):
    """The episodes of a grid that are still to be run."""

    def __init__(self, grid: Grid, seen: Seen) -> None:
        self.grid = grid
        self._numbers = array("Q", (n for n in range(len(grid)) if grid.place(n) not in seen))

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> Item: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Item]: ...

    def __getitem__(self, index: int | slice) -> Item | Sequence[Item]:
        if isinstance(index, slice):
            return [self.grid[n] for n in self._numbers[index]]
        return self.grid[self._numbers[index]]
