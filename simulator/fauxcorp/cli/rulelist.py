"""The rules as a table, for `list` and `policies list`."""

from __future__ import annotations

from typing import Any

from fauxcorp.cli.output import Out, Span
from fauxcorp.monitor import RuleSet


def rule_rows(rules: RuleSet) -> list[dict[str, Any]]:
    """The rules as plain data, sorted by area and name."""
    ordered = sorted(rules.rules, key=lambda r: (r.area, r.id))
    return [
        {"area": r.area, "name": r.id, "level": r.level.value, "title": r.title, "finding": r.finding,
         "tags": list(r.tags), "file": str(r.path)}
        for r in ordered
    ]  # fmt: skip


def show_rules(out: Out, rows: list[dict[str, Any]]) -> None:
    """Area, name, level and title of each."""
    out.table(
        ("area", "rule", "level", "title"),
        [(r["area"], r["name"], Span(r["level"], r["level"]), r["title"]) for r in rows],
    )
