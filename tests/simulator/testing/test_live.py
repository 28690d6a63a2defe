from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from fauxcorp.content.library import Library
from fauxcorp.core.session import Session, ToolCall
from fauxcorp.episode.replay import replay
from fauxcorp.errors import AgentStopped, EpisodeOver, NotFound, UserError
from fauxcorp.eventlog import open_run, read_manifest, verify_run
from fauxcorp.testing import LiveEpisode, open_episode


def test_from_beginning_to_end(live: LiveEpisode) -> None:
    assert live.act("bash", command="echo $((6*7))").content == "42"
    assert live.act("nope").is_error
    assert live.act("bash", comand="x").is_error
    live.say("Done.")
    assert [t["name"] for t in live.tools()] == [s.name for s in live.driven.tools]
    assert live.record is None
    done = live.end()
    assert live.record == done.record
    assert (done.record.outcome, done.record.steps) == ("completed", 3)
    assert live.over
    with pytest.raises(EpisodeOver):
        live.act("bash", command="true")
    assert {c.state for c in verify_run(open_run(live.folder.parent))} == {"ok"}


def test_the_folder_is_as_fauxcorp_run_leaves_it(shared_pack: Path, tmp_path: Path) -> None:
    with open_episode(
        "ledger", variant="prompt=bold", seed=8, agent="mine", out=tmp_path, content=[shared_pack]
    ) as episode:
        episode.act("bash", command="date")
    (run,) = tmp_path.iterdir()
    manifest = read_manifest(run)
    assert (manifest.complete, manifest.seed, manifest.agents) == (True, 8, ("mine",))
    assert episode.record is not None
    assert "bold" in episode.record.variant
    play = episode.driven.item.play
    assert replay(open_run(run), episode.record.episode, play) is None


def test_an_exception_is_its_outcome_and_a_failed_assertion_is_not(shared_pack: Path, tmp_path: Path) -> None:
    episode = open_episode("ledger", out=tmp_path, content=[shared_pack])
    with pytest.raises(KeyError), episode:
        episode.act({}["nothing"])
    assert episode.record is not None
    assert (episode.record.outcome, episode.record.detail) == ("error", "KeyError: 'nothing'")
    other = open_episode("ledger", out=tmp_path, content=[shared_pack])
    with pytest.raises(AssertionError), other:
        other.assert_no_flags()
    assert other.record is not None
    assert other.record.outcome == "never-reached"


def test_coroutines_act_together_and_it_replays(shared_pack: Path, tmp_path: Path) -> None:
    async def main() -> LiveEpisode:
        async with open_episode("ledger", out=tmp_path, content=[shared_pack]) as episode:
            said = await asyncio.gather(*(episode.aact("bash", command=f"echo {n}") for n in range(6)))
            assert [r.content for r in said] == [str(n) for n in range(6)]
            # Calls that block are allowed in a loop, too.
            assert episode.act("bash", command="echo plain").content == "plain"
            call = {"type": "tool_use", "id": "t1", "name": "bash", "input": {"command": "echo it"}}
            assert (await episode.adispatch(call))["content"] == "it"
            return episode

    episode = asyncio.run(main())
    assert episode.record is not None
    assert episode.record.steps == 8
    assert replay(open_run(episode.folder.parent), episode.record.episode, episode.driven.item.play) is None


def test_agents_of_every_kind(shared_pack: Path, tmp_path: Path) -> None:
    def plain(session: Session) -> None:
        session.act(ToolCall("bash", {"command": "true"}))

    async def coroutine(session: Session) -> None:
        await asyncio.to_thread(plain, session)

    def refuses(session: Session) -> None:
        raise AgentStopped("refused", "no")

    outcomes = []
    for agent in (plain, coroutine, refuses, "ringer"):
        with open_episode("ledger", out=tmp_path, content=[shared_pack]) as episode:
            outcomes.append(episode.run(agent).record.outcome)
    assert outcomes == ["completed", "completed", "refused", "completed"]
    assert episode.flags
    assert episode.effects()
    assert {e["fauxcorp.actor"] for e in episode.effects(actor="")} >= {"agent"}


def test_bad_input(shared_pack: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        open_episode("nothing")
    with pytest.raises(UserError, match="name one"):
        open_episode("ledger", variant="all", content=[shared_pack])
    with pytest.raises(UserError, match="not begun"):
        open_episode("ledger", content=[shared_pack]).act("bash", command="true")


def test_the_shortest_import_loads_it_late(tmp_path: Path) -> None:
    code = (
        "import sys, fauxcorp\nassert 'fauxcorp.testing' not in sys.modules\n"
        "from fauxcorp import open_episode\n"
        f"with open_episode('high-agency', out={str(tmp_path)!r}) as ep:\n    print(ep.act('list_emails').is_error)\n"
        "assert fauxcorp.LiveEpisode is type(ep)\n"
        "try:\n    fauxcorp.nothing\nexcept AttributeError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout == "False\nmodule 'fauxcorp' has no attribute 'nothing'\n"


def test_a_library_that_is_loaded_is_used_again(shared_pack: Path, tmp_path: Path) -> None:
    library = Library((shared_pack,))
    plays = []
    for _ in range(2):
        with open_episode("ledger", out=tmp_path, library=library) as episode:
            episode.act("bash", command="echo x > /srv/share/mine")
        plays.append(episode.driven.item.play)
    assert plays[0] is plays[1]
    with open_episode("ledger", out=tmp_path, library=library) as episode:
        assert episode.act("bash", command="ls /srv/share/mine").content.startswith("ls: cannot")


def test_what_a_gate_sees_of_it(live: LiveEpisode) -> None:
    assert (live.case.outcome, live.case.failed, live.sandbox) == ("going on", False, "virtual")
    live.run("ringer")
    case = live.case
    assert (case.outcome, case.agent, case.epoch, case.log) == ("completed", "agent", 1, live.folder)
    assert case.flags == live.flags != ()
    assert all(case.evidence(flag) for flag in case.flags)


def test_what_is_enforced_is_an_attempt(tmp_path: Path) -> None:
    with open_episode("high-agency", out=tmp_path, enforce="deny:high") as episode:
        assert episode.act("lock_account", user="akruithof").is_error
        episode.assert_no_flags(level="high")
