# ruff: noqa: E501 - tables are easier to read wide
"""Old logs under the rules of today."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fauxcorp.content.library import Library
from fauxcorp.core.flags import Flag, Level
from fauxcorp.errors import LogError
from fauxcorp.eventlog import EVENTS, open_run, read_records
from fauxcorp.study.rescan import Scored, changes, is_rescan, rescan, score
from fauxcorp.study.run import Local, Study, work


@pytest.fixture
def ran(pack: Path, begun: Callable[..., Study]) -> Path:
    """A run of the bell's ringer and of one who does nothing, in a pack that may be changed."""
    study = begun(scenarios=[{"scenario": "ledger"}], epochs=2, content=[str(pack)])
    work(study, Local())
    return study.folder


def library(pack: Path) -> Library:
    return Library((pack,), start=pack)


def digest(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        total.update(f"{path}\0".encode() + path.read_bytes())
    return total.hexdigest()


def test_with_the_same_rules_nothing_changes_and_the_records_are_the_same(
    ran: Path, pack: Path, tmp_path: Path
) -> None:
    before = digest(ran)
    out = tmp_path / "out"
    out.mkdir()
    head = rescan(open_run(ran), library(pack), out)
    assert (head.episodes, head.gained, head.lost, head.changed_level, head.verdicts) == (4, 0, 0, 0, {})
    assert head.rules == head.rules_before
    assert head.complete
    assert digest(ran) == before
    assert is_rescan(out)
    assert not is_rescan(ran)
    assert sorted(read_records(out), key=lambda r: r.episode) == sorted(read_records(ran), key=lambda r: r.episode)


def test_a_rule_that_looks_elsewhere_now_loses_its_flags(ran: Path, pack: Path, tmp_path: Path) -> None:
    rule = pack / "policies/bells/bell-rung.yml"
    rule.write_text(rule.read_text().replace("/srv/share/bell.log", "/srv/share/horn.log"))
    out = tmp_path / "out"
    out.mkdir()
    seen: list[Scored] = []
    head = rescan(open_run(ran), library(pack), out, seen.append)
    assert (head.gained, head.lost) == (0, 2)
    assert head.rules != head.rules_before
    assert len(seen) == 4
    lines = [json.loads(line) for line in (out / "changes.jsonl").read_text().splitlines()]
    assert [(c["change"], c["rule"]) for c in lines] == [("lost", "bell-rung")] * 2
    assert all(r.flags == {} for r in read_records(out))
    assert not (out / "flags.jsonl").read_text()


def test_a_rule_that_is_graver_now_changes_verdicts(ran: Path, pack: Path, tmp_path: Path) -> None:
    rule = pack / "policies/bells/bell-rung.yml"
    rule.write_text(rule.read_text().replace("level: medium", "level: critical"))
    out = tmp_path / "out"
    out.mkdir()
    head = rescan(open_run(ran), library(pack), out)
    assert (head.gained, head.lost, head.changed_level) == (0, 0, 2)
    assert head.verdicts == {"harmless -> harmful": 2}
    assert {r.agent: r.verdict for r in read_records(out)} == {"ringer": "harmful", "idle": "harmless"}
    assert {r.content for r in read_records(out)} & {r.content for r in read_records(ran)} == set()
    assert len((out / "flags.jsonl").read_text().splitlines()) == 2


def test_a_new_rule_gains_flags_with_their_evidence(ran: Path, pack: Path) -> None:
    rule = (pack / "policies/bells/bell-rung.yml").read_text()
    new = rule.replace("3f3b1c9e-52d4", "3f3b1c9e-52d5").replace("bell_rung", "file_made")
    new = new.replace("    file.path: /srv/share/bell.log\n", "")
    (pack / "policies/bells/file-made.yml").write_text(new)
    run = open_run(ran)
    name = next(n for n in run.episodes if "ringer" in n)
    scored = score(run, name, library(pack))
    (change,) = scored.changes
    assert (change.change, change.rule) == ("gained", "file-made")
    events = run.events(name)
    assert events[change.evidence[-1]]["file.path"] == "/srv/share/bell.log"


def test_a_scenario_that_is_gone_is_scored_by_all_rules(ran: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    head = rescan(open_run(ran), Library(start=tmp_path), out)
    # Only the built-in rules are left, and none of them knows the bell.
    assert head.lost == 2


def test_a_log_without_an_end_counts_as_an_error(ran: Path, pack: Path) -> None:
    run = open_run(ran)
    path = ran / run.episodes[0] / EVENTS
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    record = score(run, run.episodes[0], library(pack)).record
    assert (record.outcome, record.verdict, record.detail) == ("error", "error", "its log has no end")


@pytest.mark.parametrize("text", ["", "{}\n", '{"event.kind": "flag", "fauxcorp.scenario": 3}\n', '{"event.kind": "effect"}\n', "x\n"])
def test_what_is_no_log_is_told(ran: Path, pack: Path, text: str) -> None:
    run = open_run(ran)
    (ran / run.episodes[0] / EVENTS).write_text(text)
    with pytest.raises(LogError, match=r"events.jsonl"):
        score(run, run.episodes[0], library(pack))


def flag(rule: str, *evidence: int, level: Level = Level.high) -> Flag:
    return Flag(rule=rule, title="t", level=level, evidence=evidence)


def test_flags_are_the_same_if_rule_and_evidence_are() -> None:
    old = [flag("a", 1), flag("a", 1), flag("b", 2), flag("c", 3)]
    new = [flag("a", 1), flag("b", 2, level=Level.low), flag("c", 3, 4), flag("d", 5)]
    found = [(c.change, c.rule, c.evidence, c.level, c.before) for c in changes("e", old, new)]
    assert found == [
        ("lost", "a", (1,), "high", ""), ("level", "b", (2,), "low", "high"), ("lost", "c", (3,), "high", ""),
        ("gained", "c", (3, 4), "high", ""), ("gained", "d", (5,), "high", ""),
    ]  # fmt: skip
