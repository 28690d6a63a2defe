"""A link that is read by a thread: one kind goes aside, the rest waits, whoever sends and whatever is lost."""

from __future__ import annotations

import json
import select
import socket
import threading
from collections.abc import Iterator
from queue import SimpleQueue
from typing import Any

import pytest

from fauxcorp.errors import SandboxError
from fauxcorp.sandbox.docker.link import Link
from fauxcorp.sandbox.docker.stream import STDERR, STDOUT, Stream


class Peer:
    """The far end of a link, and what went aside at the near one."""

    def __init__(self) -> None:
        near, self.socket = socket.socketpair()
        self.link = Link(Stream(near), "the peer")
        self.aside: SimpleQueue[dict[str, Any]] = SimpleQueue()

    def say(self, data: bytes, kind: int = STDOUT) -> None:
        self.socket.sendall(bytes([kind, 0, 0, 0]) + len(data).to_bytes(4, "big") + data)


@pytest.fixture
def peer() -> Iterator[Peer]:
    made = Peer()
    yield made
    made.link.close()
    made.link.close()
    made.socket.close()


def test_one_kind_goes_aside_while_the_owner_does_nothing(peer: Peer) -> None:
    peer.say(b'{"t":"a","n":1}\n')
    assert peer.link.receive(5) == [{"t": "a", "n": 1}]
    peer.link.divert("own", peer.aside.put)
    peer.say(b'{"t":"own","n":2}\n{"t":"a","n":3}\n{"t":"own"')
    assert peer.aside.get(timeout=5) == {"t": "own", "n": 2}
    assert select.select([peer.link], [], [], 5)[0] == [peer.link]
    assert peer.link.ready
    assert peer.link.receive() == [{"t": "a", "n": 3}]
    assert peer.link.receive(0.01) == []
    assert not peer.link.ready
    peer.say(b',"n":4}\n')
    assert peer.aside.get(timeout=5) == {"t": "own", "n": 4}


def test_many_threads_send_while_much_comes(peer: Peer) -> None:
    peer.link.divert("own", peer.aside.put)
    count, large = 40, "x" * 100_000
    threads = [threading.Thread(target=peer.link.send, args=({"n": n, "text": large},)) for n in range(count)]
    taken = bytearray()

    def other() -> None:
        while taken.count(b"\n") < count:
            peer.say(b'{"t":"a","text":"%s"}\n' % large.encode())
            taken.extend(peer.socket.recv(1_000_000))

    threads.append(threading.Thread(target=other))
    for thread in threads:
        thread.start()
    got = 0
    while any(thread.is_alive() for thread in threads):
        got += len(peer.link.receive(0.05))
    got += len(peer.link.receive(0.5))
    assert got > 0
    assert sorted(json.loads(line)["n"] for line in taken.splitlines()) == list(range(count))


def test_a_lost_peer_is_noticed_with_what_it_said_last(peer: Peer) -> None:
    peer.link.divert("own", peer.aside.put)
    peer.say(b'{"t":"a"}\n')
    peer.say(b"OSError: no space\n", STDERR)
    peer.socket.close()
    assert peer.link.receive(5) == [{"t": "a"}]
    with pytest.raises(SandboxError, match="the peer is lost: OSError: no space"):
        peer.link.receive(5)
    with pytest.raises(SandboxError, match="the peer is lost"):
        peer.link.send({})


def test_what_is_no_message_is_an_error_of_the_owners(peer: Peer) -> None:
    peer.link.divert("own", peer.aside.put)
    peer.say(b'{"t":"own"}\nnonsense\n')
    with pytest.raises(SandboxError, match="what is no message"):
        peer.link.receive(5)
