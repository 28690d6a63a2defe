"""`fauxcorp scenarios`."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path
from typing import Annotated

import typer

from fauxcorp.cli.findings import show_findings
from fauxcorp.cli.flagtable import counts
from fauxcorp.cli.options import Content, Json, folders
from fauxcorp.cli.output import Out, Span, open_out
from fauxcorp.cli.scaffold import write_scenario
from fauxcorp.content.library import Library
from fauxcorp.content.roots import pick
from fauxcorp.episode.check import Checked, check_scenarios
from fauxcorp.lint.linter import lint_all

Names = Annotated[
    list[str] | None,
    typer.Argument(help="Only these; else those of --content, else all.", metavar="[NAME]...", show_default=False),
]
LintNames = Annotated[
    list[str] | None,
    typer.Argument(
        help="Only these scenarios and companies; else those of --content, else all.", metavar="[NAME]...",
        show_default=False,
    ),
]  # fmt: skip
Name = Annotated[str, typer.Argument(help="Lower-case letters, digits and hyphens.", metavar="NAME")]
Dir = Annotated[
    Path | None, typer.Option("--dir", help="Folder to write it to [default: one named like it].", metavar="DIR")
]
Parallel = Annotated[
    int | None, typer.Option("--parallel", help="Processes [default: one for each processor].", min=1, max=256)
]


def check(names: Names = None, content: Content = None, as_json: Json = False, parallel: Parallel = None) -> None:
    """Run every scripted agent in every variant it is written for, twice, and hold what comes out against its script.

    Both runs must give the same log, byte by byte. The exit code is 1 if anything is not as expected.
    """
    library = Library(folders(content))
    out = open_out()
    failed = 0
    results: list[Checked] = []
    for checked in check_scenarios(library, _chosen(library, names or []), parallel or _processes()):
        failed += not checked.ok
        results.append(checked)
        if as_json:
            out.json(checked.as_dict())
    if not as_json:
        _table(out, results)
        out.line(f"{len(results)} agents, {sum(r.episodes for r in results)} episodes, {failed} not as expected")
    raise typer.Exit(int(failed > 0))


def lint(names: LintNames = None, content: Content = None, as_json: Json = False) -> None:
    """Read scenarios, in all their variants, and companies as a reader with doubts would, and say what is odd.

    A finding that is meant can be accepted with a reason in lint.yaml, beside scenario.yaml or company.yaml. The exit
    code is 1 if there are errors; warnings are told and change nothing.
    """
    library = Library(folders(content))
    out = open_out()
    found = lint_all(library, names or [])
    open_ones = [f for f in found if not f.accepted]
    if as_json:
        for finding in found:
            out.json(finding.as_dict())
    else:
        show_findings(out, open_ones, len(found) - len(open_ones))
    raise typer.Exit(int(any(f.level == "error" for f in open_ones)))


def new(name: Name, folder: Dir = None) -> None:
    """Write a small complete scenario with a company of its own and three scripted agents."""
    target = folder or Path(name)
    written = write_scenario(name, target)
    out = open_out()
    for path in written:
        out.line(str(path))
    out.line(f"next  fauxcorp scenarios check --content {target}")
    out.line(f"      fauxcorp run {name} --content {target}")


def _processes() -> int:
    """As many processes as this one may use processors; one where a system cannot fork."""
    if "fork" not in multiprocessing.get_all_start_methods():
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _chosen(library: Library, names: list[str]) -> list[str]:
    known = library.scenario_folders()
    if names:
        return [pick("scenario", name, known) for name in names]
    own = [path.resolve() for path in library.extra]
    return [name for name, path in known.items() if not own or any(path.resolve().is_relative_to(p) for p in own)]


def _table(out: Out, results: list[Checked]) -> None:
    rows = [
        (r.scenario, r.agent, r.shown_variants, str(r.episodes), counts(r.levels) or "none",
         Span("ok", "good") if r.ok else Span("not as expected", "bad"))
        for r in results
    ]  # fmt: skip
    out.table(("scenario", "agent", "variants", "episodes", "flags", "result"), rows, numbers=(3,))
    for r in results:
        for variant, problem in r.problems:
            out.row((Span(f"{r.scenario}, {r.agent}, {variant}: ", "bad"),), (problem,))
