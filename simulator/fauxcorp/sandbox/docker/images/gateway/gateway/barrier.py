"""The barrier: when the host asks, all that has arrived is told before the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from gateway.gate import Gate, quiet

SETTLED_SECONDS = 0.006
"""Quiet that is waited for when something happened and every connection has ended."""
QUIET_SECONDS = 0.03
"""The same while a connection is open."""
LONGEST_SECONDS = 2.0
"""Who never stops sending is not waited for: the rest is told by the next one."""
_TURNS = 4
"""Turns of the loop that take in what is waiting in the sockets: accept, begin, read, tell."""


class Barrier:
    """Answers `sync`. `flush`: called to tell what is being held back."""

    def __init__(self, gate: Gate, flush: Callable[[], None]) -> None:
        self._gate = gate
        self._flush = flush
        self._pulse = gate.host.pulse
        self._one = asyncio.Lock()

    async def __call__(self, token: str) -> None:
        async with self._one:
            host = self._gate.host
            for _ in range(_TURNS):
                await asyncio.sleep(0)
            if host.pulse != self._pulse or self._gate.working:
                seconds = QUIET_SECONDS if self._gate.connections or self._gate.working else SETTLED_SECONDS
                await quiet(self._gate, seconds, LONGEST_SECONDS)
            self._flush()
            for connection in list(self._gate.connections.values()):
                connection.progress()
            host.tell({"t": "synced", "token": token})
            self._pulse = host.pulse
