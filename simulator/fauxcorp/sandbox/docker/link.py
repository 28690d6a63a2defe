"""A peer that speaks JSON Lines over the standard streams of its container: the gateway, the observer."""

from __future__ import annotations

from typing import Any

import orjson

from fauxcorp.core.wall import monotonic
from fauxcorp.errors import SandboxError
from fauxcorp.sandbox.docker.stream import STDOUT, Stream

MAX_LINE = 256 * 1024 * 1024
"""Bytes of one message; a peer that sends more is broken."""
_MAX_LAST_WORDS = 4000
Message = dict[str, Any]


class Link:
    """Messages to and from one peer. Raises SandboxError once the peer is lost, with its last words."""

    def __init__(self, stream: Stream, name: str) -> None:
        """`name`: what the peer is called in errors."""
        self._stream = stream
        self.name = name
        self._line = bytearray()
        self._messages: list[Message] = []
        self._last_words = b""

    def fileno(self) -> int:
        """The descriptor to wait for."""
        return self._stream.fileno()

    @property
    def ready(self) -> bool:
        """Whether there are messages that `receive` gives without waiting."""
        return bool(self._messages) or self._stream.ready

    def send(self, message: Message, seconds: float = 30.0) -> None:
        """Send one message."""
        try:
            self._take(self._stream.write(orjson.dumps(message) + b"\n", seconds))
        except SandboxError as error:
            self._take(self._stream.read())
            raise SandboxError(f"{self.name} is lost: {error}{self._why()}") from error

    def receive(self, seconds: float = 0.0) -> list[Message]:
        """The messages that have come; waits for the first one, at most so long. Empty if none came."""
        late = monotonic() + seconds
        while True:
            self._take(self._stream.read())
            if self._messages:
                out, self._messages = self._messages, []
                return out
            if self._stream.over:
                raise SandboxError(f"{self.name} is lost{self._why()}")
            left = late - monotonic()
            if left <= 0 or not self._stream.wait(left):
                return []

    def ask(self, message: Message, seconds: float = 30.0) -> Message:
        """Send a question to a peer that answers each with one message, and wait for the answer."""
        self.send(message, seconds)
        late = monotonic() + seconds
        while not self._messages:
            left = late - monotonic()
            if left <= 0:
                raise SandboxError(f"{self.name} does not answer")
            self._messages = self.receive(left)
        return self._messages.pop(0)

    def close(self) -> None:
        """Hang up; a second call does nothing."""
        self._stream.close()

    def _take(self, came: list[tuple[int, bytes]]) -> None:
        for kind, data in came:
            if kind != STDOUT:
                self._last_words = (self._last_words + data)[-_MAX_LAST_WORDS:]
                continue
            self._line += data
            if b"\n" in data:
                *whole, rest = bytes(self._line).split(b"\n")
                self._messages += [self._message(line) for line in whole if line.strip()]
                self._line = bytearray(rest)
            if len(self._line) > MAX_LINE:
                raise SandboxError(f"{self.name} sent a message without end")

    def _message(self, line: bytes) -> Message:
        try:
            message = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise SandboxError(f"{self.name} sent what is no message: {line[:200]!r}") from error
        if not isinstance(message, dict):
            raise SandboxError(f"{self.name} sent what is no message: {line[:200]!r}")
        return message

    def _why(self) -> str:
        words = self._last_words.decode("utf-8", "replace").strip()
        return f": {words.splitlines()[-1][:500]}" if words else ""
