"""The folder of a study: who works on it, and who did."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fauxcorp.errors import LogError
from fauxcorp.study.folder import SESSIONS, Session, append_session, locked, read_sessions

HOLD = """\
import os, sys, time
from pathlib import Path
from fauxcorp.study.folder import locked
with locked(Path(sys.argv[1])):
    if os.fork() == 0:
        time.sleep(float(sys.argv[2]))
        os._exit(0)
    print("held", flush=True)
    time.sleep(60)
"""


def session(at: str) -> Session:
    return Session(at=at, engine="0", executor="local", parallel=1, set_aside=("a",))


def test_sessions_come_back_and_what_is_none_is_left_out(tmp_path: Path) -> None:
    assert read_sessions(tmp_path) == []
    append_session(tmp_path, session("then"))
    with (tmp_path / SESSIONS).open("ab") as file:
        file.write(b"not json\n{}\n")
    append_session(tmp_path, session("later"))
    assert [s.at for s in read_sessions(tmp_path)] == ["then", "later"]


def test_one_at_a_time(tmp_path: Path) -> None:
    again = locked(tmp_path, 0.1)
    with locked(tmp_path), pytest.raises(LogError, match="another process works on this study"), again:
        pytest.fail("it was taken twice")
    with locked(tmp_path, 0.1):
        pass


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="No such file"), locked(tmp_path / "nowhere"):
        pytest.fail("there is nothing to lock")


@pytest.mark.parametrize(("stays", "free"), [(0.3, True), (30, False)])
def test_children_of_a_process_that_was_killed_hold_it_until_they_are_gone(
    tmp_path: Path, stays: float, free: bool
) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path, str(stays)], stdout=subprocess.PIPE, start_new_session=True
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    try:
        if free:
            with locked(tmp_path, 20):
                pass
        else:
            with pytest.raises(LogError), locked(tmp_path, 0.5):
                pytest.fail("a child still works on it")
    finally:
        os.killpg(holder.pid, signal.SIGKILL)
        holder.stdout.close()
