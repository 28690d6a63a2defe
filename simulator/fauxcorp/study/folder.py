"""The folder of a study: that of a run, and beside it the plan, what the report needs, and who worked on it when."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from fauxcorp.core.wall import monotonic, sleep
from fauxcorp.errors import LogError

PLAN = "plan.yaml"
SESSIONS = "sessions.jsonl"
LOCK = "study.lock"
ASIDE = "unfinished"
"""Where half-written episodes go that are done again."""
PATIENCE = 10.0
"""Real seconds that one waits for processes that were killed to be gone."""


class Session(BaseModel):
    """One time that somebody began to work on a study."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: str
    """Real time, ISO 8601."""
    engine: str
    executor: str
    parallel: int
    command: tuple[str, ...] = ()
    done_before: int = 0
    recovered: tuple[str, ...] = ()
    """Episodes that had ended and were not recorded yet."""
    set_aside: tuple[str, ...] = ()
    """Episodes that were half-written, and are done again."""
    changed: tuple[str, ...] = ()
    """Content that is not what the study was begun with."""


def append_session(folder: Path, session: Session) -> None:
    """Add a line. Raises LogError."""
    try:
        with (folder / SESSIONS).open("ab") as file:
            file.write(session.model_dump_json().encode() + b"\n")
    except OSError as error:
        raise LogError(f"{folder / SESSIONS}: {error.strerror}") from None


def read_sessions(folder: Path) -> list[Session]:
    """All of them; lines that are none are left out: nothing rests on them but a remark in the report."""
    out = []
    path = folder / SESSIONS
    for line in path.read_bytes().splitlines() if path.is_file() else ():
        try:
            out.append(Session.model_validate(orjson.loads(line)))
        except (orjson.JSONDecodeError, ValidationError):
            continue
    return out


@contextmanager
def locked(folder: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Work on a study alone. Raises LogError if another process still does after `patience` seconds.

    The lock is held by this process and by those that it forks, until the last of them is gone: so nobody begins where
    a process that was killed left children behind.
    """
    path = folder / LOCK
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise LogError(f"{path}: {error.strerror}") from None
    try:
        _take(handle, path, patience)
        yield
    finally:
        os.close(handle)


def _take(handle: int, path: Path, patience: float) -> None:
    if os.name == "nt":
        # No fork there, so no children; and a file that is open cannot be moved away.
        return
    fcntl: Any = import_module("fcntl")
    until = monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if monotonic() > until:
                raise LogError(f"{path.parent}: another process works on this study; wait for it, or end it") from None
            sleep(0.05)
