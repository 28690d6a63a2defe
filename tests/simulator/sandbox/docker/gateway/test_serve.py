"""Connections of all other kinds, and of none."""

from __future__ import annotations

import hashlib
import socket
import struct
from collections.abc import Callable

import pytest

from .conftest import WAIT, Rig, data, talk


def test_a_stream_in_no_known_protocol_is_told_whole(rig: Rig) -> None:
    said = bytes(range(256)) * 40
    talk(rig.port("192.0.2.66", 4444), said)
    opened, closed = rig.host.wait("open"), rig.host.wait("close")
    assert (opened["proto"], opened["ip"], opened["port"]) == ("tcp", "192.0.2.66", 4444)
    assert (closed["conn"], closed["kind"], closed["bytes_in"]) == (opened["conn"], "raw", len(said))
    assert (closed["raw_at"], data(closed, "raw")) == (0, said)
    assert closed["sha256"] == hashlib.sha256(said).hexdigest()
    assert data(closed, "first") == said[:4096]


def test_a_connection_that_says_nothing_is_told(rig: Rig) -> None:
    talk(rig.port())
    assert [m["t"] for m in rig.host.sync()] == ["open", "close"]


def test_a_connection_that_is_reset_is_told(rig: Rig) -> None:
    sock = socket.create_connection(("127.0.0.1", rig.port()), WAIT)
    sock.sendall(b"\x00then gone")
    rig.host.sync()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()
    assert rig.host.wait("close")["bytes_in"] == 10


def test_a_long_stream_is_told_in_pieces_up_to_the_limit(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(stream=1_000_000)
    said = bytes(n % 251 for n in range(2_500_000))
    talk(rig.port(), said)
    closed = rig.host.wait("close")
    pieces = [(m["at"], data(m, "data")) for m in rig.host.told("progress")] + [(closed["raw_at"], data(closed, "raw"))]
    whole = b""
    for at, piece in pieces:
        assert at == len(whole)
        whole += piece
    assert whole == said[:1_000_000]
    assert (closed["bytes_in"], closed["sha256"]) == (len(said), hashlib.sha256(said).hexdigest())


def test_another_protocol_on_the_port_of_ssh_is_told_all_the_same(rig: Rig) -> None:
    talk(rig.port(port=22), b"dump of the ledger\n" * 100)
    assert data(rig.host.wait("close"), "raw") == b"dump of the ledger\n" * 100


@pytest.mark.parametrize("port", [25, 22, 21, 53, 80, 443, 465])
@pytest.mark.parametrize("said", [b"\x00\x01\x02", b"GE", b"\x16", b"\x16\x03", b"EH", b"\r\n\r\n", b"\xff" * 300])
def test_no_beginning_on_any_port_is_lost(rig: Rig, port: int, said: bytes) -> None:
    talk(rig.port(port=port), said)
    closed = rig.host.wait("close")
    assert (closed["bytes_in"], data(closed, "first")) == (len(said), said)


def test_beyond_the_number_of_connections_they_are_told_and_ended(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(connections=3)
    port = rig.port()
    held = [socket.create_connection(("127.0.0.1", port), WAIT) for _ in range(3)]
    rig.host.wait("open", 3)
    assert talk(port, b"one more") == b""
    assert rig.host.wait("close")["conn"] == 4
    for sock in held:
        sock.close()
    rig.host.wait("close", 4)


def test_hundreds_of_idle_connections_are_held(rig: Rig) -> None:
    port = rig.port()
    held = [socket.create_connection(("127.0.0.1", port), WAIT) for _ in range(400)]
    rig.host.wait("open", 400)
    assert talk(port, b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 200")
    for sock in held:
        sock.close()
    rig.host.wait("close", 401)
    assert rig.gate.connections == {}


def test_a_client_of_rsync_says_what_it_wants_and_is_turned_away(rig: Rig) -> None:
    said = b"@RSYNCD: 31.0 md5\nbackup\n"
    assert talk(rig.port(port=873), said) == b"@RSYNCD: 31.0\n@ERROR: Unknown module 'backup'\n"
    assert data(rig.host.wait("close"), "raw") == said


def test_gits_own_protocol_is_turned_away(rig: Rig) -> None:
    said = b"0032git-upload-pack /o/r.git\0host=git.example\0"
    assert talk(rig.port(port=9418), said) == b"003aERR access denied or repository not exported: /o/r.git"
    assert data(rig.host.wait("close"), "raw") == said
