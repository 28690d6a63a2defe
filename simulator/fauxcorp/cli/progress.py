"""The progress bar of long runs, with rich."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text


class _Rate(ProgressColumn):
    """Episodes a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f}/s" if speed >= 10 else f"{speed:.1f}/s", "dim")


@contextmanager
def progress(total: int, console: Console | None = None) -> Iterator[Callable[[], None]]:
    """A bar on stderr while it lasts; call what it yields once for each episode that ended."""
    columns = (TextColumn("episodes"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    with Progress(*columns, console=console or Console(stderr=True), transient=True) as bar:
        task = bar.add_task("episodes", total=total)
        yield lambda: bar.advance(task)
