"""What all connections share, and what each one is."""

from __future__ import annotations

import asyncio
import itertools
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from gateway.certificates import Authority
from gateway.git import Repositories
from gateway.host import Host, b64
from gateway.limits import ANNOUNCE_BYTES, HELD_BYTES, Limits
from gateway.own import Own
from gateway.stream import Account, Stream

UNASKED = frozenset({"raw", "ssh", "ftp", "tls"})
"""Kinds of connections whose bytes the host gets as they are."""

_NAMES = 4_096


class Budget:
    """Memory for bodies, shared by all connections."""

    def __init__(self, size: int) -> None:
        self._left = size

    def take(self, size: int) -> bool:
        """Set memory aside; False if there is none left."""
        if size > self._left:
            return False
        self._left -= size
        return True

    def give_back(self, size: int) -> None:
        """Free what was set aside."""
        self._left += size


class Gate:
    """The gateway's state: whom it talks to, what it allows, which connections are open."""

    def __init__(self, host: Host, authority: Authority, limits: Limits) -> None:
        self.host = host
        self.authority = authority
        self.limits = limits
        self.budget = Budget(limits.memory)
        self.connections: dict[int, Connection] = {}
        self.working = 0
        """Tasks that are at something which no byte on the wire shows, like unpacking what was pushed."""
        self.expected: dict[tuple[str, int], asyncio.Future[DataChannel]] = {}
        """Places that a client was asked to connect to for the data of another connection."""
        self.passive_ports: Iterator[int] = itertools.cycle(range(40_000, 50_000))
        """Such ports; every address is ours, so that they need not be listened on."""
        self.repositories = Repositories()
        self.own = Own()
        self._names: OrderedDict[str, str] = OrderedDict()
        self._last = 0

    def named(self, ip: str, name: str) -> None:
        """Remember the name that an address was given for."""
        self._names[ip] = name
        self._names.move_to_end(ip)
        if len(self._names) > _NAMES:
            self._names.popitem(last=False)

    def name_of(self, ip: str) -> str:
        """The name that the client knows an address by; empty if it never asked."""
        return self._names.get(ip, "")

    def connect(self, ip: str, port: int) -> Connection:
        """A new connection: told before anything else happens on it."""
        self._last += 1
        connection = Connection(self, self._last, ip, port)
        self.connections[self._last] = connection
        self.host.tell({"t": "open", "conn": self._last, "proto": "tcp", "ip": ip, "port": port})
        return connection

    @asynccontextmanager
    async def work(self) -> AsyncIterator[None]:
        """Something that a sync has to wait for."""
        self.working += 1
        try:
            yield
        finally:
            self.working -= 1
            self.host.beat()


class Connection:
    """One TCP connection of the other side, from its accept to its end."""

    def __init__(self, gate: Gate, number: int, ip: str, port: int) -> None:
        self.gate = gate
        self.number = number
        self.ip = ip
        self.port = port
        self.kind = "raw"
        self.host = ""
        self.tls = False
        self.notes: dict[str, Any] = {}
        """More that is told at the end."""
        self.account = Account(gate.limits.stream)

    def about(self) -> dict[str, Any]:
        """What every message about it says."""
        return {"conn": self.number, "ip": self.ip, "port": self.port}

    def hello(self, name: str) -> None:
        """Tell that it speaks TLS, and the name it asks for."""
        self.tls = True
        self.host = name or self.host
        self.gate.host.tell({"t": "hello", "conn": self.number, "sni": name, "tls": True})

    def progress(self) -> None:
        """Tell what came and is known to nobody yet, unless it is of a kind that is asked about."""
        if self.account.fresh and self.kind in UNASKED:
            at, data = self.account.release()
            self.gate.host.tell({
                "t": "progress", "conn": self.number, "bytes_in": self.account.bytes_in, "at": at, "data_b64": b64(data)
            })  # fmt: skip

    async def pace(self) -> None:
        """Hand on what has piled up, and wait while the host has enough to do."""
        if len(self.account.fresh) >= min(ANNOUNCE_BYTES, HELD_BYTES // len(self.gate.connections)):
            self.progress()
        await self.gate.host.room()

    def close(self) -> None:
        """Tell its end, with all of it that was not told."""
        message: dict[str, Any] = {
            "t": "close", "proto": "tcp", "kind": self.kind, "host": self.host, "tls": self.tls, **self.about(),
            "bytes_in": self.account.bytes_in, "sha256": self.account.digest.hexdigest(),
            "first_b64": b64(self.account.first), **self.notes,
        }  # fmt: skip
        if self.kind in UNASKED or self.account.fresh:
            message["raw_at"], data = self.account.release()
            message["raw_b64"] = b64(data)
        del self.gate.connections[self.number]
        self.gate.host.tell(message)


class DataChannel(NamedTuple):
    """A connection that another one makes use of, until that one says it is over."""

    connection: Connection
    stream: Stream
    over: asyncio.Event


Secure = Callable[[Connection, Stream], Awaitable[Stream | None]]
"""Does the server's part of a TLS handshake; None if it fails."""


async def quiet(gate: Gate, seconds: float, longest: float) -> None:
    """Wait until nothing has happened for some time, or for as long as one may wait at most."""
    loop = asyncio.get_running_loop()
    begun = since = loop.time()
    pulse = gate.host.pulse
    while True:
        await asyncio.sleep(seconds / 4)
        now = loop.time()
        if gate.host.pulse != pulse or gate.working:
            pulse, since = gate.host.pulse, now
        if now - since >= seconds or now - begun >= longest:
            return
