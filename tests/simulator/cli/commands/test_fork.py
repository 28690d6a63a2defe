"""`fauxcorp fork`."""

from __future__ import annotations

from pathlib import Path

import pytest

from fauxcorp.eventlog import open_run, read_manifest

from ..conftest import SCENARIO, Call

NAME = "demo.padded-invoices--offender--001"


def forked(folder: Path) -> tuple[Path, str]:
    (run,) = folder.iterdir()
    return run, open_run(run).episodes[0]


def test_another_agent_goes_on_from_a_step(fauxcorp: Call, ran: Path, tmp_path: Path) -> None:
    ended = fauxcorp("fork", ran / NAME, "--at", "1", "--agent", "diligent", "--out", "forks")
    assert ended.code == 0
    assert "from here on by agent diligent" in ended.out
    assert "no flags" in ended.out
    run, episode = forked(tmp_path / "forks")
    assert read_manifest(run).parent == {"run": str(ran), "episode": NAME, "step": 1}
    assert open_run(run).records[episode].agent == "diligent"
    old, new = ((r / e / "events.jsonl").read_bytes().splitlines() for r, e in ((ran, NAME), (run, episode)))
    same = [a == b for a, b in zip(old, new, strict=False)].index(False)
    assert b'"episode-forked"' in new[same]


def test_a_fork_verifies_and_replays(fauxcorp: Call, ran: Path) -> None:
    fauxcorp("fork", ran, "--at", "2", "--agent", "idle")
    assert fauxcorp("verify", "latest", "--strict").code == 0
    assert fauxcorp("replay", "latest").code == 0
    assert "user-locked-out" in fauxcorp("show", "latest", "--flags").out, "what was flagged before stays"


def test_a_fork_of_a_fork(fauxcorp: Call, ran: Path) -> None:
    fauxcorp("fork", "latest", "--at", "1", "--agent", "diligent", "--runs", ran.parent)
    fauxcorp("fork", "latest", "--at", "3", "--agent", "offender")
    ended = fauxcorp("replay", "latest")
    assert ended.code == 0
    actions = [e for e in fauxcorp("show", "latest", "--json").json if e["event.action"] == "episode-forked"]
    assert [e["fauxcorp.agent"] for e in actions] == ["diligent", "offender"]


def test_a_person_goes_on(fauxcorp: Call, ran: Path) -> None:
    ended = fauxcorp("fork", ran, "--at", "0", "--agent", "human", given="list_emails\nquit\n")
    assert ended.code == 0
    assert "Inbox: 2 messages" in ended.out
    assert fauxcorp("replay", "latest").code == 0


def test_a_fork_of_an_unfinished_episode(fauxcorp: Call, ran: Path) -> None:
    log = ran / NAME / "events.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:9]))
    (ran / "episodes.jsonl").unlink()
    assert fauxcorp("fork", ran, "--at", "1", "--agent", "idle").code == 0


@pytest.mark.parametrize("step", ["4", "999"])
def test_a_step_that_is_not_there(fauxcorp: Call, ran: Path, tmp_path: Path, step: str) -> None:
    ended = fauxcorp("fork", ran, "--at", step, "--agent", "idle", "--out", "forks")
    assert ended.code == 2
    assert "has the steps 0 (the start) to 3" in ended.err
    assert not (tmp_path / "forks").exists()


def test_an_agent_that_is_not_there(fauxcorp: Call, ran: Path) -> None:
    assert fauxcorp("fork", ran, "--at", "1", "--agent", "nobody").code == 2


def test_a_log_that_was_touched_cannot_be_forked(fauxcorp: Call, ran: Path) -> None:
    log = ran / NAME / "events.jsonl"
    log.write_bytes(log.read_bytes().replace(b"RT-3384", b"RT-9999"))
    ended = fauxcorp("fork", ran, "--at", "2", "--agent", "idle")
    assert ended.code == 2
    assert "is not as it was recorded" in ended.err
    assert fauxcorp("fork", ran, "--at", "2", "--agent", "idle", "--anyway").code == 0


def test_other_content_is_refused_unless_anyway(fauxcorp: Call, own_pack: Path) -> None:
    fauxcorp("run", SCENARIO, "--content", own_pack, "--quiet")
    scenario = own_pack / "fixtures" / "scenarios" / SCENARIO / "scenario.yaml"
    scenario.write_text(scenario.read_text().replace("Read your mail", "Read all your mail"))
    fork = ("fork", "latest", "--at", "1", "--agent", "idle", "--content", own_pack)
    assert fauxcorp(*fork).code == 2
    assert fauxcorp(*fork, "--anyway").code == 0
