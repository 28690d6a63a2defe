"""Where programs that speak MCP come in: /TOKEN/mcp over HTTP, and lines of text on a port of their own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from fauxcorp.serve.desk import Desk
from fauxcorp.serve.lines import Lines
from fauxcorp.serve.mcp import LOOPBACK, MAX_BODY, OfficeServer, manager_of
from fauxcorp.serve.served import listen


class Entry:
    """One desk with its server. A token names it, never a session of the protocol: any number of those may come."""

    def __init__(self, desk: Desk, name: str, *, loopback: bool) -> None:
        self.desk = desk
        self.server = OfficeServer(desk, name)
        self._manager = manager_of(self.server, loopback=loopback)
        self._held: asyncio.Task[None] | None = None
        self._ready, self._stop = asyncio.Event(), asyncio.Event()

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a POST."""
        if self._held is None:
            self._held = asyncio.create_task(self._hold())
        await self._ready.wait()
        await self._manager.handle_request(scope, receive, send)

    async def stop(self) -> None:
        """Break off what is being answered."""
        if self._held is not None:
            self._stop.set()
            await self._held

    async def _hold(self) -> None:
        # Entered and left by one task, as task groups want it.
        async with self._manager.run():
            self._ready.set()
            await self._stop.wait()


@dataclass
class Gate:
    """The entries by token, and the ways to them. Everything but `admit` happens in the servers' loop."""

    host: str = "127.0.0.1"
    entries: dict[str, Entry] = field(default_factory=dict)
    _lines: socket.socket | None = None
    _served: Lines | None = None

    @property
    def loopback(self) -> bool:
        """Whether it can be reached from this machine only."""
        return self.host in LOOPBACK or self.host == "::1"

    @property
    def lines_port(self) -> int:
        """The port for lines of text; 0 before `open`."""
        return self._lines.getsockname()[1] if self._lines is not None else 0

    @property
    def connected(self) -> int:
        """Connections for lines of text that are open."""
        return self._served.open if self._served is not None else 0

    def open(self) -> None:
        """Take the port for lines. Raises UserError if the address cannot be had."""
        self._lines = listen(self.host, 0)

    def close(self) -> None:
        """Give the port back."""
        if self._lines is not None:
            self._lines.close()

    def admit(self, token: str, desk: Desk, name: str) -> None:
        """Let programs with this token to a desk, by a server of this name."""
        self.entries[token] = Entry(desk, name, loopback=self.loopback)

    def routes(self) -> list[Route]:
        """Its part of an application."""
        return [Route("/{token}/mcp", _Endpoint(self))]

    @asynccontextmanager
    async def running(self, app: object) -> AsyncIterator[None]:
        """The lifespan of that application."""
        self._served = Lines(lambda token: entry.server if (entry := self.entries.get(token)) is not None else None)
        server = await asyncio.start_server(self._served.serve, sock=self._lines, limit=MAX_BODY)
        try:
            yield
        finally:
            server.close()
            for entry in list(self.entries.values()):
                await entry.stop()


class _Endpoint:
    """POST goes to the entry. There is no stream to GET, and no session to DELETE."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        entry = self._gate.entries.get(scope["path_params"]["token"])
        method = Request(scope).method
        if entry is None:
            answer = Response("Not Found", 404)
        elif method == "POST":
            await entry.handle(scope, receive, send)
            return
        elif method == "DELETE":
            answer = Response(status_code=200)
        else:
            answer = Response("Method Not Allowed", 405, {"Allow": "POST, DELETE"})
        await answer(scope, receive, send)
