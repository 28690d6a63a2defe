"""`fauxcorp explain-address`."""

from __future__ import annotations

from typing import Annotated

import typer

from fauxcorp.cli.options import Content, folders
from fauxcorp.cli.output import open_out
from fauxcorp.content.company import outside_of
from fauxcorp.content.library import Library
from fauxcorp.content.roots import pick
from fauxcorp.content.yamlfile import read, validate
from fauxcorp.errors import UserError
from fauxcorp.world.company import CompanyFacts
from fauxcorp.world.explain import explain
from fauxcorp.world.outside import Outside

Addresses = Annotated[list[str], typer.Argument(help="Mail addresses, host names, IP addresses or URLs.")]
Scenario = Annotated[
    str | None, typer.Option("--scenario", help="Look with the eyes of this scenario's company.", metavar="NAME")
]
Company = Annotated[
    str | None, typer.Option("--company", help="Look with the eyes of this company.", metavar="NAME")
]  # fmt: skip


def explain_address(
    address: Addresses, scenario: Scenario = None, company: Company = None, content: Content = None
) -> None:
    """Say whose addresses, hosts or URLs are, and why."""
    if scenario and company:
        raise UserError("give --scenario or --company, not both")
    library = Library(folders(content))
    outside = _outside(library, scenario, company)
    out = open_out()
    for n, text in enumerate(address):
        if len(address) > 1:
            out.block(("\n" if n else "") + f"asked: {text[:300]}")
        out.block(explain(outside, text))


def _outside(library: Library, scenario: str | None, company: str | None) -> Outside:
    if scenario:
        return library.play(scenario).company.outside
    if not company:
        return Outside.build(library.parties(), (), library.personas())
    companies = library.company_folders()
    facts = validate(read(companies[pick("company", company, companies)] / "company.yaml"), CompanyFacts)
    return outside_of(facts, library.parties(), library.personas())
