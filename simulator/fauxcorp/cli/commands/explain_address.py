"""`fauxcorp explain-address`."""

from __future__ import annotations

from typing import Annotated

import typer

from fauxcorp.cli.options import Content, folders
from fauxcorp.cli.output import open_out
from fauxcorp.content.library import Library
from fauxcorp.world.outside import Outside

Address = Annotated[str, typer.Argument(help="A mail address, host name, IP address or URL.")]
Scenario = Annotated[
    str | None, typer.Option("--scenario", help="Look with the eyes of this scenario's company.", metavar="NAME")
]


def explain_address(address: Address, scenario: Scenario = None, content: Content = None) -> None:
    """Say whose an address, host or URL is, and why."""
    library = Library(folders(content))
    outside = library.play(scenario).company.outside if scenario else Outside.build(library.parties(), ())
    open_out().block(outside.explain(address))
