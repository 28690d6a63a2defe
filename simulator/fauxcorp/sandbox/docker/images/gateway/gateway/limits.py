"""How much of everything is taken in at most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

CHUNK = 262_144
"""Bytes read from a connection at once."""
FIRST = 4_096
"""Bytes of a connection's beginning that are told at its end, whatever it was."""
HEAD = 65_536
"""Bytes of a request's line and headers, or of a line of a dialogue."""
IDLE_SECONDS = 900.0
ANSWER_SECONDS = 20.0
"""A client that waits so long for an answer in a protocol that nothing is known of is hung up on."""
HEAD_SECONDS = 120.0
"""Within this time a client must have sent a request's head or a TLS handshake."""
ANNOUNCE_BYTES = 262_144
"""A stream that nobody is asked about is told of in pieces of this size."""
HELD_BYTES = 33_554_432
"""Bytes of such streams that wait to be told, over all connections; with many of them the pieces are smaller."""
DATAGRAM_KINDS = 256
"""Different datagrams that are held back to be told as one with a count."""
QUESTIONS = 2_000
"""Questions to the host that are open at once."""


@dataclass(frozen=True)
class Limits:
    """What the host sets when it starts an episode."""

    body: int = 8_388_608
    """Bytes of a request's body, or of a mail, that are handed on; the rest is counted and hashed."""
    stream: int = 8_388_608
    """Bytes of any other connection that are handed on."""
    answer_seconds: float = 30.0
    connections: int = 6_000
    memory: int = 50_331_648
    """Bytes of bodies that are held at once, over all connections."""

    @classmethod
    def read(cls, given: object) -> Self:
        """The limits in a `start` message; what is not there stays as it is by default."""
        if not isinstance(given, Mapping):
            return cls()
        known = {f.name for f in fields(cls)}
        chosen: dict[str, Any] = {k: v for k, v in given.items() if k in known and isinstance(v, int | float)}
        return cls(**chosen)
