"""JSON Lines over a stream: whole messages whatever the pieces, and a clear word when the peer is lost."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from fauxcorp.errors import SandboxError
from fauxcorp.sandbox.docker.link import Link
from fauxcorp.sandbox.docker.stream import STDERR, STDOUT, Stream


class Peer:
    """The far end of a link."""

    def __init__(self) -> None:
        near, self.socket = socket.socketpair()
        self.link = Link(Stream(near), "the peer")

    def say(self, data: bytes, kind: int = STDOUT) -> None:
        self.socket.sendall(bytes([kind, 0, 0, 0]) + len(data).to_bytes(4, "big") + data)


@pytest.fixture
def peer() -> Iterator[Peer]:
    made = Peer()
    yield made
    made.link.close()
    made.socket.close()


def test_messages_come_whole_and_in_order(peer: Peer) -> None:
    assert peer.link.receive() == []
    peer.say(b'{"a":1}\n\n{"b":')
    assert peer.link.receive(5) == [{"a": 1}]
    assert not peer.link.ready
    peer.say(b"2}\n")
    peer.say(b'{"c":"\xc3\xa9"}\n')
    assert peer.link.receive(5) == [{"b": 2}, {"c": "é"}]
    assert peer.link.receive(0.01) == []


def test_a_question_is_one_line_and_waits_for_its_answer(peer: Peer) -> None:
    peer.say(b'{"n":1}\n{"n":2}\n')
    assert peer.link.ask({"q": "ä\n"}) == {"n": 1}
    assert json.loads(peer.socket.recv(100)) == {"q": "ä\n"}
    assert peer.link.ready
    assert peer.link.receive() == [{"n": 2}]
    with pytest.raises(SandboxError, match="the peer does not answer"):
        peer.link.ask({}, 0.05)


def test_a_lost_peer_is_named_with_its_last_words(peer: Peer) -> None:
    peer.say(b'{"last":true}\n')
    peer.say(b"Traceback\nOSError: no space\n", STDERR)
    peer.socket.close()
    assert peer.link.receive(5) == [{"last": True}]
    with pytest.raises(SandboxError, match="the peer is lost: OSError: no space"):
        peer.link.receive(5)
    with pytest.raises(SandboxError, match="the peer is lost"):
        peer.link.send({})


@pytest.mark.parametrize("line", [b"nonsense", b"[1]", b'{"a":', b"\xff"])
def test_what_is_no_message_is_an_error(peer: Peer, line: bytes) -> None:
    peer.say(line + b"\n")
    with pytest.raises(SandboxError, match="what is no message"):
        peer.link.receive(5)
