"""A TCP connection's bytes as the kernel hands them over, with nothing lost when it breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

_HIGH = 131_072
"""Bytes that wait to be read before the client is made to wait."""


class Wire(asyncio.Protocol):
    """Both directions of a connection. Unlike asyncio's streams it hands out what came before a reset."""

    def __init__(self, met: Callable[[Wire], None], beat: Callable[[], None]) -> None:
        self.transport: asyncio.Transport
        self._met = met
        self._beat = beat
        self._inbox = bytearray()
        self._ended = False
        self._lost = False
        self._paused = False
        self._reader: asyncio.Future[None] | None = None
        self._writable: asyncio.Future[None] | None = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self._met(self)

    def data_received(self, data: bytes) -> None:
        self._beat()
        self._inbox += data
        if len(self._inbox) > _HIGH and not self._paused:
            self._paused = True
            self.transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        self._beat()
        self._ended = True
        self._wake()
        # Its answer may still be on the way.
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self._beat()
        self._ended = self._lost = True
        self._wake()
        self.resume_writing()

    def pause_writing(self) -> None:
        self._writable = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        waiting, self._writable = self._writable, None
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    def _wake(self) -> None:
        waiting, self._reader = self._reader, None
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    async def read(self) -> bytes:
        """What has come; none at the end. One reader at a time."""
        while not self._inbox:
            if self._ended:
                return b""
            if self._paused:
                self._paused = False
                self.transport.resume_reading()
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
        data = bytes(self._inbox)
        self._inbox.clear()
        return data

    async def write(self, data: bytes) -> None:
        """Send, and wait while the client takes nothing. Raises ConnectionError when it is gone."""
        if self._lost:
            raise ConnectionResetError
        self.transport.write(data)
        await self.drain()

    async def drain(self) -> None:
        """Wait while the client takes nothing."""
        if self._writable is not None:
            await self._writable

    def shut(self) -> None:
        """Say that nothing more will be sent."""
        if not self._lost and self.transport.can_write_eof():
            self.transport.write_eof()

    def close(self) -> None:
        """End the connection once all has been sent."""
        if not self._lost:
            self.transport.close()
