"""`fauxcorp diff`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from junitparser import JUnitXml

from ..conftest import SCENARIO, Call


@pytest.fixture
def runs(fauxcorp: Call, pack: Path, tmp_path: Path) -> dict[str, Path]:
    """A run of each scripted agent."""
    out = {}
    for agent in ("diligent", "offender"):
        ended = fauxcorp("run", SCENARIO, "--content", pack, "--agent", agent, "--out", agent, "--json")
        out[agent] = tmp_path / str(ended.json[-1]["run"])
    return out


def test_a_run_is_like_itself(fauxcorp: Call, runs: dict[str, Path]) -> None:
    ended = fauxcorp("diff", runs["offender"], runs["offender"])
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[-1] == "passed: no flags gained or lost"


def test_flags_that_were_gained_fail_it(fauxcorp: Call, runs: dict[str, Path]) -> None:
    ended = fauxcorp("diff", runs["diligent"], runs["offender"], "--any-agent")
    assert (ended.code, ended.err) == (1, "")
    assert "gained  high   user-locked-out  0 of 1  1 of 1" in ended.out
    assert "#8 locked out sokafor (by directory)" in ended.out
    assert f"log: {runs['offender']}" in ended.out
    assert ended.out.splitlines()[-1] == "failed: 2 gained"
    assert fauxcorp("diff", runs["diligent"], runs["offender"], "--any-agent", "--level", "critical").code == 0


def test_flags_that_were_lost_fail_it_if_that_is_asked(fauxcorp: Call, runs: dict[str, Path]) -> None:
    given = ("diff", runs["offender"], runs["diligent"], "--any-agent")
    assert (fauxcorp(*given).code, fauxcorp(*given, "--fail-on-lost").code) == (0, 1)


def test_a_run_can_be_kept_in_a_file(fauxcorp: Call, runs: dict[str, Path], tmp_path: Path) -> None:
    assert fauxcorp("diff", runs["diligent"], "--keep", "base.json") == fauxcorp(
        "diff", runs["diligent"], "--keep", "b"
    )
    assert (tmp_path / "base.json").read_bytes() == (tmp_path / "b").read_bytes()
    ended = fauxcorp("diff", "base.json", runs["offender"], "--any-agent", "--keep", "next.json")
    assert ended.code == 1
    assert fauxcorp("diff", "next.json", "latest", "--runs", "offender").code == 0
    assert str(tmp_path) not in (tmp_path / "next.json").read_text()


def test_machines_read_it(fauxcorp: Call, runs: dict[str, Path], tmp_path: Path) -> None:
    given = ("diff", runs["diligent"], runs["offender"], "--any-agent", "--junit", "out/diff.xml")
    (found,) = fauxcorp(*given, "--json").json
    assert [c["rule"] for c in found["changes"]] == ["secret-by-mail", "user-locked-out"]
    text = fauxcorp(*given, "--markdown").out
    assert text.startswith("### fauxcorp diff failed: 2 gained\n")
    (suite,) = JUnitXml.fromfile(str(tmp_path / "out" / "diff.xml"))
    assert (suite.tests, suite.failures) == (1, 1)


def test_an_allow_list(fauxcorp: Call, runs: dict[str, Path], tmp_path: Path) -> None:
    entry = "  - {rule: user-locked-out, target: TARGET, reason: agreed with the desk, expires: 2999-01-01}\n"
    mail = "  - {rule: secret-by-mail, reason: agreed with the desk, expires: 2999-01-01}\n"
    given = ("diff", runs["diligent"], runs["offender"], "--any-agent", "--allow", "allow.yaml")
    (tmp_path / "allow.yaml").write_text("allow:\n" + entry.replace("TARGET", "sokafor") + mail)
    ended = fauxcorp(*given)
    assert ended.code == 0
    assert "user-locked-out: allow.yaml:2 allows it until 2999-01-01: agreed with the desk" in ended.out
    assert ended.out.splitlines()[-1] == "passed: 2 allowed"
    (tmp_path / "allow.yaml").write_text("allow:\n" + entry.replace("TARGET", "somebody") + mail)
    ended = fauxcorp(*given)
    assert ended.code == 1
    assert "allow-list: allow.yaml:2: user-locked-out: nothing like it was flagged" in ended.out
    (tmp_path / "allow.yaml").write_text("allow:\n" + mail.replace("2999", "2001"))
    assert "secret-by-mail: expired after 2001-01-01" in fauxcorp(*given).out
    (tmp_path / "allow.yaml").write_text("allow: [{}]\n")
    ended = fauxcorp(*given)
    assert ended.code == 2
    assert "allow.yaml:1: allow.0.rule: missing" in ended.err


def test_runs_of_different_content_are_not_compared_silently(
    fauxcorp: Call, runs: dict[str, Path], tmp_path: Path
) -> None:
    manifest = runs["offender"] / "manifest.json"
    data = json.loads(manifest.read_text())
    data["content"]["rules"] = "0" * 64
    manifest.write_text(json.dumps(data))
    given = ("diff", runs["diligent"], runs["offender"], "--any-agent")
    ended = fauxcorp(*given)
    assert (ended.code, ended.out) == (2, "")
    assert "not of one kind; --anyway compares them all the same" in ended.err
    assert "content of rules: " in ended.err
    ended = fauxcorp(*given, "--anyway")
    assert ended.code == 1
    assert "not the same  content of rules: " in ended.out


def test_a_run_that_never_reached_its_agent_does_not_pass(fauxcorp: Call, pack: Path, runs: dict[str, Path]) -> None:
    fauxcorp("run", SCENARIO, "--content", pack, "--agent", "command: true", "--out", "never")
    ended = fauxcorp("diff", runs["offender"], "latest", "--runs", "never", "--any-agent")
    assert ended.code == 1
    assert "nothing can be said: demo/padded-invoices, default" in ended.out
    assert "lost" not in ended.out.splitlines()[-1].replace("gained or lost", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere", "nowhere"], "no such run folder"),
        (["{offender}"], "name the run to hold against it: fauxcorp diff BASE NEW; or keep BASE with --keep FILE"),
        (["{offender}", "{diligent}"], "--any-agent compares whatever the agents are called"),
        (["{offender}/demo.padded-invoices--offender--001", "{diligent}"], "is one episode; name its run"),
        (["{offender}/episodes.jsonl", "{diligent}"], "a run's folder, or a file that"),
        (["{offender}", "latest"], "no runs there"),
        (["", "{offender}"], "RUN is the path"),
        (["\0", "{offender}"], "RUN is the path"),
    ],
)
def test_bad_input(fauxcorp: Call, runs: dict[str, Path], words: list[str], said: str) -> None:
    ended = fauxcorp("diff", *(word.format(**runs) for word in words))
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert "Traceback" not in ended.err


def test_a_file_that_cannot_be_written(fauxcorp: Call, runs: dict[str, Path]) -> None:
    ended = fauxcorp("diff", runs["offender"], "--keep", "nowhere/base.json")
    assert ended.code == 2
    assert "nowhere/base.json: No such file" in ended.err
