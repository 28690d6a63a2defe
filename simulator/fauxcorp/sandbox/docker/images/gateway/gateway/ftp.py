"""FTP: takes files from anyone, in passive mode, with or without TLS; has none to give."""

from __future__ import annotations

import asyncio
import ipaddress
import posixpath
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from gateway import detect
from gateway.gate import Connection, DataChannel, Secure
from gateway.limits import HEAD, IDLE_SECONDS
from gateway.stream import Stream, Tls

_WAIT_SECONDS = 60.0
_SHORT_SECONDS = 2.0
_PATH = 1_000


class _Reply(NamedTuple):
    code: int
    text: str


class _OverError(Exception):
    """The dialogue is over."""


class Ftp:
    """The server's side of one dialogue."""

    def __init__(self, connection: Connection, stream: Stream, secure: Secure) -> None:
        self._connection = connection
        self._stream = stream
        self._secure = secure
        self._user = ""
        self._folder = "/"
        self._passive: tuple[str, int] | None = None
        self._commands: dict[str, Callable[[str], Awaitable[_Reply | None]]] = {
            "USER": self._user_named, "PASS": self._password, "AUTH": self._auth, "CWD": self._cwd, "CDUP": self._cdup,
            "PWD": self._pwd, "MKD": self._mkd, "PASV": self._pasv, "EPSV": self._epsv, "STOR": self._stor,
            "APPE": self._stor, "STOU": self._stor, "LIST": self._list, "NLST": self._list, "MLSD": self._list,
            "FEAT": self._feat, "QUIT": self._quit,
        }  # fmt: skip

    async def run(self) -> None:
        """Greet, and answer commands until the client leaves."""
        try:
            await self._say(220, "(vsFTPd 3.0.3)")
            while True:
                async with asyncio.timeout(IDLE_SECONDS):
                    line = await self._stream.line(HEAD)
                if not line.endswith(b"\n"):
                    return
                await self._connection.pace()
                verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
                command = self._commands.get(verb.upper())
                reply = await command(rest.strip()) if command is not None else _simple(verb.upper())
                if reply is not None:
                    await self._say(*reply)
        except _OverError:
            return
        finally:
            self._forget_passive()

    async def _say(self, code: int, text: str) -> None:
        await self._stream.send(f"{code} {text}\r\n".encode("utf-8", "replace"))

    async def _user_named(self, rest: str) -> _Reply:
        self._user = rest[:_PATH]
        return _Reply(331, "Please specify the password.")

    async def _password(self, rest: str) -> _Reply:
        if not self._user:
            return _Reply(503, "Login with USER first.")
        self._connection.notes["auth"] = [self._user, rest[:_PATH]]
        return _Reply(230, "Login successful.")

    async def _auth(self, rest: str) -> _Reply | None:
        if rest.upper() not in ("TLS", "SSL", "TLS-C") or self._connection.tls:
            return _Reply(504, "Unknown AUTH type.")
        await self._say(234, "Proceed with negotiation.")
        # What came in the clear after the command must not count as said within TLS.
        self._stream.take(len(self._stream.buffer))
        secured = await self._secure(self._connection, self._stream)
        if secured is None:
            raise _OverError
        self._connection.kind = "ftp"
        self._stream = secured
        return None

    async def _cwd(self, rest: str) -> _Reply:
        self._folder = self._at(rest)
        return _Reply(250, "Directory successfully changed.")

    async def _cdup(self, rest: str) -> _Reply:
        return await self._cwd("..")

    async def _pwd(self, rest: str) -> _Reply:
        return _Reply(257, f'"{self._folder}" is the current directory')

    async def _mkd(self, rest: str) -> _Reply:
        return _Reply(257, f'"{self._at(rest)}" created')

    def _at(self, name: str) -> str:
        return posixpath.normpath(posixpath.join(self._folder, name[:_PATH]))[:_PATH]

    async def _pasv(self, rest: str) -> _Reply:
        if ipaddress.ip_address(self._connection.ip or "0.0.0.0").version == 6:
            return _Reply(425, "Use EPSV.")
        port = self._expect()
        spread = ",".join([*self._connection.ip.split("."), str(port >> 8), str(port & 255)])
        return _Reply(227, f"Entering Passive Mode ({spread}).")

    async def _epsv(self, rest: str) -> _Reply:
        if rest.upper() == "ALL":
            return _Reply(200, "EPSV ALL ok.")
        return _Reply(229, f"Entering Extended Passive Mode (|||{self._expect()}|)")

    def _expect(self) -> int:
        self._forget_passive()
        port = next(self._connection.gate.passive_ports)
        self._passive = (self._connection.ip, port)
        self._connection.gate.expected[self._passive] = asyncio.get_running_loop().create_future()
        return port

    def _forget_passive(self) -> None:
        waiting = self._connection.gate.expected.pop(self._passive, None) if self._passive else None
        self._passive = None
        if waiting is not None and waiting.done() and not waiting.cancelled():
            waiting.result().over.set()

    async def _channel(self) -> DataChannel | None:
        waiting = self._connection.gate.expected.get(self._passive) if self._passive else None
        if waiting is None:
            await self._say(425, "Use PORT or PASV first.")
            return None
        await self._say(150, "Ok to send data.")
        try:
            return await asyncio.wait_for(asyncio.shield(waiting), _WAIT_SECONDS)
        except TimeoutError:
            await self._say(425, "Failed to establish connection.")
            return None

    async def _stor(self, rest: str) -> _Reply | None:
        channel = await self._channel()
        if channel is None:
            return None
        notes = {"command": "STOR", "path": self._at(rest or "upload"), "user": self._user}
        channel.connection.notes.update(notes)
        try:
            stream = await self._opened(channel)
            while stream is not None and await stream.read():
                await channel.connection.pace()
            if isinstance(stream, Tls):
                await stream.close_notify()
        except TimeoutError:
            return _Reply(426, "Failure reading network stream.")
        finally:
            self._forget_passive()
        return _Reply(226, "Transfer complete.")

    async def _opened(self, channel: DataChannel, seconds: float = _WAIT_SECONDS) -> Stream | None:
        """The channel's stream, within TLS if the client begins so. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            await channel.stream.more()
        if detect.spoken(bytes(channel.stream.buffer[:2])) != "tls":
            return channel.stream
        secured = await self._secure(channel.connection, channel.stream)
        channel.connection.kind = "ftp"
        return secured

    async def _list(self, rest: str) -> _Reply | None:
        channel = await self._channel()
        if channel is None:
            return None
        try:
            stream = await self._opened(channel, _SHORT_SECONDS) if self._connection.tls else None
            if isinstance(stream, Tls):
                await stream.close_notify()
        except TimeoutError:
            # A client that protects its commands only says nothing here.
            pass
        finally:
            self._forget_passive()
        return _Reply(226, "Directory send OK.")

    async def _feat(self, rest: str) -> _Reply | None:
        lines = ["211-Features:", " AUTH TLS", " EPSV", " PASV", " PBSZ", " PROT", " UTF8", "211 End", ""]
        await self._stream.send("\r\n".join(lines).encode())
        return None

    async def _quit(self, rest: str) -> _Reply | None:
        await self._say(221, "Goodbye.")
        raise _OverError


_SIMPLE = {
    "SYST": _Reply(215, "UNIX Type: L8"),
    "TYPE": _Reply(200, "Switching to Binary mode."),
    "MODE": _Reply(200, "Mode set to S."),
    "STRU": _Reply(200, "Structure set to F."),
    "OPTS": _Reply(200, "Always in UTF8 mode."),
    "PBSZ": _Reply(200, "PBSZ set to 0."),
    "PROT": _Reply(200, "PROT now Private."),
    "NOOP": _Reply(200, "NOOP ok."),
    "ALLO": _Reply(202, "ALLO command ignored."),
    "REST": _Reply(350, "Restart position accepted (0)."),
    "RETR": _Reply(550, "Failed to open file."),
    "SIZE": _Reply(550, "Could not get file size."),
    "MDTM": _Reply(550, "Could not get file modification time."),
    "DELE": _Reply(550, "Delete operation failed."),
    "RMD": _Reply(550, "Remove directory operation failed."),
    "RNFR": _Reply(550, "RNFR command failed."),
    "PORT": _Reply(500, "Illegal PORT command."),
    "EPRT": _Reply(500, "Illegal EPRT command."),
    "SITE": _Reply(550, "Permission denied."),
    "ABOR": _Reply(225, "No transfer to ABOR."),
}


def _simple(verb: str) -> _Reply:
    return _SIMPLE.get(verb, _Reply(500, "Unknown command."))
