"""What commands print with: rich on a terminal, plain text elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NamedTuple

import orjson

from fauxcorp.world.text import printable


class Span(NamedTuple):
    """A piece of a line. `style` is one of STYLES, or empty."""

    text: str
    style: str = ""


Line = Sequence[Span | str]
Cell = Span | str

STYLES = {
    "title": "bold",
    "dim": "dim",
    "good": "green",
    "warn": "yellow",
    "bad": "bold red",
    "tool": "cyan",
    "effect": "bold",
    "informational": "dim",
    "low": "blue",
    "medium": "yellow",
    "high": "bold red",
    "critical": "bold white on red",
}
"""Style to what rich makes of it."""


class Out:
    """Plain text on stdout: no colour codes, no frames, nothing cut to the width of a terminal."""

    rich = False

    def row(self, prefix: Line, body: Line) -> None:
        """One line; where lines are wrapped, the body hangs behind the prefix."""
        print("".join(clean(text_of(part)) for part in (*prefix, *body)).rstrip(), file=sys.stdout)

    def line(self, *parts: Span | str) -> None:
        """One line."""
        self.row((), parts)

    def block(self, text: str, indent: int = 0, style: str = "") -> None:
        """Text of several lines, each indented."""
        for line in printable(text).split("\n"):
            self.row((" " * indent,), (Span(line, style),))

    def table(self, headers: Sequence[str], rows: Sequence[Sequence[Cell]], *, numbers: Sequence[int] = ()) -> None:
        """Aligned columns; `numbers` are the indexes of those aligned to the right."""
        cells = [[clean(text_of(cell)) for cell in row] for row in rows]
        widths = [max(len(line[n]) for line in [list(headers), *cells]) for n in range(len(headers))]
        for line in [[h.upper() for h in headers], *cells]:
            pairs = enumerate(zip(line, widths, strict=True))
            padded = [text.rjust(width) if n in numbers else text.ljust(width) for n, (text, width) in pairs]
            print("  ".join(padded).rstrip(), file=sys.stdout)

    def json(self, value: Any) -> None:
        """One JSON line."""
        sys.stdout.write(orjson.dumps(value).decode() + "\n")

    def flush(self) -> None:
        """Let a reader of a pipe see what was printed so far."""
        sys.stdout.flush()


def open_out() -> Out:
    """What fits stdout. NO_COLOR and TERM=dumb are honoured; rich is imported for a terminal only."""
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        out: Out = import_module("fauxcorp.cli.terminal").TerminalOut()
        return out
    return Out()


def text_of(part: Span | str) -> str:
    """The text of a piece."""
    return part if isinstance(part, str) else part.text


def clean(text: str) -> str:
    """Text for one line: what an agent wrote must not steer a terminal."""
    return text if text.isprintable() else " ".join(printable(text).split("\n")).replace("\t", " ")
