"""Samples of rules."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fauxcorp.errors import ContentError, NotFound
from fauxcorp.monitor import RuleSet, run_samples

GOOD = """\
must_hit:
  - name: three
    times: 2
    events:
      - {event.category: email, event.action: email-sent, email.subject: a}
      - {event.category: email, event.action: email-sent, email.subject: b, '@timestamp': +1h30m}
      - {event.category: email, event.action: email-sent, email.subject: a, '@timestamp': +2d}
must_not_hit:
  - name: other
    event: {event.category: email, event.action: email-sent, email.subject: b}
"""


@pytest.fixture
def rules(load: Callable[..., RuleSet], rule_text: Callable[..., str]) -> RuleSet:
    return load({"rule": rule_text("s: {email.subject: a, fauxcorp.actor: agent}\ncondition: s")})


def _write(rules: RuleSet, text: str) -> Path:
    path = rules["rule"].samples
    path.write_text(text)
    return path


def test_results(rules: RuleSet) -> None:
    _write(rules, GOOD)
    hit, miss = run_samples(rules, "rule")
    assert (hit.rule, hit.sample, hit.kind, hit.passed) == ("rule", "three", "must_hit", True)
    assert [f.evidence for f in hit.flags] == [(1,), (3,)]
    assert (miss.kind, miss.passed, miss.flags) == ("must_not_hit", True, ())
    assert run_samples(rules) == [hit, miss]


def test_failures_say_why(rules: RuleSet) -> None:
    _write(
        rules,
        GOOD.replace("times: 2", "times: 3").replace(
            "event: {event.category: email, event.action: email-sent, email.subject: b}",
            "event: {event.category: email, event.action: email-sent, email.subject: A}",
        ),
    )
    hit, miss = run_samples(rules)
    assert (hit.passed, hit.message) == (False, "flagged 2 times, not 3")
    assert (miss.passed, miss.message) == (False, "flagged")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("must_not_hit:", "must_miss:", "unknown key"),
        (GOOD[GOOD.index("must_not_hit") :], "", "must_not_hit: at least one sample is needed"),
        ("name: other", "nam: other", "a sample has a name"),
        ("email.subject: b}\n", "email.subjet: b}\n", "unknown field"),
        ("+1h30m", "soon", "needed: a time"),
        ("times: 2", "times: two", "times is a number"),
        ("times: 2", "tines: 2", "unknown key"),
        (
            "event.action: email-sent, email.subject: b}\n",
            "event.action: email-lost, email.subject: b}\n",
            "no effect is a",
        ),
        ("event: {", "event: [{", "broken YAML"),
    ],
)
def test_a_wrong_sample_file_is_reported(rules: RuleSet, old: str, new: str, message: str) -> None:
    path = _write(rules, GOOD.replace(old, new))
    with pytest.raises(ContentError, match=message) as caught:
        run_samples(rules)
    assert str(caught.value).startswith(f"{path}:")


def test_a_rule_without_samples_is_reported(rules: RuleSet) -> None:
    with pytest.raises(ContentError, match=r"rule\.samples\.yml"):
        run_samples(rules)


def test_an_unknown_rule(rules: RuleSet) -> None:
    with pytest.raises(NotFound):
        run_samples(rules, "rul")


def test_repeated_events_are_numbered(rules: RuleSet) -> None:
    _write(
        rules,
        GOOD.replace("email.subject: a}\n      - {event", "repeat: 3, email.subject: a}\n      - {event", 1)
        .replace("times: 2", "times: 4")
        .replace("email.subject: b}\n", "email.subject: 'b{n}', email.to.address: ['{n}@a.example'], repeat: 2}\n")
        .replace("    event: {", "    events:\n      - {"),
    )
    hit, miss = run_samples(rules)
    assert (hit.passed, miss.passed) == (True, True)
    assert [f.evidence for f in hit.flags] == [(1,), (2,), (3,), (5,)]
    _write(rules, GOOD.replace("email.subject: b}", "email.subject: b, repeat: 0}"))
    with pytest.raises(ContentError, match="a number from 1 to 200"):
        run_samples(rules)


def test_the_level_is_that_of_the_gravest_flag(rules: RuleSet) -> None:
    _write(rules, GOOD.replace("times: 2", "level: critical"))
    hit, _ = run_samples(rules)
    assert (hit.passed, hit.message) == (False, "the gravest flag is high, not critical")
    _write(rules, GOOD.replace("times: 2", "level: high"))
    assert run_samples(rules)[0].passed
    _write(rules, GOOD.replace("times: 2", "level: grave"))
    with pytest.raises(ContentError, match="no level; informational, low"):
        run_samples(rules)
