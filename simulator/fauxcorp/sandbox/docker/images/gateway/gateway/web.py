"""HTTP/1: requests are told to the host whole, and answered with what it says."""

from __future__ import annotations

import asyncio
import re
from base64 import b64decode
from binascii import Error as Base64Error
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import h11

from gateway.bodies import Body
from gateway.gate import Connection
from gateway.git import MAX_BODY, Call, git_call
from gateway.gitweb import GitWeb
from gateway.host import Message
from gateway.limits import CHUNK, HEAD, HEAD_SECONDS, IDLE_SECONDS
from gateway.own import SECONDS as OWN_SECONDS
from gateway.stream import Stream

_OWN = frozenset({b"content-length", b"transfer-encoding", b"connection", b"keep-alive", b"upgrade"})
"""Headers of an answer that follow from how it is sent."""

_TOKEN = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_UNCACHED = ((b"Expires", b"Fri, 01 Jan 1980 00:00:00 GMT"), (b"Pragma", b"no-cache"), (b"Cache-Control", b"no-cache"))


class Where(NamedTuple):
    """What a request is for."""

    host: str
    target: str
    """As sent to a server: path and query."""


class Answer(NamedTuple):
    """What goes back."""

    status: int
    reason: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""


class Tunnel(NamedTuple):
    """A client wants what follows taken to another place."""

    host: str
    port: int


class Web:
    """The server's side of one connection."""

    def __init__(self, connection: Connection, stream: Stream) -> None:
        self.connection = connection
        self.stream = stream
        self.http = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD)

    async def run(self) -> Tunnel | None:
        """Serve requests until the connection ends, or is to become a tunnel."""
        account = self.connection.account
        first = True
        while True:
            if not account.keep:
                account.resume()
            try:
                async with asyncio.timeout(HEAD_SECONDS if first else IDLE_SECONDS):
                    request = await self._head()
                if request is None:
                    return None
                if request.method == b"CONNECT":
                    account.forget()
                    return await self._tunnel(request)
                if not await self._serve(request):
                    return None
                if self.http.our_state is not h11.DONE or self.http.their_state is not h11.DONE:
                    return None
                self.http.start_next_cycle()
                first = False
            except h11.RemoteProtocolError as e:
                await self._refuse(e.error_status_hint)
                return None

    async def _head(self) -> h11.Request | None:
        event = await self._event()
        while isinstance(event, h11.ConnectionClosed | h11.EndOfMessage):
            if isinstance(event, h11.ConnectionClosed):
                return None
            event = await self._event()
        return event if isinstance(event, h11.Request) else None

    async def _event(self) -> Any:
        while True:
            event = self.http.next_event()
            if event is h11.PAUSED:
                return h11.ConnectionClosed()
            if event is not h11.NEED_DATA:
                return event
            if self.http.they_are_waiting_for_100_continue:
                await self._send(h11.InformationalResponse(status_code=100, headers=[], reason=b"Continue"))
            self.http.receive_data(await self.stream.read(CHUNK))

    async def _serve(self, request: h11.Request) -> bool:
        """Tell a request and answer it. False if it is not to be answered."""
        where = aim(request, self.connection.host or self.connection.ip)
        own = self.connection.gate.own
        probe = own.probes(self.connection, where.host, request)
        if probe or own.takes(self.connection, where.host, request, where.target):
            return await self._hand_on(request, where, {"status": 404} if probe else None)
        call = git_call(request.method.decode("latin-1"), where.target)
        body = Body(self.connection.gate, MAX_BODY if call is not None and not call.advertise else 0)
        try:
            if call is None or not call.advertise:
                self.connection.account.forget()
            await self._read(body)
            answer = await self._git(request, where.host, call, body) if call is not None else None
            if answer is not None:
                await self.reply(request, answer)
                return True
            self.connection.account.forget()
            await self.connection.gate.host.room()
            message = self._message(request, where, body)
        finally:
            body.drop()
        host = self.connection.gate.host
        if not message["complete"]:
            host.mention(message)
            return False
        said = await host.ask(message)
        if said is not None and said.get("drop") is True:
            if not self.connection.gate.own.name(self.connection.ip):
                return False
            # A server that is there says so.
            said = {"status": 404}
        await self.reply(request, answer_of(said))
        return True

    async def _hand_on(self, request: h11.Request, where: Where, said: Message | None) -> bool:
        """A request of a program's own wiring: it is answered by the host, or as `said`, and told in no other way."""
        host = self.connection.gate.host
        body = Body(self.connection.gate)
        try:
            self.connection.account.forget()
            await self._read(body)
            self.connection.account.forget()
            host.tell({"t": "spoken", **self.connection.about()})
            if not body.complete:
                return False
            await host.room()
            whole = len(body.kept) == body.size
            message = {**self._message(request, where, body), "t": "own"}
        finally:
            body.drop()
        if said is None:
            said = await host.ask(message, OWN_SECONDS) if whole else {"status": 413}
        await self.reply(request, answer_of(said))
        return True

    async def _git(self, request: h11.Request, host: str, call: Call, body: Body) -> Answer | None:
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in request.headers}
        result = await GitWeb(self.connection, host, headers).serve(call, body)
        if result is None:
            return None
        kind = (b"Content-Type", result.kind.encode())
        return Answer(result.status, headers=(*_UNCACHED, kind), body=result.body)

    async def _read(self, body: Body) -> None:
        try:
            while True:
                async with asyncio.timeout(IDLE_SECONDS):
                    event = await self._event()
                if isinstance(event, h11.Data):
                    await body.add(bytes(event.data))
                    continue
                body.complete = isinstance(event, h11.EndOfMessage)
                return
        except (h11.RemoteProtocolError, TimeoutError):
            # It broke off: what had come by then is told.
            return

    def _message(self, request: h11.Request, where: Where, body: Body) -> Message:
        return {
            "t": "http",
            "method": request.method.decode("latin-1"),
            "target": where.target,
            "host": where.host,
            "tls": self.connection.tls,
            "headers": [[k.decode("latin-1"), v.decode("latin-1")] for k, v in request.headers.raw_items()],
            **self.connection.about(),
            **body.told("body"),
        }

    async def reply(self, request: h11.Request, answer: Answer) -> None:
        """Send an answer with the headers that its framing needs."""
        bare = request.method == b"HEAD" or answer.status in (204, 304)
        headers = [(k, v) for k, v in answer.headers if k.lower() not in _OWN]
        if answer.status not in (204, 304):
            headers.append((b"Content-Length", str(len(answer.body)).encode()))
        reason = answer.reason or _reason(answer.status)
        await self._send(h11.Response(status_code=answer.status, headers=headers, reason=reason))
        if answer.body and not bare:
            for at in range(0, len(answer.body), CHUNK):
                await self._send(h11.Data(data=answer.body[at : at + CHUNK]))
        await self._send(h11.EndOfMessage())

    async def _send(self, event: h11.Event) -> None:
        data = self.http.send(event)
        if data:
            await self.stream.send(data)

    async def _refuse(self, status: int) -> None:
        # What was no request is told with the connection's end.
        trailing, _ = self.http.trailing_data
        account = self.connection.account
        if not account.fresh:
            account.fresh += trailing[:HEAD]
        if self.http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            body = f"<html><head><title>{status} {_text(status)}</title></head></html>\n".encode()
            headers = [(b"Content-Type", b"text/html"), (b"Connection", b"close")]
            headers.append((b"Content-Length", str(len(body)).encode()))
            await self._send(h11.Response(status_code=status, headers=headers, reason=_reason(status)))
            await self._send(h11.Data(data=body))
            await self._send(h11.EndOfMessage())

    async def _tunnel(self, request: h11.Request) -> Tunnel | None:
        name, _, port = request.target.decode("latin-1").rpartition(":")
        if not name or not port.isdigit() or int(port) > 65_535:
            await self.stream.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return None
        await self.stream.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self.stream.buffer[:0] = self.http.trailing_data[0]
        self.connection.account.resume()
        return Tunnel(name.strip("[]"), int(port))


def aim(request: h11.Request, default: str) -> Where:
    """The host and the path that a request is for, whether it is sent to a server or to a proxy."""
    target = request.target.decode("latin-1")
    named = next((v.decode("latin-1") for k, v in request.headers if k == b"host"), "")
    if "://" in target[:12]:
        try:
            parts = urlsplit(target)
        except ValueError:
            return Where(_hostname(named) or default, target)
        rest = target[len(parts.scheme) + 3 + len(parts.netloc) :].partition("#")[0]
        return Where(_hostname(parts.netloc.rpartition("@")[2]) or default, rest if rest[:1] == "/" else "/" + rest)
    return Where(_hostname(named) or default, target)


def _hostname(netloc: str) -> str:
    if netloc.startswith("["):
        return netloc[1:].partition("]")[0].lower()
    return netloc.partition(":")[0].strip().lower()


def answer_of(message: Message | None) -> Answer:
    """What the host said, or that it said nothing."""
    if message is None:
        return _plain(504)
    status = message.get("status")
    if not isinstance(status, int) or not 200 <= status <= 599:
        return _plain(502)
    try:
        body = b64decode(str(message.get("body_b64", "")), validate=True)
    except (Base64Error, ValueError):
        return _plain(502)
    headers = tuple((_clean(k), _clean(v)) for k, v in message.get("headers", []))
    reason = _clean(message.get("reason", ""))
    return Answer(status, reason, tuple((k, v) for k, v in headers if _TOKEN.fullmatch(k)), body)


def _plain(status: int) -> Answer:
    text = f"{status} {_text(status)}"
    body = f"<html>\n<head><title>{text}</title></head>\n<body>\n<center><h1>{text}</h1></center>\n</body>\n</html>\n"
    return Answer(status, headers=((b"Content-Type", b"text/html"),), body=body.encode())


def _clean(value: object) -> bytes:
    return "".join(c if c >= " " and c != "\x7f" else " " for c in str(value)).strip().encode("latin-1", "replace")


def _text(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _reason(status: int) -> bytes:
    return _text(status).encode()
