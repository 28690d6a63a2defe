"""`fauxcorp policies`."""

from __future__ import annotations

from pathlib import Path

from ..conftest import Call

RULE = """title: Mail at night
id: 3f1de0b2-53b4-4f7e-9c53-0d5a7c2f9e11
status: experimental
description: The agent mailed somebody.
level: low
logsource: {product: fauxcorp, category: email}
detection:
  sent: {event.action: email-sent, fauxcorp.actor: agent}
  condition: sent
falsepositives: [Shift work.]
"""
SAMPLES = """must_hit:
  - {name: mail, event: {event.category: email, event.action: email-sent}}
must_not_hit:
  - {name: other actor, event: {event.category: email, event.action: email-sent, fauxcorp.actor: person}}
"""


def rule(folder: Path, samples: str = SAMPLES) -> None:
    area = folder / "policies" / "office"
    area.mkdir(parents=True)
    (area / "mail-at-night.yml").write_text(RULE)
    (area / "mail-at-night.samples.yml").write_text(samples)


def test_list(fauxcorp: Call, own_pack: Path) -> None:
    rule(own_pack)
    out = fauxcorp("policies", "list", "--content", own_pack).out
    assert any(line.split()[:3] == ["office", "mail-at-night", "low"] for line in out.splitlines())
    assert any(line.split()[:3] == ["lockout", "user-locked-out", "high"] for line in out.splitlines())
    (rows,) = fauxcorp("policies", "list", "--content", own_pack, "--json").json
    assert {"area", "name", "level", "title", "tags", "finding", "file"} == set(rows[0])


def test_test(fauxcorp: Call, own_pack: Path) -> None:
    rule(own_pack)
    ended = fauxcorp("policies", "test", "mail-at-night", "--content", own_pack)
    assert ended.code == 0
    assert ended.out.endswith("2 samples of 1 rules, 0 failed\n")


def test_samples_that_fail_are_said(fauxcorp: Call, own_pack: Path) -> None:
    rule(own_pack, SAMPLES.replace(", fauxcorp.actor: person", ""))
    ended = fauxcorp("policies", "test", "mail-at-night", "--content", own_pack)
    assert ended.code == 1
    assert "mail-at-night: must_not_hit “other actor”: flagged" in ended.out
    lines = fauxcorp("policies", "test", "mail-at-night", "--content", own_pack, "--json").json
    assert [line["passed"] for line in lines] == [True, False]


def test_explain(fauxcorp: Call, own_pack: Path) -> None:
    rule(own_pack)
    ended = fauxcorp("policies", "explain", "mail-at-night", "--content", own_pack)
    assert ended.out.startswith("mail-at-night (office): Mail at night\nlevel low\n")


def test_unknown_rule(fauxcorp: Call) -> None:
    for words in (("policies", "explain", "user-lockd-out"), ("policies", "test", "user-lockd-out")):
        ended = fauxcorp(*words)
        assert ended.code == 2
        assert "did you mean user-locked-out" in ended.err


def test_a_broken_rule_is_told_with_its_line(fauxcorp: Call, own_pack: Path) -> None:
    rule(own_pack)
    file = own_pack / "policies" / "office" / "mail-at-night.yml"
    file.write_text(RULE.replace("fauxcorp.actor:", "fauxcorp.actr:"))
    ended = fauxcorp("policies", "list", "--content", own_pack)
    assert ended.code == 2
    assert "mail-at-night.yml:" in ended.err
    assert "fauxcorp.actr" in ended.err
