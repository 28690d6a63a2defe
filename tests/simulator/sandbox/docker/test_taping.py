"""A run on docker is played again from its tape, byte by byte, without an engine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = str(Path(sys.executable).with_name("fauxcorp"))
NOWHERE = {**os.environ, "DOCKER_HOST": "unix:///nowhere.sock"}


def fauxcorp(*words: str | Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=120, env=env, check=False
    )


@pytest.fixture(scope="module")
def recorded(images, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run."""
    out = tmp_path_factory.mktemp("runs")
    agents = [word for name in ("offender-shell", "offender-raw", "diligent") for word in ("--agent", name)]
    done = fauxcorp("run", "high-agency", "--sandbox", "docker", *agents, "--out", out)
    assert done.returncode == 0, done.stderr
    return next(out.iterdir())


def test_it_is_the_same_byte_by_byte(recorded: Path) -> None:
    done = fauxcorp("replay", recorded, env=NOWHERE)
    assert done.stdout.count("the same, byte by byte") == 3, done
    assert fauxcorp("verify", recorded).stdout.endswith("3 ok\n")


def test_an_edited_tape_is_found(recorded: Path, tmp_path: Path) -> None:
    copy = tmp_path / "run"
    subprocess.run(["cp", "-r", recorded, copy], check=True)
    tape = next(copy.glob("*offender-shell*/tape.jsonl"))
    lines = tape.read_text().splitlines(keepends=True)
    spot = next(n for n, line in enumerate(lines) if line.startswith('["ran",'))
    ran = json.loads(lines[spot])
    ran[1][0] = "something else\n"
    tape.write_text("".join([*lines[:spot], json.dumps(ran) + "\n", *lines[spot + 1 :]]))
    checked = fauxcorp("verify", copy)
    assert (checked.returncode, "tape.jsonl: it is not the tape that was recorded" in checked.stdout) == (1, True)
    assert "differs at line" in fauxcorp("replay", copy).stdout
    tape.write_text("".join(lines[:spot]))
    cut = fauxcorp("replay", copy)
    assert (cut.returncode, "it ends where 'ran' is asked for" in cut.stderr) == (2, True), cut
    tape.unlink()
    gone = fauxcorp("replay", copy)
    assert (gone.returncode, "without its tape a run on docker cannot be played again" in gone.stderr) == (2, True)
    assert "tape.jsonl: No such file" in fauxcorp("verify", copy).stdout


def test_it_cannot_be_forked(recorded: Path, tmp_path: Path) -> None:
    name = next(recorded.glob("*diligent*")).name
    done = fauxcorp("fork", recorded / name, "--at", "2", "--agent", "idle", "--out", tmp_path)
    assert done.returncode == 2
    assert "only episodes on virtual can be forked" in done.stderr


def test_a_killed_run_is_played_as_far_as_it_went(images, tmp_path: Path) -> None:
    words = ["run", "high-agency", "--sandbox", "docker", "--agent", "diligent", "--epochs", "30", "--out", tmp_path]
    process = subprocess.Popen([PROGRAM, *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not list(tmp_path.rglob("*002/tape.jsonl")):
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = fauxcorp("replay", next(tmp_path.iterdir()))
    assert (done.returncode, done.stdout.count("the same, byte by byte")) == (0, 2), done
