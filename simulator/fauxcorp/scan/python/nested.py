"""Command lines that a program runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fauxcorp.scan.shell.data import Data
from fauxcorp.scan.shell.scope import replace
from fauxcorp.scan.shell.words import Word

if TYPE_CHECKING:
    from fauxcorp.scan.python.walk import Program


def _go(program: Program, stdin: bytes, cwd: str, command: str | list[str]) -> bytes | None:
    shell = program.shell
    if program.scope.nesting <= 0:
        shell.sheet.cut = True
        return None
    start = len(shell.sheet.runs)
    scope = replace(
        program.scope,
        stdin=Data(stdin),
        sure=program.sure,
        last=False,
        chain=0,
        nesting=program.scope.nesting - 1,
        via=program.via,
    )
    before = shell.desk.cwd
    if cwd:
        shell.desk.cwd = shell.desk.path(cwd)
    if isinstance(command, str):
        out = shell.script(command, scope)
    else:
        out = shell.call([Word(w) for w in command], scope)
    if cwd or not isinstance(command, str):
        shell.desk.cwd = before
    # They stand or fall with the statement that runs them.
    for run in shell.sheet.runs[start:]:
        run.line = run.line or program.line
        run.program = run.program or program.label
    return out.content


def line(program: Program, command: str, stdin: bytes, cwd: str) -> bytes | None:
    """A command line, by way of a shell; what it prints, if that is known."""
    return _go(program, stdin, cwd, command)


def words(program: Program, command: list[str], stdin: bytes, cwd: str) -> bytes | None:
    """A program with its arguments; what it prints, if that is known."""
    return _go(program, stdin, cwd, command)
