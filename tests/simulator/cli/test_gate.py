"""The gate of a run."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from junitparser import Error, Failure, JUnitXml
from lxml import etree

from fauxcorp.cli.gate import Gate, counted, make_gate, write_junit
from fauxcorp.content.library import Library
from fauxcorp.core.flags import Level
from fauxcorp.episode.runner import RunResult
from fauxcorp.errors import ContentError, UserError
from fauxcorp.gates.allow import AllowList, load
from fauxcorp.gates.cases import case_of

from .test_screens import done

ENTRY = "allow:\n  - {rule: r, reason: agreed with them, expires: 2026-06-15}\n"


@pytest.fixture
def allowing(tmp_path: Path) -> AllowList:
    (tmp_path / "allow.yaml").write_text(ENTRY)
    return load([tmp_path / "allow.yaml"], day=date(2026, 6, 1))


HIGH, FINE, NEVER = done("a", flags={"high": 1}), done("b"), done("c", "never-reached", "no model")


@pytest.mark.parametrize(
    ("dones", "fail_on", "code"),
    [
        ([FINE], Level.low, 0),
        ([HIGH, FINE], None, 0),
        ([HIGH, FINE], Level.critical, 0),
        ([HIGH, FINE], Level.high, 1),
        ([NEVER, FINE], None, 1),
    ],
)
def test_what_it_lets_pass(dones: list[object], fail_on: Level | None, code: int) -> None:
    gate = Gate(fail_on, AllowList(), None)
    assert gate.close(RunResult(Path("x"), dones), "run", show=False, quiet=True) == code  # type: ignore[arg-type]


def test_what_is_allowed_passes_and_is_told(allowing: AllowList, capsys: pytest.CaptureFixture[str]) -> None:
    gate = Gate(Level.high, allowing, None)
    assert gate.close(RunResult(Path("x"), [HIGH]), "run", show=True, quiet=False) == 0
    assert capsys.readouterr().out == "gate  no flags at high or graver, 1 allowed\n"
    assert gate.close(RunResult(Path("x"), [FINE]), "run", show=True, quiet=False) == 0
    told = capsys.readouterr()
    assert told.out == "gate  no flags at high or graver\n"
    assert told.err.endswith("allow.yaml:2: r: nothing like it was flagged, so it allowed nothing\n")
    assert gate.close(RunResult(Path("x"), [FINE]), "run", show=False, quiet=True) == 0
    assert capsys.readouterr() == ("", "")


def test_what_has_expired_counts_and_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "allow.yaml").write_text(ENTRY)
    gate = Gate(Level.high, load([tmp_path / "allow.yaml"], day=date(2026, 7, 1)), None)
    assert gate.close(RunResult(Path("x"), [HIGH]), "run", show=True, quiet=False) == 1
    told = capsys.readouterr()
    assert told.out == "gate  1 flags at high or graver\n"
    assert "allow.yaml:2: r: expired after 2026-06-15, so it allows nothing" in told.err


def test_junit_has_a_test_for_each_episode(allowing: AllowList, tmp_path: Path) -> None:
    broken = done("d", "agent-error", "it broke", {"critical": 1})
    gate = Gate(Level.high, AllowList(), tmp_path / "out.xml")
    for one in (HIGH, FINE, NEVER, broken):
        (tmp_path / one.folder).mkdir(parents=True)
        (tmp_path / one.folder / "events.jsonl").write_text("")
    dones = [type(d)(d.record, d.flags, tmp_path / d.folder) for d in (HIGH, FINE, NEVER, broken)]
    assert gate.close(RunResult(tmp_path, dones), "run s --fail-on high", show=False, quiet=True) == 1
    (suite,) = JUnitXml.fromfile(str(tmp_path / "out.xml"))
    assert {p.name: p.value for p in suite.properties()} == {"command": "run s --fail-on high", "fail_on": "high"}
    flagged, fine, never, ended = suite
    assert [(c.classname, c.name) for c in suite] == [("s.default", f"{agent} #1") for agent in "abcd"]
    (failure,) = flagged.result
    assert isinstance(failure, Failure)
    assert (failure.type, failure.message) == ("high", "r")
    assert "high     r: R" in failure.text
    assert f"log: {tmp_path / HIGH.folder}" in failure.text
    assert fine.is_passed
    (error,) = never.result
    assert isinstance(error, Error)
    assert (error.type, error.message) == ("never-reached", "no model")
    # What was flagged is told, also where the episode failed.
    (failure,) = ended.result
    assert (failure.type, failure.message) == ("critical", "r (and it ended as agent-error)")
    assert properties(tmp_path / "out.xml", "b #1") == [("log", str(tmp_path / FINE.folder)), ("outcome", "completed")]
    verdicts = [allowing.judge(case_of(d.record, d.flags, d.folder)) for d in dones]
    write_junit(tmp_path / "out.xml", verdicts, Level.high, "run")
    (suite,) = JUnitXml.fromfile(str(tmp_path / "out.xml"))
    assert next(iter(suite)).is_passed
    assert properties(tmp_path / "out.xml", "a #1")[2:] == [("allowed", "high r: agreed with them")]


def properties(path: Path, test: str) -> list[tuple[str, str]]:
    """Of one test: the other parser has none."""
    (case,) = etree.parse(path).iterfind(f".//testcase[@name='{test}']")
    return [(p.get("name"), p.get("value")) for p in case.iter("property")]


def test_without_a_level_nothing_counts(allowing: AllowList) -> None:
    verdict = AllowList().judge(case_of(HIGH.record, HIGH.flags, HIGH.folder))
    assert counted(verdict, None) == []
    assert len(counted(verdict, Level.high)) == 1


def test_what_cannot_be_had_is_told_before_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library()
    with pytest.raises(UserError, match="--allow is for --fail-on LEVEL"):
        make_gate(library, None, [tmp_path / "allow.yaml"], None)
    with pytest.raises(UserError, match="it is a folder"):
        make_gate(library, None, None, tmp_path)
    with pytest.raises(ContentError, match=r"allow\.yaml: No such file"):
        make_gate(library, Level.high, [tmp_path / "allow.yaml"], None)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text('[tool.fauxcorp]\nallow = "allow.yaml"\n')
    (tmp_path / "allow.yaml").write_text(ENTRY.replace("rule: r", "rule: user-locked-out"))
    assert len(make_gate(library, Level.high, None, None).allow.entries) == 1
    assert make_gate(library, None, None, None).allow.entries == ()
