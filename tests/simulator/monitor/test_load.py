"""Rule files and lists to a RuleSet."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fauxcorp.errors import ContentError
from fauxcorp.monitor import Monitor, RuleSet, load_rules

Text = Callable[..., str]


def test_folders_are_searched_and_samples_passed_over(tmp_path: Path, rule_text: Text) -> None:
    (tmp_path / "x" / "deep").mkdir(parents=True)
    (tmp_path / "x" / "deep" / "one-rule.yml").write_text(rule_text("s: {email.subject: a}\ncondition: s"))
    (tmp_path / "x" / "deep" / "one-rule.samples.yml").write_text("nonsense: [")
    rules = load_rules([tmp_path])
    assert [(r.id, r.area) for r in rules.rules] == [("one-rule", "deep")]


def test_the_hash_is_of_contents_and_not_of_places(tmp_path: Path, rule_text: Text) -> None:
    text = rule_text("s: {email.subject: a}\ncondition: s")
    hashes = []
    for place in ("one", "two"):
        (tmp_path / place / "area").mkdir(parents=True)
        (tmp_path / place / "area" / "rule.yml").write_text(text)
        hashes.append(load_rules([tmp_path / place]).content_hash)
    assert hashes[0] == hashes[1]
    assert len(hashes[0]) == 64
    (tmp_path / "two" / "area" / "rule.yml").write_text(text + "# more\n")
    assert load_rules([tmp_path / "two"]).content_hash != hashes[0]


def test_lists_count_for_the_hash(load: Callable[..., RuleSet], rule_text: Text) -> None:
    text = rule_text("s: {email.subject|expand: '%names%'}\ncondition: s")
    assert load({"rule": text}, {"names": "a"}).content_hash != load({"rule": text}, {"names": "b"}).content_hash


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"\xff\xfe"])
def test_a_list_without_values_is_a_problem(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "names.txt").write_bytes(content)
    with pytest.raises(ContentError, match=r"names\.txt"):
        load_rules([], lists=tmp_path)


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"gone\.yml: cannot be read"):
        load_rules([tmp_path / "gone.yml"])


def test_two_files_of_one_name_are_a_problem(tmp_path: Path, rule_text: Text) -> None:
    for n, place in enumerate(("one", "two")):
        (tmp_path / place).mkdir()
        text = rule_text("s: {email.subject: a}\ncondition: s", number=n, name=f"n{n}")
        (tmp_path / place / "rule.yml").write_text(text)
    with pytest.raises(ContentError, match="a rule of this name is in"):
        load_rules([tmp_path])


def test_no_rules_are_a_set_too(make_event: Callable[..., dict[str, Any]]) -> None:
    rules = load_rules([])
    assert len(rules) == 0
    assert Monitor(rules).feed(make_event()) == []


def test_a_set_survives_pickling(
    load: Callable[..., RuleSet], rule_text: Text, make_event: Callable[..., dict[str, Any]]
) -> None:
    rules = load({"rule": rule_text("s: {email.subject: a}\ncondition: s")})
    event = make_event(**{"email.subject": "a"})
    assert Monitor(rules).feed(event)
    assert Monitor(pickle.loads(pickle.dumps(rules))).feed(event) == Monitor(rules).feed(event)
