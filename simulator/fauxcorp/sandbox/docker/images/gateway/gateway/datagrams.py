"""What leaves without a connection: DNS over UDP is answered, all other packets are told of."""

from __future__ import annotations

import asyncio
import ctypes
import ipaddress
import socket
import struct
from typing import Any

from gateway.gate import Gate
from gateway.host import b64
from gateway.limits import DATAGRAM_KINDS
from gateway.names import resolve
from gateway.packets import Packet, Pieces, read_packet

_FLUSH_SECONDS = 0.05
_HELD_BYTES = 4_194_304
_AT_ONCE = 512
"""Packets that are taken in before others get their turn."""
_LARGEST = 65_600
_RECEIVE_BUFFER = 16_777_216

_SOL_PACKET = 263
_PACKET_IGNORE_OUTGOING = 23
_SO_ATTACH_FILTER = 26
_SO_RCVBUFFORCE = 33
_IP_PKTINFO = 8
_IP_TRANSPARENT = 19
_IPV6_TRANSPARENT = 75
_OUTGOING = 4

# Everything but TCP and ARP, which the kernel's own sockets and tables deal with.
_FILTER = (
    (0x28, 0, 0, 0xFFFFF000), (0x15, 0, 2, 0x0800), (0x30, 0, 0, 9), (0x15, 4, 5, 6),
    (0x15, 0, 2, 0x86DD), (0x30, 0, 0, 6), (0x15, 1, 2, 6), (0x15, 0, 1, 0x0806), (0x06, 0, 0, 0),
    (0x06, 0, 0, 0xFFFFFFFF),
)  # fmt: skip


class Datagrams:
    """Collects packets and tells of them in order, equal ones that follow each other as one with a count."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._held: list[tuple[Packet, int]] = []
        self._bytes = 0
        self._pieces = Pieces()
        self._timer: asyncio.TimerHandle | None = None

    def enter(self, packet: Packet) -> None:
        """Take a packet in."""
        self._gate.host.beat()
        last, count = self._held[-1] if self._held else (None, 0)
        if packet == last:
            self._held[-1] = packet, count + 1
        else:
            self._bytes += len(packet.data)
            self._held.append((packet, 1))
        if len(self._held) >= DATAGRAM_KINDS or self._bytes > _HELD_BYTES:
            self.flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_FLUSH_SECONDS, self.flush)

    def flush(self) -> None:
        """Tell what is held."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        held, self._held, self._bytes = self._held, [], 0
        for packet, count in held:
            self._gate.host.tell({
                "t": "datagram", "proto": packet.proto, "ip": packet.ip, "port": packet.port, "kind": packet.kind,
                "data_b64": b64(packet.data), "count": count,
            })  # fmt: skip

    def watch(self, sock: socket.socket) -> None:
        """Take in what a packet socket sees."""
        asyncio.get_running_loop().add_reader(sock.fileno(), self._arrived, sock)

    def _arrived(self, sock: socket.socket) -> None:
        for _ in range(_AT_ONCE):
            try:
                data, address = sock.recvfrom(_LARGEST)
            except OSError:
                return
            if address[2] == _OUTGOING:
                continue
            for packet in read_packet(address[1], data, self._pieces):
                if packet.proto != "udp" or packet.port != 53:
                    self.enter(packet)


class NameServer:
    """Answers DNS over UDP, from the address that was asked."""

    def __init__(self, gate: Gate, datagrams: Datagrams) -> None:
        self._gate = gate
        self._datagrams = datagrams
        self._tasks: set[asyncio.Task[None]] = set()

    def watch(self, sock: socket.socket) -> None:
        """Answer what reaches a bound socket."""
        asyncio.get_running_loop().add_reader(sock.fileno(), self._arrived, sock)

    def _arrived(self, sock: socket.socket) -> None:
        for _ in range(_AT_ONCE):
            try:
                data, info, _, client = sock.recvmsg(_LARGEST, 256)
            except OSError:
                return
            self._gate.host.beat()
            server, back = _asked_at(info, sock)
            task = asyncio.ensure_future(self._answer(sock, data, server, back, client))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _answer(
        self, sock: socket.socket, data: bytes, server: str, back: list[tuple[int, int, bytes]], client: Any
    ) -> None:
        try:
            reply = await resolve(self._gate, data, server, tcp=False)
        except ValueError:
            self._datagrams.enter(Packet("udp", server, 53, 0, data))
            return
        try:
            sock.sendmsg([reply], back, 0, client)
        except OSError:
            # The client is gone, or takes nothing: as on any network, it has to ask again.
            return


def _asked_at(info: list[tuple[int, int, bytes]], sock: socket.socket) -> tuple[str, list[tuple[int, int, bytes]]]:
    """The address that a datagram was sent to, and what makes the reply come from there."""
    for level, kind, data in info:
        if level == socket.IPPROTO_IP and kind == _IP_PKTINFO:
            address = data[8:12]
            return socket.inet_ntoa(address), [(level, kind, struct.pack("=I4s4s", 0, address, b"\0" * 4))]
        if level == socket.IPPROTO_IPV6 and kind == socket.IPV6_PKTINFO:
            return str(ipaddress.IPv6Address(data[:16])), [(level, kind, data)]
    return str(sock.getsockname()[0]), []


def name_socket(family: int, address: str, port: int, *, transparent: bool) -> socket.socket:
    """A socket for `NameServer`. `transparent`: replies may have any source; needs the right to administrate."""
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
    else:
        sock.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)
    if transparent and family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, _IPV6_TRANSPARENT, 1)
    elif transparent:
        sock.setsockopt(socket.IPPROTO_IP, _IP_TRANSPARENT, 1)
    sock.bind((address, port))
    sock.setblocking(False)
    return sock


def packet_socket(interface: str) -> socket.socket:
    """A socket that sees all that arrives at an interface but TCP. Needs the right to raw sockets."""
    # Nothing may come in before the filter is there: bound to a protocol only then.
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
    code = b"".join(struct.pack("=HBBI", *step) for step in _FILTER)
    held = ctypes.create_string_buffer(code)
    program = struct.pack("@HP", len(_FILTER), ctypes.addressof(held))
    sock.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)
    sock.setsockopt(_SOL_PACKET, _PACKET_IGNORE_OUTGOING, 1)
    sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _RECEIVE_BUFFER)
    sock.setblocking(False)
    sock.bind((interface, 3))
    return sock
