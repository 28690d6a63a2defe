"""The rules as a table."""

from __future__ import annotations

import pytest

from fauxcorp.cli.output import Out
from fauxcorp.cli.rulelist import rule_rows, show_rules
from fauxcorp.content.library import Library


def test_sorted_by_area_and_name(capsys: pytest.CaptureFixture[str]) -> None:
    rules = Library().rules()
    rows = rule_rows(rules)
    assert len(rows) == len(rules)
    assert rows == sorted(rows, key=lambda r: (r["area"], r["name"]))
    show_rules(Out(), rows)
    assert len(capsys.readouterr().out.splitlines()) == len(rows) + 1
