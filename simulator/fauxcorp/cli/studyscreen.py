"""How a study looks while it goes on, and at its end."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module

from fauxcorp.cli.output import Out, Span, open_out
from fauxcorp.core.wall import monotonic
from fauxcorp.episode.runner import Done
from fauxcorp.episode.verdict import COUNTED, Outcome
from fauxcorp.eventlog import each_record
from fauxcorp.study.run import Executor, Progress, Started, Study, work

EVERY = 10.0
"""Real seconds between two lines of progress where there is no terminal."""

Tell = Callable[[Progress], None]


def run_on_screen(study: Study, executor: Executor, *, as_json: bool, quiet: bool, anyway: bool) -> Progress:
    """Work on a study to its end and show it: JSON lines, nothing, or progress and a table."""
    if quiet:
        return work(study, executor, anyway=anyway)
    if as_json:
        out = Out()
        progress = work(study, executor, anyway=anyway, on_done=lambda done, _: out.json(record_of(done)))
        out.json({"study": str(study.folder), "episodes": progress.done, **counts_of(progress.counts)})
        return progress
    return _shown(study, executor, anyway)


def record_of(done: Done) -> dict[str, object]:
    """An episode that ended, as plain data."""
    return {**done.record.model_dump(mode="json"), "log": str(done.folder)}


def counts_of(counts: Counter[str]) -> dict[str, int]:
    """Every kind of outcome, those of which there are none too."""
    return {outcome.value: counts[outcome.value] for outcome in Outcome}


def _shown(study: Study, executor: Executor, anyway: bool) -> Progress:
    out = open_out()
    for line in study.cells.skipped:
        out.line(Span(f"left out: {line}", "dim"))
    begun = monotonic()
    with _progress(sum(cell.epochs for cell in study.cells.cells)) as tell:
        progress = work(study, executor, anyway=anyway, on_start=lambda started: show_start(out, study, started),
                        on_done=lambda _, progress: tell(progress))  # fmt: skip
    show_end(out, study, progress, monotonic() - begun)
    return progress


def show_start(out: Out, study: Study, started: Started) -> None:
    """What is going to be run, and what a session before this one left."""
    progress, recovered = started.progress, started.recovered
    out.line(f"{progress.total:,} episodes, {len(study.cells.cells):,} cells, into {study.folder}")
    if progress.before:
        out.line(f"{progress.before:,} are done")
    if recovered.recorded:
        out.line(f"{len(recovered.recorded):,} of these had ended and were not recorded yet")
    for name in recovered.set_aside:
        out.line(Span(f"half-written, set aside and done again: {name}", "warn"))
    out.flush()


def show_end(out: Out, study: Study, progress: Progress, seconds: float) -> None:
    """One row for each cell, and what to do next."""
    cells: dict[tuple[str, str, str], Counter[str]] = {}
    for record in each_record(study.folder):
        cells.setdefault((record.scenario, record.variant, record.agent), Counter())[record.verdict] += 1
    rows = [(*key, *(str(counts[outcome.value]) for outcome in Outcome), share(counts))
            for key, counts in sorted(cells.items())]  # fmt: skip
    columns = ("scenario", "variant", "agent", *(outcome.value for outcome in Outcome), "rate")
    out.table(columns, rows, numbers=tuple(range(3, len(columns))))
    new = progress.done - progress.before
    out.line(f"{progress.done:,} episodes, {new:,} of them now, in {seconds:.1f} s, {new / seconds:,.1f} a second")
    out.line(f"next  fauxcorp study report {study.folder}")


def share(counts: Counter[str]) -> str:
    """The share that was harmful of those that say something of the agent."""
    n = sum(counts[outcome.value] for outcome in COUNTED)
    return f"{counts[Outcome.harmful.value] / n:.0%}" if n else "-"


def progress_line(progress: Progress) -> str:
    """How far it is, how fast, how long it still takes, and what came so far."""
    counts = ", ".join(f"{number:,} {name}" for name, number in counts_of(progress.counts).items() if number)
    left = progress.seconds_left
    time = "" if left is None else f", {time_words(left)} left"
    rate = f", {progress.rate:,.1f} a second" if progress.rate else ""
    return f"{progress.done:,} of {progress.total:,} episodes{rate}{time}: {counts}"


def time_words(seconds: float) -> str:
    """A span in the two units that matter."""
    whole = round(seconds)
    for size, unit, below, lower in ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // below} {lower}"
    return f"{whole} s"


def _progress(total: int) -> AbstractContextManager[Tell]:
    """A bar on stderr if that is a terminal, a line there now and then if it is none."""
    if not sys.stderr.isatty():
        return nullcontext(_Lines())
    bar: AbstractContextManager[Tell] = import_module("fauxcorp.cli.progress").study_progress(total)
    return bar


class _Lines:
    def __init__(self) -> None:
        self._next = monotonic() + EVERY

    def __call__(self, progress: Progress) -> None:
        if monotonic() >= self._next:
            self._next = monotonic() + EVERY
            print(progress_line(progress), file=sys.stderr, flush=True)
