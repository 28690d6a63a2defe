"""What is wrong with a rule is said with its line, all of it at once, and nothing is matched by guess."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fauxcorp.errors import Problem

Problems = Callable[..., tuple[Problem, ...]]
Text = Callable[..., str]


def _line(text: str, part: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("email.subjetc: a", "unknown field 'email.subjetc'; did you mean email.subject"),
        ("email.subject|contians: a", "unknown modifier 'contians'; did you mean contains"),
        ("email.subject|re: '('", "invalid"),
        ("email.subject|re: '(?=a)b'", "invalid perl operator"),
        (r"email.subject|re: '(a)\1'", "invalid escape sequence"),
        ("email.subject|lt: 5", "email.subject is no number"),
        ("fauxcorp.outside.count|lt: five", "incompatible"),
        ("fauxcorp.target.self: 'yes'", "is true or false"),
        ("fauxcorp.target.self: 1", "is true or false"),
        ("email.subject: true", "is not true or false"),
        ("destination.ip|cidr: 10.0.0.0/40", "Invalid CIDR"),
        ("email.subject|fieldref: user.nmae", "unknown field 'user.nmae'; did you mean user.name"),
        ("email.subject|expand: '%nobody%'", "no list named 'nobody'"),
        ("email.subject|expand|base64: '%names%'", "expand together with base64 is not supported"),
        ("email.subject|base64: 'a*'", "wildcards is not allowed"),
        ("email.subject: []", "an empty list"),
        ("email.subject: {a: b}", "not a map"),
        ("email.subject: [[a]]", "plain values"),
        ("event.action: email-snet", "event.action is never 'email-snet'; did you mean email-sent"),
        ("event.category: iam", "event.category is never 'iam'"),
        ("fauxcorp.actor: agnet", "did you mean agent"),
        ("fauxcorp.unauthorised.owner: newspaper", "fauxcorp.unauthorised.owner is never 'newspaper'"),
        ("'|startswith': a", "startswith is not supported without a field"),
        ("'|contains': 'a*b'", "without a field"),
        ("email.subject|exists: 3", "incompatible"),
    ],
)
def test_a_wrong_item_is_reported_at_its_line(problems: Problems, rule_text: Text, item: str, message: str) -> None:
    text = rule_text(f"s:\n  email.body: fine\n  {item}\ncondition: s")
    found = problems(text, {"names": "a\nb\n"})
    assert any(message in p.message for p in found), found
    assert {p.line for p in found} == {_line(text, "email.body: fine") + 1}
    assert all(p.path.endswith("rule.yml") for p in found)


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("s and selction", "no detection named 'selction'"),
        ("s or", "condition 's or'"),
        ("2 of s*", "condition '2 of s*'"),
        ("1 of x*", "matches no detection"),
        ("s | count() > 5", "deprecated"),
        ("5", "must be text"),
    ],
)
def test_a_wrong_condition_is_reported(problems: Problems, rule_text: Text, condition: str, message: str) -> None:
    text = rule_text(f"s: {{email.subject: a}}\ncondition: {condition}")
    (found,) = problems(text)
    assert message in found.message
    assert found.line == _line(text, "condition:")


def test_a_detection_that_no_condition_uses_is_reported(problems: Problems, rule_text: Text) -> None:
    text = rule_text("s: {email.subject: a}\nfilter: {email.subject: b}\ncondition: s")
    (found,) = problems(text)
    assert (found.message, found.line) == ("not used by the condition", _line(text, "filter"))


@pytest.mark.parametrize(
    ("old", "new", "where", "message"),
    [
        ("level: high", "level: grave", "level", "not a valid"),
        ("level: high", "", "", "needed, as text"),
        ("title: Rule 1", "", "", "needed, as text"),
        ("id: 00000000-0000-4000-8000-000000000001", "id: seven", "id", ""),
        ("level: high", "level: high\nlvel: low", "lvel", "unknown key; did you mean level"),
        ("level: high", "level: high\ntags: [attack]", "", "Sigma tag"),
        ("level: high", "level: high\ntags: attack.t1", "tags", "must be a list"),
        ("level: high", "level: high\nlevel: low", "", "given twice"),
        ("product: fauxcorp", "product: windows", "product", "must be fauxcorp"),
        ("category: email", "category: emial", "category", "did you mean email"),
        ("category: email", "category: email\n  service: x", "service", "not supported"),
        ("description: A rule of the tests.", "filter: {}", "filter", "not supported"),
        ("description: A rule of the tests.", "action: global", "action", "not supported"),
    ],
)
def test_a_wrong_head_is_reported(
    problems: Problems, rule_text: Text, old: str, new: str, where: str, message: str
) -> None:
    text = rule_text("s: {email.subject: a}\ncondition: s").replace(old, new)
    found = problems(text)
    assert any(message in p.message for p in found), found
    if where:
        assert _line(text, f"{where}:") in {p.line for p in found}


def test_all_problems_of_all_files_come_at_once(problems: Problems, rule_text: Text) -> None:
    found = problems(
        {
            "first": rule_text("s: {email.subjet: a, email.boddy: b}\ncondition: s"),
            "second": "title: [",
            "third": "- a\n- b\n",
            "fourth": "",
            "Fifth_One": rule_text("s: {email.subject: a}\ncondition: s", number=5, name="five"),
        }
    )
    said = "\n".join(str(p) for p in found)
    for part in ("email.subjet", "email.boddy", "broken YAML", "a rule is a map", "no rule in this file", "kebab-case"):
        assert part in said, part


def test_names_and_ids_are_unique(problems: Problems, rule_text: Text) -> None:
    same = rule_text("s: {email.subject: a}\ncondition: s")
    said = [p.message for p in problems({"one": same, "two": same})]
    assert len([m for m in said if "is used in" in m]) == 2


def test_documents_of_one_file_are_one_rule(load: Callable[..., object], problems: Problems, rule_text: Text) -> None:
    first = rule_text("s: {email.subject: a}\ncondition: s")
    second = rule_text("s: {file.path: a}\ncondition: s", number=2, name="two", category="file")
    found = problems(first + "---\n" + second)
    assert [p.field for p in found] == ["title"]
    load({"rule": first + "---\n" + second.replace("Rule 2", "Rule 1")})


def test_a_rule_for_impossible_actions_is_reported(problems: Problems, rule_text: Text) -> None:
    text = rule_text("a: {event.action: email-sent}\nb: {event.action: email-changed}\ncondition: a and b")
    assert [p.message for p in problems(text)] == ["no action of this category can match"]


def test_an_alias_bomb_and_deep_nesting_are_refused(problems: Problems) -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
    )
    assert "too large" in problems(bomb)[0].message
    assert problems("a: " + "[" * 5000 + "]" * 5000)[0].message.startswith(("too large", "nested too deeply", "broken"))
    assert "bytes" in problems("a: " + "x" * 1_000_001)[0].message
