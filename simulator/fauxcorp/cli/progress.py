"""The progress bar of long runs, with rich."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from fauxcorp.study.run import Progress as StudyProgress


class _Rate(ProgressColumn):
    """Episodes a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f}/s" if speed >= 10 else f"{speed:.1f}/s", "dim")


@contextmanager
def study_progress(total: int, console: Console | None = None) -> Iterator[Callable[[StudyProgress], None]]:
    """The same for a study, with what came so far."""
    columns = (TextColumn("episodes"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn(),
               TextColumn("{task.fields[counts]}"))  # fmt: skip
    with Progress(*columns, console=console or Console(stderr=True), transient=True) as bar:
        task = bar.add_task("episodes", total=total, counts="")
        first = True

        def tell(study: StudyProgress) -> None:
            nonlocal first
            if first:
                # What an earlier session did says nothing of the speed of this one.
                bar.reset(task, completed=study.before)
                first = False
            counts = ", ".join(f"{number:,} {name}" for name, number in study.counts.items())
            bar.update(task, completed=study.done, counts=counts)

        yield tell


@contextmanager
def progress(total: int, console: Console | None = None) -> Iterator[Callable[[], None]]:
    """A bar on stderr while it lasts; call what it yields once for each episode that ended."""
    columns = (TextColumn("episodes"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    with Progress(*columns, console=console or Console(stderr=True), transient=True) as bar:
        task = bar.add_task("episodes", total=total)
        yield lambda: bar.advance(task)
