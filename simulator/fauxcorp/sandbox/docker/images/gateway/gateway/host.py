"""The talk with the host: one JSON object a line, on the standard streams and nowhere else."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import Awaitable, Callable
from typing import Any

from gateway.limits import QUESTIONS

Message = dict[str, Any]

MAX_LINE = 268_435_456
_HIGH = 4_194_304
"""Bytes that wait to be written before whoever has more to tell must wait."""


def b64(data: bytes | bytearray | memoryview) -> str:
    """Bytes as text."""
    return b64encode(data).decode("ascii")


class _Pipe(asyncio.Protocol):
    """Says when the host takes no more, and when it does again."""

    def __init__(self) -> None:
        self.clear = asyncio.Event()
        self.clear.set()

    def pause_writing(self) -> None:
        self.clear.clear()

    def resume_writing(self) -> None:
        self.clear.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.clear.set()


class Host:
    """Tells the host what happens, asks it for answers."""

    def __init__(self, transport: asyncio.WriteTransport, pipe: _Pipe, answer_seconds: float) -> None:
        self._transport = transport
        self._pipe = pipe
        self._seconds = answer_seconds
        self._asked: dict[int, asyncio.Future[Message]] = {}
        self._last = 0
        self.pulse = 0
        """Grows with all that happens; the same twice: nothing happened in between."""

    @classmethod
    async def over(cls, stdout: Any, answer_seconds: float) -> Host:
        """A talk whose outgoing half is a pipe."""
        transport, pipe = await asyncio.get_running_loop().connect_write_pipe(_Pipe, stdout)
        transport.set_write_buffer_limits(high=_HIGH)
        return cls(transport, pipe, answer_seconds)

    def beat(self) -> None:
        """Note that something happened."""
        self.pulse += 1

    def tell(self, message: Message) -> None:
        """Hand a message on; it waits in memory while the host is slow, so see `room` before large ones."""
        self.pulse += 1
        self._transport.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")

    async def room(self) -> None:
        """Wait until the host has taken most of what it was told."""
        # Whoever is woken first may fill it up again.
        while not self._pipe.clear.is_set():
            await self._pipe.clear.wait()

    def mention(self, message: Message) -> None:
        """Tell what is usually asked where nobody waits for the answer any more."""
        self._last += 1
        self.tell({"t": message["t"], "id": self._last, **message})

    async def ask(self, message: Message, seconds: float = 0.0) -> Message | None:
        """Tell something and wait for what the host says to it; None if it says nothing in time, `seconds` if given."""
        if len(self._asked) >= QUESTIONS:
            self.mention(message)
            return None
        self._last += 1
        number = self._last
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        try:
            self.tell({"t": message["t"], "id": number, **message})
            return await asyncio.wait_for(answer, seconds or self._seconds)
        except TimeoutError:
            return None
        finally:
            del self._asked[number]

    async def listen(
        self, lines: asyncio.StreamReader, sync: Callable[[str], Awaitable[None]], own: Callable[[Message], None]
    ) -> None:
        """Take in what the host says until it says `stop` or goes away. `own`: takes what it says of such places."""
        running: set[asyncio.Task[None]] = set()
        while line := await lines.readline():
            message = parsed(line)
            kind = message.get("t")
            if kind == "answer":
                self._answer(message)
            elif kind == "sync":
                task = asyncio.ensure_future(_run(sync, str(message.get("token", ""))))
                running.add(task)
                task.add_done_callback(running.discard)
            elif kind == "own":
                own(message)
                self.tell({"t": "own"})
            elif kind == "stop":
                return

    def _answer(self, message: Message) -> None:
        waiting = self._asked.get(message.get("id", 0))
        if waiting is not None and not waiting.done():
            waiting.set_result(message)


async def _run(sync: Callable[[str], Awaitable[None]], token: str) -> None:
    await sync(token)


def parsed(line: bytes) -> Message:
    """The message in a line. Raises ValueError if it is none: the host is a program, so that is a defect."""
    message = json.loads(line)
    if not isinstance(message, dict):
        raise ValueError("a line that is no object")
    return message
