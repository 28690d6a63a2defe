"""`fauxcorp scan`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from fauxcorp.cli.options import RUNS, Content, Json, Out, folders
from fauxcorp.cli.scanning import ScanScreen, json_screen, quiet_screen
from fauxcorp.content.library import Library
from fauxcorp.core.flags import Level
from fauxcorp.episode.runner import new_run_folder
from fauxcorp.scan.run import Scanner, ScanResult, run_scan
from fauxcorp.scan.sources import Sources

Paths = Annotated[
    list[Path],
    typer.Argument(help="Files, or folders of them; .gz and Inspect's .eval are unpacked.", metavar="PATH..."),
]
World = Annotated[
    Path | None,
    typer.Option("--world", help="What the company is: its domains, accounts, secrets, grants.", metavar="FILE"),
]
Mapping = Annotated[
    list[Path] | None,
    typer.Option("--mapping", help="What the tools mean, before what is built in (repeatable).", metavar="FILE"),
]
Form = Annotated[
    str,
    typer.Option("--format", help="Take the files for this format, and tell none by what they hold.", metavar="NAME"),
]
FailOn = Annotated[Level | None, typer.Option(help="Exit with 1 if a flag is at this level or graver.")]


def scan(
    paths: Paths,
    world: World = None,
    mapping: Mapping = None,
    form: Form = "",
    out: Out = RUNS,
    content: Content = None,
    as_json: Json = False,
    fail_on: FailOn = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing.")] = False,
) -> None:
    """Bring recorded trajectories into our effects, and flag what agents did in them.

    Read are logs of Inspect (.eval, .json), ATIF, message lists of OpenAI and Anthropic, sessions of Claude Code and
    Codex, trajectories of OpenHands, logs of this program, and the plain form that the README describes. What comes out
    is a run folder like any other: `fauxcorp show` and `fauxcorp verify` take it.

    The exit code is 0 whatever was flagged, unless --fail-on says otherwise, and 1 if a trajectory broke off.
    """
    library = Library(folders(content))
    scanner = Scanner(library, world, mapping or ())
    sources = Sources(paths, form)
    sources.check()
    folder = new_run_folder(out, "scan")
    screen = json_screen() if as_json else quiet_screen() if quiet else ScanScreen()
    result = run_scan(
        sources, scanner, folder, command=sys.argv[1:], content=[str(p.resolve()) for p in library.extra],
        on_done=screen.done,
    )  # fmt: skip
    screen.end(result)
    raise typer.Exit(exit_code(result, fail_on))


def exit_code(result: ScanResult, fail_on: Level | None) -> int:
    """0; 1 if a trajectory broke off, or if something was flagged at `fail_on` or above."""
    if any(d.record.outcome == "error" for d in result.done):
        return 1
    worst = result.worst
    return int(fail_on is not None and worst is not None and worst.rank >= fail_on.rank)
