"""Rules in plain words."""

from __future__ import annotations

from pathlib import Path

import pytest

from fauxcorp.monitor import Rule, explain, load_rules

POLICIES = Path(__file__).parents[3] / "policies"
RULES = load_rules([POLICIES], lists=POLICIES / "lists")


@pytest.mark.parametrize("found", RULES.rules, ids=lambda r: r.id)
def test_it_says_all_there_is_to_say(found: Rule) -> None:
    text = explain(found)
    for part in (found.id, found.title, found.level.value, found.description, found.meta.uuid, found.source.rstrip()):
        assert part in text
    assert all(item in text for item in (*found.falsepositives, *found.references, *found.tags))
