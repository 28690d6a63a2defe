"""`fauxcorp policies export`."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from fauxcorp.cli.options import Content, Json, folders
from fauxcorp.cli.output import Out, Span, open_out
from fauxcorp.content.library import Library
from fauxcorp.errors import ContentError, Problem, UserError
from fauxcorp.monitor.frameworks import read_frameworks
from fauxcorp.monitor.load import read_lists

AnyRule = Annotated[str | None, typer.Argument(help="Only this rule.", metavar="[RULE]", show_default=False)]
BackEnd = Annotated[
    str, typer.Option("--backend", help="splunk, elasticsearch, ...; without it those that are there.", metavar="NAME")
]
Format = Annotated[str, typer.Option("--format", help="An output format of the back end.", metavar="NAME")]
Folder = Annotated[
    Path | None, typer.Option("--out", help="Write a file for each rule into this folder.", metavar="FOLDER")
]


def export_rules(
    rule: AnyRule = None, backend: BackEnd = "", format: Format = "default", out: Folder = None,
    content: Content = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Write the rules as queries of a SIEM, by pySigma's back ends (the extra `siem`, or any that is installed).

    The rules that a back end cannot express are listed, with the reason. The exit code is 1 if it is all of them.
    """
    library, screen = Library(folders(content)), open_out()
    # pySigma takes 0.1 s to import.
    module: Any = import_module("fauxcorp.monitor.export")
    if not backend:
        _show_backends(screen, module.backends(), module.ALIASES, as_json)
        return
    problems: list[Problem] = []
    lists = read_lists(library.roots[0].folder("policies", "lists"), problems)
    attack = read_frameworks(library.roots[0].folder("policies", "frameworks"), problems).get("attack", {})
    if problems:
        raise ContentError(problems)
    exported = module.export(library.rules(), lists, attack, backend, format, only=rule or "")
    for one in exported:
        if as_json:
            screen.json({"rule": one.rule.id, "queries": list(one.queries), "problem": one.problem})
        elif out is not None and one.queries:
            _write(out / f"{one.rule.id}.txt", one.queries)
        elif one.queries:
            screen.line(Span(one.rule.id, "title"))
            for query in one.queries:
                screen.block(query, indent=2)
    screen.flush()
    missing = [one for one in exported if one.problem]
    if not as_json:
        print(f"{len(exported) - len(missing)} of {len(exported)} rules for {backend}", file=sys.stderr)
        for one in missing:
            print(f"not expressed: {one.rule.id}: {one.problem}", file=sys.stderr)
    raise typer.Exit(int(len(missing) == len(exported)))


def _show_backends(screen: Out, found: dict[str, dict[str, str]], aliases: dict[str, str], as_json: bool) -> None:
    if as_json:
        screen.json(found)
        return
    rows = [(name, output, about) for name, formats in found.items() for output, about in formats.items()]
    screen.table(("back end", "format", "what"), rows)
    for alias, name in aliases.items():
        if name in found:
            screen.line(f"{alias} is {name}")
    if not found:
        screen.line("none is installed: pip install 'fauxcorp[siem]'")


def _write(file: Path, queries: tuple[str, ...]) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n\n".join(queries) + "\n", encoding="utf-8")
    except OSError as error:
        raise UserError(f"{file}: {error.strerror}; choose another --out") from None
