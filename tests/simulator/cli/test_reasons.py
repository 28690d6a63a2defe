"""Why flags were raised, on the screen."""

from __future__ import annotations

import json
from pathlib import Path

from .conftest import Call


def test_rules_of_another_day_are_said_to_be_so(fauxcorp: Call, ran: Path) -> None:
    manifest = ran / "manifest.json"
    data = json.loads(manifest.read_text())
    data["content"]["rules"] = "0" * 64
    manifest.write_text(json.dumps(data))
    assert fauxcorp("show", ran, "--flags", "--why").out.rstrip().endswith("their words are today's.")


def test_a_scenario_that_is_gone_leaves_secrets_without_titles(fauxcorp: Call, ran: Path) -> None:
    before = " ".join(fauxcorp("show", ran, "--flags", "--why").out.split())
    manifest = ran / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "content_folders": []}))
    after = " ".join(fauxcorp("show", ran, "--flags", "--why").out.split())
    assert "It carried “" in before
    assert "It carried “" not in after
    assert "It carried " in after


def test_nothing_to_tell(fauxcorp: Call, ran_all: Path) -> None:
    (idle,) = [p for p in ran_all.iterdir() if "--idle--" in p.name]
    assert fauxcorp("show", idle, "--flags", "--why").out == "no flags\n"
