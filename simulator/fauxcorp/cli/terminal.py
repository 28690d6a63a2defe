"""Output on a terminal, with rich."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fauxcorp.cli.output import STYLES, Cell, Line, Out, Span, clean, text_of

_NARROWEST = 30


class TerminalOut(Out):
    """Colours, wrapped lines with a hanging indent, framed tables."""

    rich = True

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(file=sys.stdout, highlight=False, markup=False, emoji=False)

    def row(self, prefix: Line, body: Line) -> None:
        """One line; what is too long goes on behind the prefix."""
        head = _text(prefix)
        hang = head.cell_len
        lines = _text(body).wrap(self.console, max(_NARROWEST, self.console.width - hang - 1))
        for number, line in enumerate(lines or [Text("")]):
            lead = head if number == 0 else Text(" " * hang)
            line.rstrip()
            self.console.print(lead + line, soft_wrap=True)

    def table(self, headers: Sequence[str], rows: Sequence[Sequence[Cell]], *, numbers: Sequence[int] = ()) -> None:
        """A table that folds long cells and cuts none."""
        table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, show_edge=False)
        for n, header in enumerate(headers):
            table.add_column(header, overflow="fold", justify="right" if n in numbers else "left")
        for row in rows:
            table.add_row(*(_text((cell,)) for cell in row))
        self.console.print(table)


def _text(parts: Line) -> Text:
    text = Text()
    for part in parts:
        style = STYLES.get(part.style, "") if isinstance(part, Span) else ""
        text.append(clean(text_of(part)), style or None)
    return text
