"""What came from outside in an episode on docker, in its order, so that it can be played again without an engine.

One JSON line each, `[what, value]`; `[what]` alone stands for the value that it had last time. What the sandbox sends
is not kept: it follows from the rest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from fauxcorp.errors import LogError, SandboxError

LOST = "lost"
"""The sandbox ended: with what was asked, and why."""
STATE = "state"
"""What became of the containers then, and the error that was met: from outside, or of the sandbox itself."""
MAX_SAME = 65_536
"""Characters of a value up to which it is not written again."""
MAX_LINE = 512 * 1024 * 1024
"""Bytes of one line that is read."""

T = TypeVar("T")


class TapeEnded(LogError):
    """More is asked than was recorded: the run was stopped there, or it is not the one that was recorded."""


def _as_it_is(value: Any) -> Any:
    return value


class Tape:
    """A tape that is being written. Raises LogError if it cannot be."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last: dict[str, str] = {}
        self._digest = hashlib.sha256()
        try:
            self._file = path.open("xb", buffering=0)
        except OSError as error:
            raise LogError(f"{path}: {error.strerror}") from None

    @property
    def digest(self) -> str:
        """SHA-256 of what was written."""
        return self._digest.hexdigest()

    def add(self, what: str, value: Any) -> None:
        """Write one line."""
        text = json.dumps(value, separators=(",", ":"))
        same = self._last.get(what) == text
        if len(text) <= MAX_SAME:
            self._last[what] = text
        else:
            self._last.pop(what, None)
        line = (f'["{what}"]\n' if same else f'["{what}",{text}]\n').encode()
        self._digest.update(line)
        try:
            self._file.write(line)
        except OSError as error:
            raise LogError(f"{self._path}: {error.strerror}") from None

    def kept(self, what: str, get: Callable[[], T], told: Callable[[T], Any] = _as_it_is) -> T:
        """What `get` gives, written down; so is the sandbox's end, if that is what comes."""
        try:
            value = get()
        except SandboxError as error:
            self.add(LOST, [what, str(error)])
            raise
        self.add(what, told(value))
        return value

    def close(self) -> None:
        """Write no more."""
        self._file.close()


class Player:
    """A tape that is being played. Raises LogError where it is not as it was written, or not what is asked for."""

    def __init__(self, path: Path) -> None:
        self._path, self._number = path, 0
        self._last: dict[str, Any] = {}
        self._digest = hashlib.sha256()
        self._ahead: tuple[str, Any] | None = None
        try:
            self._file = path.open("rb")
        except OSError as error:
            why = f"{error.strerror}; without its tape a run on docker cannot be played again"
            raise LogError(f"{path}: {why}") from None

    @property
    def digest(self) -> str:
        """SHA-256 of what was played."""
        return self._digest.hexdigest()

    @property
    def next(self) -> str:
        """What comes next; empty at the end."""
        if self._ahead is None:
            self._ahead = self._read()
        return self._ahead[0] if self._ahead is not None else ""

    def peek(self, what: str) -> Any:
        """The value that comes next, if it is of this kind; else None. It stays where it is."""
        return self._ahead[1] if self.next == what and self._ahead is not None else None

    def take(self, what: str) -> Any:
        """The value that comes next, which is to be of this kind. Raises SandboxError if the sandbox ended there."""
        while what == STATE and self.next == LOST:
            self._ahead = None
        found = self.next
        if found == STATE != what and self._ahead is not None:
            raise SandboxError(str(self._ahead[1][1]))
        ahead, self._ahead = self._ahead, None
        if ahead is None:
            raise TapeEnded(f"{self._path}: it ends where {what!r} is asked for")
        value: Any = ahead[1]
        if found == LOST and value[0] == what:
            raise SandboxError(value[1])
        if found != what:
            raise LogError(f"{self._path}:{self._number}: holds {found!r} where {what!r} is asked for")
        return value

    def close(self) -> None:
        """Play no more."""
        self._file.close()

    def _read(self) -> tuple[str, Any] | None:
        line = self._file.readline(MAX_LINE)
        if not line.endswith(b"\n"):
            # What a killed process wrote of its last line is nothing.
            return None
        self._number += 1
        self._digest.update(line)
        try:
            what, *value = json.loads(line)
            if not isinstance(what, str) or len(value) > 1 or (what in (LOST, STATE) and not _is_end(value)):
                raise ValueError("not as it is written")
            if value:
                self._last[what] = value[0]
            return what, self._last[what]
        except (ValueError, TypeError, KeyError) as error:
            raise LogError(f"{self._path}:{self._number}: not a line of a tape: {error}") from None


def _is_end(value: list[Any]) -> bool:
    return not value or (
        isinstance(value[0], list) and len(value[0]) == 2 and all(isinstance(part, str) for part in value[0])
    )
