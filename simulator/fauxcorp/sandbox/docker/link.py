"""A peer that speaks JSON Lines over the standard streams of its container: the gateway, the observer."""

from __future__ import annotations

from collections.abc import Callable

import orjson

from fauxcorp.core.wall import monotonic
from fauxcorp.errors import SandboxError
from fauxcorp.sandbox.docker.aside import Aside, Message, Parsed
from fauxcorp.sandbox.docker.stream import STDOUT, Stream

MAX_LINE = 256 * 1024 * 1024
"""Bytes of one message; a peer that sends more is broken."""
_MAX_LAST_WORDS = 4000


class Direct:
    """Reads and writes in the thread that asks."""

    def __init__(self, stream: Stream, parsed: Parsed) -> None:
        self._stream, self._parsed = stream, parsed
        self.fileno, self.wait = stream.fileno, stream.wait

    @property
    def ready(self) -> bool:
        return self._stream.ready

    @property
    def over(self) -> bool:
        return self._stream.over

    def send(self, data: bytes, seconds: float) -> list[Message]:
        return self._parsed(self._stream.write(data, seconds))

    def take(self) -> list[Message]:
        return self._parsed(self._stream.read())

    def close(self) -> None:
        return None


class Link:
    """Messages to and from one peer. Raises SandboxError once the peer is lost, with its last words."""

    def __init__(self, stream: Stream, name: str) -> None:
        """`name`: what the peer is called in errors."""
        self._stream = stream
        self.name = name
        self._line = bytearray()
        self._messages: list[Message] = []
        self._last_words = b""
        self._way: Direct | Aside = Direct(stream, self._parsed)

    def fileno(self) -> int:
        """The descriptor to wait for."""
        return self._way.fileno()

    @property
    def ready(self) -> bool:
        """Whether there are messages that `receive` gives without waiting."""
        return bool(self._messages) or self._way.ready

    def divert(self, kind: str, handle: Callable[[Message], None]) -> None:
        """From here on messages of a kind go to `handle` in a thread; the others are received as before. Once only.

        `handle` does not wait, and raises nothing. From here on any thread may send.
        """
        self._way = Aside(self._stream, self._parsed, kind, handle)

    def send(self, message: Message, seconds: float = 30.0) -> None:
        """Send one message."""
        try:
            came = self._way.send(orjson.dumps(message) + b"\n", seconds)
        except SandboxError as error:
            self._last()
            raise SandboxError(f"{self.name} is lost: {error}{self._why()}") from error
        if came:
            # Another thread than the owner's, which alone may touch what is kept, never has any.
            self._messages += came

    def receive(self, seconds: float = 0.0) -> list[Message]:
        """The messages that have come; waits for the first one, at most so long. Empty if none came."""
        late = monotonic() + seconds
        while True:
            self._messages += self._way.take()
            if self._messages:
                out, self._messages = self._messages, []
                return out
            if self._way.over:
                raise SandboxError(f"{self.name} is lost{self._why()}")
            left = late - monotonic()
            if left <= 0 or not self._way.wait(left):
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

    def _last(self) -> None:
        """Take in what a peer said before it was lost, for its last words."""
        if isinstance(self._way, Direct):
            self._messages += self._way.take()

    def close(self) -> None:
        """Hang up; a second call does nothing."""
        self._way.close()
        self._stream.close()

    def _parsed(self, came: list[tuple[int, bytes]]) -> list[Message]:
        out: list[Message] = []
        for kind, data in came:
            if kind != STDOUT:
                self._last_words = (self._last_words + data)[-_MAX_LAST_WORDS:]
                continue
            self._line += data
            if b"\n" in data:
                *whole, rest = bytes(self._line).split(b"\n")
                out += [self._message(line) for line in whole if line.strip()]
                self._line = bytearray(rest)
            if len(self._line) > MAX_LINE:
                raise SandboxError(f"{self.name} sent a message without end")
        return out

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
