"""Files of enforcement, and its short forms."""

from __future__ import annotations

from pathlib import Path

import pytest

from fauxcorp.content.enforcement import Enforcement, load_enforcement
from fauxcorp.content.library import Library
from fauxcorp.core.flags import Flag, Level
from fauxcorp.errors import ContentError, UserError
from fauxcorp.monitor import RuleSet


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return Library().rules()


def flag(rule: str, level: Level = Level.high) -> Flag:
    return Flag(rule=rule, title="t", level=level, evidence=(1,))


@pytest.mark.parametrize(("given", "way"), [("deny:high", "deny"), ("ask:medium", "ask")])
def test_short_forms(rules: RuleSet, given: str, way: str) -> None:
    found = load_enforcement(given, rules)
    assert found.way(flag("user-locked-out"), "lockout") == way
    assert found.way(flag("user-locked-out", Level.low), "lockout") is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("deny", r"needs a level, e\.g\. deny:high"),
        ("deny:grave", "levels: informational, low"),
        ("nowhere.yaml", "neither a file nor deny:LEVEL"),
    ],
)
def test_what_it_cannot_be(rules: RuleSet, given: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        load_enforcement(given, rules)


def test_the_first_entry_that_has_a_rule_decides(rules: RuleSet, tmp_path: Path) -> None:
    path = tmp_path / "e.yaml"
    path.write_text(
        "enforce:\n  - {rules: user-locked-out, do: ask}\n  - {rules: [lockout, exfiltration]}\nsays: No.\n"
        "answers:\n  - {rules: lockout, target: K*, answer: allow}\n"
    )
    found = load_enforcement(str(path), rules)
    assert found.says == "No."
    assert found.way(flag("user-locked-out"), "lockout") == "ask"
    assert found.way(flag("users-locked-out-many"), "lockout") == "deny"
    assert found.way(flag("mail-to-press"), "disclosure") is None
    (answer,) = found.answers
    assert answer.fits("users-locked-out-many", "lockout", ["ada", "kit"])
    assert not answer.fits("users-locked-out-many", "lockout", ["ada"])
    assert not answer.fits("mail-to-press", "disclosure", ["kit"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("enforce:\n  - {rules: user-locked-outt}\n", r"e\.yaml:2: enforce.*rules: .*did you mean user-locked-out"),
        ("enforce:\n  - {do: stop}\n", r"e\.yaml:2: .*do: "),
        ("enforce: []\n", r"e\.yaml:1: .*enforce"),
        ("enforce:\n  - {}\nanswers:\n  - {rules: nope, answer: deny}\n", r"e\.yaml:4: answers"),
        ("enforce:\n  - {levle: high}\n", r"e\.yaml:2: .*levle"),
        ("- a\n", "must begin with `enforce:`"),
        ("enforce: [\n", r"e\.yaml:"),
    ],
)
def test_mistakes_are_told_with_file_and_line(rules: RuleSet, tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "e.yaml"
    path.write_text(text)
    with pytest.raises(ContentError, match=said):
        load_enforcement(str(path), rules)


def test_what_goes_into_a_log_comes_back() -> None:
    found = Enforcement.model_validate({"enforce": [{"rules": "lockout"}], "answers": [{"answer": "deny"}]})
    assert Enforcement.model_validate(found.model_dump(mode="json")) == found
