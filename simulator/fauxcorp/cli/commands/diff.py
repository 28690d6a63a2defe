"""`fauxcorp diff`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fauxcorp.cli.diffs import Judged, as_dict, markdown, show_diff, write_junit
from fauxcorp.cli.gate import Allow
from fauxcorp.cli.options import RUNS, Anyway, Json, Runs
from fauxcorp.cli.output import open_out
from fauxcorp.cli.places import find
from fauxcorp.core.flags import Level
from fauxcorp.errors import UserError
from fauxcorp.gates.allow import find as find_lists
from fauxcorp.gates.allow import load
from fauxcorp.gates.diff import compare
from fauxcorp.gates.side import Side, keep, read_side, side_of_run

Base = Annotated[str, typer.Argument(help="A run's folder, `latest`, or a file that --keep wrote.", metavar="BASE")]
New = Annotated[
    str | None, typer.Argument(help="The run to hold against it; likewise.", metavar="[NEW]", show_default=False)
]
LevelOption = Annotated[Level, typer.Option("--level", help="Flags below this level do not fail it.")]
Lost = Annotated[bool, typer.Option("--fail-on-lost", help="Flags that were lost fail it, too.")]
AnyAgent = Annotated[bool, typer.Option("--any-agent", help="Compare whatever the agents are called.")]
Keep = Annotated[
    Path | None,
    typer.Option("--keep", help="Write what of NEW (or of BASE alone) is compared to a file.", metavar="FILE"),
]
Markdown = Annotated[bool, typer.Option("--markdown", help="Markdown, for a pull request.")]
Junit = Annotated[
    Path | None,
    typer.Option("--junit", help="Write JUnit XML: a test for each scenario, variant and agent.", metavar="FILE"),
]


def diff(
    base: Base,
    new: New = None,
    level: LevelOption = Level.informational,
    fail_on_lost: Lost = False,
    allow: Allow = None,
    any_agent: AnyAgent = False,
    anyway: Anyway = False,
    keep_in: Keep = None,
    as_json: Json = False,
    as_markdown: Markdown = False,
    junit: Junit = None,
    runs: Runs = RUNS,
) -> None:
    """Say which flags were gained and lost between two runs, by scenario, variant and agent.

    A rule is gained where it flagged in no epoch before, or in more of them than chance explains. The exit code is 1
    if any was gained, or if NEW did not do what it was to do, so that nothing can be said of it. Runs of different
    engines or content are compared with --anyway only.
    """
    old = _side(base, runs)
    if new is None:
        if keep_in is None:
            raise UserError("name the run to hold against it: fauxcorp diff BASE NEW; or keep BASE with --keep FILE")
        keep(old, keep_in)
        return
    now = _side(new, runs)
    found = compare(old, now, load(find_lists(allow or ())), agents=not any_agent)
    if found.differences and not anyway:
        told = "\n".join(f"  {line}" for line in found.differences)
        way = "--anyway compares them all the same; --keep makes a new base"
        raise UserError(f"{old.shown} and {now.shown} are not of one kind; {way}\n{told}")
    judged = Judged(found, level, fail_on_lost)
    out = open_out()
    if as_json:
        out.json(as_dict(judged))
    elif as_markdown:
        print(markdown(judged), end="")
    else:
        show_diff(out, judged)
    if junit is not None:
        write_junit(junit, judged)
    if keep_in is not None:
        keep(now, keep_in)
    raise typer.Exit(int(not judged.passed))


def _side(place: str, runs: Path) -> Side:
    path = Path(place)
    if "\0" not in place and path.is_file():
        return read_side(path)
    run, episode = find(place, runs)
    if episode:
        raise UserError(f"{place} is one episode; name its run, {run.folder}")
    return side_of_run(run)
