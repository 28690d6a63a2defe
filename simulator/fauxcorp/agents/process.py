"""A program with its children, for a time: started without a shell, its output kept in bounds, all of it ended."""

from __future__ import annotations

import os
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from threading import Thread
from typing import IO

from fauxcorp.core.wall import monotonic, sleep
from fauxcorp.errors import UserError

MAX_KEPT = 64 * 1024
"""Bytes of each stream that are kept: half from its beginning, half from its end."""
MAX_LINE = 300
STEP_SECONDS = 0.05
STOP_SECONDS = 5.0
"""How long a program has to end when it is asked to."""
GONE_SECONDS = 2.0
"""How long a killed process may take to be gone; where nobody collects the dead, they are never gone."""
GONE_STEP_SECONDS = 0.002


@dataclass(frozen=True, slots=True)
class Ended:
    """A program that ended. `code` None: it was stopped, its time being up."""

    code: int | None
    stdout: str
    stderr: str
    bytes: int
    """Of both streams, before what is in the middle was cut."""

    @property
    def last_line(self) -> str:
        """The last that it said, on stderr if it said anything there."""
        lines = [line for line in (self.stderr.strip() or self.stdout.strip()).splitlines() if line.strip()]
        return lines[-1].strip()[:MAX_LINE] if lines else ""


def run_program(
    words: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path,
    seconds: float,
    over: Callable[[], bool],
    last_seconds: float,
) -> Ended:
    """Run until it ends, until its time is up, or `last_seconds` after `over`. Its children end with it.

    Raises UserError if it cannot be started.
    """
    path = which(words[0], path=environment.get("PATH")) if words else None
    if path is None:
        raise UserError(f"there is no program {words[0] if words else ''!r}; install it, or give its path")
    try:
        process = subprocess.Popen(
            [path, *words[1:]], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder,
            env=dict(environment), start_new_session=True,
        )  # fmt: skip
    except (OSError, ValueError) as error:
        raise UserError(f"{path} cannot be started: {error}") from None
    assert process.stdout is not None
    assert process.stderr is not None
    out, err = Reader(process.stdout), Reader(process.stderr)
    try:
        in_time = _wait(process, seconds, over, last_seconds)
    finally:
        _stop(process)
    return Ended(process.returncode if in_time else None, out.text(), err.text(), out.count + err.count)


class Kept:
    """The first and the last part of a stream."""

    def __init__(self) -> None:
        self.count = 0
        self._head = bytearray()
        self._tail: deque[int] = deque(maxlen=MAX_KEPT // 2)

    def feed(self, piece: bytes) -> None:
        """Take in what came."""
        self.count += len(piece)
        room = MAX_KEPT // 2 - len(self._head)
        self._head += piece[:room]
        self._tail.extend(piece[max(room, 0) :][-(MAX_KEPT // 2) :])

    def text(self) -> str:
        """What was kept."""
        head, tail = bytes(self._head), bytes(self._tail)
        cut = self.count - len(head) - len(tail)
        middle = f"\n[{cut} bytes left out]\n" if cut else ""
        return clean(head.decode("utf-8", "replace") + middle + tail.decode("utf-8", "replace"))


class Reader(Kept):
    """Reads a stream to its end."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__()
        self._stream = stream
        self._thread = Thread(target=self._read, daemon=True)
        self._thread.start()

    def text(self) -> str:
        """What was kept, once the stream has ended or a little later: whoever else holds it does not hold this up."""
        self._thread.join(STOP_SECONDS)
        return super().text()

    def _read(self) -> None:
        with suppress(OSError, ValueError):
            while piece := os.read(self._stream.fileno(), 65_536):
                self.feed(piece)


def clean(text: str) -> str:
    """Text without what steers a terminal."""
    return "".join(
        c if c in "\n\t" or (c.isprintable() and c != "\ufffe") else "\ufffd" for c in text.replace("\r\n", "\n")
    )


def _wait(process: subprocess.Popen[bytes], seconds: float, over: Callable[[], bool], last_seconds: float) -> bool:
    """Whether it ended by itself, in time."""
    limit = monotonic() + seconds
    ending = False
    while monotonic() < limit:
        try:
            process.wait(STEP_SECONDS)
        except subprocess.TimeoutExpired:
            if not ending and over():
                ending, limit = True, min(limit, monotonic() + last_seconds)
            continue
        return True
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End it and all that it started in its session."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        if number == signal.SIGTERM:
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
    process.wait()
    _gone(process.pid)


def _gone(group: int) -> None:
    """Return once none of the group is left: a signal is sent at once, but the one it ends takes a moment to end."""
    limit = monotonic() + GONE_SECONDS
    with suppress(ProcessLookupError, PermissionError):
        while monotonic() < limit:
            os.killpg(group, 0)
            sleep(GONE_STEP_SECONDS)
