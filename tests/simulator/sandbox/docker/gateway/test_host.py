"""The talk with a host that is slow, or gone."""

from __future__ import annotations

import http.client
import threading

import pytest
from gateway.host import parsed

from .conftest import WAIT, Rig, data, talk


def test_a_slow_host_holds_clients_up_and_loses_nothing(rig: Rig) -> None:
    port = rig.port()
    rig.host.reading.clear()
    answers: list[bytes] = []

    def send(n: int) -> None:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)
        client.request("POST", f"/{n}", bytes([n]) * 6_000_000)
        answers.append(client.getresponse().read())

    clients = [threading.Thread(target=send, args=(n,)) for n in range(5)]
    for client in clients:
        client.start()
    clients[0].join(0.5)
    assert answers == []
    rig.host.reading.set()
    for client in clients:
        client.join()
    told = {m["target"]: data(m, "body") for m in rig.host.told("http")}
    assert told == {f"/{n}": bytes([n]) * 6_000_000 for n in range(5)}
    assert len(answers) == 5


def test_answers_to_nothing_are_ignored(rig: Rig) -> None:
    rig.host.send({"t": "answer", "id": 99, "status": 200})
    rig.host.send({"t": "unknown"})
    assert talk(rig.port(), b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("line", [b"[]", b"7", b"{", b""])
def test_a_line_that_is_no_message(line: bytes) -> None:
    with pytest.raises(ValueError, match=r"object|Expecting"):
        parsed(line)
