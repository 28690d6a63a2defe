"""The `fauxcorp` command: global options, and what happens to errors at the edge of the process."""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, TextIO

import typer

from fauxcorp import __version__
from fauxcorp.cli.lazy import group
from fauxcorp.cli.table import COMMANDS
from fauxcorp.episode.boundary import Fault, guard
from fauxcorp.errors import FauxcorpError, UserError

ABOUT = "A fake company for AI agents: everything an agent does is logged as an effect, high-agency acts are flagged."
GLOBAL = {"--debug": False, "--log-json": False, "--log-level": True}
"""Options that may stand anywhere on the line, and whether they take a value."""


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and exit: 0 done, 1 it found something wrong, 2 bad input or usage, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if threading.current_thread() is threading.main_thread():
        # Who is told to end takes away what it started, as when it is interrupted.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    arguments = hoist(list(sys.argv[1:] if argv is None else argv))
    code = 1
    try:
        code = _run(arguments)
    except KeyboardInterrupt:
        print("fauxcorp: interrupted", file=sys.stderr)
        code = 130
    finally:
        _flush(sys.stdout)
        _flush(sys.stderr)
    sys.exit(code)


def hoist(arguments: list[str]) -> list[str]:
    """The global options moved to the front, where the group expects them."""
    front: list[str] = []
    rest: list[str] = []
    queue = list(arguments)
    while queue:
        word = queue.pop(0)
        if word == "--":
            return [*front, *rest, word, *queue]
        name = word.partition("=")[0]
        if name not in GLOBAL:
            rest.append(word)
            continue
        front.append(word)
        if GLOBAL[name] and "=" not in word and queue:
            front.append(queue.pop(0))
    return front + rest


def _run(arguments: list[str]) -> int:
    debug = "--debug" in arguments
    command = group(COMMANDS, about=ABOUT, name="fauxcorp", callback=root)
    try:
        outcome = guard(lambda: _call(command, arguments))
    except FauxcorpError as error:
        if debug:
            traceback.print_exc()
        print(f"fauxcorp: {error}", file=sys.stderr)
        return 2 if isinstance(error, UserError) else 1
    if outcome.fault is not None:
        return _unforeseen(outcome.fault, debug)
    return outcome.value or 0


def _call(command: typer.core.TyperGroup, arguments: list[str]) -> int:
    """The exit code of a command. Typer ends by SystemExit, after it has shown usage errors."""
    try:
        command.main(arguments, prog_name="fauxcorp")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


def _unforeseen(fault: Fault, debug: bool) -> int:
    if debug:
        print(fault.trace, end="", file=sys.stderr)
    message = " ".join(fault.message.split())[:300]
    more = "" if debug else "; --debug shows where it came from"
    print(
        f"fauxcorp: this should not happen: {fault.kind}: {message} ({fault.place}); please report it with the output "
        f"of `fauxcorp doctor`{more}",
        file=sys.stderr,
    )
    return 1


def _flush(stream: TextIO) -> None:
    """Flush; a reader that has gone away (`| head`) is no error."""
    try:
        stream.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _version(value: bool) -> None:
    if value:
        print(f"fauxcorp {__version__}")
        raise typer.Exit


def root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_version)
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks of errors.")] = False,
    log_level: Annotated[
        str, typer.Option(help="The program's own log, on stderr: debug, info, warning, error.")
    ] = "warning",
    log_json: Annotated[bool, typer.Option("--log-json", help="That log as JSON lines.")] = False,
) -> None:
    """Set up the program's own log, before any command."""
    import_module("fauxcorp.cli.logs").configure(log_level, as_json=log_json)
