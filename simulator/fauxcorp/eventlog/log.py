"""The append-only event log of one episode: JSON Lines, each line holding the SHA-256 of the line before it."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from fauxcorp.core.wall import wall_ns
from fauxcorp.errors import LogError

GENESIS = "0" * 64
"""What the first line holds as the hash of the line before it."""
TAPE = "tape.jsonl"
"""What came from outside, for a replay of an episode whose sandbox is no part of this process."""
EVENTS = "events.jsonl"
WALL = "wall.jsonl"
MAX_DEPTH = 100
"""Levels of lists and objects in an event that had to be cleaned; what lies deeper is left out."""


class EventLog:
    """Writes one episode's events. `folder` None keeps them in memory only (`lines`).

    Lines are gathered by `append` and handed to the operating system by `flush`, which the episode calls before the
    agent sees what follows from them: a killed process loses nothing that an agent saw.
    """

    __slots__ = ("_durable", "_fd", "_head", "_path", "_pending", "_wall", "_wall_fd", "count", "lines")

    def __init__(self, folder: Path | None, *, durable: bool = False) -> None:
        self._head = GENESIS
        self._pending: list[bytes] = []
        self._wall: list[bytes] = []
        self._durable = durable
        self.count = 0
        self.lines: list[bytes] | None = None
        self._fd = self._wall_fd = -1
        self._path = folder / EVENTS if folder is not None else None
        if folder is None:
            self.lines = []
        else:
            self._fd = _create(folder / EVENTS)
            try:
                self._wall_fd = _create(folder / WALL)
            except LogError:
                os.close(self._fd)
                raise

    @property
    def head(self) -> str:
        """SHA-256, in hex, of the last line; `GENESIS` before the first."""
        return self._head

    def append(self, event: dict[str, Any]) -> int:
        """Add an event and return its sequence number, from 0.

        `event` must hold `event.sequence`, equal to `count`; the hash of the line before is added to it here.
        """
        sequence = self.count
        event["fauxcorp.prev"] = self._head
        try:
            line = orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE)
        except TypeError:
            # Lone surrogates and the like, from an agent: kept readable, never a lost event.
            line = orjson.dumps(_clean(event), option=orjson.OPT_APPEND_NEWLINE)
        self._head = sha256(line).hexdigest()
        self._pending.append(line)
        if self._wall_fd >= 0:
            self._wall.append(b'{"event.sequence":%d,"wall_ns":%d}\n' % (sequence, wall_ns()))
        self.count = sequence + 1
        return sequence

    def flush(self) -> None:
        """Hand all lines to the operating system. Raises LogError when the disk is full."""
        if not self._pending:
            return
        data = b"".join(self._pending)
        if self.lines is not None:
            self.lines += self._pending
            self._pending = []
            return
        self._pending = []
        _write(self._fd, data)
        if self._durable:
            os.fsync(self._fd)
        if len(self._wall) >= 64:
            self._flush_wall()

    def fork(self, folder: Path | None) -> EventLog:
        """A log that holds the same lines and goes on by itself. Raises LogError if they cannot be read back."""
        self.flush()
        other = EventLog(folder, durable=self._durable)
        lines = self.lines if self.lines is not None else _read_back(self._path)
        other._pending = list(lines)
        other._head, other.count = self._head, self.count
        other.flush()
        return other

    def close(self) -> None:
        """Flush and close; may be called again."""
        try:
            self.flush()
            if self._wall_fd >= 0:
                self._flush_wall()
        finally:
            for fd in (self._fd, self._wall_fd):
                if fd >= 0:
                    os.close(fd)
            self._fd = self._wall_fd = -1

    def _flush_wall(self) -> None:
        data = b"".join(self._wall)
        self._wall.clear()
        _write(self._wall_fd, data)


def _create(path: Path) -> int:
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)
    except OSError as error:
        raise LogError(f"{path}: {error.strerror}; choose another --out") from None


def _write(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(fd, view) :]
        except OSError as error:
            what = f"the event log cannot be written: {error.strerror}; what was logged so far is kept"
            raise LogError(what) from None


def _read_back(path: Path | None) -> list[bytes]:
    if path is None:
        return []
    try:
        return path.read_bytes().splitlines(keepends=True)
    except OSError as error:
        raise LogError(f"{path}: {error.strerror}") from None


def _clean(value: Any, depth: int = 0) -> Any:
    """The value with what JSON cannot hold replaced: lone surrogates, other types, huge numbers, bottomless nesting."""
    if depth > MAX_DEPTH:
        return "too deep"
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {str(_clean(k, MAX_DEPTH)): _clean(v, depth + 1) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(v, depth + 1) for v in value]
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return str(value) if abs(value) < 10**100 else "a very large number"
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return repr(value)[:1000]
