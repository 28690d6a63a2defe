"""Runs as a container's first process: `python3 -m gateway`, talking on its standard streams."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from typing import Any

from gateway.barrier import Barrier
from gateway.certificates import Authority
from gateway.datagrams import Datagrams, NameServer, name_socket, packet_socket
from gateway.gate import Gate
from gateway.host import MAX_LINE, Host, Message, parsed
from gateway.kernel import give_up_rights, many_files, new_network, rights_left
from gateway.limits import Limits
from gateway.network import (
    LISTEN_PORT,
    OUTSIDE,
    NetworkError,
    Plan,
    as_named,
    before_redirect,
    has_ipv6,
    join,
    listener,
    open_ways,
    take_all,
)  # fmt: skip
from gateway.serve import Server

_CHUNK = 65_536


def main() -> int:
    """Read the first line, set up both networks, then serve until told to stop. Returns the exit status."""
    line, rest = _first_line()
    if not line:
        return 0
    try:
        start = parsed(line)
        plan = Plan.read(start, ipv6=has_ipv6())
        # These belong to the network that others join; made here, they can be served from the other one.
        own = [listener(socket.AF_INET, "127.0.0.1", 25)]
        if plan.address6:
            own.append(listener(socket.AF_INET6, "::1", 25))
        return _parent(start, plan, own, rest)
    except (OSError, ValueError, NetworkError) as e:
        _say({"t": "failed", "why": str(e)})
        return 1


def _first_line() -> tuple[bytes, bytes]:
    data = b""
    while b"\n" not in data:
        more = os.read(0, _CHUNK)
        if not more:
            return b"", b""
        data += more
    line, _, rest = data.partition(b"\n")
    return line, rest


def _say(message: Message) -> None:
    # On a line of its own, whatever stood there when a writer died.
    os.set_blocking(1, True)
    os.write(1, b"\n" + json.dumps(message).encode() + b"\n")


def _parent(start: Message, plan: Plan, own: list[socket.socket], rest: bytes) -> int:
    """Set up A around a child that sets up B and serves there; then wait for its end."""
    mine, childs = socket.socketpair()
    child = os.fork()
    if child == 0:
        mine.close()
        # Leaves here and nowhere else: the parent's frames below are not the child's to return to.
        os._exit(_child(start, plan, own, rest, childs))
    childs.close()
    for sock in own:
        sock.close()
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGKILL))
    _hear(mine, b"alone")
    join(plan, child)
    mine.sendall(b"joined\n")
    _hear(mine, b"served")
    open_ways(plan)
    give_up_rights()
    if left := rights_left():
        raise OSError(f"rights are left: {left}")
    mine.sendall(b"open\n")
    return _wait(child)


def _wait(child: int) -> int:
    while True:
        try:
            pid, status = os.wait()
        except ChildProcessError:
            return 1
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            if code:
                _say({"t": "dead", "why": f"ended with {code}"})
            return 1 if code else 0


def _hear(channel: socket.socket, word: bytes) -> None:
    heard = b""
    while not heard.endswith(b"\n"):
        part = channel.recv(4_096)
        if not part:
            raise NetworkError(f"the other side ended before it was {word.decode()}")
        heard += part
    if heard.strip() != word:
        raise NetworkError(heard.decode("utf-8", "replace").strip())


def _child(start: Message, plan: Plan, own: list[socket.socket], rest: bytes, channel: socket.socket) -> int:
    """Set up B, give up all rights, serve."""
    try:
        new_network()
        channel.sendall(b"alone\n")
        _hear(channel, b"joined")
        take_all(plan)
        many_files()
        authority = Authority(str(start.get("ca_pem", "")).encode(), str(start.get("ca_key_pem", "")).encode())
        sockets = _Sockets(own, ipv6=bool(plan.address6))
        give_up_rights()
        if left := rights_left():
            raise OSError(f"rights are left: {left}")
        channel.sendall(b"served\n")
    except (OSError, ValueError, NetworkError) as e:
        channel.sendall(str(e).replace("\n", " ").encode() + b"\n")
        return 1
    asyncio.run(_serve(start, authority, sockets, rest, channel))
    return 0


class _Sockets:
    """All that B listens on, made while that is allowed."""

    def __init__(self, own: list[socket.socket], *, ipv6: bool) -> None:
        self.own = own
        families = [(socket.AF_INET, "0.0.0.0")] + ([(socket.AF_INET6, "::")] if ipv6 else [])
        self.tcp = [listener(family, address, LISTEN_PORT) for family, address in families]
        self.names = [name_socket(family, address, 53, transparent=True) for family, address in families]
        self.packets = packet_socket(OUTSIDE)
        self.ipv6 = ipv6


async def _serve(start: Message, authority: Authority, sockets: _Sockets, rest: bytes, channel: socket.socket) -> None:
    limits = Limits.read(start.get("limits"))
    host = await Host.over(sys.stdout.buffer, limits.answer_seconds)
    gate = Gate(host, authority, limits)
    server = Server(gate, str(start.get("hostname") or socket.gethostname()))
    datagrams = Datagrams(gate)
    names = NameServer(gate, datagrams)
    held: list[Any] = [await server.listen(sock, before_redirect) for sock in sockets.tcp]
    held += [await server.listen(sock, as_named) for sock in sockets.own]
    for sock in sockets.names:
        names.watch(sock)
    datagrams.watch(sockets.packets)
    lines = await _stdin(rest)
    # Blocks, but not for long: the other side has its routes to set, nothing else.
    _hear(channel, b"open")
    host.tell({"t": "ready", "ipv6": sockets.ipv6})
    await host.listen(lines, Barrier(gate, datagrams.flush), gate.own.know)
    os._exit(0)


async def _stdin(rest: bytes) -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=MAX_LINE)
    reader.feed_data(rest)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer)
    return reader


if __name__ == "__main__":
    sys.exit(main())
