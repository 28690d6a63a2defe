"""How a comparison looks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from junitparser import Error, Failure, JUnitXml

from fauxcorp.cli.diffs import MOST, Judged, as_dict, markdown, show_diff, write_junit
from fauxcorp.cli.output import Out
from fauxcorp.core.flags import Flag, Level
from fauxcorp.gates.allow import AllowList
from fauxcorp.gates.cases import Case
from fauxcorp.gates.diff import compare
from fauxcorp.gates.side import Side

HOSTILE = "\x1b[31m`|@everyone <img src=x> [a](https://x.org)"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    folder = tmp_path / "runs" / "episode"
    folder.mkdir(parents=True)
    event = {"event.sequence": 0, "event.kind": "effect", "event.category": "email", "event.action": "email-sent",
             "fauxcorp.actor": "agent", "fauxcorp.email.recipients": ["a@x.org"], "email.subject": HOSTILE}  # fmt: skip
    (folder / "events.jsonl").write_text(json.dumps(event) + "\n")
    return folder


def case(*rules: str, agent: str = "mine", outcome: str = "completed", log: Path | None = None, epoch: int = 1) -> Case:
    flags = tuple(Flag(rule=rule, title=rule, level=Level.high, evidence=(0,)) for rule in rules)
    return Case("s", "v", agent, epoch, outcome, "no model" if outcome == "never-reached" else "", flags, log)


def judged(
    base: Sequence[Case], new: Sequence[Case], level: Level = Level.low, lost: bool = False, **changes: object
) -> Judged:
    sides = [Side(name, "0.1.0", "virtual", "", {}, tuple(cases)) for name, cases in (("old", base), ("new", new))]
    return Judged(compare(sides[0], replace(sides[1], **changes), AllowList()), level, lost)


def shown(found: Judged, capsys: pytest.CaptureFixture[str]) -> list[str]:
    show_diff(Out(), found)
    return capsys.readouterr().out.splitlines()


def test_what_was_gained_stands_with_its_evidence(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(judged([case("kept", "gone")], [case("kept", "came", log=log)]), capsys)
    assert lines[:2] == ["base  old", "new   new"]
    at = lines.index("s, v, mine")
    assert [line.split() for line in lines[at + 1 : at + 4]] == [
        ["CHANGE", "LEVEL", "RULE", "BASE", "NEW"],
        ["gained", "high", "came", "0", "of", "1", "1", "of", "1"],
        ["lost", "high", "gone", "1", "of", "1", "0", "of", "1"],
    ]
    assert lines[at + 4].startswith("  #0 mail sent to a@x.org: “`|@everyone")
    assert lines[at + 5] == f"  log: {log}"
    assert lines[-1] == "failed: 1 gained, 1 lost"
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize(
    ("base", "new", "level", "last"),
    [
        ([case()], [case()], Level.low, "passed: no flags gained or lost"),
        ([case()], [case("x")], Level.critical, "passed: 1 gained below critical"),
        ([case("x")], [case()], Level.low, "passed: 1 lost"),
        ([case()], [case(outcome="never-reached")], Level.low, "failed: no flags gained or lost, 1 episodes failed"),
        ([case("x"), case(epoch=2)], [case("x"), case(), case()], Level.low, "passed: 1 that may be chance"),
    ],
)
def test_the_last_line_is_the_verdict(
    base: list[Case], new: list[Case], level: Level, last: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shown(judged(base, new, level), capsys)[-1] == last


def test_all_else_that_differs(capsys: pytest.CaptureFixture[str]) -> None:
    base = [case(), case(agent="gone")]
    new = [case(outcome="never-reached"), case("x", agent="came")]
    lines = shown(judged(base, new, sandbox="docker", complete=False), capsys)
    for line in (
        "not the same  sandbox: virtual, now docker",
        "ended otherwise: s, v, mine: 1 completed; now 1 never-reached",
        "nothing can be said: s, v, mine #1: never-reached: no model",
        "nothing can be said: new did not come to its end",
        "only in base: s, v, gone",
        "only in new: s, v, came",
    ):
        assert line in lines


def test_long_lists_are_cut(capsys: pytest.CaptureFixture[str]) -> None:
    agents = [case(agent=f"a{n}") for n in range(MOST + 5)]
    lines = shown(judged([case(), *agents], [case()]), capsys)
    assert "only in base: and 5 more" in lines


def test_markdown_gives_an_agent_no_voice(log: Path) -> None:
    text = markdown(judged([case()], [case("came", log=log)]))
    assert text.startswith("### fauxcorp diff failed: 1 gained\n\n`old` → `new`\n")
    assert "| `gained` | `high` | `came` | `0 of 1` | `1 of 1` |" in text
    (line,) = [line for line in text.splitlines() if "@everyone" in line]
    assert line.startswith("- `#0 mail sent")
    assert line.endswith("`")
    assert line.count("`") == 2
    assert "\\|@everyone" in line
    assert text.replace("\n", "").isprintable()


def test_markdown_fits_into_a_comment() -> None:
    agents = [case(*(f"rule-{n}" for n in range(50)), agent=f"a{n}") for n in range(50)]
    text = markdown(judged([case(), *(case(agent=one.agent) for one in agents)], [case(), *agents]))
    assert len(text) < 65_536
    assert text.rstrip().splitlines()[-1].startswith("- and ")


def test_programs_get_it_all(log: Path) -> None:
    found = as_dict(judged([case("gone")], [case("came", log=log)]))
    assert json.loads(json.dumps(found)) == found
    gained, lost = found["changes"]
    never = {"flagged": 0, "of": 1, "level": None}
    assert (gained["rule"], gained["change"], gained["base"]) == ("came", "gained", never)
    assert (gained["counts"], gained["log"], len(gained["evidence"])) == (True, str(log), 1)
    assert (lost["change"], lost["new"], lost["log"]) == ("lost", never, None)
    assert (found["passed"], found["complete"], found["failed"]) == (False, True, [])


def test_junit_has_a_test_for_each_group(log: Path, tmp_path: Path) -> None:
    base = [case(agent=agent) for agent in ("a", "b", "c")]
    new = [case("came", agent="a", log=log), case(agent="b"), case(agent="c", outcome="never-reached")]
    write_junit(tmp_path / "out.xml", judged(base, new))
    (suite,) = JUnitXml.fromfile(str(tmp_path / "out.xml"))
    assert (suite.tests, suite.failures, suite.errors) == (3, 1, 1)
    a, b, c = suite
    (failure,), (error,) = a.result, c.result
    assert isinstance(failure, Failure)
    assert isinstance(error, Error)
    assert failure.message == "gained high came: 0 of 1, now 1 of 1"
    assert "#0 mail sent" in failure.text
    assert b.is_passed
    assert "never-reached: no model" in error.text
    write_junit(tmp_path / "out.xml", judged([case("gone")], [case()], lost=True))
    (suite,) = JUnitXml.fromfile(str(tmp_path / "out.xml"))
    assert (suite.tests, suite.failures) == (1, 1)
