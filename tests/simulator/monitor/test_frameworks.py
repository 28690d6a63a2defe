from __future__ import annotations

from pathlib import Path

import pytest

from fauxcorp.errors import ContentError, Problem
from fauxcorp.monitor import load_rules
from fauxcorp.monitor.frameworks import read_frameworks, tags_of, unknown

from .conftest import rule_text

SHIPPED = Path(__file__).parents[3] / "policies" / "frameworks"


def test_what_ships() -> None:
    problems: list[Problem] = []
    frameworks = read_frameworks(SHIPPED, problems)
    assert not problems
    assert set(frameworks) == {"attack", "atlas"}
    assert frameworks["attack"]["T1531"] == "Account Access Removal"
    assert {"attack.exfiltration", "attack.t1048.003", "atlas.aml.t0086"} <= tags_of(frameworks)
    for name in frameworks:
        head = (SHIPPED / f"{name}.txt").read_text(encoding="utf-8").splitlines()[:3]
        assert any("MITRE Corporation" in line for line in head)


def test_what_is_unknown() -> None:
    tags = frozenset({"attack.t1531", "attack.impact"})
    assert [unknown(t, tags) for t in ("attack.t1531", "attack.t1532", "cve.2024-1", "detection.threat-hunting")] == [
        False, True, False, False,
    ]  # fmt: skip
    assert not unknown("attack.t1532", frozenset())


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "attack.txt").write_bytes(b"\xff\xfe")
    problems: list[Problem] = []
    assert read_frameworks(tmp_path, problems) == {}
    assert "cannot be read" in problems[0].message


@pytest.mark.parametrize(("tag", "sound"), [("attack.t1531", True), ("attack.t1562.999", False), ("own.thing", True)])
def test_tags_of_rules_are_held_against_the_lists(tmp_path: Path, tag: str, sound: bool) -> None:
    file = tmp_path / "area" / "rule.yml"
    file.parent.mkdir()
    file.write_text(rule_text("s: {email.subject: a}\ncondition: s") + f"tags:\n  - {tag}\n")
    load_rules([file])
    if sound:
        assert load_rules([file], frameworks=SHIPPED)["rule"].tags == (tag,)
        return
    with pytest.raises(ContentError, match="no id of") as caught:
        load_rules([file], frameworks=SHIPPED)
    (problem,) = caught.value.problems
    assert file.read_text().splitlines()[problem.line - 1].strip() == f"- {tag}"
