"""Bodies of any size: all of it counted and hashed, as much kept as the limits allow."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

from gateway.gate import Gate
from gateway.host import b64

_FREE = 65_536
"""Bytes that every body may keep, however little memory is left."""
_PATIENCE = 2.0


class Body:
    """What a client sends as one thing."""

    def __init__(self, gate: Gate, limit: int = 0) -> None:
        self.kept = bytearray()
        self.size = 0
        self.complete = False
        self._digest = hashlib.sha256()
        self._gate = gate
        self._limit = limit or gate.limits.body
        self._held = 0
        self._full = False

    async def add(self, data: bytes) -> None:
        """Take a part. Waits for memory for a moment, then keeps no more."""
        self._digest.update(data)
        self.size += len(data)
        part = data[: max(0, self._limit - len(self.kept))]
        if not part or self._full:
            return
        if len(self.kept) + len(part) > _FREE and not await self._hold(len(part)):
            self._full = True
            part = part[: max(0, _FREE - len(self.kept))]
        self.kept += part

    async def _hold(self, size: int) -> bool:
        budget = self._gate.budget
        if not budget.take(size):
            loop = asyncio.get_running_loop()
            end = loop.time() + _PATIENCE
            while not budget.take(size):
                if loop.time() > end:
                    return False
                await asyncio.sleep(0.02)
        self._held += size
        return True

    def told(self, key: str) -> dict[str, Any]:
        """What is said of it in a message: the part that was kept under `key`_b64, and what all of it was."""
        part = memoryview(self.kept)[: self._gate.limits.body]
        return {
            f"{key}_b64": b64(part),
            f"{key}_bytes": self.size,
            "sha256": self._digest.hexdigest(),
            "complete": self.complete,
        }

    def drop(self) -> None:
        """Free the memory."""
        self.kept.clear()
        self._gate.budget.give_back(self._held)
        self._held = 0
