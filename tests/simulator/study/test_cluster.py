"""Studies on a Ray cluster: what is sent to machines, what comes back, and a cluster that is started here."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fauxcorp.errors import LogError
from fauxcorp.eventlog import open_run, read_records, verify_run
from fauxcorp.study.cluster import job_of, run_one, store
from fauxcorp.study.run import Study, is_study

from .conftest import start

LIMIT = 85.0
"""Real seconds after which all processes of the test on two machines are ended, whatever they are at."""
EPOCHS = 12
STEADY = """\
import os, time
from fauxcorp.core.session import ToolCall

def agent(session):
    with open(os.environ["STARTS"], "a") as file:
        file.write(f"{session.play.variant} {session.epoch}\\n")
    for n in range(3):
        time.sleep(0.15)
        session.act(ToolCall("ring_bell", {"times": n + 1}))
"""


def test_an_episode_is_run_elsewhere_and_comes_back_whole(begun: Callable[..., Study]) -> None:
    study = begun(epochs=1)
    job = job_of(study)
    for number in range(len(study.cells.cells)):
        shipped = run_one(job, number, 1)
        assert shipped.trouble == ""
        done = store(study.folder, shipped)
        assert done.folder.is_dir()
    run = open_run(study.folder)
    assert len(run.records) == len(study.cells.cells)
    assert {check.state for check in verify_run(run)} == {"ok"}


def test_other_content_on_a_machine_is_told(begun: Callable[..., Study]) -> None:
    job = job_of(begun(epochs=1))
    changed = tuple({**hashes, "rules": "other"} for hashes in job.hashes)
    other = job.__class__(**{**{f: getattr(job, f) for f in job.__slots__}, "hashes": changed, "id": "0" * 16})
    assert "the content is not that of the study: rules differ" in run_one(other, 0, 1).trouble


def test_another_engine_on_a_machine_is_told(begun: Callable[..., Study]) -> None:
    job = job_of(begun(epochs=1))
    other = job.__class__(**{**{f: getattr(job, f) for f in job.__slots__}, "engine": "0.0.0", "id": "1" * 16})
    assert "is installed here" in run_one(other, 0, 1).trouble


def test_a_record_without_a_place(begun: Callable[..., Study]) -> None:
    study = begun(epochs=1)
    shipped = run_one(job_of(study), 0, 1)
    assert shipped.record is not None
    (study.folder / shipped.record.episode).write_text("in the way")
    with pytest.raises(LogError, match=shipped.record.episode):
        store(study.folder, shipped)


@contextmanager
def ended_in_time(*processes: subprocess.Popen[bytes]) -> Iterator[None]:
    """Kills the groups of processes at the end, and when the time is up: then whoever waits for them goes on."""

    def end() -> None:
        for process in processes:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    timer = threading.Timer(LIMIT, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        end()


def test_a_machine_that_is_killed_costs_no_episode_and_none_counts_twice(
    plan_file: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "steady.py").write_text(STEADY)
    monkeypatch.setenv("STARTS", str(tmp_path / "starts"))
    # Both machines are on loopback. Without this the study would ask for them at this machine's address to others, and
    # hang until Ray gives up.
    monkeypatch.setenv("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
    plan = plan_file(
        scenarios=[{"scenario": "ledger", "factors": {"prompt": "all"}}],
        agents=[{"agent": "python:steady:agent", "name": "steady"}], epochs=EPOCHS,
    )  # fmt: skip
    machines = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("machines.py")], cwd=tmp_path, start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert machines.stdin is not None
    assert machines.stdout is not None
    with ended_in_time(machines):
        address = machines.stdout.readline().decode().strip()
        study = start(tmp_path, "study", "run", plan, "--executor", "ray", "--ray-address", address, "--quiet")
        with ended_in_time(study):
            while study.poll() is None and not any(map(recorded, (tmp_path / "runs").glob("*"))):
                time.sleep(0.05)
            machines.stdin.write(b"kill\n")
            machines.stdin.flush()
            assert machines.stdout.readline() == b"killed\n"
            _, said = study.communicate()
        # It takes its processes with it, which are in groups of their own.
        machines.stdin.close()
        machines.wait()
    assert study.returncode == 0, said.decode()
    (folder,) = (tmp_path / "runs").iterdir()
    assert Counter(record.episode for record in read_records(folder)) == {
        f"harbour.ledger--{variant}steady--{n:03d}": 1
        for variant in ("", "prompt-bold--")
        for n in range(1, EPOCHS + 1)
    }
    run = open_run(folder)
    assert set(run.episodes) == set(run.records)
    assert {check.state for check in verify_run(run)} == {"ok"}
    begun = Counter((tmp_path / "starts").read_text().splitlines())
    assert len(begun) == 2 * EPOCHS
    # What ran on the machine that was killed was begun anew; one or two had been sent to it.
    assert 1 <= begun.total() - 2 * EPOCHS <= 2, said.decode()


def recorded(folder: Path) -> bool:
    """Whether some episodes of a study have ended."""
    path = folder / "episodes.jsonl"
    return is_study(folder) and path.is_file() and path.read_bytes().count(b"\n") >= 4
