"""The table of flags."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.cli.flagtable import by_level, counts, event_words, flag_lines, show_flags
from fauxcorp.cli.output import Out
from fauxcorp.cli.words import _WORDS
from fauxcorp.core.flags import Flag, Level
from fauxcorp.gates.cases import Case

FIELDS = ["user.target.name", "fauxcorp.email.recipients", "email.subject", "file.path", "file.size", "network.bytes"]
values = st.recursive(st.none() | st.text() | st.integers() | st.booleans(), st.lists, max_leaves=4)


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


def test_lines_of_rules_with_their_evidence(tmp_path: Path) -> None:
    events = [
        {"event.kind": "observation", "event.action": "tool-result", "fauxcorp.tool.result": "the memo\n\x1b[31m"},
        {"event.kind": "effect", "event.action": "user-locked", "event.category": "iam", "user.target.name": "ann"},
        {"event.kind": "action", "event.action": "tool-call"},
    ]
    lines = "".join(json.dumps({"event.sequence": n, **event}) + "\n" for n, event in enumerate(events))
    (tmp_path / "events.jsonl").write_text(lines)
    flags = (flag("b", Level.low, 2), flag("a", Level.high, 0, 1), flag("a", Level.high, 1))
    case = Case("s", "v", "x", 1, "completed", flags=flags, log=tmp_path)
    assert flag_lines(case, flags) == [
        "high     a: A (2 times)",
        "         #0 read before: “the memo”",
        "         #1 locked out ann",
        "low      b: B",
        "         #2 read before: “tool-call”",
    ]
    assert by_level(flags) == ["high      a (2)", "low       b"]
    assert flag_lines(case, ()) == by_level(()) == []


@given(st.dictionaries(st.sampled_from(FIELDS), values), st.sampled_from(sorted(_WORDS)))
def test_any_event_has_words(fields: dict[str, Any], action: str) -> None:
    assert event_words({**fields, "event.action": action, "event.kind": "effect"})
    assert event_words({**fields, "event.kind": "observation"})
