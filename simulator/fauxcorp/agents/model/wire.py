"""One request over HTTP, within its time and size, whatever the server does."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Timer, local
from typing import Any, NamedTuple

import httpx
import orjson

from fauxcorp.agents.model.stream import Gathering, gather
from fauxcorp.agents.model.trouble import Again, Kind, Trouble, look

MAX_ANSWER = 16 * 1024 * 1024
"""Bytes of an answer in one piece that are read; a longer one is a failure."""
LAST_SECONDS = 1.0
"""For the end of the connection's talk behind a stream's last event; a connection that is slower is not used again."""
_PACKED = ("gzip", "deflate", "identity")
"""What is unpacked, though none is asked for: of these a small piece cannot become much."""
_STREAM_BEGINS = (b"data:", b"event:", b"id:", b":")


class Reply(NamedTuple):
    """What came: an answer with status 200, else the body as it is."""

    status: int
    headers: Mapping[str, str]
    data: bytes = b""
    answer: dict[str, Any] | None = None


class Wire:
    """The way to one host. Each thread of each process has one connection of its own."""

    def __init__(self, headers: Mapping[str, str], timeout: float) -> None:
        """`timeout`: seconds for each wait."""
        self._headers = {**headers, "Content-Type": "application/json", "Accept-Encoding": "identity"}
        self._timeout = timeout
        self._own = local()

    def post(self, url: str, content: bytes, gathering: Gathering, seconds: float) -> Reply:
        """Send a request and read what comes; a stream into `gathering`. `seconds`: for all of it. Raises Trouble."""
        client, watch = self._connection()
        limits = httpx.Timeout(min(self._timeout, seconds))
        with watch.over(seconds), _told(gathering, watch):
            request = client.build_request("POST", url, content=content, timeout=limits)
            request.extensions["trace"] = watch.trace
            response = client.send(request, stream=True)
            try:
                return self._read(response, gathering, watch)
            finally:
                response.close()

    def _read(self, response: httpx.Response, gathering: Gathering, watch: Watch) -> Reply:
        packed = response.headers.get("content-encoding", "identity").strip().lower()
        if packed not in _PACKED:
            raise Trouble("nonsense", f"an answer packed by {packed[:40]}, which was not asked for")
        chunks = response.iter_bytes()
        kind = response.headers.get("content-type", "").strip().lower()
        if response.status_code == 200 and kind.startswith("text/event-stream"):
            answer = gather(chunks, gathering)
            watch.still_on()
            with watch.over(LAST_SECONDS), suppress(httpx.HTTPError):
                next(chunks, None)
            watch.cut = False
            return Reply(200, response.headers, answer=answer)
        data = _whole(chunks)
        watch.still_on()
        if response.status_code != 200:
            return Reply(response.status_code, response.headers, data)
        if data.lstrip().startswith(_STREAM_BEGINS):
            return Reply(200, response.headers, answer=gather([data], gathering))
        return Reply(200, response.headers, answer=_parsed(data))

    def _connection(self) -> tuple[httpx.Client, Watch]:
        held: tuple[int, httpx.Client, Watch] | None = getattr(self._own, "held", None)
        if held is None or held[0] != os.getpid():
            # Redirects are not followed: the key is for this host only.
            client = httpx.Client(headers=self._headers, follow_redirects=False, limits=httpx.Limits(max_connections=1))
            self._own.held = held = os.getpid(), client, Watch()
        return held[1], held[2]


class Watch:
    """Cuts a connection when its time is up: the HTTP client limits each wait, and many short ones have no end."""

    def __init__(self) -> None:
        self.cut = False
        self._stream: Any = None

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Told by the client what it does; the one connection that it has is the last that it made."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._stream = info["return_value"]

    @contextmanager
    def over(self, seconds: float) -> Iterator[None]:
        """Whatever is done inside has so many seconds."""
        self.cut = False
        timer = Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def still_on(self) -> None:
        """Raises TimeoutError if the connection was cut: what was read may not be all, though it may look so."""
        if self.cut:
            raise TimeoutError

    def _cut(self) -> None:
        self.cut = True
        wire = self._stream.get_extra_info("socket") if self._stream is not None else None
        if wire is not None:
            with suppress(OSError):
                # Not the method of an encrypted socket, which would take its state from under the thread that reads.
                socket.socket.shutdown(wire, socket.SHUT_RDWR)


@contextmanager
def _told(gathering: Gathering, watch: Watch) -> Iterator[None]:
    """What the client raises, as Trouble: a model that had begun to answer was reached."""
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, UnicodeError, Trouble) as error:
        kind: Kind = "nonsense" if gathering.begun else "unreached"
        if watch.cut or isinstance(error, httpx.TimeoutException):
            raise Again(kind, "timeout") from None
        if isinstance(error, Trouble):
            raise
        broken = "the stream broke off" if gathering.begun else f"no connection ({type(error).__name__})"
        raise Again(kind, broken) from None


def _whole(chunks: Iterator[bytes]) -> bytes:
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > MAX_ANSWER:
            raise Trouble("nonsense", "answer too long")
    return bytes(data)


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        answer = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise Trouble("nonsense", "the answer is not JSON") from None
    if not isinstance(answer, dict):
        raise Trouble("nonsense", "the answer is no JSON object")
    look(answer)
    return answer
