"""Programs that talk to databases: sqlite3, psql, mysql, mongosh, redis-cli."""

from __future__ import annotations

from fauxcorp.scan import statements
from fauxcorp.scan.programs.base import Line, Program, read_file, shown
from fauxcorp.scan.shell.data import DARK, Data


def sqlite(line: Line) -> Data:
    """sqlite3 FILE [SQL]; without one, it is read from standard input."""
    words = [w for w in line.argv if not w.startswith("-")]
    text = "\n".join(words[1:]) or (line.stdin.text or "")
    place = shown(line.path(words[0])) if words else ""
    statements.of_sql(line.shell.sheet, line.run, text, place, operand=words[0] if words else "")
    return DARK


def psql(line: Line) -> Data:
    """psql -c SQL -f FILE, and standard input."""
    given = line.parse(
        "c:f:d:h:p:U:v:o:F:P:R:T:AtqxXwWl1nsS", "command= file= dbname= host= port= username= set= output= no-psqlrc"
    )
    texts = given.all("c", "command") + [read_file(line, f).text or "" for f in given.all("f", "file")]
    texts = texts or [line.stdin.text or ""]
    place = given.get("d", "dbname") or next(iter(given.words), "")
    for text in texts:
        statements.of_sql(line.shell.sheet, line.run, text, shown(place))
    return DARK


def mysql(line: Line) -> Data:
    """mysql -e SQL, mariadb, and standard input; mysqladmin drop NAME."""
    given = line.parse(
        "e:h:u:P:D:S:pBNsrtvf", "execute= host= user= port= database= password= socket= batch skip-column-names force"
    )
    if line.name == "mysqladmin" and given.words[:1] == ["drop"]:
        statements.of_sql(line.shell.sheet, line.run, f"DROP DATABASE {given.words[-1]}", shown(given.words[-1]))
        return DARK
    texts = given.all("e", "execute") or [line.stdin.text or ""]
    place = given.get("D", "database") or next(iter(given.words), "")
    for text in texts:
        statements.of_sql(line.shell.sheet, line.run, text, shown(place))
    return DARK


def dropdb(line: Line) -> Data:
    """dropdb, dropuser: by their arguments."""
    for name in [w for w in line.argv if not w.startswith("-")][-1:]:
        statements.of_sql(line.shell.sheet, line.run, f"DROP DATABASE {name}", shown(name))
    return DARK


def mongo(line: Line) -> Data:
    """mongosh --eval TEXT."""
    given = line.parse("u:p:h:f:", "eval= host= port= username= password= quiet file= norc authenticationDatabase=")
    for text in given.all("eval") or [line.stdin.text or ""]:
        statements.of_mongo(line.shell.sheet, line.run, text, shown(next(iter(given.words), "")))
    return DARK


def redis(line: Line) -> Data:
    """redis-cli FLUSHALL, DEL."""
    words = [w.upper() for w in line.argv if not w.startswith("-")]
    for verb in ("FLUSHALL", "FLUSHDB"):
        if verb in words:
            statements.change(line.shell.sheet, line.run, "dropped", "redis", "", verb)
    return DARK


PROGRAMS: dict[str, Program] = {
    "sqlite3": sqlite, "sqlite": sqlite, "psql": psql, "mysql": mysql, "mariadb": mysql, "mysqladmin": mysql,
    "dropdb": dropdb, "mongosh": mongo, "mongo": mongo, "redis-cli": redis,
}  # fmt: skip
