"""Streams over a real socket: frames in any pieces, both ends that hang up, input that is not taken."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.errors import SandboxError
from fauxcorp.sandbox.docker.stream import STDERR, STDOUT, Stream


def frame(kind: int, data: bytes) -> bytes:
    return bytes([kind, 0, 0, 0]) + len(data).to_bytes(4, "big") + data


@pytest.fixture
def ends() -> Iterator[tuple[Stream, socket.socket]]:
    near, far = socket.socketpair()
    stream = Stream(near)
    yield stream, far
    stream.close()
    far.close()


def test_both_outputs_are_told_apart(ends: tuple[Stream, socket.socket]) -> None:
    stream, far = ends
    assert stream.read() == []
    far.sendall(frame(STDOUT, b"out") + frame(STDERR, b"err") + frame(STDOUT, b""))
    assert stream.wait(5)
    assert stream.read() == [(STDOUT, b"out"), (STDERR, b"err"), (STDOUT, b"")]
    assert not stream.over


@given(
    parts=st.lists(st.tuples(st.sampled_from([STDOUT, STDERR]), st.binary(max_size=300)), max_size=8),
    cuts=st.lists(st.integers(1, 40), min_size=1, max_size=40),
)
def test_frames_may_come_in_any_pieces(parts: list[tuple[int, bytes]], cuts: list[int]) -> None:
    near, far = socket.socketpair()
    stream = Stream(near)
    data = b"".join(frame(kind, content) for kind, content in parts)
    got = []
    at = n = 0
    while at < len(data):
        size = cuts[n % len(cuts)]
        far.sendall(data[at : at + size])
        at, n = at + size, n + 1
        got += stream.read()
    assert got == parts
    stream.close()
    far.close()


def test_the_other_end_hangs_up(ends: tuple[Stream, socket.socket]) -> None:
    stream, far = ends
    far.sendall(frame(STDOUT, b"last"))
    far.close()
    assert stream.read() == [(STDOUT, b"last")]
    assert stream.wait(5)
    assert stream.read() == []
    assert stream.over
    with pytest.raises(SandboxError, match="gone"):
        stream.write(b"x")


def test_much_is_written_while_much_comes(ends: tuple[Stream, socket.socket]) -> None:
    """Neither side reads before it has written: who only wrote would wait for ever."""
    stream, far = ends
    size = 4_000_000
    taken = bytearray()

    def other() -> None:
        far.sendall(frame(STDOUT, b"y" * size))
        while len(taken) < size:
            taken.extend(far.recv(65536))

    thread = threading.Thread(target=other)
    thread.start()
    came = stream.write(b"x" * size)
    thread.join(30)
    while not came:
        assert stream.wait(5)
        came += stream.read()
    assert bytes(taken) == b"x" * size
    assert came == [(STDOUT, b"y" * size)]


def test_input_that_is_not_taken_is_an_error(ends: tuple[Stream, socket.socket]) -> None:
    stream, _ = ends
    with pytest.raises(SandboxError, match="no more input"):
        stream.write(b"x" * 10_000_000, seconds=0.2)


def test_input_may_end_before_output(ends: tuple[Stream, socket.socket]) -> None:
    stream, far = ends
    stream.end_input()
    assert far.recv(10) == b""
    far.sendall(frame(STDOUT, b"still"))
    assert stream.wait(5)
    assert stream.read() == [(STDOUT, b"still")]
    stream.close()
    stream.close()
    assert stream.over
