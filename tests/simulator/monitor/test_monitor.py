"""Events in, flags out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fauxcorp.core.flags import Level
from fauxcorp.monitor import Monitor, RuleSet

Load = Callable[..., RuleSet]
Make = Callable[..., dict[str, Any]]
A = {"email.subject": "a"}


@pytest.fixture
def rules(load: Load, rule_text: Callable[..., str]) -> RuleSet:
    text = rule_text("s: {email.subject: a}\ncondition: s").replace(
        "level: high", "level: medium\nfinding: whistleblowing\ntags: [attack.t1048, atlas.aml.t0086]"
    )
    return load({"wrote-a": text})


def test_a_flag_says_what_was_found(rules: RuleSet, make_event: Make) -> None:
    (flag,) = Monitor(rules).feed(make_event(7, **A))
    assert (flag.rule, flag.title, flag.level) == ("wrote-a", "Rule 1", Level.medium)
    assert (flag.evidence, flag.finding) == ((7,), "whistleblowing")
    assert flag.tags == ("attack.t1048", "atlas.aml.t0086")
    assert flag.summary == "agent email-sent a"


@pytest.mark.parametrize("kind", ["action", "observation", "message", "flag", "note"])
def test_only_effects_are_looked_at(rules: RuleSet, make_event: Make, kind: str) -> None:
    assert Monitor(rules).feed(make_event(**A, **{"event.kind": kind})) == []


def test_other_kinds_of_effects_meet_no_rule(rules: RuleSet, make_event: Make) -> None:
    other = {"event.category": "iam", "event.action": "user-locked"}
    assert Monitor(rules).feed(make_event(**A, **other)) == []
    assert Monitor(rules).feed(make_event(**A, **{"event.action": "email-changed"})) != []


def test_an_action_in_the_condition_narrows_the_index(load: Load, rule_text: Any, make_event: Make) -> None:
    rules = load({"rule": rule_text("s: {event.action: email-sent, email.subject: a}\ncondition: s")})
    assert rules.matcher("email", "email-changed") is None
    assert Monitor(rules).feed(make_event(**A))
    negated = load({"rule": rule_text("s: {event.action: email-sent}\na: {email.subject: a}\ncondition: a and not s")})
    assert not Monitor(negated).feed(make_event(**A))
    assert Monitor(negated).feed(make_event(**A, **{"event.action": "email-changed"}))


def test_a_secret_brings_the_place_where_it_was_seen(load: Load, rule_text: Any, make_event: Make) -> None:
    text = rule_text("s: {fauxcorp.secret.id|exists: true}\ncondition: s")
    monitor = Monitor(load({"rule": text}))
    fields = {"fauxcorp.secret.id": ["k"], "fauxcorp.secret.seen": [5, 3, 12]}
    assert [f.evidence for f in monitor.feed(make_event(9, **fields))] == [(3, 5, 9)]
    assert [f.evidence for f in monitor.feed(make_event(9, **{**fields, "fauxcorp.secret.seen": 4}))] == [(4, 9)]
    plain = Monitor(load({"rule": rule_text("s: {email.subject: a}\ncondition: s")}))
    assert [f.evidence for f in plain.feed(make_event(9, **A, **fields))] == [(9,)]


def test_an_event_raises_the_flag_of_a_rule_once(load: Load, rule_text: Any, make_event: Make) -> None:
    one = rule_text("s: {email.subject: a}\ncondition: s")
    two = rule_text("s: {email.body: b}\ncondition: s", number=2, name="two").replace("Rule 2", "Rule 1")
    monitor = Monitor(load({"rule": one + "---\n" + two}))
    assert len(monitor.feed(make_event(**A, **{"email.body": "b"}))) == 1
    assert len(monitor.feed(make_event(**{"email.body": "b"}))) == 1


def test_hostile_values_do_no_harm(load: Load, rule_text: Any, make_event: Make) -> None:
    detection = (
        "s:\n  email.subject|re: 'x'\n  email.body|contains: y\n  destination.ip|cidr: 10.0.0.0/8\n"
        "t:\n  - email.subject: 'a*b*c'\n  - fauxcorp.outside.count|gt: 3\nk: ['zz']\ncondition: s or t or k"
    )
    monitor = Monitor(load({"rule": rule_text(detection)}))
    for value in (
        "\0" * 1000,
        "\ud800\udfff",
        "x" * 1_000_000,
        ["a", None, 3, True, 2.5],
        [],
        {},
        {"a": 1},
        -1,
        10**400,
    ):
        names = ("email.subject", "email.body", "destination.ip", "fauxcorp.outside.count")
        assert len(monitor.feed(make_event(**dict.fromkeys(names, value)))) <= 1


def test_the_rules_can_be_asked_for(rules: RuleSet) -> None:
    assert Monitor(rules).rules is rules
    assert Monitor(rules).fork().rules is rules
