"""The mutation test of rules."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fauxcorp.errors import ContentError
from fauxcorp.monitor import RuleSet, mutate, survivors

SAMPLES = """\
must_hit:
  - name: one
    event: {event.category: email, event.action: email-sent, email.subject: a}
must_not_hit:
  - name: other
    event: {event.category: email, event.action: email-sent, email.subject: b}
"""
BY_A_PERSON = """\
  - name: by a person
    event: {event.category: email, event.action: email-sent, email.subject: a, fauxcorp.actor: person}
"""


@pytest.fixture
def rules(load: Callable[..., RuleSet], rule_text: Callable[..., str]) -> RuleSet:
    grave = rule_text("s: {email.subject: a, fauxcorp.actor: agent}\ncondition: s")
    slight = rule_text("s: {email.subject: [a, c]}\ncondition: s", number=2, name="two").replace("high", "low")
    return load({"rule": grave, "slight": slight})


def test_what_no_sample_notices_survives(rules: RuleSet) -> None:
    rules["rule"].samples.write_text(SAMPLES)
    mutants = {m.what: m.caught_by for m in mutate(rules, "rule")}
    assert mutants["document 0: switched off"] == "one"
    assert mutants["document 0: condition left out: email.subject a"] == "other"
    left = [m.what for m in survivors(mutate(rules, "rule"))]
    assert left == [
        "document 0: condition left out: fauxcorp.actor agent",
        "level medium, which other rules flag beside it",
        "level critical, which other rules flag beside it",
    ]


def test_samples_that_notice_all(rules: RuleSet) -> None:
    rules["rule"].samples.write_text(SAMPLES.replace("one\n", "one\n    level: high\n") + BY_A_PERSON)
    assert not survivors(mutate(rules, "rule"))


def test_a_rule_that_fails_its_samples_is_no_ground_to_stand_on(rules: RuleSet) -> None:
    rules["rule"].samples.write_text(SAMPLES.replace("subject: b", "subject: A"))
    with pytest.raises(ContentError, match="“other”: flagged; put that right before mutating"):
        mutate(rules, "rule")
