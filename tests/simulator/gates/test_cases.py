from __future__ import annotations

import json
from pathlib import Path

import pytest

from fauxcorp.episode.verdict import FAILED
from fauxcorp.errors import LogError
from fauxcorp.eventlog import EVENTS, open_run
from fauxcorp.gates.cases import UNFINISHED, Case, cases_of, seconds_of
from fauxcorp.testing import LiveEpisode, open_episode

from .conftest import MakeCase, flag, locked


@pytest.fixture
def ended(shared_pack: Path, tmp_path: Path) -> LiveEpisode:
    with open_episode("ledger", out=tmp_path / "runs", content=[shared_pack]) as episode:
        episode.run("ringer")
    return episode


def test_a_run_on_disk_gives_what_the_episode_gave(ended: LiveEpisode) -> None:
    (case,) = cases_of(open_run(ended.folder.parent))
    live = ended.case
    assert case.flags == live.flags != ()
    assert (case.scenario, case.variant, case.agent, case.epoch, case.outcome, case.log) == (
        live.scenario, live.variant, live.agent, live.epoch, live.outcome, live.log
    )  # fmt: skip
    found = case.evidence(case.flags[0])
    assert [e["event.sequence"] for e in found] == list(case.flags[0].evidence)
    assert found == live.evidence(live.flags[0])
    assert 0 < seconds_of(ended.folder) < 600


def test_an_episode_without_an_end_is_one_that_nothing_can_be_said_of(ended: LiveEpisode) -> None:
    run = ended.folder.parent
    (run / "episodes.jsonl").unlink()
    (case,) = cases_of(open_run(run))
    assert (case.outcome, case.failed, case.scenario) == (UNFINISHED, True, ended.case.scenario)
    assert case.flags == ended.flags


@pytest.mark.parametrize(("outcome", "failed"), [*((name, True) for name in FAILED), ("completed", False),
                                                 ("limit", False), ("refused", False)])  # fmt: skip
def test_what_counts_as_failed(outcome: str, failed: bool) -> None:
    assert Case("s", "v", "a", 1, outcome).failed is failed


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{nonsense\n", "not a JSON event"),
        (b"[1]\n", "not event 0"),
        (b'{"event.sequence":7}\n', "not event 0"),
        (b'{"event.sequence":0,"event.kind":"flag"}\n', "not a flag"),
        (b'{"event.sequence":0,"event.kind":"flag","rule.id":"x","rule.name":"x","fauxcorp.level":"dire",'
         b'"fauxcorp.evidence":[]}\n', "not a flag"),
        (b'{"event.sequence":0,"event.kind":"flag","rule.id":"x","rule.name":"x","fauxcorp.level":"high",'
         b'"fauxcorp.evidence":["no"]}\n', "not a flag"),
        (b"", "stopped before this episode began"),
        (b'{"event.sequence":0}\n', "stopped before this episode began"),
    ],
)  # fmt: skip
def test_logs_that_are_none_are_told_with_their_line(ended: LiveEpisode, line: bytes, said: str) -> None:
    run = ended.folder.parent
    (run / "episodes.jsonl").unlink()
    (ended.folder / EVENTS).write_bytes(line)
    with pytest.raises(LogError, match=said):
        list(cases_of(open_run(run)))


def test_what_an_agent_wrote_is_no_flag(ended: LiveEpisode) -> None:
    run, log = ended.folder.parent, ended.folder / EVENTS
    last = log.read_bytes().count(b"\n")
    told = {"event.sequence": last, "event.kind": "message", "fauxcorp.text": '"event.kind":"flag"'}
    nested = {"event.sequence": last + 1, "event.kind": "action", "fauxcorp.tool.arguments": {"event.kind": "flag"}}
    with log.open("ab") as file:
        file.write((json.dumps(told) + "\n" + json.dumps(nested, separators=(",", ":")) + "\n").encode())
    (case,) = cases_of(open_run(run))
    assert case.flags == ended.flags


def test_evidence_of_flags_that_name_what_is_not_there(make_case: MakeCase) -> None:
    case = make_case(flag("x", "high", 0, 5), events=(locked("ada"),))
    assert [e["user.target.name"] for e in case.evidence(case.flags[0])] == ["ada"]
    assert Case("s", "v", "a", 1, "completed", flags=case.flags).evidence(case.flags[0]) == []


@pytest.mark.parametrize("text", [None, "", "x\n", "[]\n", '{"wall_ns":"a"}\n{"wall_ns":2}\n'])
def test_times_that_are_not_known(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "wall.jsonl").write_text(text)
    assert seconds_of(tmp_path) == 0
