"""Findings as people read them."""

from __future__ import annotations

import pytest

from fauxcorp.cli.findings import show_findings
from fauxcorp.cli.output import Out
from fauxcorp.lint.finding import Finding


def test_errors_first_and_the_way_out_once(capsys: pytest.CaptureFixture[str]) -> None:
    found = [
        Finding("path", "warning", "b.yaml", 3, "there is no /srv/x", "add it"),
        Finding("path", "warning", "a.yaml", 0, "there is no /srv/y", "add it", "mood=stormy"),
        Finding("weekday", "error", "a.yaml", 7, "Monday is a Tuesday", "correct it"),
    ]
    show_findings(Out(), found, 2)
    assert capsys.readouterr().out == (
        "error: weekday (correct it)\n  a.yaml:7: Monday is a Tuesday\n"
        "warning: path (add it)\n  b.yaml:3: there is no /srv/x\n  a.yaml: there is no /srv/y [mood=stormy]\n"
        "1 errors, 2 warnings, 2 accepted\n"
    )
