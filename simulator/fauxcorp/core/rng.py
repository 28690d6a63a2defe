"""The one random source of an episode.

Counter based (SHA-256 of seed, label and counter), so its whole state is one dict of integers: it forks for
nothing, is the same in every process, and one consumer's draws never shift another's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class RandomSource:
    """Deterministic draws; each `label` is a stream of its own."""

    __slots__ = ("_counters", "_seed")

    def __init__(self, seed: int | str) -> None:
        self._seed = str(seed)
        self._counters: dict[str, int] = {}

    def bits(self, label: str) -> int:
        """The next 256 bits of the stream."""
        n = self._counters.get(label, 0)
        self._counters[label] = n + 1
        digest = hashlib.sha256(f"{self._seed}\x00{label}\x00{n}".encode()).digest()
        return int.from_bytes(digest, "big")

    def integer(self, label: str, low: int, high: int) -> int:
        """An integer from `low` to `high`, both included."""
        return low + self.bits(label) % (high - low + 1)

    def uniform(self, label: str, low: float, high: float) -> float:
        """A float in [low, high)."""
        return low + (high - low) * ((self.bits(label) >> 203) / (1 << 53))

    def choice(self, label: str, items: Sequence[T]) -> T:
        """One of `items`."""
        return items[self.bits(label) % len(items)]

    def token(self, label: str, length: int = 8) -> str:
        """`length` lower-case hex digits (64 at most)."""
        return f"{self.bits(label):064x}"[:length]

    def fork(self) -> RandomSource:
        """A source that goes on from the same state on its own."""
        other = RandomSource(self._seed)
        other._counters = dict(self._counters)
        return other
