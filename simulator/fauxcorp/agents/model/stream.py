"""Streams of server-sent events, put together into the answer that would have come in one piece.

Read here and not by a library: the format is two dozen lines, and what matters are limits on all that a server may
send, which the known readers do not have.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import orjson

from fauxcorp.agents.model.trouble import Again, Trouble, look

MAX_LINE = 16 * 1024 * 1024
"""Bytes of one line: Responses end with the whole answer in one."""
MAX_STREAM = 128 * 1024 * 1024
"""Bytes of a stream: some wrap each word of an answer into 300."""
MAX_EVENTS = 1_000_000
DONE = b"[DONE]"


class Event(NamedTuple):
    """One event of a stream."""

    name: str
    data: bytes


class Gathering(ABC):
    """An answer that comes in pieces."""

    begun = False
    """Something came."""
    over = False
    """Nothing further is to come."""

    @abstractmethod
    def take(self, kind: str, event: dict[str, Any]) -> None:
        """Take an event in. May raise KeyError, TypeError, ValueError or AttributeError for one that is none."""

    @abstractmethod
    def whole(self) -> dict[str, Any] | None:
        """The answer as it comes in one piece; None if something is missing. May raise as `take`."""


def gather(chunks: Iterable[bytes], gathering: Gathering) -> dict[str, Any]:
    """The answer that a stream brings; reads no further than its end. Raises Trouble."""
    for event in events(chunks):
        gathering.begun = True
        if event.data.strip() == DONE:
            gathering.over = True
            break
        try:
            payload = orjson.loads(event.data)
        except orjson.JSONDecodeError:
            raise Trouble("nonsense", "an event of the stream is not JSON") from None
        if not isinstance(payload, dict):
            raise Trouble("nonsense", "an event of the stream is no JSON object")
        look(payload)
        try:
            gathering.take(event.name, payload)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Trouble("nonsense", "an event of the stream is not as the API has it") from None
        if gathering.over:
            break
    try:
        answer = gathering.whole()
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Trouble("nonsense", "the stream is not as the API has it") from None
    if answer is None:
        raise Again("nonsense", "the stream broke off" if gathering.begun else "an empty stream")
    look(answer)
    return answer


def events(chunks: Iterable[bytes]) -> Iterator[Event]:
    """The events of a stream (HTML standard, 9.2.6), without ids. One that is not ended by a blank line is none."""
    name, data, held, number = "", list[bytes](), 0, 0
    for line in lines(chunks):
        if not line:
            if data:
                number += 1
                if number > MAX_EVENTS:
                    raise Trouble("nonsense", f"a stream of more than {MAX_EVENTS:,} events")
                yield Event(name, b"\n".join(data))
            name, data, held = "", [], 0
            continue
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            held += len(value) + 1
            if held > MAX_LINE:
                raise Trouble("nonsense", "an event of the stream is too long")
            data.append(value)
        elif field == b"event":
            name = value.decode("utf-8", "replace")


def lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a stream: ended by LF, CR or both. What follows the last end is left out."""
    held, total = list[bytes](), 0
    for chunk in filter(None, _marked(chunks)):
        total += len(chunk)
        if total > MAX_STREAM:
            raise Trouble("nonsense", "answer too long")
        # A CR at the end may be half of an end.
        half = bool(held) and held[-1].endswith(b"\r")
        held.append(chunk)
        if not half and b"\n" not in chunk and b"\r" not in chunk:
            if sum(map(len, held)) > MAX_LINE:
                raise Trouble("nonsense", "a line of the stream is too long")
            continue
        found = b"".join(held).splitlines(keepends=True)
        held = [] if found[-1].endswith(b"\n") else [found.pop()]
        yield from (line.rstrip(b"\r\n") for line in found)
    if held and held[-1].endswith(b"\r"):
        yield b"".join(held).rstrip(b"\r")


def _marked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks without the mark of UTF-8 that may stand before all."""
    first = True
    for chunk in chunks:
        yield chunk.removeprefix(b"\xef\xbb\xbf") if first else chunk
        first = first and not chunk
