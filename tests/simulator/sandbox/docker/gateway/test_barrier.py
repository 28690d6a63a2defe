"""The barrier: what has arrived is told before the answer to `sync`."""

from __future__ import annotations

import socket
import threading

from .conftest import WAIT, Rig, data, talk


def test_all_that_a_client_did_is_told_before_the_answer(rig: Rig) -> None:
    port = rig.port()
    for n in range(60):
        talk(port, b"GET /%d HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" % n)
        told = rig.host.sync()
        assert sum(m["t"] == "http" for m in told) == n + 1
        assert sum(m["t"] == "close" for m in told) == n + 1


def test_what_is_sent_without_waiting_for_an_answer_is_told_too(rig: Rig) -> None:
    port = rig.port()
    for n in range(60):
        with socket.create_connection(("127.0.0.1", port), WAIT) as sock:
            sock.sendall(b"\x00%d" % n)
        assert sum(m["t"] == "close" for m in rig.host.sync()) == n + 1


def test_a_connection_that_stays_open_is_told_as_far_as_it_went(rig: Rig) -> None:
    with socket.create_connection(("127.0.0.1", rig.port()), WAIT) as sock:
        sock.sendall(b"\x00first ")
        rig.host.sync()
        sock.sendall(b"second")
        rig.host.sync()
        rig.host.sync()
    closed = rig.host.wait("close")
    told = [(m["at"], data(m, "data"), m["bytes_in"]) for m in rig.host.told("progress")]
    assert told == [(0, b"\x00first ", 7), (7, b"second", 13)]
    assert (closed["raw_at"], data(closed, "raw"), closed["bytes_in"]) == (13, b"", 13)


def test_many_at_once_are_each_answered(rig: Rig) -> None:
    for token in ("a", "b", "c"):
        rig.host.send({"t": "sync", "token": token})
    for token in ("a", "b", "c"):
        rig.host.wait("synced", token=token)


def test_a_client_that_never_stops_is_not_waited_for_without_end(rig: Rig) -> None:
    stop = threading.Event()

    def pour() -> None:
        with socket.create_connection(("127.0.0.1", rig.port()), WAIT) as sock:
            while not stop.is_set():
                sock.sendall(b"\x00" * 10_000)

    pouring = threading.Thread(target=pour)
    pouring.start()
    try:
        rig.host.wait("open")
        rig.host.sync()
    finally:
        stop.set()
        pouring.join()
