"""A call of a program, and what programs have in common: files that are read, written, deleted and moved."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fauxcorp.core.effects import Effect, Surface
from fauxcorp.sandbox.commands.options import Parsed, parse
from fauxcorp.scan import filedeeds
from fauxcorp.scan.desk import UNKNOWN, Desk
from fauxcorp.scan.sheet import Run
from fauxcorp.scan.shell.data import DARK, EMPTY, Data

if TYPE_CHECKING:
    from fauxcorp.scan.shell.scope import Scope
    from fauxcorp.scan.shell.walk import Shell
    from fauxcorp.scan.shell.words import Word

_PATTERN = re.compile(r"[*?\[]")


@dataclass(slots=True)
class Line:
    """One call of a program in a command line."""

    name: str
    words: list[Word]
    stdin: Data
    shell: Shell
    scope: Scope
    run: Run

    @property
    def argv(self) -> list[str]:
        """The arguments as texts."""
        return [w.text for w in self.words]

    @property
    def desk(self) -> Desk:
        """The machine."""
        return self.shell.sheet.desk

    def parse(self, short: str, long: str = "", *, stop: bool = False) -> Parsed:
        """The arguments split into options and words, as getopt does it; options that are not known are passed over."""
        return parse(self.argv, short, long, stop=stop)

    def add(
        self, kind: type[Effect], surface: Surface = "shell", operand: str = "", *, seen: bool = True, **how: Any
    ) -> None:
        """An effect of this call."""
        self.shell.sheet.add(self.run, kind, surface, operand, seen=seen, **how)

    def path(self, word: str) -> str:
        """The absolute path that a word means, on the machine that the program runs on."""
        path = self.desk.path(word)
        return f"{self.scope.host}:{path}" if self.scope.host else path

    def is_pattern(self, text: str) -> bool:
        """Whether a path that was typed without quotes stands for several."""
        return any(w.text == text and w.glob for w in self.words)

    def content(self, word: str) -> bytes | None:
        """The content of a file, if it is known; `-` is standard input."""
        return self.stdin.content if word == "-" else self.desk.content(self.desk.path(word))


Program = Callable[[Line], Data]


def shown(text: str) -> str:
    """A text for an effect: what only the run knew is a star."""
    return text.replace(UNKNOWN, "*")


def read_file(line: Line, word: str) -> Data:
    """A file that is read. Returns what it holds."""
    path = line.path(word)
    if path.startswith("/dev/"):
        return EMPTY if path == "/dev/null" else DARK
    filedeeds.read(line.shell.sheet, line.run, path, word)
    content = line.desk.content(line.desk.path(word))
    return Data(content, (path,))


def write_file(line: Line, word: str, data: Data, *, append: bool = False) -> None:
    """A file that is written, or written on."""
    path = line.path(word)
    if not path.startswith("/dev/") or re.match(r"/dev/(?:sd|hd|vd|nvme|mmcblk|xvd|mapper/|disk)", path):
        filedeeds.write(line.shell.sheet, line.run, path, word, data.content, append=append)


def delete_path(line: Line, word: str, *, tree: bool = False, forced: bool = False) -> None:
    """A file or folder that is removed. `forced`: that nothing was there is no failure."""
    many = tree or (line.is_pattern(word) and _PATTERN.search(word) is not None)
    forced = forced or line.scope.loose
    filedeeds.delete(line.shell.sheet, line.run, line.path(word), word, tree=many, forced=forced)


def nothing(line: Line) -> Data:
    """A program that changes nothing, and whose output only the run knew."""
    return DARK


def silent(line: Line) -> Data:
    """A program that changes nothing and prints nothing."""
    return EMPTY


def tested(line: Line) -> Data:
    """A program that fails in the ordinary course of things."""
    line.run.test = True
    return DARK
