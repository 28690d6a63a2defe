"""What went one way in pieces, kept until it can be read. Bounded in ways, in bytes, in how often it is searched."""

from __future__ import annotations

from typing import NamedTuple

from fauxcorp.enrich.flow import Flow, is_deflated
from fauxcorp.enrich.looks import marked, packed, reads_as_text
from fauxcorp.enrich.runs import coded_runs, decoded

LANE = 8 * 1024
"""Bytes of what went to one place before that a new piece is put together with."""
PACKED = 2 * 1024 * 1024
"""The same for something packed, which can be read from its beginning only."""
ALL_PACKED = 16 * 1024 * 1024
"""Bytes of all that is packed."""
MAX_LANES = 200
_SMALL = 1024
"""Bytes that are searched whole with each new piece."""
_OVERLAP = 512
"""Bytes before a new piece that are searched with it, where it is not yet time to search all."""
_HEAD = 128
_UNREAD = "?"
_FLOWS = ("hex", "base64", "base32")

Key = tuple[str, str]
"""The place, and the way to it."""


class Lane(NamedTuple):
    """What went one way so far."""

    data: bytes
    packed: bool = False
    waiting: int = 0
    """Bytes that came since all of it was searched."""
    told: frozenset[int] = frozenset()
    """The tokens that were found in something packed, which stays."""
    flow: Flow | None = None
    """Reads it as it comes, where that can be done."""


class Search(NamedTuple):
    """What is to be searched now; `data` is empty if there is nothing."""

    data: bytes = b""
    how: str = "pieces"
    """The way that it came together."""
    told: frozenset[int] = frozenset()
    """The tokens that this was told of before."""


_NOTHING = Search()


class Lanes:
    """All ways of one episode."""

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        self._kept: dict[Key, Lane] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def fork(self) -> Lanes:
        """The same state, changing on its own."""
        other = Lanes()
        other._kept = {k: v._replace(flow=v.flow.copy()) if v.flow is not None else v for k, v in self._kept.items()}
        return other

    def join(self, key: Key, data: bytes, *, found: bool, tokens: frozenset[int] = frozenset()) -> Search:
        """Add a piece. Returns what to search for what only shows when pieces are put together.

        `found`: the piece shows something by itself, `tokens` among it; so it is no part of anything, unless of
        something packed.
        """
        lane = self._kept.get(key)
        if lane is not None and len(data) >= 8 and lane.data.endswith(data):
            return _NOTHING
        packing = _packing(data, surely=lane is not None) if len(data) >= 8 else None
        if packing is not None:
            self._keep(key, _started(data, packing, tokens))
            return _NOTHING
        if lane is None or not lane.packed:
            if found:
                self._kept.pop(key, None)
                return _NOTHING
            if len(data) > LANE:
                return _NOTHING
        if lane is None:
            self._keep(key, Lane(data))
            return _NOTHING
        return self._grown(key, lane, data)

    def read(self, key: Key, tokens: frozenset[int]) -> None:
        """Something was found in what `join` gave last: plain pieces have been read, what is packed goes on."""
        lane = self._kept.get(key)
        if lane is not None:
            self._kept[key] = lane._replace(told=lane.told | tokens) if lane.packed else Lane(b"")

    def _grown(self, key: Key, lane: Lane, data: bytes) -> Search:
        joined = lane.data + data
        waiting = lane.waiting + len(data)
        if len(joined) > PACKED:
            self._kept.pop(key, None)
            return _NOTHING
        packing = _packing(joined, surely=True) if not lane.packed and len(joined) <= _SMALL else None
        if packing is not None:
            lane = _started(joined, packing, lane.told)
            fresh: bytes | None = None
        else:
            fresh = lane.flow.feed(data) if lane.flow is not None else None
        ready = len(joined) <= _SMALL or waiting >= max(256, len(joined) // (8 if fresh is None else 2))
        kept = joined if lane.packed else joined[-LANE:]
        self._keep(key, lane._replace(data=kept, waiting=0 if ready else waiting))
        if not lane.data:
            return _NOTHING
        if ready:
            return Search(joined if lane.packed else joined[-2 * LANE :], told=lane.told)
        if lane.packed:
            how = "+".join(filter(None, ("pieces", lane.flow.encoding if lane.flow else "", "gzip")))
            return Search(fresh or b"", how, lane.told)
        return Search(joined[-len(data) - _OVERLAP :], told=lane.told)

    def _keep(self, key: Key, lane: Lane) -> None:
        if key not in self._kept and len(self._kept) >= MAX_LANES:
            self._kept.pop(next(iter(self._kept)))
        self._kept[key] = lane
        if lane.packed and len(lane.data) > _SMALL:
            self._slim(key)

    def _slim(self, key: Key) -> None:
        """Give up what is packed and has waited longest, if there is too much of it."""
        heavy = [k for k, lane in self._kept.items() if lane.packed]
        size = sum(len(self._kept[k].data) for k in heavy)
        for other in heavy:
            if size <= ALL_PACKED:
                return
            if other != key:
                size -= len(self._kept.pop(other).data)


def _started(data: bytes, packing: str, tokens: frozenset[int]) -> Lane:
    if packing == _UNREAD:
        return Lane(data, True, told=tokens)
    flow = Flow(packing)
    flow.feed(data)
    return Lane(data, True, told=tokens, flow=flow)


def _packing(data: bytes, *, surely: bool) -> str | None:
    """The encoding under which it begins as something packed does ('': none); None if it does not.

    `_UNREAD` for what is packed in a way that cannot be read before its end is there. `surely`: two bytes that may be
    there by chance, as zlib has them, do not count.
    """
    head = data[:_HEAD]
    begins = marked if surely else packed
    if begins(head) and not reads_as_text(head):
        return "" if is_deflated(head) else _UNREAD
    for name, child in decoded(head, coded_runs(head)):
        if begins(child):
            return name if is_deflated(child) and name in _FLOWS else _UNREAD
    return None
