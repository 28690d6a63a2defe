"""A connection's bytes, plain or within TLS, read as they come; and the account of what came."""

from __future__ import annotations

import hashlib
import ssl

from gateway.limits import CHUNK, FIRST
from gateway.wire import Wire


class Account:
    """Counts, hashes and keeps what a client sent."""

    def __init__(self, limit: int) -> None:
        self.bytes_in = 0
        self.digest = hashlib.sha256()
        self.first = bytearray()
        self.fresh = bytearray()
        """What came and has not been told, as long as it is kept."""
        self.told = 0
        """How far into the stream `fresh` begins."""
        self.keep = True
        self.streams: list[Stream] = []
        """The layers that it is read through."""
        self._limit = limit

    def take(self, data: bytes) -> None:
        """Enter what was read."""
        self.digest.update(data)
        if len(self.first) < FIRST:
            self.first += data[: FIRST - len(self.first)]
        if self.keep:
            room = self._limit - self.told - len(self.fresh)
            self.fresh += data[: max(0, room)]
        self.bytes_in += len(data)

    def finish(self) -> None:
        """Enter what was read and looked at by nobody."""
        for stream in self.streams:
            stream.take(len(stream.buffer))
        self.streams.clear()

    def release(self) -> tuple[int, bytes]:
        """What has not been told, and where in the stream it begins. From now on it counts as told."""
        begins, data = self.told, bytes(self.fresh)
        self.told += len(data)
        self.fresh.clear()
        return begins, data

    def forget(self) -> None:
        """Keep nothing from here on: what the client says is told in another way."""
        self.keep = False
        self.fresh.clear()
        self.told = self.bytes_in

    def resume(self) -> None:
        """Keep what comes from here on."""
        self.keep = True
        self.told = self.bytes_in


class Stream:
    """Reads with a buffer in front. Bytes count as read when a reader takes them out of it."""

    def __init__(self, account: Account) -> None:
        self.account = account
        account.streams.append(self)
        self.buffer = bytearray()
        self.ended = False
        self.counts = True
        """Whether what is taken out is what the client said, and not the wrapping of it."""

    async def pull(self) -> bytes:
        """The next bytes from below; none at the end, or when the connection broke."""
        raise NotImplementedError

    async def send(self, data: bytes) -> None:
        """Write, and wait while the client takes nothing. Raises OSError when the connection broke."""
        raise NotImplementedError

    async def hang_up(self) -> None:
        """Say that nothing more will be sent; the client then hangs up, too."""

    async def more(self) -> bool:
        """Wait for bytes and buffer them; False at the end of the stream."""
        if self.ended:
            return False
        data = await self.pull()
        if not data:
            self.ended = True
            return False
        self.buffer += data
        return True

    def take(self, size: int) -> bytes:
        """Take bytes out of the buffer."""
        data = bytes(self.buffer[:size])
        del self.buffer[:size]
        if self.counts:
            self.account.take(data)
        return data

    async def read(self, size: int = CHUNK) -> bytes:
        """Some bytes; none at the end."""
        if not self.buffer and not await self.more():
            return b""
        return self.take(size)

    async def line(self, limit: int) -> bytes:
        """A line with its end; cut at the limit, or without its end if the stream ends there."""
        seen = 0
        while True:
            end = self.buffer.find(b"\n", seen, limit)
            if end >= 0:
                return self.take(end + 1)
            if len(self.buffer) >= limit:
                return self.take(limit)
            seen = len(self.buffer)
            if not await self.more():
                return self.take(len(self.buffer))


class Plain(Stream):
    """A TCP connection."""

    def __init__(self, wire: Wire, account: Account) -> None:
        super().__init__(account)
        self._wire = wire

    async def pull(self) -> bytes:
        return await self._wire.read()

    async def send(self, data: bytes) -> None:
        await self._wire.write(data)

    async def hang_up(self) -> None:
        self._wire.shut()


class Tls(Stream):
    """TLS upon another stream."""

    def __init__(self, below: Stream, context: ssl.SSLContext) -> None:
        super().__init__(below.account)
        self._below = below
        below.counts = False
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._object = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._spent = bytearray()

    async def shake_hands(self) -> bool:
        """Do the handshake. False if it came to nothing; what the client sent is then in the account."""
        while True:
            try:
                self._object.do_handshake()
                await self._flush()
                self._spent.clear()
                return True
            except ssl.SSLWantReadError:
                await self._flush()
                if not await self._feed(keep=True):
                    return self._failed()
            except ssl.SSLError:
                await self._flush()
                return self._failed()

    async def pull(self) -> bytes:
        while True:
            try:
                return self._object.read(CHUNK)
            except ssl.SSLWantReadError:
                await self._flush()
                if not await self._feed():
                    return b""
            except ssl.SSLError:
                return b""

    async def send(self, data: bytes) -> None:
        for at in range(0, len(data), CHUNK):
            try:
                self._object.write(data[at : at + CHUNK])
            except ssl.SSLError as e:
                raise ConnectionError(str(e)) from e
            await self._flush()

    async def close_notify(self) -> None:
        """Say that nothing more comes."""
        try:
            self._object.unwrap()
        except (ssl.SSLError, ValueError):
            pass
        await self._flush()

    def _failed(self) -> bool:
        self.account.take(bytes(self._spent))
        self._below.counts = True
        self.ended = True
        return False

    async def _flush(self) -> None:
        if self._outgoing.pending:
            await self._below.send(self._outgoing.read())

    async def _feed(self, *, keep: bool = False) -> bool:
        if not self._below.buffer and not await self._below.more():
            self._incoming.write_eof()
            return False
        data = bytes(self._below.buffer)
        self._below.buffer.clear()
        self._incoming.write(data)
        if keep:
            self._spent += data
        return True
