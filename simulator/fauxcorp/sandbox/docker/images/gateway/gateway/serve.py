"""Takes connections, finds out what each one speaks, and has it served."""

from __future__ import annotations

import asyncio
import importlib
import ipaddress
import re
import socket
from collections.abc import Callable
from typing import Any

from gateway import detect
from gateway.clienthello import missing, server_name
from gateway.ftp import Ftp
from gateway.gate import Connection, DataChannel, Gate
from gateway.limits import ANSWER_SECONDS, HEAD, HEAD_SECONDS, IDLE_SECONDS
from gateway.mail import Mail
from gateway.names import resolve
from gateway.stream import Plain, Stream, Tls
from gateway.web import Web
from gateway.wire import Wire

Origin = Callable[[socket.socket], tuple[str, int]]
"""The address and port that a connection was made to, as its client named them."""

_LINGER_SECONDS = 0.5
_DOUBT_SECONDS = 1.0
"""A beginning that could be several things is taken for what it most likely is after that time."""
_TUNNELS = 3
_HOST_KEYS = 2_000
"""Hosts whose keys stay the same."""

_GIT = re.compile(rb"[0-9a-f]{4}git-[a-z]+-(?:pack|archive) ([^\0\n]{1,500})")
_RSYNC, _RSYNC_GREETING = b"@RSYNCD: ", b"@RSYNCD: 31.0\n"
_HTTP2 = b"PRI * HTTP/2.0"
# Empty settings, then GOAWAY with the reason HTTP_1_1_REQUIRED.
_USE_HTTP1 = b"\0\0\0\4\0\0\0\0\0" + b"\0\0\x08\7\0\0\0\0\0" + b"\0\0\0\0" + b"\0\0\0\x0d"


class Server:
    """Serves connections; `name`: how the machine itself is called."""

    def __init__(self, gate: Gate, name: str) -> None:
        self.gate = gate
        self._name = name
        self._tasks: set[asyncio.Task[None]] = set()
        self._ssh_server: Any = None
        self._host_keys: dict[str, Any] = {}

    async def listen(self, sock: socket.socket, origin: Origin) -> asyncio.Server:
        """Take connections from a bound socket."""

        def met(wire: Wire) -> None:
            try:
                ip, port = origin(wire.transport.get_extra_info("socket"))
            except OSError:
                # It was gone before it could be asked.
                ip, port = "", 0
            task = asyncio.ensure_future(self.serve(self.gate.connect(ip, port), wire))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        loop = asyncio.get_running_loop()
        return await loop.create_server(lambda: Wire(met, self.gate.host.beat), sock=sock, backlog=4_096)

    async def serve(self, connection: Connection, wire: Wire) -> None:
        """Serve one connection to its end, and tell that end whatever happens."""
        stream = Plain(wire, connection.account)
        try:
            if len(self.gate.connections) <= self.gate.limits.connections:
                await self._begin(connection, stream)
            await _linger(stream, wire)
        except (OSError, TimeoutError):
            pass
        finally:
            connection.account.finish()
            connection.close()
            wire.close()

    async def _begin(self, connection: Connection, stream: Stream) -> None:
        expected = self.gate.expected.get((connection.ip, connection.port))
        if expected is None or expected.done():
            await self._speak(connection, stream)
            return
        connection.kind = "ftp"
        channel = DataChannel(connection, stream, asyncio.Event())
        expected.set_result(channel)
        async with asyncio.timeout(IDLE_SECONDS):
            await channel.over.wait()

    async def _speak(self, connection: Connection, stream: Stream) -> None:
        for _ in range(_TUNNELS):
            kind = await self._kind(connection, stream)
            if kind == "tls":
                secured = await self.secure(connection, stream)
                if secured is None:
                    return
                stream = secured
                kind = await self._kind(connection, stream)
            connection.kind = kind
            if kind != "http":
                await self._other(kind, connection, stream)
                return
            tunnel = await Web(connection, stream).run()
            if tunnel is None:
                await _notify(stream)
                return
            _redirect(connection, tunnel.host, tunnel.port)

    async def _other(self, kind: str, connection: Connection, stream: Stream) -> None:
        if kind == "smtp":
            name = self._name if ipaddress.ip_address(connection.ip or "::").is_loopback else ""
            await Mail(connection, stream, name or self._called(connection), self.secure).run()
        elif kind == "ftp":
            await Ftp(connection, stream, self.secure).run()
        elif kind == "dns":
            await self._dns(connection, stream)
        elif kind == "ssh":
            await self._ssh(connection, stream)
        else:
            await _turn_away(stream)
            await _sink(connection, stream)
        await _notify(stream)

    def _called(self, connection: Connection) -> str:
        return connection.host or self.gate.name_of(connection.ip)

    async def _kind(self, connection: Connection, stream: Stream) -> str:
        """What is spoken, by the port where servers speak first, by the client's first bytes elsewhere."""
        port = connection.port
        if port == 53 or (port == 853 and connection.tls):
            return "dns"
        if not stream.buffer:
            if port in detect.SMTP_PORTS or (port in detect.SMTPS_PORTS and connection.tls):
                return "smtp"
            if port in detect.SSH_PORTS:
                return "ssh"
            if port in detect.FTP_PORTS or (port == detect.FTPS_PORT and connection.tls):
                return "ftp"
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(IDLE_SECONDS):
            if not stream.buffer and not await stream.more():
                return "raw"
        end = loop.time() + _DOUBT_SECONDS
        while True:
            kind = detect.spoken(bytes(stream.buffer[: detect.ENOUGH]))
            if kind is not None:
                return kind
            try:
                async with asyncio.timeout(max(0.0, end - loop.time())):
                    if await stream.more():
                        continue
            except TimeoutError:
                pass
            return detect.spoken(bytes(stream.buffer), final=True) or "raw"

    async def secure(self, connection: Connection, stream: Stream) -> Stream | None:
        """Do the server's part of a TLS handshake; None if it fails."""
        connection.kind = "tls"
        try:
            async with asyncio.timeout(HEAD_SECONDS):
                while missing(stream.buffer):
                    if not await stream.more():
                        break
                name = server_name(bytes(stream.buffer))
                connection.hello(name)
                tls = Tls(stream, self.gate.authority.context(name or connection.host or connection.ip))
                return tls if await tls.shake_hands() else None
        except TimeoutError:
            return None

    async def _dns(self, connection: Connection, stream: Stream) -> None:
        account = connection.account
        while True:
            async with asyncio.timeout(IDLE_SECONDS):
                while len(stream.buffer) < _size(stream) or len(stream.buffer) < 2:
                    if not await stream.more():
                        return
            query = stream.take(_size(stream))[2:]
            try:
                reply = await resolve(self.gate, query, connection.ip, tcp=True)
            except ValueError:
                connection.kind = "raw"
                await _sink(connection, stream)
                return
            account.forget()
            account.resume()
            await stream.send(len(reply).to_bytes(2, "big") + reply)

    async def _ssh(self, connection: Connection, stream: Stream) -> None:
        loop = asyncio.get_running_loop()
        if self._ssh_server is None:
            async with self.gate.work():
                # Away from the loop: others are served meanwhile.
                self._ssh_server = await loop.run_in_executor(None, importlib.import_module, "gateway.ssh")
        module = self._ssh_server
        key = self._host_keys.setdefault(connection.ip, None) or module.host_key()
        if len(self._host_keys) <= _HOST_KEYS:
            self._host_keys[connection.ip] = key
        if not await module.serve(connection, stream, key):
            await _sink(connection, stream)


def _size(stream: Stream) -> int:
    return 2 + int.from_bytes(stream.buffer[:2], "big") if len(stream.buffer) >= 2 else 2


async def _turn_away(stream: Stream) -> None:
    """Say no to clients that would wait long for it: HTTP/2 unasked, git's and rsync's own protocols."""
    if stream.buffer.startswith(_HTTP2):
        await stream.send(_USE_HTTP1)
    elif asked := _GIT.match(stream.buffer):
        line = b"ERR access denied or repository not exported: " + asked[1]
        await stream.send(b"%04x" % (len(line) + 4) + line)
    elif stream.buffer.startswith(_RSYNC):
        await stream.send(_RSYNC_GREETING)
        while stream.buffer.count(b"\n") < 2:
            if len(stream.buffer) > HEAD or not await stream.more():
                return
        module = bytes(stream.buffer).split(b"\n")[1]
        await stream.send(b"@ERROR: Unknown module '" + module + b"'\n")


async def _sink(connection: Connection, stream: Stream) -> None:
    """Take all that comes, and hang up on a client that has said something and waits for an answer."""
    patience = IDLE_SECONDS
    while True:
        async with asyncio.timeout(patience):
            data = await stream.read()
        if not data:
            return
        patience = ANSWER_SECONDS
        await connection.pace()


async def _notify(stream: Stream) -> None:
    if isinstance(stream, Tls):
        await stream.close_notify()


async def _linger(stream: Stream, wire: Wire) -> None:
    """Let the client read the last answer: closing with bytes unread would take it back."""
    await wire.drain()
    if stream.ended:
        return
    wire.shut()
    try:
        async with asyncio.timeout(_LINGER_SECONDS):
            while await stream.read():
                pass
    except TimeoutError:
        pass


def _redirect(connection: Connection, host: str, port: int) -> None:
    """From here on a connection to a proxy is one to what lies behind it."""
    connection.notes["via"] = f"{connection.ip}:{connection.port}"
    connection.host, connection.port = host, port
    connection.tls = False
    connection.kind = "raw"
    try:
        connection.ip = str(ipaddress.ip_address(host))
    except ValueError:
        pass
