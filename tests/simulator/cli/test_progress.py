"""The progress bar."""

from __future__ import annotations

import io

from rich.console import Console

from fauxcorp.cli.progress import progress


def test_it_counts_and_leaves_nothing_behind() -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=100, color_system=None)
    with progress(3, console) as advance:
        for _ in range(3):
            advance()
    text = stream.getvalue()
    assert "episodes" in text
    assert "3/3" in text


def test_it_is_silent_where_there_is_no_terminal() -> None:
    stream = io.StringIO()
    with progress(2, Console(file=stream)) as advance:
        advance()
    assert not stream.getvalue().strip()
