from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fauxcorp.agents.scripted import Script, ScriptedAgent
from fauxcorp.content.library import Library, Play
from fauxcorp.core.session import Session, ToolCall
from fauxcorp.episode.runner import Item, Plan, make_plan, new_run_folder, run_plan
from fauxcorp.errors import AgentStopped, LogError, NotFound, SandboxError, ToolError, UserError
from fauxcorp.eventlog import EVENTS, open_run, read_events, verify_run


def scripted(library: Library) -> Callable[[Item], ScriptedAgent]:
    return lambda item: library.agent(item.play.name, item.agent)


def heads_of(result: Any) -> dict[str, str]:
    return {d.record.episode: d.record.head for d in result.done}


def run(library: Library, out: Path, **more: Any) -> Any:
    folder = new_run_folder(out, "r")
    return run_plan(make_plan(library, ["ledger"], **more), folder, scripted(library))


def states(folder: Path) -> set[str]:
    return {c.state for c in verify_run(open_run(folder))}


def test_the_default_is_the_scenarios_own_agent(library: Library) -> None:
    (item,) = make_plan(library, ["ledger"]).items
    assert (item.agent, item.epoch, item.play.variant, item.name) == (
        "ringer",
        1,
        "default",
        "harbour.ledger--ringer--001",
    )


def test_a_plan_is_every_agent_variant_and_epoch(library: Library) -> None:
    plan = make_plan(library, ["ledger"], agents=["all"], variants=["default", "prompt=bold,mood=tense"], epochs=2)
    assert [i.name for i in plan.items] == [
        "harbour.ledger--idle--001",
        "harbour.ledger--idle--002",
        "harbour.ledger--mood-tense_prompt-bold--idle--001",
        "harbour.ledger--mood-tense_prompt-bold--idle--002",
        "harbour.ledger--ringer--001",
        "harbour.ledger--ringer--002",
        "harbour.ledger--mood-tense_prompt-bold--ringer--001",
        "harbour.ledger--mood-tense_prompt-bold--ringer--002",
    ]


def test_the_same_twice_is_run_once(library: Library) -> None:
    plan = make_plan(
        library, ["ledger", "harbour/ledger"], agents=["idle", "idle"], variants=["default", "prompt=plain"]
    )
    assert len(plan.items) == 1


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"agents": ["nobody"]}, NotFound),
        ({"variants": ["mood=wild"]}, UserError),
        ({"epochs": 0}, UserError),
    ],
)
def test_a_plan_of_what_is_not_there_is_told(library: Library, more: dict[str, Any], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        make_plan(library, ["ledger"], **more)


def test_a_run_leaves_a_folder_that_verifies(library: Library, tmp_path: Path) -> None:
    result = run(library, tmp_path, agents=["all"], epochs=2)
    opened = open_run(result.folder)
    assert opened.manifest.complete
    assert set(opened.manifest.heads) == set(opened.episodes) == set(opened.records)
    assert len(opened.episodes) == 4
    assert states(result.folder) == {"ok"}
    ringer = opened.records["harbour.ledger--ringer--001"]
    assert (ringer.outcome, ringer.steps, ringer.rules, ringer.flags) == (
        "completed",
        2,
        {"bell-rung": 1},
        {"medium": 1},
    )
    assert not any(d.record.expectations_failed for d in result.done)
    assert str(result.worst) == "medium"


def test_epochs_differ_in_their_draws_only(library: Library, tmp_path: Path) -> None:
    opened = open_run(run(library, tmp_path, agents=["ringer"], epochs=2).folder)
    assert len({r.head for r in opened.records.values()}) == 2


def test_callbacks_tell_of_each_episode(library: Library, tmp_path: Path) -> None:
    told: list[str] = []
    run_plan(
        make_plan(library, ["ledger"], agents=["all"]),
        tmp_path,
        scripted(library),
        on_start=lambda i: told.append(f"start {i.agent}"),
        on_done=lambda d: told.append(f"done {d.record.agent}"),
    )
    assert told == ["start idle", "done idle", "start ringer", "done ringer"]


class Careless:
    """An agent made of one function."""

    name = "careless"

    def __init__(self, act: Callable[[Session], object]) -> None:
        self.act = act

    def run(self, session: Session) -> None:
        self.act(session)


def fail(error: BaseException) -> Any:
    raise error


def forever(session: Session) -> None:
    while True:
        session.act(ToolCall("ring_bell"))


@pytest.mark.parametrize(
    ("act", "outcome", "detail"),
    [
        (lambda s: None, "completed", ""),
        (forever, "limit", "40 steps"),
        (lambda s: fail(KeyError("x")), "error", "KeyError"),
        (lambda s: fail(ValueError("\ud800")), "error", "ValueError"),
        (lambda s: fail(SandboxError("gone")), "error", "gone"),
        (lambda s: s.act(ToolCall("break_bell")), "error", "clapper"),
        (lambda s: fail(RecursionError()), "error", "RecursionError"),
        (lambda s: s.act(None), "error", "AttributeError"),
        (lambda s: fail(ToolError("agents do not raise these")), "error", "agents do not"),
    ],
)
def test_whatever_an_agent_does_an_outcome_is_recorded(
    play: Play, tmp_path: Path, act: Callable[[Session], object], outcome: str, detail: str
) -> None:
    plan = Plan((Item(play, "careless", 1), Item(play, "careless", 2)))
    result = run_plan(plan, tmp_path, lambda item: Careless(act if item.epoch == 1 else lambda s: None))
    first, second = (d.record for d in result.done)
    assert (first.outcome, second.outcome) == (outcome, "completed")
    assert detail in first.detail
    assert "\ud800" not in first.detail
    assert states(tmp_path) == {"ok"}


def test_a_script_that_fails_says_where(library: Library, play: Play, tmp_path: Path) -> None:
    script = Script.model_validate(
        {"name": "x", "about": "y", "steps": [{"call": "ring_bell", "expect": {"contains": "silence"}}]}
    )
    result = run_plan(Plan((Item(play, "x", 1),)), tmp_path, lambda item: ScriptedAgent(script))
    record = result.done[0].record
    assert record.outcome == "script-failed"
    assert "step 1 (ring_bell)" in record.detail
    assert record.expectations_failed


def test_a_missed_flag_is_recorded(play: Play, tmp_path: Path) -> None:
    script = Script.model_validate({"name": "x", "about": "y", "expectations": {"flags": ["mail-to-press"]}})
    result = run_plan(Plan((Item(play, "x", 1),)), tmp_path, lambda item: ScriptedAgent(script))
    assert "mail-to-press must flag" in result.done[0].record.expectations_failed[0]
    assert open_run(tmp_path).records["harbour.ledger--x--001"].expectations_failed


def test_run_folders_never_clash(tmp_path: Path) -> None:
    folders = [new_run_folder(tmp_path / "deep" / "er", "x") for _ in range(5)]
    assert len(set(folders)) == 5


@pytest.mark.parametrize("out", ["file", "file/below", "x" * 300])
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, out: str) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(LogError, match="--out"):
        new_run_folder(tmp_path / out, "x")


def test_a_run_folder_that_is_used_is_not_written_over(library: Library, tmp_path: Path) -> None:
    plan = make_plan(library, ["ledger"])
    run_plan(plan, tmp_path, scripted(library))
    with pytest.raises(LogError, match="exists"):
        run_plan(plan, tmp_path, scripted(library))


WORKER = """
import resource, signal, sys
from pathlib import Path
from fauxcorp.content.library import Library
from fauxcorp.core.session import ToolCall
from fauxcorp.episode.runner import Item, Plan, run_plan
from fauxcorp.errors import UserError

class Busy:
    name = "busy"
    def run(self, session):
        for n in range(38 if item.epoch == 1 else 1_000_000):
            arguments = {"to": ["kit@tern.example"], "subject": "s", "body": "x" * 20000}
            result = session.act(ToolCall("send_email", arguments))
            print(len(result.content), flush=True)

pack, out, limit = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
play = Library((pack,), start=pack).play("ledger")
if limit:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
def agent(i):
    global item
    item = i
    return Busy()
try:
    run_plan(Plan((Item(play, "busy", 1), Item(play, "busy", 2))), out, agent)
except UserError as error:
    print("told:", error)
"""


def test_a_process_that_is_killed_loses_nothing_that_the_agent_saw(shared_pack: Path, tmp_path: Path) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(shared_pack), str(tmp_path), "0"], stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    seen = 0
    for _ in worker.stdout:
        seen += 1
        if seen == 45:
            worker.send_signal(signal.SIGKILL)
            break
    seen += sum(1 for _ in worker.stdout)
    worker.wait()
    checks = {c.episode: c for c in verify_run(open_run(tmp_path))}
    assert checks["harbour.ledger--busy--001"].state == "ok"
    assert checks["harbour.ledger--busy--002"].state == "unfinished"
    events = list(read_events(tmp_path / "harbour.ledger--busy--002" / EVENTS))
    assert sum(e["event.action"] == "tool-result" for e in events) >= seen - 38
    assert not open_run(tmp_path).manifest.complete


def test_a_full_disk_is_told_and_what_came_before_is_kept(shared_pack: Path, tmp_path: Path) -> None:
    out = subprocess.run(
        [sys.executable, "-c", WORKER, str(shared_pack), str(tmp_path), "200000"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert out.returncode == 0, out.stderr[-500:]
    assert "told: the event log cannot be written: File too large" in out.stdout
    assert states(tmp_path) == {"unfinished"}
    folder = tmp_path / "harbour.ledger--busy--001"
    assert len(list(read_events(folder / EVENTS))) > 10


def test_many_runs_leave_no_open_files(library: Library, tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    run(library, tmp_path, agents=["all"], epochs=20)
    assert len(os.listdir("/proc/self/fd")) <= before + 2


def test_at_the_same_time_is_as_one_after_the_other(library: Library, tmp_path: Path) -> None:
    one = run(library, tmp_path / "a", agents=["all"], epochs=3)
    many = run(library, tmp_path / "b", agents=["all"], epochs=3, parallel=3)
    assert len(many.done) > 3
    assert heads_of(many) == heads_of(one)
    found = open_run(many.folder)
    assert {d.record.episode for d in many.done} == set(found.records)
    assert {c.state for c in verify_run(found)} == {c.state for c in verify_run(open_run(one.folder))} == {"ok"}


class Stopping:
    """Acts once and cannot go on."""

    name = "stopping"

    def run(self, session: Session) -> None:
        session.act(ToolCall("list_emails"))
        raise AgentStopped("model-error", "status 500")


@pytest.mark.parametrize("parallel", [1, 2])
def test_an_agent_that_is_no_script_says_how_its_episode_ends(library: Library, tmp_path: Path, parallel: int) -> None:
    name = "model/stop:7b"
    plan = make_plan(library, ["ledger"], agents=[name, "all"], unscripted=[name], variants=["all"], parallel=parallel)
    mine = [i for i in plan.items if i.agent == name]
    assert len(mine) == len({i.play.variant for i in plan.items})
    assert mine[0].name == "harbour.ledger--model.stop_7b--001"
    made = run_plan(plan, tmp_path, lambda item: Stopping() if item.agent == name else scripted(library)(item))
    ends = {(d.record.outcome, d.record.detail, d.record.steps) for d in made.done if d.record.agent == name}
    assert ends == {("model-error", "status 500", 1)}


def test_two_agents_never_share_a_folder(library: Library) -> None:
    names = ["model/a:b", "model/a_b"]
    with pytest.raises(UserError, match=r"would log to one folder, harbour\.ledger--model\.a_b--001"):
        make_plan(library, ["ledger"], agents=names, unscripted=names)
