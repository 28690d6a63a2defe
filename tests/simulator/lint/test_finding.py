"""Findings as text and as JSON."""

from __future__ import annotations

from fauxcorp.lint.finding import Finding


def test_shown_with_file_and_line() -> None:
    found = Finding("weekday", "error", "a/mail.yaml", 7, "Monday is a Tuesday", "correct it", "mood=stormy")
    assert str(found) == "a/mail.yaml:7: weekday: Monday is a Tuesday"
    assert str(Finding("read-state", "error", "a", 0, "m", "w")) == "a: read-state: m"
    assert found.as_dict() == {
        "check": "weekday", "level": "error", "file": "a/mail.yaml", "line": 7, "message": "Monday is a Tuesday",
        "way": "correct it", "variant": "mood=stormy", "accepted": "",
    }  # fmt: skip
