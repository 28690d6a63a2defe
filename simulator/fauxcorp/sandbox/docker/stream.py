"""The standard streams of a process in a container, over the socket that the engine hands out for attach and exec."""

from __future__ import annotations

import select
import socket
from typing import Any

from fauxcorp.core.wall import monotonic
from fauxcorp.errors import SandboxError

STDOUT, STDERR = 1, 2
_HEADER = 8
_CHUNK = 256 * 1024


class Stream:
    """Bytes to standard input; bytes from standard output and error, told apart. Never blocks but in `write`.

    `select` can wait for it by `fileno`. `over` is True once the process has closed its side or the engine is gone.
    """

    def __init__(self, held: Any) -> None:
        """`held`: what `attach_socket` or `exec_start(socket=True)` of the SDK gave."""
        self._held = held
        self._socket: socket.socket = getattr(held, "_sock", held)
        self._socket.setblocking(False)
        self._waiting = bytearray(_read_ahead(held))
        self.over = False

    def fileno(self) -> int:
        """The descriptor to wait for."""
        return self._socket.fileno()

    @property
    def ready(self) -> bool:
        """Whether something was read ahead that `read` gives without waiting."""
        return len(self._waiting) >= _HEADER and len(self._waiting) >= _HEADER + _size(self._waiting)

    def wait(self, seconds: float) -> bool:
        """Whether there is something to read, after at most so long."""
        return self.ready or self.over or bool(select.select([self], [], [], max(0.0, seconds))[0])

    def read(self) -> list[tuple[int, bytes]]:
        """What has come, as (STDOUT or STDERR, bytes); nothing where nothing has."""
        if not self.over:
            try:
                data = self._socket.recv(_CHUNK)
            except (BlockingIOError, InterruptedError):
                pass
            except OSError:
                self.over = True
            else:
                self.over = not data
                self._waiting += data
        out = []
        at, held = 0, self._waiting
        while len(held) - at >= _HEADER:
            size = int.from_bytes(held[at + 4 : at + 8], "big")
            if len(held) - at - _HEADER < size:
                break
            out.append((held[at], bytes(held[at + _HEADER : at + _HEADER + size])))
            at += _HEADER + size
        del held[:at]
        return out

    def write(self, data: bytes, seconds: float = 30.0, *, taking: bool = True) -> list[tuple[int, bytes]]:
        """Send all of it. Returns what came meanwhile, which has to be taken: else both sides could wait for ever.

        Not `taking`: another thread reads.
        Raises SandboxError if it is not taken in time, or the process is gone.
        """
        left, late = memoryview(data), monotonic() + seconds
        came: list[tuple[int, bytes]] = []
        while left:
            if self.over or monotonic() > late:
                raise SandboxError("the process takes no more input" if not self.over else "the process is gone")
            readable, writable, _ = select.select([self] if taking else [], [self], [], 1.0)
            if readable:
                came += self.read()
            if writable and not self.over:
                try:
                    left = left[self._socket.send(left[:_CHUNK]) :]
                except (BlockingIOError, InterruptedError):
                    continue
                except OSError:
                    self.over = True
        return came

    def end_input(self) -> None:
        """Close standard input; output still comes."""
        if not self.over:
            try:
                self._socket.shutdown(socket.SHUT_WR)
            except OSError:
                self.over = True

    def close(self) -> None:
        """Hang up; a second call does nothing."""
        self.over = True
        for thing in (getattr(self._held, "_response", None), self._held, self._socket):
            try:
                if thing is not None:
                    thing.close()
            except OSError:
                continue


def _size(held: bytearray) -> int:
    return int.from_bytes(held[4:8], "big")


def _read_ahead(held: Any) -> bytes:
    """What the HTTP library took from the socket together with the head of the engine's answer."""
    response = getattr(held, "_response", None)
    file = getattr(getattr(getattr(response, "raw", None), "_fp", None), "fp", None)
    return bytes(file.peek()) if file is not None and not file.closed and file.raw is held else b""
