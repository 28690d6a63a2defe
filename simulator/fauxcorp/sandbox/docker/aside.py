"""A stream that is read by a thread of its own, so that some messages are heard whatever its owner is doing."""

from __future__ import annotations

import select
import socket
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from threading import Lock, Thread
from typing import Any

from fauxcorp.errors import SandboxError
from fauxcorp.sandbox.docker.stream import Stream

Message = dict[str, Any]
Parsed = Callable[[list[tuple[int, bytes]]], list[Message]]


class Aside:
    """Takes messages of one kind to a handler; keeps the others for the owner, who can wait for them by `fileno`."""

    def __init__(self, stream: Stream, parsed: Parsed, kind: str, handle: Callable[[Message], None]) -> None:
        """`handle` is called in the thread: it does not wait, and raises nothing."""
        self._stream, self._parsed, self._kind, self._handle = stream, parsed, kind, handle
        self._kept: deque[Message] = deque()
        self._error: SandboxError | None = None
        self._ended = False
        self._bell, self._rope = socket.socketpair()
        self._stay, self._go = socket.socketpair()
        for end in (self._bell, self._rope):
            end.setblocking(False)
        self._sending = Lock()
        self._thread = Thread(target=self._read, name="aside", daemon=True)
        self._thread.start()

    @property
    def ready(self) -> bool:
        """Whether there are messages for the owner."""
        return bool(self._kept)

    @property
    def over(self) -> bool:
        """Whether nothing will come any more."""
        return self._ended and not self._kept

    def fileno(self) -> int:
        """The descriptor to wait for."""
        return self._bell.fileno()

    def send(self, data: bytes, seconds: float) -> list[Message]:
        """Send from any thread. Raises SandboxError."""
        with self._sending:
            self._stream.write(data, seconds, taking=False)
        return []

    def take(self) -> list[Message]:
        """The messages for the owner. Raises SandboxError where the stream brought what is none."""
        with suppress(OSError):  # nothing more, or closed
            while self._bell.recv(4096):
                continue
        out = []
        while self._kept:
            out.append(self._kept.popleft())
        if not out and self._error is not None:
            raise self._error
        return out

    def wait(self, seconds: float) -> bool:
        """Whether there is something to take, after at most so long."""
        return self.ready or bool(select.select([self._bell], [], [], max(0.0, seconds))[0])

    def close(self) -> None:
        """End the thread; a second call does nothing."""
        if self._go.fileno() < 0:
            return
        self._go.close()
        self._thread.join()
        for end in (self._stay, self._bell, self._rope):
            end.close()

    def _read(self) -> None:
        try:
            while not self._stream.over:
                waiting: list[socket.socket | Stream] = [self._stay, self._stream]
                if not self._stream.ready and self._stay in select.select(waiting, [], [])[0]:
                    return
                self._sort(self._parsed(self._stream.read()))
        except SandboxError as error:
            self._error = error
        self._ended = True
        self._ring()

    def _sort(self, messages: list[Message]) -> None:
        for message in messages:
            if message.get("t") == self._kind:
                self._handle(message)
            else:
                self._kept.append(message)
        if self._kept:
            self._ring()

    def _ring(self) -> None:
        with suppress(BlockingIOError):
            self._rope.send(b"\0")
