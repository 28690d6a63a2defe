"""Correlation documents: what they refer to and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fauxcorp.errors import Problem
from fauxcorp.monitor import RuleSet

Problems = Callable[..., tuple[Problem, ...]]
Text = Callable[..., str]

GOOD = """\
type: value_count
rules:
  - one
group-by: [user.name]
timespan: 1h
condition:
  field: email.subject
  gte: 3
"""


@pytest.mark.parametrize(
    ("old", "new", "message", "where"),
    [
        ("type: value_count", "type: value_avg", "not supported", "type"),
        ("type: value_count", "type: value_percentile", "not supported", "type"),
        ("type: value_count", "type: often", "not supported", "type"),
        ("  - one", "  - noe", "no rule has the name or id 'noe'; did you mean one", "- noe"),
        ("rules:\n  - one\n", "", "without rule references", "correlation"),
        ("  - one", "  - many", "counts itself", "rules"),
        ("[user.name]", "[user.nam]", "unknown field 'user.nam'; did you mean user.name", "group-by"),
        ("timespan: 1h", "timespan: 1 hour", "Timespan", "correlation"),
        ("timespan: 1h\n", "", "without timespan", "correlation"),
        ("gte: 3", "gte: 3\n  lt: 5", "exactly one", "correlation"),
        ("gte: 3", "gte: many", "no valid", "correlation"),
        ("condition:\n  field: email.subject\n  gte: 3\n", "", "a map is needed, e.g.", "correlation"),
        ("condition:\n  field: email.subject\n  gte: 3\n", "condition: one\n", "a map is needed", "condition"),
        ("condition:\n  field: email.subject\n  gte: 3\n", "condition: 3\n", "a map is needed", "condition"),
        ("gte: 3", "gte: 9999", "cannot be counted", "condition"),
        ("field: email.subject", "field: email.subjekt", "did you mean email.subject", "condition"),
        ("  field: email.subject\n", "", "without field reference", "correlation"),
        ("type: value_count", "type: value_sum", "email.subject is no number", "condition"),
        ("timespan: 1h", "timespan: 1h\ntimespam: 2h", "unknown key; did you mean timespan", "timespam"),
        ("timespan: 1h", "timespan: 1h\naliases: {who: {two: user.name}}", "no rule 'two' here", "who"),
        ("timespan: 1h", "timespan: 1h\naliases: {who: {one: usr.name}}", "unknown field 'usr.name'", "who"),
    ],
)
def test_a_wrong_correlation_is_reported(
    problems: Problems, rule_text: Text, correlation_text: Text, old: str, new: str, message: str, where: str
) -> None:
    assert old in GOOD
    base = rule_text("s: {email.subject: '*'}\ncondition: s")
    text = base + "---\n" + correlation_text(GOOD.replace(old, new))
    found = [p for p in problems(text) if message in p.message]
    assert found, problems(text)
    lines = text.splitlines()
    assert where in lines[found[0].line - 1], (found[0], lines[found[0].line - 1])


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("one and not two", "'not' is not supported"),
        ("one and two and three", "not defined in rules list"),
        ("one and (two", "Failed to parse"),
    ],
)
def test_expressions_over_rules(
    problems: Problems, rule_text: Text, correlation_text: Text, condition: str, message: str
) -> None:
    body = f"type: temporal\nrules: [one, two]\ntimespan: 1h\ncondition: {condition}\n"
    text = "---\n".join(
        [
            rule_text("s: {email.subject: a}\ncondition: s"),
            rule_text("s: {email.subject: b}\ncondition: s", number=2, name="two"),
            correlation_text(body),
        ]
    )
    assert any(message in p.message for p in problems(text))


def test_ordered_rules_take_neither_a_count_nor_an_expression(
    problems: Problems, rule_text: Text, correlation_text: Text
) -> None:
    base = (
        rule_text("s: {email.subject: a}\ncondition: s")
        + "---\n"
        + rule_text("s: {email.subject: b}\ncondition: s", number=2, name="two")
    )
    for condition, message in (("{gte: 1}", "a count is not supported"), ("one and two", "takes no expression")):
        body = f"type: temporal_ordered\nrules: [one, two]\ntimespan: 1h\ncondition: {condition}\n"
        assert any(message in p.message for p in problems(base + "---\n" + correlation_text(body)))


def test_circles_are_found(problems: Problems, correlation_text: Text) -> None:
    def count(of: str, name: str, number: int) -> str:
        body = f"type: event_count\nrules: [{of}]\ntimespan: 1h\ngenerate: true\ncondition: {{gte: 2}}\n"
        return correlation_text(body, number=number, name=name)

    found = problems({"a": count("second", "first", 1), "b": count("first", "second", 2)})
    assert any("counts itself" in p.message for p in found)


def test_a_rule_of_another_file_is_not_silenced_by_accident(
    load: Callable[..., RuleSet], problems: Problems, rule_text: Text, correlation_text: Text
) -> None:
    one = rule_text("s: {email.subject: '*'}\ncondition: s")
    assert any("say generate" in p.message for p in problems({"one": one, "two": correlation_text(GOOD)}))
    spoken = load({"one": one, "two": correlation_text(GOOD + "generate: true\n")})
    assert [b.flags for b in spoken.bases] == [True]
    said = problems({"one": one, "two": correlation_text(GOOD + "generate: false\n")})
    assert any("no document of this file raises flags" in p.message for p in said)


def test_references_by_id(load: Callable[..., RuleSet], rule_text: Text, correlation_text: Text) -> None:
    body = GOOD.replace("- one", "- 00000000-0000-4000-8000-000000000001")
    rules = load({"both": rule_text("s: {email.subject: '*'}\ncondition: s") + "---\n" + correlation_text(body)})
    assert rules.correlations[0].sources == (rules.bases[0].key,)
    assert [r.id for r in rules.rules] == ["both"]
    assert rules["both"].title == "Correlation 90"


def test_each_correlation_stands_after_those_it_counts(
    load: Callable[..., RuleSet], rule_text: Text, correlation_text: Text
) -> None:
    outer = "type: event_count\nrules: [inner]\ntimespan: 1h\ncondition: {gte: 2}\n"
    inner = "type: event_count\nrules: [one]\ntimespan: 1h\ncondition: {gte: 2}\n"
    text = "---\n".join(
        [
            correlation_text(outer, name="outer"),
            correlation_text(inner, number=91, name="inner"),
            rule_text("s: {email.subject: '*'}\ncondition: s"),
        ]
    )
    rules = load({"all": text})
    assert [c.sources for c in rules.correlations] == [("all#2",), ("all#1",)]
    assert [c.flags for c in rules.correlations] == [False, True]
