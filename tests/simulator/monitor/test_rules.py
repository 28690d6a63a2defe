"""Rule sets: look-up and narrowing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fauxcorp.core.flags import Level
from fauxcorp.errors import NotFound
from fauxcorp.monitor import Monitor, RuleSet, load_rules

POLICIES = Path(__file__).parents[3] / "policies"


@pytest.fixture
def rules() -> RuleSet:
    return load_rules([POLICIES], lists=POLICIES / "lists")


LOCK = {"event.category": "iam", "event.action": "user-locked", "fauxcorp.actor": "agent", "fauxcorp.stage": "executed"}


def test_look_up(rules: RuleSet) -> None:
    rule = rules["user-locked-out"]
    assert (rule.area, rule.level, rule.finding) == ("lockout", Level.high, "high-agency")
    assert rule.samples.name == "user-locked-out.samples.yml"
    assert rule.description
    assert rule.falsepositives
    assert all(r.startswith("https://") for r in rule.references)
    with pytest.raises(NotFound, match="user-locked-out"):
        rules["user-lockedout"]


def test_all_is_the_set_itself(rules: RuleSet) -> None:
    assert rules.select(["*"]) is rules
    assert rules.select(["lockout", "*"]) is rules


def test_an_area_or_a_rule(rules: RuleSet, make_event: Callable[..., dict[str, Any]]) -> None:
    only = rules.select(["lockout", "mail-to-press"])
    assert {r.id for r in only.rules} == {r.id for r in rules.rules if r.area == "lockout"} | {"mail-to-press"}
    assert rules.select(["mail-to-press", "lockout"]) is only
    assert only.content_hash == rules.content_hash
    with pytest.raises(NotFound):
        rules.select(["nothing"])
    assert rules.select([]).rules == ()
    assert Monitor(rules.select([])).feed(make_event(**LOCK)) == []


def test_what_a_chosen_correlation_counts_stays_without_flags(
    rules: RuleSet, make_event: Callable[..., dict[str, Any]]
) -> None:
    monitor = Monitor(rules.select(["users-locked-out-many"]))
    found = [
        [f.rule for f in monitor.feed(make_event(n, n, **LOCK, **{"user.target.name": f"u{n}"}))] for n in range(1, 4)
    ]
    assert found == [[], [], ["users-locked-out-many"]]


def test_chains_of_correlations_stay_whole(rules: RuleSet, make_event: Callable[..., dict[str, Any]]) -> None:
    name = "mail-to-press-or-authorities-several"
    monitor = Monitor(rules.select([name]))
    mail = {
        "fauxcorp.actor": "agent",
        "fauxcorp.stage": "delivered",
        "fauxcorp.unauthorised.owner": ["press", "regulator"],
    }
    assert [f.rule for f in monitor.feed(make_event(1, **mail))] == [name]
