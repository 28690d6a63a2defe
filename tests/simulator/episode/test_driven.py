from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from fauxcorp.content.library import Library
from fauxcorp.core.session import ToolCall
from fauxcorp.episode.driven import DrivenRun
from fauxcorp.episode.replay import replay
from fauxcorp.episode.runner import Plan, make_plan, new_run_folder
from fauxcorp.errors import EpisodeOver, UserError
from fauxcorp.eventlog import EVENTS, open_run, read_events, read_manifest, read_records, verify_run

NAME = "visitor"


@pytest.fixture
def plan(library: Library) -> Plan:
    return make_plan(library, ["ledger"], agents=[NAME], unscripted={NAME})


@pytest.fixture
def run(plan: Plan, tmp_path: Path) -> Iterator[DrivenRun]:
    run = DrivenRun(new_run_folder(tmp_path, "r"), plan)
    yield run
    run.close()


def said(folder: Path) -> list[str]:
    """The commands, in the log's order."""
    events = read_events(folder / EVENTS)
    return [e["fauxcorp.tool.arguments"]["command"] for e in events if e["event.action"] == "tool-call"]


def test_it_leaves_a_run_folder_that_verifies_and_replays(run: DrivenRun, plan: Plan) -> None:
    driven = run.begin(plan.items[0])
    assert "4" in driven.act(ToolCall("bash", {"command": "echo $((2+2))"})).content
    driven.say("Done.")
    done = driven.end()
    assert (done.record.outcome, done.record.steps, done.flags) == ("completed", 1, driven.flags)
    assert driven.end("error", "again") is done is driven.done
    run.close()
    run.close()
    manifest = read_manifest(run.folder)
    assert manifest.complete
    assert manifest.heads == {done.record.episode: done.record.head}
    assert manifest.agents == (NAME,)
    assert {c.state for c in verify_run(open_run(run.folder))} == {"ok"}
    assert replay(open_run(run.folder), done.record.episode, plan.items[0].play) is None


def test_threads_and_coroutines_act_one_at_a_time(run: DrivenRun, plan: Plan) -> None:
    driven = run.begin(plan.items[0])
    answers: dict[int, str] = {}

    def act(number: int) -> None:
        answers[number] = driven.act(ToolCall("bash", {"command": f"echo {number}"})).content

    async def together() -> None:
        await asyncio.gather(*(asyncio.to_thread(act, n) for n in range(8)))
        act(8)

    threads = [Thread(target=act, args=(n,)) for n in range(9, 12)]
    for thread in threads:
        thread.start()
    asyncio.run(together())
    for thread in threads:
        thread.join()
    assert answers == {n: str(n) for n in range(12)}
    done = driven.end()
    assert sorted(said(done.folder)) == sorted(f"echo {n}" for n in range(12))
    assert replay(open_run(run.folder), done.record.episode, plan.items[0].play) is None


def test_one_of_the_same_name_is_the_next_epoch(run: DrivenRun, plan: Plan) -> None:
    first, second = run.begin(plan.items[0]), run.begin(plan.items[0], seed=7)
    assert (first.item.epoch, second.item.epoch, second.episode.seed) == (1, 2, 7)
    assert (first.id, second.id) == (first.episode.id, second.episode.id)
    assert first.id != second.id
    first.act(ToolCall("bash", {"command": "true"}))
    run.close()
    outcomes = {r.episode: r.outcome for r in read_records(run.folder)}
    assert outcomes == {first.item.name: "completed", second.item.name: "never-reached"}


def test_after_the_end(run: DrivenRun, plan: Plan) -> None:
    driven = run.begin(plan.items[0])
    assert driven.end("model-error", "nonsense").record.detail == "nonsense"
    assert driven.over
    with pytest.raises(EpisodeOver):
        driven.act(ToolCall("bash", {"command": "true"}))
    with pytest.raises(EpisodeOver):
        driven.note("model-used", {})
    run.close()
    with pytest.raises(UserError, match="closed"):
        run.begin(plan.items[0])
