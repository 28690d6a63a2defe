"""Output on a terminal."""

from __future__ import annotations

import io
import re

from rich.console import Console

from fauxcorp.cli.output import Span
from fauxcorp.cli.terminal import TerminalOut


def terminal(width: int = 60, **options: bool) -> tuple[TerminalOut, io.StringIO]:
    stream = io.StringIO()
    console = Console(
        file=stream, width=width, force_terminal=True, color_system="standard", highlight=False, **options
    )
    return TerminalOut(console), stream


def test_a_long_row_hangs_behind_its_prefix_and_loses_nothing() -> None:
    out, stream = terminal(no_color=True)
    words = [f"word{n}" for n in range(30)]
    out.row(("  # ",), (" ".join(words),))
    lines = stream.getvalue().splitlines()
    assert len(lines) > 1
    assert lines[0].startswith("  # word0")
    assert all(line.startswith("    word") for line in lines[1:])
    assert " ".join(lines).split()[1:] == words


def test_levels_have_colours_and_no_color_has_none() -> None:
    out, stream = terminal()
    out.line(Span("high", "high"))
    assert "\x1b[1;31mhigh" in stream.getvalue()
    out, stream = terminal(no_color=True)
    out.line(Span("high", "high"))
    assert "31m" not in stream.getvalue()


def test_markup_and_escapes_in_text_are_text() -> None:
    out, stream = terminal()
    out.line("[bold]x[/bold] \x1b[31mred :smile:")
    out.table(("a",), [("[red]y\x1b]0;t\x07",)])
    text = stream.getvalue()
    assert "[bold]x[/bold]" in text
    assert ":smile:" in text
    assert "[red]y" in text
    assert "\x1b[31m" not in text
    assert "\x1b]" not in text


def test_a_table_folds_long_cells_and_cuts_none() -> None:
    out, stream = terminal(40, no_color=True)
    out.table(("name", "what"), [("a", "0123456789" * 12)])
    text = re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue())
    assert "…" not in text
    assert sum(text.count(digit) for digit in "0123456789") == 120


def test_an_empty_line_is_one_line() -> None:
    out, stream = terminal()
    out.line()
    assert stream.getvalue() == "\n"
