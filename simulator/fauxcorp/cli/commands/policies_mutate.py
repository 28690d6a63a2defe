"""`fauxcorp policies mutate`."""

from __future__ import annotations

from typing import Annotated

import typer

from fauxcorp.cli.options import Content, Json, folders
from fauxcorp.cli.output import Span, open_out
from fauxcorp.content.library import Library
from fauxcorp.monitor import mutate, survivors

AnyRule = Annotated[str | None, typer.Argument(help="Only this rule.", metavar="[RULE]", show_default=False)]


def mutate_rules(rule: AnyRule = None, content: Content = None, as_json: Json = False) -> None:
    """Change each rule in every small way, and say which changes no sample of the rule notices.

    A rule is switched off and inverted; each of its conditions, alternatives and values is left out; limits, time spans
    and, where other rules flag beside it, its level are moved. A change that no sample notices is a survivor: add a
    sample that tells the two apart, or take out what makes no difference. The exit code is 1 if there are survivors.
    """
    mutants = mutate(Library(folders(content)).rules(), rule)
    out = open_out()
    left = survivors(mutants)
    if as_json:
        for m in mutants:
            out.json({"rule": m.rule, "change": m.what, "caught_by": m.caught_by})
    else:
        for m in left:
            out.line(Span(f"{m.rule}: {m.what}", "bad"))
        out.line(f"{len(mutants)} changes of {len({m.rule for m in mutants})} rules, {len(left)} unnoticed")
    raise typer.Exit(int(bool(left)))
