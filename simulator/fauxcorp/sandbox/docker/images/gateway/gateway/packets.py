"""Reads IP packets: what they carry and where to."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from typing import NamedTuple

_IPV4, _IPV6 = 0x0800, 0x86DD
_ICMP, _IGMP, _UDP, _FRAGMENT, _ICMP6 = 1, 2, 17, 44, 58
_EXTENSIONS = frozenset({0, 43, 60})
_KERNELS_ICMP = frozenset({3, 11})
_KERNELS_ICMP6 = frozenset({1, 2, 3, 130, 131, 132, 133, 134, 135, 136, 137, 143})
"""Messages that the kernel sends by itself: errors, neighbours, groups."""
_KERNELS_LARGEST = 600
_OPEN = 64
_DATAGRAM = 65_535


class Packet(NamedTuple):
    """Something without a connection that left."""

    proto: str
    """udp, icmp, icmp6 or other."""
    ip: str
    port: int
    kind: int
    """ICMP's type, or the number of the protocol."""
    data: bytes


class Pieces:
    """Puts datagrams together that came in fragments; what stays incomplete is handed on as it is."""

    def __init__(self) -> None:
        self._open: OrderedDict[Hashable, dict[int, bytes]] = OrderedDict()
        self._sizes: dict[Hashable, int] = {}

    def add(self, key: Hashable, at: int, data: bytes, *, last: bool) -> bytes | None:
        """Enter a fragment; the whole, once it is there."""
        parts = self._open.setdefault(key, {})
        if at + len(data) <= _DATAGRAM:
            parts[at] = data
        if last:
            self._sizes[key] = at + len(data)
        whole = _joined(parts)
        if len(whole) != self._sizes.get(key, -1):
            return None
        self._drop(key)
        return whole

    def overdue(self) -> Iterator[tuple[Hashable, bytes]]:
        """What is given up because too many are open: its key, and what there is of it from its beginning."""
        while len(self._open) > _OPEN:
            key = next(iter(self._open))
            yield key, b"".join(self._open[key][at] for at in sorted(self._open[key]))
            self._drop(key)

    def _drop(self, key: Hashable) -> None:
        del self._open[key]
        self._sizes.pop(key, None)


def _joined(parts: dict[int, bytes]) -> bytes:
    out = b""
    for at in sorted(parts):
        if at > len(out):
            break
        out += parts[at][len(out) - at :]
    return out


def read_packet(ethertype: int, data: bytes, pieces: Pieces) -> Iterator[Packet]:
    """The packets that are complete with this one: none, one, or more."""
    if ethertype == _IPV4 and len(data) >= 20:
        yield from _v4(data, pieces)
    elif ethertype == _IPV6 and len(data) >= 40:
        yield from _v6(data, pieces)
    else:
        yield Packet("other", "", 0, ethertype, data)


def _v4(data: bytes, pieces: Pieces) -> Iterator[Packet]:
    head = (data[0] & 15) * 4
    size = int.from_bytes(data[2:4], "big") or len(data)
    ip = str(ipaddress.IPv4Address(data[16:20]))
    body = data[head : max(head, size)]
    fragment = int.from_bytes(data[6:8], "big")
    if fragment & 0x3FFF:
        key = (data[9], ip, data[12:16], data[4:6])
        yield from _assembled(pieces, key, (fragment & 0x1FFF) * 8, body, last=not fragment & 0x2000)
        return
    yield from _carried(data[9], ip, body)


def _v6(data: bytes, pieces: Pieces) -> Iterator[Packet]:
    ip = str(ipaddress.IPv6Address(data[24:40]))
    size = int.from_bytes(data[4:6], "big")
    kind, body = data[6], data[40 : 40 + size] if size else data[40:]
    while kind in _EXTENSIONS and len(body) >= 8:
        kind, body = body[0], body[(body[1] + 1) * 8 :]
    if kind == _FRAGMENT and len(body) >= 8:
        place = int.from_bytes(body[2:4], "big")
        key = (body[0], ip, data[8:24], body[4:8])
        yield from _assembled(pieces, key, place & 0xFFF8, body[8:], last=not place & 1)
        return
    yield from _carried(kind, ip, body)


def _assembled(
    pieces: Pieces, key: tuple[int, str, bytes, bytes], at: int, body: bytes, *, last: bool
) -> Iterator[Packet]:
    whole = pieces.add(key, at, body, last=last)
    if whole is not None:
        yield from _carried(key[0], key[1], whole)
    for given_up, data in pieces.overdue():
        if isinstance(given_up, tuple):
            yield Packet("other", str(given_up[1]), 0, int(given_up[0]), data)


def _carried(kind: int, ip: str, body: bytes) -> Iterator[Packet]:
    if kind == _UDP and len(body) >= 8:
        yield Packet("udp", ip, int.from_bytes(body[2:4], "big"), kind, body[8:])
    elif kind in (_ICMP, _ICMP6) and len(body) >= 4:
        own = _KERNELS_ICMP if kind == _ICMP else _KERNELS_ICMP6
        if body[0] not in own or len(body) > _KERNELS_LARGEST:
            yield Packet("icmp" if kind == _ICMP else "icmp6", ip, 0, body[0], body[8:])
    elif kind != _IGMP or len(body) > _KERNELS_LARGEST:
        yield Packet("other", ip, 0, kind, body)
