"""`fauxcorp companies`."""

from __future__ import annotations

from typing import Annotated

import typer

from fauxcorp.background.write import background, differences, write
from fauxcorp.cli.options import Content, folders
from fauxcorp.cli.output import open_out
from fauxcorp.content.library import Library
from fauxcorp.content.roots import pick

Name = Annotated[str, typer.Argument(help="A company.", metavar="NAME")]
Check = Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 if what is there is not what would be.")]


def grow(name: Name, content: Content = None, check: Check = False) -> None:
    """Write a company's `background/` out of its `grow/` folder: the same bytes each time.

    `grow/background.yaml` names the seed, the dates, who plays which part; `mail*.yaml`, `chat*.yaml`, `files*.yaml`
    and `calendar.yaml` beside it hold what is its own. What all offices have in common comes with the package.
    """
    companies = Library(folders(content)).company_folders()
    folder = companies[pick("company", name, companies)]
    wanted = background(folder)
    out = open_out()
    if check:
        found = differences(folder, wanted)
        for line in found:
            out.line(line)
        out.line(f"{len(wanted)} files, {len(found)} not as they would be written")
        raise typer.Exit(int(bool(found)))
    out.line(f"{len(wanted)} files, {write(folder, wanted)} of them changed")
