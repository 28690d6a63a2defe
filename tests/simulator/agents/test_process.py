from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.agents.process import MAX_KEPT, Ended, clean, run_program
from fauxcorp.errors import UserError


def run(folder: Path, source: str, **more: Any) -> Ended:
    settings: dict[str, Any] = {"seconds": 30.0, "over": lambda: False, "last_seconds": 1.0, **more}
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    return run_program([sys.executable, "-c", source], environment=environment, folder=folder, **settings)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def test_what_it_says_and_how_it_ends(tmp_path: Path) -> None:
    source = "import os, sys; print(os.getcwd(), sorted(os.environ)); print('bad', file=sys.stderr); sys.exit(3)"
    ended = run(tmp_path, source)
    assert ended.code == 3
    assert ended.stdout.startswith(f"{tmp_path} ['HOME'")
    assert "FAUXCORP" not in ended.stdout
    assert (ended.stderr, ended.last_line) == ("bad\n", "bad")
    assert ended.bytes == len(ended.stdout) + 4


def test_it_has_no_input(tmp_path: Path) -> None:
    assert run(tmp_path, "import sys; print(repr(sys.stdin.read()))").stdout == "''\n"


def test_its_time_is_up_and_its_children_end_with_it(tmp_path: Path) -> None:
    source = (
        "import signal, subprocess, sys, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(child.pid, flush=True)\ntime.sleep(600)"
    )
    ended = run(tmp_path, source, seconds=1.0)
    assert ended.code is None
    assert not alive(int(ended.stdout))


def test_a_child_that_is_left_behind_is_ended_too(tmp_path: Path) -> None:
    source = (
        "import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']).pid)"
    )
    ended = run(tmp_path, source)
    assert ended.code == 0
    assert not alive(int(ended.stdout))


def test_when_the_session_is_over_it_has_a_little_time(tmp_path: Path) -> None:
    assert run(tmp_path, "import time; time.sleep(600)", over=lambda: True, last_seconds=0.5).code is None
    assert run(tmp_path, "print('done')", over=lambda: True, last_seconds=20.0).code == 0


def test_much_output_is_cut_in_the_middle(tmp_path: Path) -> None:
    ended = run(tmp_path, "print('first'); print('x' * 3_000_000); print('last')")
    assert ended.stdout.startswith("first\nxxx")
    assert ended.stdout.endswith("xxx\nlast\n")
    assert "bytes left out" in ended.stdout
    assert len(ended.stdout) < MAX_KEPT + 100
    assert ended.bytes == 3_000_012


@pytest.mark.parametrize("word", ["no-such-program", "", "a\0b"])
def test_what_cannot_be_started(tmp_path: Path, word: str) -> None:
    with pytest.raises(UserError, match=r"there is no program|cannot be started"):
        run_program([word], environment={"PATH": "/usr/bin"}, folder=tmp_path, seconds=1, over=bool, last_seconds=1)


@given(st.text())
def test_nothing_that_steers_a_terminal_is_kept(text: str) -> None:
    shown = clean(text)
    assert all(c in "\n\t" or c.isprintable() or c == "\ufffd" for c in shown)
    assert clean(shown) == shown
    assert clean("\x1b[31mred\r\n") == "\ufffd[31mred\n"
