"""What one call is found to have done: its parts, each with the effects that it would have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from fauxcorp.core.effects import Effect, Origin, Surface
from fauxcorp.scan.desk import Change, Desk, Known
from fauxcorp.scan.limits import MAX_EFFECTS, MAX_STEPS

State = Literal["", "done", "failed", "unknown", "skipped"]


@dataclass(slots=True)
class Run:
    """One part of a call that succeeds or fails by itself: a program of a command line, a statement, the call."""

    name: str
    sure: bool = True
    """It must have been come to, whatever happened; False: it stands in a branch, or in a loop of unknown length."""
    chain: int = 0
    """Parts of one number are joined by &&: each is come to only if those before it succeeded."""
    last: bool = False
    """The exit code of the whole is its own."""
    test: bool = False
    """It fails in the ordinary course of things: grep, test, diff."""
    line: int = 0
    """The line of the program that it stands in; 0 where that means nothing."""
    program: str = ""
    """The program, as the trace of an exception calls it."""
    unless: tuple[int, int] | None = None
    """It is come to only if one of these parts (from, to) failed: what stands behind ||."""
    piped: bool = False
    """Its end ends no chain: it stands before a pipe, or is the shell's own."""
    via: tuple[str, ...] = ()
    """Programs that it was run by: sudo, bash -c."""
    tail: bool = False
    """That the exit code of the whole is 0 shows that it succeeded."""
    quiet: bool = False
    """What it says of errors is thrown away."""
    words: tuple[str, ...] = ()
    """Its arguments, by which an error message names what went wrong."""
    state: State = ""
    reason: str = ""
    failed: set[str] = field(default_factory=set)
    """The arguments of which the result says that they failed."""


class Deed(NamedTuple):
    """An effect that a part would have. `operand`: the argument that it is about, as typed; `seen`: see Sheet.add."""

    effect: Effect
    run: Run
    operand: str = ""
    seen: bool = True


class Sheet:
    """Parts and effects of one call, as they are found."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.runs: list[Run] = []
        self.deeds: list[Deed] = []
        self.unknown: dict[str, int] = {}
        """Programs and functions whose effects nobody knows, and how often they ran."""
        self.cut = False
        """There was more than is looked at."""
        self.broken = False
        """Some of it is not in the language that it should be in."""
        self._steps = 0
        self._chains = 0
        self._changes: list[tuple[Run, Change]] = []

    def step(self) -> bool:
        """Count one node of syntax; False once there were too many."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            self.cut = True
        return not self.cut

    def chain(self) -> int:
        """A number for a new chain."""
        self._chains += 1
        return self._chains

    def start(self, name: str, **how: Any) -> Run:
        """A new part."""
        run = Run(name, **how)
        self.runs.append(run)
        return run

    def add(
        self, run: Run, kind: type[Effect], surface: Surface, operand: str = "", *, seen: bool = True, **fields: Any
    ) -> None:
        """An effect of a part. `seen` False: nothing has shown that there is what it would be done to."""
        if len(self.deeds) >= MAX_EFFECTS:
            self.cut = True
            return
        self.deeds.append(Deed(kind(by=Origin("agent", self.desk.user, surface), **fields), run, operand, seen))

    def put(self, run: Run, path: str, known: Known) -> None:
        """Take note of a file, for as long as the part is not known to have failed."""
        self._changes.append((run, self.desk.put(path, known)))

    def strange(self, name: str) -> None:
        """Count something whose effects are not known."""
        self.unknown[name[:80]] = self.unknown.get(name[:80], 0) + 1

    def settle(self) -> None:
        """Take back what parts did that are now known to have failed, the last first."""
        for run, change in reversed(self._changes):
            if run.state in ("failed", "skipped"):
                self.desk.take_back(change)
