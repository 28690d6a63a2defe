"""Studies from begin to end, and those that are killed on the way."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from fauxcorp.errors import ContentError, LogError
from fauxcorp.eventlog import open_run, read_manifest, read_records, verify_run
from fauxcorp.study.folder import ASIDE, locked, read_sessions
from fauxcorp.study.run import Local, Study, agents_of, is_study, open_plan, reopen_plan, work

from .conftest import no_agent, start

KILLS = 4
SLOW = """\
import os, time
from fauxcorp.core.session import ToolCall

def agent(session):
    with open(os.environ["STARTS"], "a") as file:
        file.write(f"{session.play.variant} {session.epoch}\\n")
    for n in range(3):
        time.sleep(0.04)
        session.act(ToolCall("ring_bell", {"times": n + 1}))
"""


def test_a_study_is_a_run_with_every_episode_in_it(begun: Callable[..., Study]) -> None:
    study = begun(parallel=2)
    seen = []
    progress = work(study, Local(), on_done=lambda done, progress: seen.append((done.record.episode, progress.done)))
    assert progress.done == progress.total == 24
    assert sorted(n for _, n in seen) == list(range(1, 25))
    assert progress.counts == {"harmless": 24}
    assert progress.rate > 0
    assert progress.seconds_left == 0
    run = open_run(study.folder)
    assert len(run.records) == len(run.episodes) == 24
    assert {check.state for check in verify_run(run)} == {"ok"}
    assert read_manifest(study.folder).complete
    assert is_study(study.folder)


def test_going_on_with_what_is_whole_runs_nothing(begun: Callable[..., Study]) -> None:
    study = begun()
    work(study, Local())
    before = (study.folder / "episodes.jsonl").read_bytes()
    ran = []
    progress = work(study, Local(), on_done=lambda done, _: ran.append(done))
    assert (progress.done, progress.before, ran) == (24, 24, [])
    assert (study.folder / "episodes.jsonl").read_bytes() == before
    assert [s.done_before for s in read_sessions(study.folder)] == [0, 24]


def test_one_process_and_several_write_the_same_logs(begun: Callable[..., Study]) -> None:
    one, two = begun(parallel=1), begun(parallel=3)
    work(one, Local())
    work(two, Local())
    assert read_manifest(one.folder).heads == read_manifest(two.folder).heads


def test_a_plan_can_be_opened_again_from_the_folder(begun: Callable[..., Study], tmp_path: Path) -> None:
    study = begun()
    plan, library, cells = reopen_plan(study.folder)
    assert plan == study.plan
    assert [c.play.variant for c in cells.cells] == [c.play.variant for c in study.cells.cells]
    assert library.extra
    with pytest.raises(LogError, match="not the folder of a study"):
        reopen_plan(tmp_path)


def test_content_that_changed_stops_it_unless_that_is_wanted(
    pack: Path, plan_file: Callable[..., Path], begun: Callable[..., Study]
) -> None:
    study = begun(content=[str(pack)])
    script = pack / "fixtures/scenarios/ledger/agents/idle.yaml"
    script.write_text(script.read_text() + "# changed\n")
    plan, library, cells = reopen_plan(study.folder)
    again = Study(study.folder, plan, library, cells, no_agent)
    with pytest.raises(LogError, match=r"scenario/harbour/ledger differ.*--anyway"):
        work(again, Local())
    work(again, Local(), anyway=True)
    assert read_sessions(study.folder)[-1].changed == ("scenario/harbour/ledger",)


def test_an_agent_that_cannot_be_had_is_an_error_before_anything_is_run(
    plan_file: Callable[..., Path], tmp_path: Path
) -> None:
    with pytest.raises(ContentError, match=r"plan.yaml:\d+: agents.0.agent: no agent of harbour/ledger named 'ringr'"):
        open_plan(plan_file(agents=["ringr"]))


def test_agents_are_made_once_for_each_scenario(begun: Callable[..., Study]) -> None:
    study = begun()
    assert sorted(agents_of(study)) == [("harbour/ledger", "idle"), ("harbour/ledger", "ringer")]


def test_two_do_not_work_on_one_study(begun: Callable[..., Study]) -> None:
    study = begun()
    with locked(study.folder), pytest.raises(LogError, match="another process works on this study"):
        work(study, Local())


def folder_of(runs: Path) -> Path:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = [p for p in runs.glob("*") if is_study(p)]
        if found:
            return found[0]
        time.sleep(0.02)
    raise AssertionError("no study was begun")


def count_of(folder: Path) -> int:
    path = folder / "episodes.jsonl"
    return path.read_bytes().count(b"\n") if path.exists() else 0


def slow_study(tmp_path: Path, plan_file: Callable[..., Path], parallel: int, epochs: int) -> Path:
    (tmp_path / "slow.py").write_text(SLOW)
    os.environ["STARTS"] = str(tmp_path / "starts")
    return plan_file(
        scenarios=[{"scenario": "ledger", "factors": {"prompt": "all"}}],
        agents=[{"agent": "python:slow:agent", "name": "slow"}], epochs=epochs, parallel=parallel,
    )  # fmt: skip


@pytest.mark.parametrize("whole_group", [True, False])
def test_killed_at_any_point_it_goes_on_and_no_episode_is_lost_or_run_twice(
    plan_file: Callable[..., Path], tmp_path: Path, whole_group: bool
) -> None:
    chance = random.Random(f"kill {whole_group}")
    plan = slow_study(tmp_path, plan_file, parallel=2, epochs=25)
    process = start(tmp_path, "study", "run", plan)
    folder = folder_of(tmp_path / "runs")
    kills = 0
    while kills < KILLS and process.poll() is None:
        # Now and then before the first episode, else at some point after one has ended.
        moment = time.monotonic() + chance.uniform(0.1, 1.0)
        recorded = count_of(folder)
        while process.poll() is None:
            if time.monotonic() > moment if kills == KILLS - 1 else count_of(folder) > recorded:
                break
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.4))
        if process.poll() is None:
            # The group: everything at once. The parent alone: its workers are orphans, and must not write on.
            (os.killpg if whole_group else os.kill)(process.pid, signal.SIGKILL)
            process.communicate()
            kills += 1
            process = start(tmp_path, "study", "resume", folder)
    _, said = process.communicate()
    assert process.returncode == 0, said.decode()
    assert kills == KILLS
    records = read_records(folder)
    assert Counter(r.episode for r in records) == {
        f"harbour.ledger--{variant}slow--{n:03d}": 1 for variant in ("", "prompt-bold--") for n in range(1, 26)
    }
    assert {r.verdict for r in records} == {"harmless"}
    assert {r.steps for r in records} == {3}
    assert {check.state for check in verify_run(open_run(folder))} == {"ok"}
    aside = Counter(name for session in read_sessions(folder) for name in session.set_aside)
    assert len(list((folder / ASIDE).iterdir())) == aside.total() if aside else not (folder / ASIDE).exists()
    starts = Counter((tmp_path / "starts").read_text().splitlines())
    for record in records:
        assert starts[f"{record.variant} {record.epoch}"] <= 1 + aside[record.episode]


def test_a_worker_that_is_killed_ends_it_with_a_way_out(plan_file: Callable[..., Path], tmp_path: Path) -> None:
    plan = slow_study(tmp_path, plan_file, parallel=2, epochs=40)
    process = start(tmp_path, "study", "run", plan, "--json")
    folder = folder_of(tmp_path / "runs")
    assert process.stdout is not None
    json.loads(process.stdout.readline())
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGKILL)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"enough memory?); `fauxcorp study resume {folder.relative_to(tmp_path)}` goes on" in said.decode()
    again = start(tmp_path, "study", "resume", folder)
    again.communicate(timeout=120)
    assert again.returncode == 0
    assert len(read_records(folder)) == 80


def test_interrupted_it_says_how_to_go_on(plan_file: Callable[..., Path], tmp_path: Path) -> None:
    plan = slow_study(tmp_path, plan_file, parallel=2, epochs=40)
    process = start(tmp_path, "study", "run", plan, "--json")
    folder = folder_of(tmp_path / "runs")
    assert process.stdout is not None
    process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert f"fauxcorp study resume {folder.relative_to(tmp_path)}" in said.decode()
