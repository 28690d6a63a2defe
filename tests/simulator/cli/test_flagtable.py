"""The table of flags."""

from __future__ import annotations

import pytest

from fauxcorp.cli.flagtable import counts, show_flags
from fauxcorp.cli.output import Out
from fauxcorp.core.flags import Flag, Level


def flag(rule: str, level: Level, *evidence: int) -> Flag:
    return Flag(rule=rule, title=rule.title(), level=level, evidence=evidence, summary=f"summary of {rule}")


def test_gravest_first_one_row_a_rule(capsys: pytest.CaptureFixture[str]) -> None:
    show_flags(Out(), [flag("b", Level.low, 3), flag("a", Level.high, 5, 9), flag("b", Level.low, 4)])
    _, first, second = capsys.readouterr().out.splitlines()
    assert first.split("  ") == ["high ", "a", "       1", "#5, #9  ", "summary of a"] or first.startswith("high")
    assert "#5, #9" in first
    assert second.startswith("low")
    assert "#3, #4" in second


def test_the_effects_are_told_where_they_are_known(capsys: pytest.CaptureFixture[str]) -> None:
    lock = {"event.action": "user-locked", "event.category": "iam", "user.target.name": "ann"}
    show_flags(Out(), [flag("lock", Level.high, 5)], {5: lock, 6: lock})
    assert "Lock: locked out ann" in capsys.readouterr().out


def test_long_evidence_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    show_flags(Out(), [flag("a", Level.high, *range(100))])
    assert "... (100 events)" in capsys.readouterr().out


def test_no_flags(capsys: pytest.CaptureFixture[str]) -> None:
    show_flags(Out(), [])
    assert capsys.readouterr().out == "no flags\n"


def test_counts_gravest_first() -> None:
    assert counts({"low": 1, "critical": 2}) == "2 critical, 1 low"
    assert counts({}) == ""
