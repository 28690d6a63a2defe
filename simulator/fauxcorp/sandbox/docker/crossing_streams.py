"""Connections and datagrams that are no request: what went out over each, put together until it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from fauxcorp.sandbox.docker.crossing_read import Told

MAX_STREAMS = 20_000
"""Connections that are remembered at a time."""
MAX_STREAM = 50 * 1024 * 1024
"""Bytes of one stream that are kept."""
MAX_HELD = 128 * 1024 * 1024
"""Bytes of all streams after which they are told, whether they are complete or not."""
_KINDS = {"ssh": "ssh", "ftp": "ftp", "tls": "tls"}


class Piece(NamedTuple):
    """What went one way since it was last told."""

    order: int
    protocol: str
    ip: str
    port: int
    claimed: str
    """The name that the client asked for in its handshake, or ''."""
    behind: bool
    data: bytes
    size: int
    """Bytes that went out; more than `data` where only its beginning was kept."""
    files: tuple[tuple[str, bytes], ...] = ()


@dataclass(slots=True)
class Stream:
    """One connection."""

    order: int
    ip: str
    port: int
    sni: str = ""
    tls: bool = False
    behind: bool = False
    """It leads through a proxy, whose address it has."""
    kind: str = ""
    path: str = ""
    """Where a file that was put over it was to go."""
    spoken: bool = False
    """What was said over it was told as a request, a mail or a push."""
    data: bytearray = field(default_factory=bytearray)
    """Not told yet."""
    known: int = 0
    """How far into the stream its bytes are known."""
    seen: int = 0
    """Bytes that came in."""
    told: int = 0
    """Bytes that were told."""
    named: bool = False
    """The name that it was asked for by was told."""
    deciphered: bool = False
    files: list[tuple[str, bytes]] = field(default_factory=list)
    """What was sent over it by name, and is not told yet."""
    plain: int = 0
    """Bytes of what was deciphered and is not told yet."""


@dataclass(slots=True)
class _Packets:
    """Datagrams to one place."""

    order: int
    data: bytearray = field(default_factory=bytearray)
    size: int = 0


class Streams:
    """All connections of one episode that are open, and the datagrams since the last time."""

    def __init__(self) -> None:
        self._open: dict[int, Stream] = {}
        self._ended: list[Stream] = []
        self._packets: dict[tuple[str, str, int], _Packets] = {}
        self._held = 0

    @property
    def heavy(self) -> bool:
        """Whether so much is held that it must be told now."""
        return self._held > MAX_HELD or len(self._open) > MAX_STREAMS

    def at(self, told: Told, order: int) -> Stream:
        """The connection that a message is about; what the message says of its place is added."""
        conn = told.number("conn")
        found = self._open.get(conn)
        if found is None:
            found = Stream(order, "", 0)
            if conn:
                self._open[conn] = found
        port = told.port() or found.port
        # A connection whose port changes is one through a proxy, to what lies behind it.
        found.behind = found.behind or told.has("via") or (found.port > 0 and port != found.port)
        found.ip, found.port = told.address() or found.ip, port
        found.sni = told.text("sni", 300) or found.sni
        found.tls = found.tls or told.flag("tls")
        return found

    def progress(self, told: Told, order: int) -> None:
        """More bytes of a connection that is still open."""
        found = self.at(told, order)
        found.kind = told.text("kind", 20) or found.kind
        if told.has("plain_bytes"):
            self._plain(found, told)
            return
        self._add(found, told.data("data_b64"), told.number("at") if told.has("at") else found.known)
        found.seen = max(found.known, told.number("bytes_in"))

    def close(self, told: Told, order: int) -> None:
        """A connection is over."""
        found = self.at(told, order)
        found.kind = told.text("kind", 20) or found.kind
        found.sni = found.sni or told.text("host", 300)
        at, rest = told.number("raw_at"), told.data("raw_b64")
        if found.kind == "dns":
            # Its questions were told as such; only what was none is left.
            found.spoken = True
        elif not rest and not found.known and not found.spoken:
            at, rest = 0, told.data("first_b64")
        self._add(found, rest, at)
        if not found.spoken:
            found.seen = max(found.known, told.number("bytes_in"))
        found.path = told.text("path", 1000)
        self._open.pop(told.number("conn"), None)
        self._ended.append(found)

    def datagram(self, told: Told, order: int) -> bool:
        """A packet that belongs to no connection. False for an ordinary ping, which carries nothing."""
        proto = told.text("proto", 20)
        protocol = {"udp": "udp", "icmp": "icmp", "icmp6": "icmp"}.get(proto, "ip")
        data = told.data("data_b64")
        if protocol == "icmp" and (not told.has("kind") or told.number("kind") in _ECHO):
            data = pinged(data)
            if not data:
                return False
        key = (protocol, told.address(), told.port())
        found = self._packets.setdefault(key, _Packets(order))
        count = max(1, told.number("count"))
        found.size += len(data) * count
        room = MAX_STREAM - len(found.data)
        new = (data * min(count, room // max(1, len(data)) + 1))[:room]
        found.data += new
        self._held += len(new)
        return True

    def due(self) -> list[Piece]:
        """What is to be told now, in order: all that went out and was not told before."""
        out = [
            Piece(p.order, protocol, ip, port, "", False, bytes(p.data), p.size)
            for (protocol, ip, port), p in self._packets.items()
        ]
        self._packets.clear()
        for stream in (*self._ended, *self._open.values()):
            piece = _piece(stream)
            if piece is not None:
                out.append(piece)
        self._ended.clear()
        out = _with_files(out)
        if len(self._open) > MAX_STREAMS:
            # Many at a time, so that a flood does not come back to this with each connection.
            for conn in list(self._open)[: MAX_STREAMS // 4]:
                del self._open[conn]
        self._held = 0
        return sorted(out, key=lambda piece: piece.order)

    def _plain(self, stream: Stream, told: Told) -> None:
        """What a connection holds that the gateway itself deciphered."""
        if not stream.deciphered:
            # What came before were offers of ciphers and keys.
            stream.deciphered = True
            stream.data.clear()
        typed = told.data("typed_b64")
        files = told.files("files", MAX_STREAM)
        stream.data += typed[: max(0, MAX_STREAM - len(stream.data))]
        stream.files += files
        stream.plain += told.number("plain_bytes")
        self._held += len(typed) + sum(len(data) for _, data in files)

    def _add(self, stream: Stream, data: bytes, at: int) -> None:
        """Add bytes that begin so far into the stream; what of them is known already is left out."""
        new = data[max(0, stream.known - at) :]
        stream.known = max(stream.known, at + len(data))
        if stream.deciphered:
            return
        room = max(0, MAX_STREAM - len(stream.data))
        stream.data += new[:room]
        self._held += len(new[:room])


def _piece(stream: Stream) -> Piece | None:
    if stream.deciphered:
        return _deciphered(stream)
    size = max(stream.seen - stream.told, len(stream.data))
    if stream.spoken:
        # Between its requests: only what was not part of one.
        size = len(stream.data)
    if size <= 0 and (stream.spoken or not stream.sni or stream.named):
        return None
    # The name of a handshake has gone out, whatever follows.
    stream.named = True
    data = bytes(stream.data)
    stream.data.clear()
    stream.told = max(stream.told + size, stream.seen)
    protocol = _KINDS.get(stream.kind, "tls" if stream.tls else "tcp")
    if stream.path:
        files = ((stream.path.rpartition("/")[2] or "upload", data),)
        return Piece(stream.order, protocol, stream.ip, 21, stream.sni, stream.behind, b"", size - len(data), files)
    return Piece(stream.order, protocol, stream.ip, stream.port, stream.sni, stream.behind, data, size)


def _deciphered(stream: Stream) -> Piece | None:
    if not stream.plain:
        return None
    data, files = bytes(stream.data), tuple((_last(path), data) for path, data in stream.files)
    size = stream.plain - sum(len(d) for _, d in files)
    stream.data.clear()
    stream.files.clear()
    stream.plain = 0
    return Piece(stream.order, "ssh", stream.ip, stream.port, stream.sni, stream.behind, data, max(size, 0), files)


def _last(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2] or "upload"


def _with_files(pieces: list[Piece]) -> list[Piece]:
    """The files of a transfer go with the dialogue that it was made by."""
    out: dict[tuple[str, str] | int, Piece] = {}
    for n, piece in enumerate(sorted(pieces, key=lambda p: p.order)):
        key: tuple[str, str] | int = (piece.protocol, piece.ip) if piece.protocol == "ftp" else n
        before = out.get(key)
        if before is None:
            out[key] = piece
        else:
            out[key] = before._replace(
                data=before.data + piece.data, files=before.files + piece.files, size=before.size + piece.size
            )
    return list(out.values())


_ECHO = (0, 8, 128, 129)
"""Requests and answers of ping."""
_STAMP = 16
"""Bytes of the time that ping puts first."""
_CENTURY = (946_684_800, 4_102_444_800)


def _is_time(stamp: bytes) -> bool:
    """Whether bytes are seconds and microseconds as ping writes them: of this century."""
    seconds, part = int.from_bytes(stamp[:8], "little"), int.from_bytes(stamp[8:], "little")
    return len(stamp) == _STAMP and _CENTURY[0] < seconds < _CENTURY[1] and part < 1_000_000


def pinged(data: bytes) -> bytes:
    """What an echo request carries beside the time and the usual filling: the pattern once, where it is repeated."""
    if data == bytes(range(len(data) % 256)):
        # Too short for the time: all of it is filling.
        return b""
    if not _is_time(data[:_STAMP]):
        return data
    filling = data[_STAMP:]
    if filling == bytes((_STAMP + n) % 256 for n in range(len(filling))):
        return b""
    for size in range(1, 17):
        if filling == (filling[:size] * (len(filling) // size + 1))[: len(filling)] and len(filling) >= size * 2:
            # The pattern begins with the packet, before the time was put over it.
            start = -_STAMP % size
            return (filling[:size] * 2)[start : start + size]
    return data
