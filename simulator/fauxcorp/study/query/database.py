"""Logs as tables of DuckDB: what a query asks for is read into a database of its own, which is then only read.

The query itself can reach no file, no network and no variable of this process, and change nothing: the database is
opened read-only, without access to anything else and with its configuration locked, and only a SELECT is let through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from fauxcorp.errors import LogError, UserError
from fauxcorp.eventlog.log import EVENTS as LOG
from fauxcorp.eventlog.manifest import RECORDS
from fauxcorp.study.query.views import EPISODES, VIEWS, Column, View, columns

MOST_BYTES = 16 * 1024 * 1024
"""Bytes of one line; a longer one is left out."""
_BATCH = 1_000
_SEALED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    "lock_configuration": "true",
}


class Answer:
    """What a query gave: names of columns, and rows as they are asked for."""

    def __init__(self, names: Sequence[str], cursor: Any) -> None:
        self.names = tuple(names)
        self._cursor = cursor

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The rows, each once. Raises UserError where the query fails only then."""
        while rows := _asked(lambda: self._cursor.fetchmany(_BATCH)):
            yield from rows


@contextmanager
def ask(sql: str, runs: Sequence[Path]) -> Iterator[Answer]:
    """Answer a query over the logs of runs, while this lasts.

    Raises:
        UserError: it is no SELECT, or fails.
    """
    names = _views_of(sql)
    with TemporaryDirectory(prefix="fauxcorp-query-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "logs.duckdb"
        _load(path, [VIEWS[name] for name in names], runs)
        sealed = duckdb.connect(str(path), read_only=True, config={**_SEALED, "temp_directory": folder})
        try:
            cursor = _asked(lambda: sealed.execute(sql))
            yield Answer([column[0] for column in cursor.description or ()], cursor)
        finally:
            sealed.close()


def export(target: Path, runs: Sequence[Path]) -> int:
    """Write one row an episode to a .csv or .parquet file, and return how many. Raises UserError."""
    form = {".csv": "csv, header", ".parquet": "parquet"}.get(target.suffix.lower())
    if form is None:
        raise UserError(f"{target}: the name must end in .csv or .parquet")
    with TemporaryDirectory(prefix="fauxcorp-query-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "logs.duckdb"
        _load(path, [EPISODES], runs)
        loaded = duckdb.connect(str(path), config={"temp_directory": folder})
        try:
            done = _asked(lambda: loaded.execute(f"copy episodes to {_quoted(str(target))} (format {form})").fetchone())
        finally:
            loaded.close()
    return int(done[0])


def _views_of(sql: str) -> list[str]:
    """The views whose names stand in a query. One that it does not ask for after all costs time, and nothing else."""
    statements = _asked(lambda: duckdb.extract_statements(sql))
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise UserError("one SELECT is wanted; logs are only read")
    words = set(re.findall(r"\w+", sql.lower()))
    return [name for name in VIEWS if name in words]


def _load(path: Path, views: Iterable[View], runs: Sequence[Path]) -> None:
    """Make a table of each view. Raises LogError if the logs cannot be read."""
    database = duckdb.connect(str(path), config={"temp_directory": str(path.parent)})
    try:
        for view in views:
            database.execute(_table(view, list(files_of(view, runs))))
    except duckdb.Error as error:
        raise LogError(f"the logs cannot be read: {_short(error)}") from None
    finally:
        database.close()


def files_of(view: View, runs: Iterable[Path]) -> Iterator[Path]:
    """The files that a view is made of."""
    for run in runs:
        if view.of_run:
            yield from (path for path in (run / RECORDS,) if path.is_file())
        else:
            yield from sorted(run.glob(f"*/{LOG}"))


def _table(view: View, files: Sequence[Path]) -> str:
    """The statement that makes a view's table. Lines that are no JSON are left out, values of another type are null."""
    sources = list(dict.fromkeys(column.source for column in view.columns if column.source != "*"))
    if view.kind:
        sources.append("event.kind")
    paths = ", ".join(_quoted(_json_path(view, source)) for source in sources)
    place = {source: f"v[{n}]" for n, source in enumerate(sources, 1)}
    chosen = ["regexp_extract(filename, '^(.*)[/\\\\][^/\\\\]+$', 1) as run" if view.of_run else
              "regexp_extract(filename, '^(.*)[/\\\\][^/\\\\]+[/\\\\][^/\\\\]+$', 1) as run, "
              "regexp_extract(filename, '([^/\\\\]+)[/\\\\][^/\\\\]+$', 1) as episode"]  # fmt: skip
    chosen += [f'{_cast(column, place.get(column.source, "line"))} as "{column.name}"' for column in view.columns]
    where = f" where ({place['event.kind']} ->> '$') = {_quoted(view.kind)}" if view.kind else ""
    return (
        f"create table {view.name} as select {', '.join(chosen)} from "
        f"(select json as line, filename, json_extract(json, [{paths}]) as v from {_lines(files)}){where}"
    )


def _lines(files: Sequence[Path]) -> str:
    if not files:
        return "(select null::json as json, null::varchar as filename where false)"
    names = ", ".join(_quoted(_literal(path)) for path in files)
    return (
        f"(select json, filename from read_ndjson_objects([{names}], filename = true, ignore_errors = true, "
        f"maximum_object_size = {MOST_BYTES}) where json is not null)"
    )


def _cast(column: Column, value: str) -> str:
    if column.type == "JSON":
        return value
    text = f"({value} ->> '$')"
    if column.type.endswith("[]"):
        # A field that holds one value is a list of one.
        one = f"if({text} is null, null, try_cast([{text}] as {column.type}))"
        return f"coalesce(try_cast({value} as {column.type}), {one})"
    cast = f"try_cast({text} as {column.type})"
    return f"coalesce({cast}, 0)" if column.counted else cast


def _json_path(view: View, source: str) -> str:
    """Events have flat names with dots in them; records are nested."""
    parts = source.split(".") if view.of_run else [source]
    return "$" + "".join(f'."{part}"' for part in parts)


def _literal(path: Path) -> str:
    """A path in which nothing stands for something else."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in str(path))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _asked(call: Any) -> Any:
    try:
        return call()
    except duckdb.CatalogException as error:
        raise UserError(f"query: {_short(error)}\nviews: {', '.join(VIEWS)}; --views shows their columns") from None
    except duckdb.Error as error:
        raise UserError(f"query: {_short(error)}") from None


def _short(error: duckdb.Error) -> str:
    return str(error).strip()[:2_000]


def described() -> Iterator[tuple[str, str, tuple[tuple[str, str, str], ...]]]:
    """Each view, what it is, and its columns with their types and what they hold."""
    for view in VIEWS.values():
        yield view.name, view.about, tuple((c.name, c.type, c.about) for c in columns(view))
