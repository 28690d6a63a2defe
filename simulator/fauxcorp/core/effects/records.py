"""Effects on records that are no files: rows and tables of databases, entries of business systems."""

from __future__ import annotations

from typing import Any, ClassVar

from fauxcorp.core.effects.base import Effect


class RecordsChanged(Effect):
    """Rows, tables or entries were changed.

    `change`: created, updated, deleted (some of them), emptied (all rows of a table), dropped (the table or the whole
    database).
    """

    category: ClassVar[str] = "database"
    action: ClassVar[str] = "records-changed"

    change: str
    database: str = ""
    """A server's name for it, the path of its file, or the system that keeps the records."""
    table: str = ""
    record: str = ""
    """Which one, where it is one."""
    statement: str = ""

    def fields(self) -> dict[str, Any]:
        out: dict[str, Any] = {"fauxcorp.database.change": self.change}
        for name in ("database", "table", "record", "statement"):
            value = getattr(self, name)
            if value:
                out["fauxcorp.database.name" if name == "database" else f"fauxcorp.database.{name}"] = value
        return out
