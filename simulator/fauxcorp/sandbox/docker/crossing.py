"""The host's side of the gateway: what it tells becomes effects of the world, what it asks is answered by the world.

An act has the same effect as on the virtual sandbox, whose programs call the same functions of the world.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from typing import Any

from fauxcorp.core.effects import Origin
from fauxcorp.errors import Unreachable
from fauxcorp.sandbox.docker.crossing_http import Asked, asked
from fauxcorp.sandbox.docker.crossing_names import Lookup, Names
from fauxcorp.sandbox.docker.crossing_read import Told
from fauxcorp.sandbox.docker.crossing_streams import Piece, Streams
from fauxcorp.world import gateways
from fauxcorp.world.web import MAX_BODY, Pushed
from fauxcorp.world.wire import REASONS, Response, Smtp, push_text, respond
from fauxcorp.world.world import World

MAX_LOOKUPS = 10_000
"""Questions to the resolver after which they are told, though something may still follow."""
MAX_REPOSITORIES = 1000
_LOCAL = ("127.", "::1")
Message = dict[str, Any]


class Crossing:
    """All that crosses the border of one episode's container."""

    def __init__(self, world: World, by_user: str) -> None:
        """`by_user`: the account that the agent's shell runs under."""
        self._world = world
        self._by = Origin("agent", by_user, "shell")
        self._names = Names(world)
        self._streams = Streams()
        self._pushed: set[tuple[str, str]] = set()
        self._order = 0
        self._kinds: dict[str, Callable[[Told], Message | None]] = {
            "open": self._opened,
            "hello": self._hello,
            "named": self._named,
            "spoken": self._spoken,
            "http": self._http,
            "smtp": self._smtp,
            "dns": self._dns,
            "git": self._git,
            "git-fetch": self._git,
            "datagram": self._datagram,
            "progress": self._progress,
            "close": self._closed,
        }

    def message(self, message: Message) -> Message | None:
        """Take in one message of the gateway; returns the answer to send, if it wants one. Never raises."""
        kind = message.get("t")
        handler = self._kinds.get(kind) if isinstance(kind, str) else None
        if handler is None:
            return None
        self._order += 1
        told = Told(message)
        answer = handler(told)
        if self._streams.heavy or self._names.count > MAX_LOOKUPS:
            self.settle()
        return None if answer is None else {"t": "answer", "id": told.number("id"), **answer}

    def settle(self) -> None:
        """Make effects of what is known only in sum, in the order in which it began: streams, packets, questions."""
        due: list[Lookup | Piece] = [*self._names.due(), *self._streams.due()]
        with self._world.afterwards():
            for item in sorted(due, key=lambda entry: entry.order):
                if isinstance(item, Lookup):
                    self._looked_up(item)
                else:
                    self._streamed(item)

    def _streamed(self, piece: Piece) -> None:
        names, data = self._names, piece.data
        host = names.behind(piece.claimed) if piece.behind else names.host(piece.ip, piece.claimed)
        if piece.claimed and piece.claimed.lower().rstrip(".") != host:
            # A name that leads elsewhere is no address: it went out like the rest.
            data = piece.claimed.encode() + b"\n" + data
        if not data and not piece.files and not piece.size:
            # A handshake with the host that it names, and nothing after it.
            return
        self._send(piece.protocol, host, piece.port, data, piece.files, piece.size)

    # -- what is asked ------------------------------------------------------------------------------------------------

    def _http(self, told: Told) -> Message:
        stream = self._streams.at(told, self._order)
        stream.spoken = True
        request = asked(self._world, told, stream, self._names)
        self._names.reached(stream.ip, request.host)
        try:
            response = self._requested(request)
        except Unreachable as error:
            if error.kind != "url":
                return {**_shown(respond(502, b"")), "drop": True}
            response = self._requested(request.plain())
        return _shown(response)

    def _requested(self, request: Asked) -> Response:
        web = self._world.web
        r = request
        if not r.complete or max(r.size, len(r.body)) > MAX_BODY:
            status = 413 if r.complete else 400
            web.broke_off(self._by, r.method, r.url, r.headers, r.body[:MAX_BODY], size=r.size, status=status)
            return respond(status, f"<h1>{status} {REASONS[status]}</h1>")
        return web.request(self._by, r.method, r.url, r.headers, r.body, r.files, r.size)

    def _smtp(self, told: Told) -> Message:
        stream = self._streams.at(told, self._order)
        stream.spoken = True
        host = "" if stream.ip.startswith(_LOCAL) else self._names.host(stream.ip, stream.sni)
        self._names.reached(stream.ip, host)
        if not told.flag("complete", True):
            self._send("tcp", host or "localhost", stream.port, told.data("data_b64"))
            return {"code": 451, "text": "4.4.2 Error: lost connection"}
        spoken = Smtp(told.text("from", 320), tuple(told.texts("to", 320)), told.data("data_b64"))
        by = self._by._replace(surface="smtp")
        user = next(iter(told.texts("auth", 320)), "")
        reply = gateways.submit(self._world, by, spoken, host, stream.port, user, told.number("data_bytes"))
        return {"code": reply.code, "text": reply.text}

    def _dns(self, told: Told) -> Message:
        name, kind = told.text("name", 1100), told.text("type", 16) or "A"
        found = self._names.ask(self._order, name, kind, told.text("server", 60))
        records = [{"type": r.type, "value": r.value, "ttl": r.ttl} for r in found.records]
        return {"rcode": found.rcode, "records": records}

    def _git(self, told: Told) -> Message:
        """What was pushed is taken. It can be fetched again; nothing else can, as nobody gave the agent anything."""
        stream = self._streams.at(told, self._order)
        stream.spoken = True
        host = self._names.host(stream.ip, told.text("host", 300), stream.sni)
        self._names.reached(stream.ip, host)
        place = (host, told.text("repository", 1000))
        fetched = told.text("t") == "git-fetch"
        files = () if fetched else told.files("files", MAX_BODY - 65_536)
        said = ":".join(told.texts("auth"))
        # Who only fetches says which repository: the name is all that goes out.
        data = f"{place[1]} {said}".strip().encode() if fetched else push_text(told.texts("commits", 4000), said)
        refs = [row[0].removeprefix("refs/heads/") for row in told.rows("refs")[:1] if row]
        newest = next(iter(told.texts("commits", 4000)), "")
        pushed = None if fetched else Pushed(place[1], next(iter(refs), ""), newest, whole=False)
        there = self._send("git", host, stream.port or 443, data[:65_536], files, pushed=pushed)
        if there and not fetched and len(self._pushed) < MAX_REPOSITORIES:
            self._pushed.add(place)
        return {"ok": there and place in self._pushed}

    # -- what is told -------------------------------------------------------------------------------------------------

    def _opened(self, told: Told) -> None:
        stream = self._streams.at(told, self._order)
        self._names.reached(stream.ip)

    def _hello(self, told: Told) -> None:
        self._streams.at(told, self._order)

    def _named(self, told: Told) -> None:
        """A name that the gateway itself answers for: of the agent's own wiring."""
        self._names.known(told.address(), told.text("name", 300))

    def _spoken(self, told: Told) -> None:
        """What came over this connection belongs to the agent's own wiring."""
        self._streams.at(told, self._order).spoken = True

    def _progress(self, told: Told) -> None:
        self._streams.progress(told, self._order)

    def _closed(self, told: Told) -> None:
        self._streams.close(told, self._order)

    def _datagram(self, told: Told) -> None:
        if self._streams.datagram(told, self._order):
            self._names.reached(told.address())
        else:
            self._names.touched(told.address())

    def _send(
        self, protocol: str, host: str, port: int, data: bytes, files: Sequence[tuple[str, bytes]] = (), size: int = 0,
        pushed: Pushed | None = None,
    ) -> bool:
        """Tell of bytes that went out; False if nobody took them."""
        size = size if size > len(data) else 0
        try:
            self._world.web.transfer(self._by, protocol, host, port, data, files, size, pushed)
        except Unreachable:
            # It was told as an attempt.
            return False
        return True

    def _looked_up(self, lookup: Lookup) -> None:
        self._world.web.resolve(self._by, lookup.name, lookup.type, lookup.server)


def _shown(response: Response) -> Message:
    return {
        "status": response.status,
        "reason": response.reason,
        "headers": [[_line(k), _line(v)] for k, v in response.headers],
        "body_b64": b64encode(response.body).decode(),
    }


def _line(text: str) -> str:
    """A header's part as it can be sent: Latin letters, no line ends."""
    return "".join(c for c in text.encode("latin-1", "replace").decode("latin-1") if c >= " " and c != "\x7f")
