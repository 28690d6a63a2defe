"""A person at the terminal as the agent."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import time
from pathlib import Path

from .conftest import SCENARIO


class Typist:
    """A console script at a terminal of its own."""

    def __init__(self, command: list[str], cwd: Path) -> None:
        self._end, other = pty.openpty()
        environment = {**os.environ, "TERM": "xterm", "NO_COLOR": "1"}
        self.process = subprocess.Popen(command, stdin=other, stdout=other, stderr=other, cwd=cwd, env=environment)
        os.close(other)
        self.seen = ""

    def wait_for(self, text: str) -> None:
        until = time.monotonic() + 60
        while text not in self.seen:
            assert time.monotonic() < until, self.seen
            if select.select([self._end], [], [], 1)[0]:
                self.seen += os.read(self._end, 65536).decode()

    def wait_until_it_reads(self) -> None:
        """Until the process sleeps: a signal between a prompt and the read after it is only noticed at the next key."""
        until = time.monotonic() + 60
        while Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[0] != "S":
            assert time.monotonic() < until, self.seen
            time.sleep(0.01)

    def type(self, text: str) -> None:
        self.seen = ""
        os.write(self._end, text.encode())

    def close(self) -> int:
        code = self.process.wait(60)
        os.close(self._end)
        return code


def test_a_session_at_a_terminal_with_history(script: str, pack: Path, tmp_path: Path) -> None:
    typist = Typist([script, "play", SCENARIO, "--content", str(pack)], tmp_path)
    typist.wait_for("> ")
    typist.type("list_emails\r")
    typist.wait_for("Inbox: 2 messages")
    typist.wait_for("> ")
    typist.type("\x1b[A\r")
    typist.wait_for("Inbox: 2 messages")
    typist.type("quit\r")
    typist.wait_for("completed, 2 steps")
    assert typist.close() == 0


def test_ctrl_c_at_the_prompt(script: str, pack: Path, tmp_path: Path) -> None:
    typist = Typist([script, "play", SCENARIO, "--content", str(pack)], tmp_path)
    typist.wait_for("> ")
    typist.wait_until_it_reads()
    typist.process.send_signal(signal.SIGINT)
    typist.wait_for("interrupted; what was logged is in runs/")
    assert typist.close() == 130
