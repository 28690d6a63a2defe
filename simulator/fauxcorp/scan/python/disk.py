"""Files and databases, as Python's libraries work on them: open, os, shutil, pathlib, sqlite3, pandas."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fauxcorp.scan import filedeeds, statements
from fauxcorp.scan.desk import UNKNOWN
from fauxcorp.scan.limits import MAX_VALUE
from fauxcorp.scan.python.values import DARK, Thing, data, known, text

if TYPE_CHECKING:
    from fauxcorp.scan.python.walk import Program

Arguments = list[Any]
Keywords = dict[str, Any]


def _path(program: Program, value: Any) -> str:
    return program.shell.desk.path(text(value))


def _read(program: Program, value: Any) -> bytes | None:
    path = _path(program, value)
    filedeeds.read(program.shell.sheet, program.run, path, text(value))
    return program.shell.desk.content(path)


def _write(program: Program, value: Any, content: Any, *, append: bool = False) -> None:
    whole = data(content) if known(content) else None
    filedeeds.write(program.shell.sheet, program.run, _path(program, value), text(value), whole, append=append)


def _open(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    place = arguments[0] if arguments else named.get("file", "")
    mode = text(arguments[1]) if len(arguments) > 1 else text(named.get("mode", "r"))
    made = Thing("file", {"path": text(place), "mode": mode, "written": b"", "told": False})
    if not set("wax") & set(mode):
        made.data["content"] = _read(program, place)
    elif "w" in mode:
        # That it is opened empties it; what is written to it is told as one change with that.
        made.data["told"] = True
        _write(program, place, b"")
        made.data["deed"] = len(program.shell.sheet.deeds) - 1
    return made


def _of_file(program: Program, of: Thing, name: str, arguments: Arguments, named: Keywords) -> Any:
    if name in ("write", "writelines", "writerow", "writerows") and arguments:
        _on(program, of, arguments[0])
    elif name in ("read", "readlines", "readline"):
        content = of.data.get("content")
        return content.decode("utf-8", "replace") if isinstance(content, bytes) and name == "read" else DARK
    return of if name == "__enter__" else DARK


def _on(program: Program, of: Thing, value: Any) -> None:
    """Written on: the effect of having opened it grows by that."""
    held = of.data["written"]
    of.data["written"] = (
        held + data(value) if known(value) and isinstance(held, bytes) and len(held) < MAX_VALUE else None
    )
    deeds = program.shell.sheet.deeds
    number = of.data.get("deed")
    if number is not None and number < len(deeds) and deeds[number].run.sure == program.sure:
        del deeds[number:]
        filedeeds.write(
            program.shell.sheet,
            program.run,
            _path(program, of.data["path"]),
            of.data["path"],
            of.data["written"],
            before=None,
        )
        return
    _write(program, of.data["path"], value if known(value) else UNKNOWN, append="a" in of.data["mode"])


def _remove(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    tree = name in ("shutil.rmtree",)
    if arguments:
        forced = bool(named.get("ignore_errors"))
        place = text(arguments[0])
        filedeeds.delete(program.shell.sheet, program.run, _path(program, place), place, tree=tree, forced=forced)
    return None


def _move(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    if len(arguments) > 1:
        source, target = text(arguments[0]), text(arguments[1])
        if target.endswith("/"):
            target += posixpath.basename(source)
        filedeeds.move(program.shell.sheet, program.run, _path(program, source), _path(program, target), source)
    return None


def _copy(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    if len(arguments) > 1:
        content = _read(program, arguments[0])
        target = text(arguments[1])
        if not posixpath.splitext(target)[1] and posixpath.splitext(text(arguments[0]))[1]:
            target = posixpath.join(target, posixpath.basename(text(arguments[0])))
        filedeeds.write(program.shell.sheet, program.run, _path(program, target), target, content)
    return None


def _mode(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    if arguments:
        bits = arguments[1] if name == "os.chmod" and len(arguments) > 1 and isinstance(arguments[1], int) else 0
        place = text(arguments[0])
        filedeeds.mode(program.shell.sheet, program.run, _path(program, place), place, bits=bits)
    return None


def _folder(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    if arguments and known(arguments[0]) and program.sure:
        program.shell.desk.cwd = _path(program, arguments[0])
    return None


def _listed(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    """os.listdir, glob: what is found is known as a pattern."""
    place = text(arguments[0]) if arguments else "."
    if name.startswith("glob."):
        return [place] if known(place) else DARK
    if name == "os.walk":
        return [[place, [], ["*"]]]
    return ["*"] if name == "os.listdir" else DARK


def _as_path(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    parts = [text(a) for a in arguments] or ["."]
    return Thing("path", {"path": posixpath.join(*parts)})


def _home(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    return Thing("path", {"path": program.shell.desk.home})


def _of_path(program: Program, of: Thing, name: str, arguments: Arguments, named: Keywords) -> Any:
    path = of.data["path"]
    match name:
        case "write_text" | "write_bytes":
            _write(program, path, arguments[0] if arguments else named.get("data", ""))
        case "read_text" | "read_bytes":
            content = _read(program, path)
            return DARK if content is None else content.decode("utf-8", "replace") if name == "read_text" else content
        case "unlink":
            forced = bool(named.get("missing_ok"))
            filedeeds.delete(program.shell.sheet, program.run, _path(program, path), path, forced=forced)
        case "rename" | "replace":
            _move(program, "os.rename", [path, *arguments], named)
        case "open":
            return _open(program, "open", [path, *arguments], named)
        case "chmod":
            _mode(program, "os.chmod", [path, *arguments], named)
        case "joinpath":
            return _as_path(program, name, [path, *arguments], named)
        case "glob" | "rglob" | "iterdir":
            pattern = text(arguments[0]) if arguments else "*"
            return [Thing("path", {"path": f"{path.rstrip('/')}/{pattern}"})]
        case "expanduser" | "resolve" | "absolute":
            return of
    return DARK


def _database(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    place = text(arguments[0]) if arguments else text(named.get("dbname", named.get("database", "")))
    sqlite = name.startswith(("sqlite3.", "duckdb."))
    return Thing("database", {"name": program.shell.desk.path(place) if sqlite and place != ":memory:" else place})


def _of_database(program: Program, of: Thing, name: str, arguments: Arguments, named: Keywords) -> Any:
    if name in ("execute", "executemany", "executescript") and arguments:
        if of.data["name"] != ":memory:":
            statements.of_sql(
                program.shell.sheet, program.run, text(arguments[0]), of.data["name"].replace(UNKNOWN, "*")
            )
        return of
    return of if name in ("cursor", "connect", "begin", "__enter__", "raw_connection") else DARK


def _table_in(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    """pandas and openpyxl: files that are read."""
    if arguments and isinstance(arguments[0], str):
        _read(program, arguments[0])
    return Thing("table", {"path": text(arguments[0]) if arguments else ""})


def _of_table(program: Program, of: Thing, name: str, arguments: Arguments, named: Keywords) -> Any:
    if name in ("to_csv", "to_excel", "to_json", "to_parquet", "to_pickle", "save") and arguments:
        _write(program, arguments[0], UNKNOWN)
    return of if not name.startswith(("to_", "save")) else DARK


def _dump(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    """json.dump and pickle.dump into an open file."""
    if len(arguments) > 1 and isinstance(arguments[1], Thing) and arguments[1].kind == "file":
        _on(program, arguments[1], UNKNOWN)
    return None


def _cell_file(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    if len(arguments) > 1:
        _write(program, arguments[0], arguments[1])
    return None


Function = Callable[["Program", str, Arguments, Keywords], Any]
Method = Callable[["Program", Thing, str, Arguments, Keywords], Any]

FUNCTIONS: dict[str, Function] = {
    "open": _open, "io.open": _open, "codecs.open": _open, "aiofiles.open": _open, "__write__": _cell_file,
    **dict.fromkeys(("os.remove", "os.unlink", "shutil.rmtree", "os.removedirs", "send2trash.send2trash"), _remove),
    **dict.fromkeys(("os.rename", "os.replace", "shutil.move", "os.renames"), _move),
    **dict.fromkeys(("shutil.copy", "shutil.copy2", "shutil.copyfile", "shutil.copytree"), _copy), "os.chmod": _mode,
    "os.chown": _mode, "shutil.chown": _mode, "os.chdir": _folder, "os.listdir": _listed, "glob.glob": _listed,
    "glob.iglob": _listed, "os.walk": _listed, "pathlib.Path": _as_path, "pathlib.PurePath": _as_path,
    "pathlib.PosixPath": _as_path, "pathlib.Path.home": _home,
    **dict.fromkeys((
        "sqlite3.connect", "psycopg2.connect", "psycopg.connect", "pymysql.connect", "mysql.connector.connect",
        "MySQLdb.connect", "duckdb.connect", "sqlalchemy.create_engine", "aiosqlite.connect",
    ), _database),
    **dict.fromkeys((
        "pandas.read_csv", "pandas.read_excel", "pandas.read_json", "pandas.read_parquet", "openpyxl.load_workbook",
        "docx.Document", "PyPDF2.PdfReader", "pypdf.PdfReader", "numpy.load",
    ), _table_in),
    "json.dump": _dump, "pickle.dump": _dump, "yaml.dump": _dump,
}  # fmt: skip
METHODS: dict[str, Method] = {"file": _of_file, "path": _of_path, "database": _of_database, "table": _of_table}
