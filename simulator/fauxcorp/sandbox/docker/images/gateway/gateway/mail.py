"""SMTP: takes mail from anyone for anyone, with STARTTLS and any password, and tells the host each message."""

from __future__ import annotations

import asyncio
import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from gateway.bodies import Body
from gateway.gate import Connection, Secure
from gateway.limits import HEAD, IDLE_SECONDS
from gateway.stream import Stream

SIZE = 52_428_800
_RECIPIENTS = 1_000
_ERRORS = 20
_END = re.compile(rb"\r?\n(\.\r?\n)")
_END_AT_ONCE = re.compile(rb"\A(\.\r?\n)|\r?\n(\.\r?\n)")
_HELD_BACK = 5
"""Bytes that may be the beginning of an end."""
_PATH = re.compile(r"\s*(?:FROM|TO)\s*:\s*(?:<(?P<angle>[^>]*)>|(?P<bare>\S*))", re.IGNORECASE)


class _Reply(NamedTuple):
    code: int
    text: str


class _ClosedError(Exception):
    """The dialogue is over."""


class Mail:
    """The server's side of one dialogue."""

    def __init__(self, connection: Connection, stream: Stream, name: str, secure: Secure) -> None:
        self.connection = connection
        self.stream = stream
        self._name = name
        self._secure = secure
        self._helo = ""
        self._auth: list[str] | None = None
        self._sender: str | None = None
        self._recipients: list[str] = []
        self._errors = 0
        self._handed_on = False
        self._commands: dict[str, Callable[[str], Awaitable[_Reply | None]]] = {
            "EHLO": self._ehlo, "HELO": self._said_helo, "STARTTLS": self._starttls, "AUTH": self._log_in,
            "MAIL": self._mail, "RCPT": self._rcpt, "DATA": self._data, "RSET": self._rset, "NOOP": self._noop,
            "VRFY": self._vrfy, "HELP": self._noop, "QUIT": self._quit,
        }  # fmt: skip

    async def run(self) -> None:
        """Greet, and answer commands until the client leaves."""
        try:
            await self._say(220, f"{self._name} ESMTP Postfix (Debian/GNU)".lstrip())
            while True:
                async with asyncio.timeout(IDLE_SECONDS):
                    line = await self.stream.line(HEAD)
                if not line.endswith(b"\n"):
                    return
                await self._command(line.decode("utf-8", "replace").strip())
        except _ClosedError:
            return

    async def _command(self, line: str) -> None:
        verb, _, rest = line.partition(" ")
        command = self._commands.get(verb.upper())
        if command is None:
            self._errors += 1
            if self._errors > _ERRORS:
                await self._say(421, f"4.7.0 {self._name} Error: too many errors")
                raise _ClosedError
            await self._say(500, f"5.5.2 Error: {'command not recognized' if line else 'bad syntax'}")
            return
        if self._handed_on and verb.upper() != "AUTH":
            # Between mails nothing is said that the mails do not tell.
            self.connection.account.forget()
            self.connection.account.resume()
        reply = await command(rest.strip())
        if reply is not None:
            await self._say(*reply)

    async def _say(self, code: int, text: str) -> None:
        await self.stream.send(f"{code} {text}\r\n".encode("utf-8", "replace"))

    async def _ehlo(self, rest: str) -> _Reply | None:
        if not rest:
            return _Reply(501, "Syntax: EHLO hostname")
        self._helo = rest
        lines = [self._name or "mail", "PIPELINING", f"SIZE {SIZE}", "ETRN"]
        if not self.connection.tls:
            lines.append("STARTTLS")
        lines += ["AUTH PLAIN LOGIN", "ENHANCEDSTATUSCODES", "8BITMIME", "DSN"]
        if self.connection.port != 25:
            lines.append("SMTPUTF8")
        shown = [f"250-{x}\r\n" for x in lines[:-1]] + [f"250 {lines[-1]}\r\n"]
        await self.stream.send("".join(shown).encode("utf-8", "replace"))
        return None

    async def _said_helo(self, rest: str) -> _Reply:
        if not rest:
            return _Reply(501, "Syntax: HELO hostname")
        self._helo = rest
        return _Reply(250, self._name or "mail")

    async def _starttls(self, rest: str) -> _Reply | None:
        if self.connection.tls:
            return _Reply(554, "5.5.1 Error: TLS already active")
        await self._say(220, "2.0.0 Ready to start TLS")
        # What came in the clear after the command must not count as said within TLS.
        self.stream.take(len(self.stream.buffer))
        secured = await self._secure(self.connection, self.stream)
        if secured is None:
            raise _ClosedError
        self.connection.kind = "smtp"
        self.stream = secured
        self._helo, self._sender, self._recipients, self._auth = "", None, [], None
        return None

    async def _log_in(self, rest: str) -> _Reply:
        method, _, first = rest.partition(" ")
        if method.upper() == "PLAIN":
            parts = (_decoded(first) if first else await self._challenge("")).split("\0")
            user, password = (parts[-2], parts[-1]) if len(parts) >= 2 else (parts[-1], "")
        elif method.upper() == "LOGIN":
            user = _decoded(first) if first else await self._challenge("VXNlcm5hbWU6")
            password = await self._challenge("UGFzc3dvcmQ6")
        else:
            return _Reply(535, "5.7.8 Error: authentication failed: Invalid authentication mechanism")
        self._auth = [user, password]
        self.connection.notes["auth"] = self._auth
        return _Reply(235, "2.7.0 Authentication successful")

    async def _challenge(self, text: str) -> str:
        await self._say(334, text)
        line = await self.stream.line(HEAD)
        if not line.endswith(b"\n"):
            raise _ClosedError
        return _decoded(line.decode("latin-1").strip())

    async def _mail(self, rest: str) -> _Reply:
        if self._sender is not None:
            return _Reply(503, "5.5.1 Error: nested MAIL command")
        path = _path(rest)
        if path is None:
            return _Reply(501, "5.5.4 Syntax: MAIL FROM:<address>")
        self._sender = path
        return _Reply(250, "2.1.0 Ok")

    async def _rcpt(self, rest: str) -> _Reply:
        if self._sender is None:
            return _Reply(503, "5.5.1 Error: need MAIL command")
        path = _path(rest)
        if not path:
            return _Reply(501, "5.5.4 Syntax: RCPT TO:<address>")
        if len(self._recipients) >= _RECIPIENTS:
            return _Reply(452, "4.5.3 Error: too many recipients")
        self._recipients.append(path)
        return _Reply(250, "2.1.5 Ok")

    async def _data(self, rest: str) -> _Reply:
        if self._sender is None:
            return _Reply(503, "5.5.1 Error: need MAIL command")
        if not self._recipients:
            return _Reply(554, "5.5.1 Error: no valid recipients")
        await self._say(354, "End data with <CR><LF>.<CR><LF>")
        body = Body(self.connection.gate)
        host, account = self.connection.gate.host, self.connection.account
        at, said = account.told, bytes(account.fresh)
        account.forget()
        try:
            await self._read(body)
            await host.room()
            told = body.told("data")
        except (_ClosedError, TimeoutError):
            # No mail then: what came of it is told as it is.
            account.keep, account.told = True, at
            account.fresh += said + bytes(body.kept)
            raise
        finally:
            body.drop()
        asked = {
            "t": "smtp", "tls": self.connection.tls, "helo": self._helo, "auth": self._auth, "from": self._sender,
            "to": self._recipients, **self.connection.about(), **told,
        }  # fmt: skip
        self._sender, self._recipients = None, []
        self._handed_on = True
        account.resume()
        return _reply(await host.ask(asked))

    async def _read(self, body: Body) -> None:
        """Read up to the dot. Raises _ClosedError if the client leaves before it."""
        lines = _Lines()
        while True:
            buffer = self.stream.buffer
            end = lines.end.search(buffer)
            if end is not None:
                await body.add(lines.plain(self.stream.take(end.start(end.lastindex or 0))))
                self.stream.take(end.end() - end.start(end.lastindex or 0))
                body.complete = True
                return
            if len(buffer) > _HELD_BACK:
                await body.add(lines.plain(self.stream.take(len(buffer) - _HELD_BACK)))
                await self.connection.gate.host.room()
            async with asyncio.timeout(IDLE_SECONDS):
                if not await self.stream.more():
                    raise _ClosedError

    async def _rset(self, rest: str) -> _Reply:
        self._sender, self._recipients = None, []
        return _Reply(250, "2.0.0 Ok")

    async def _noop(self, rest: str) -> _Reply:
        return _Reply(250, "2.0.0 Ok")

    async def _vrfy(self, rest: str) -> _Reply:
        return _Reply(252, f"2.0.0 {rest[:200]}")

    async def _quit(self, rest: str) -> _Reply | None:
        await self._say(221, "2.0.0 Bye")
        raise _ClosedError


def _path(rest: str) -> str | None:
    found = _PATH.match(rest)
    if found is None:
        return None
    path = found["angle"] if found["angle"] is not None else found["bare"]
    return path.strip()[:1_000]


def _decoded(text: str) -> str:
    try:
        return b64decode(text + "=" * (-len(text) % 4)).decode("utf-8", "replace")
    except (Base64Error, ValueError):
        return text


class _Lines:
    """Takes the dots away that a client puts before lines that begin with one."""

    def __init__(self) -> None:
        self._before = b"\n"
        self.end = _END_AT_ONCE

    def plain(self, data: bytes) -> bytes:
        """The next part of a message as it is meant."""
        out = (self._before + data).replace(b"\n.", b"\n")[len(self._before) :]
        if data:
            self._before = data[-1:]
            self.end = _END
        return out


def _reply(answer: dict[str, object] | None) -> _Reply:
    code, text = (answer.get("code"), answer.get("text", "")) if answer is not None else (None, "")
    if not isinstance(code, int) or not 200 <= code <= 599:
        return _Reply(451, "4.3.0 Error: queue file write error")
    return _Reply(code, " ".join(str(text).split()))
