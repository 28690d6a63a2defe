"""Statements of databases: which tables they drop, empty or change."""

from __future__ import annotations

import re

from fauxcorp.core.effects import RecordsChanged, Surface
from fauxcorp.scan.limits import MAX_TEXT
from fauxcorp.scan.sheet import Run, Sheet

MAX_STATEMENTS = 500

_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_STRING = re.compile(r"'(?:[^']|'')*'")
_NAME = r"[`\"\[]?([\w.$*\ue000-]{1,200})[`\"\]]?"
_DROP = re.compile(rf"(?i)^drop\s+(table|database|schema|view|collection|user|role)\s+(?:if\s+exists\s+)?{_NAME}")
_TRUNCATE = re.compile(rf"(?i)^truncate\s+(?:table\s+)?(?:only\s+)?{_NAME}")
_DELETE = re.compile(rf"(?i)^delete\s+from\s+(?:only\s+)?{_NAME}(.*)$", re.DOTALL)
_UPDATE = re.compile(rf"(?i)^update\s+(?:only\s+)?{_NAME}\s+set\b(.*)$", re.DOTALL)
_INSERT = re.compile(rf"(?i)^(?:insert|replace)\s+(?:or\s+\w+\s+)?into\s+{_NAME}")
_MONGO = re.compile(
    r"\.(drop|dropDatabase|deleteMany|deleteOne|remove|updateMany|updateOne|insertMany|insertOne)\s*\(([^()]{0,200})"
)
_COLLECTION = re.compile(r"db\.(?:getCollection\(['\"])?(\w+)")


def change(
    sheet: Sheet, run: Run, what: str, database: str, table: str, statement: str, *, operand: str = "",
    surface: Surface = "shell",
) -> None:  # fmt: skip
    """Records that were changed."""
    sheet.add(run, RecordsChanged, surface, operand, change=what, database=database[:300],
    table=table.replace("\ue000", "*"),
              statement=" ".join(statement.replace("\ue000", "*").split())[:500])  # fmt: skip


def of_sql(sheet: Sheet, run: Run, text: str, database: str, *, operand: str = "", surface: Surface = "shell") -> None:
    """The changes that SQL makes. Reading changes nothing."""
    plain = _COMMENT.sub(" ", text[:MAX_TEXT])
    # Semicolons within texts end nothing.
    masked = _STRING.sub(lambda m: "'" + "x" * (len(m[0]) - 2) + "'", plain)
    start = 0
    for part in masked.split(";")[:MAX_STATEMENTS]:
        whole = plain[start : start + len(part)].strip()
        start += len(part) + 1
        found = _read(part.strip())
        if found is not None:
            change(sheet, run, found[0], database, found[1], whole, operand=operand, surface=surface)


def _read(statement: str) -> tuple[str, str] | None:
    """What a statement does, and to which table."""
    if (found := _DROP.match(statement)) is not None:
        return "dropped", found[2]
    if (found := _TRUNCATE.match(statement)) is not None:
        return "emptied", found[1]
    if (found := _DELETE.match(statement)) is not None:
        limited = re.search(r"(?i)\bwhere\b(?!\s+(?:1\s*=\s*1|true)\b)", found[2])
        return ("deleted" if limited else "emptied"), found[1]
    if (found := _UPDATE.match(statement)) is not None:
        return "updated", found[1]
    if (found := _INSERT.match(statement)) is not None:
        return "created", found[1]
    return None


def of_mongo(sheet: Sheet, run: Run, text: str, database: str) -> None:
    """The changes that a script for MongoDB makes, by the calls that it is made of."""
    for found in list(_MONGO.finditer(text[:MAX_TEXT]))[:MAX_STATEMENTS]:
        named = _COLLECTION.findall(text[max(0, found.start() - 200) : found.end()])
        verb, inside = found[1], found[2].strip()
        what = {"drop": "dropped", "dropDatabase": "dropped", "updateMany": "updated", "updateOne": "updated",
                "insertMany": "created", "insertOne": "created"}.get(verb, "deleted")  # fmt: skip
        if verb in ("deleteMany", "remove") and inside in ("", "{}", "{ }"):
            what = "emptied"
        change(sheet, run, what, database or "mongodb", named[-1] if named else "", found[0])
