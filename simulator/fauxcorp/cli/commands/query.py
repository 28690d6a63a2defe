"""`fauxcorp query`."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from fauxcorp.cli.options import RUNS, Json, Runs
from fauxcorp.cli.output import Span, open_out
from fauxcorp.cli.places import LATEST, newest
from fauxcorp.errors import UserError
from fauxcorp.eventlog.manifest import MANIFEST

Words = Annotated[
    list[str] | None,
    typer.Argument(help="A SELECT in quotes; folders of runs, `latest` if none is named.", metavar="[SQL] [RUN]..."),
]
Csv = Annotated[bool, typer.Option("--csv", help="CSV instead of a table.")]
Export = Annotated[
    Path | None, typer.Option("--export", help="Write one row an episode to FILE.csv or FILE.parquet.", metavar="FILE")
]
Views = Annotated[bool, typer.Option("--views", help="The views and their columns.")]


def query(
    words: Words = None,
    as_csv: Csv = False,
    as_json: Json = False,
    export: Export = None,
    views: Views = False,
    runs: Runs = RUNS,
) -> None:
    """Ask any number of logs in SQL: `fauxcorp query "select agent, count(*) from episodes group by agent" runs/*`.

    It is DuckDB's SQL over the views that --views lists. A query only reads, and reaches nothing but the logs.
    """
    # Loaded when it is asked for: DuckDB takes longer to import than --help takes.
    database: Any = import_module("fauxcorp.study.query.database")
    if views:
        _show_views(database)
        return
    sql, places = sort_out(words or [], runs)
    if export is not None:
        if sql:
            raise UserError("--export writes one row an episode; for what a query gives use --csv")
        print(f"{database.export(export, places):,} episodes in {export}")
        return
    if not sql:
        raise UserError('a query is wanted, e.g. fauxcorp query "select * from episodes"; --views lists what there is')
    with database.ask(sql, places) as answer:
        _show(answer, as_csv, as_json)


def sort_out(words: Sequence[str], runs: Path) -> tuple[str, list[Path]]:
    """The query and the runs: what is a run's folder is one, and the one word that is none is the query."""
    places = [word for word in words if word == LATEST or _is_run(word)]
    others = [word for word in words if word not in places]
    if len(others) > 1:
        raise UserError(f"no run folder: {others[1][:200]}; one query is taken, in quotes, and folders of runs")
    found = [newest(runs) if place == LATEST else Path(place) for place in places or [LATEST]]
    return (others[0] if others else ""), list(dict.fromkeys(found))


def _is_run(word: str) -> bool:
    try:
        return any((Path(word) / name).is_file() for name in (MANIFEST, "rescan.json"))
    except (OSError, ValueError):
        return False


def _show(answer: Any, as_csv: bool, as_json: bool) -> None:
    out = open_out()
    if as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(answer.names)
        writer.writerows(answer.rows())
    elif as_json:
        for row in answer.rows():
            out.json(dict(zip(answer.names, map(_plain, row), strict=True)))
    else:
        rows = [tuple("" if value is None else str(value) for value in row) for row in answer.rows()]
        out.table(answer.names, rows)


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if value is None or isinstance(value, bool | float | str):
        return value
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**64 else str(value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    return str(value)


def _show_views(database: Any) -> None:
    out = open_out()
    for name, about, columns in database.described():
        out.line(Span(name, "title"), f": {about}")
        for column, kind, meaning in columns:
            out.row((f"  {column:<20} {kind:<10} ",), (meaning,))
