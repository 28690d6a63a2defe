"""What leaves without a connection."""

from __future__ import annotations

import pytest
from gateway.packets import Packet

from .conftest import Box, Rig, data


def test_equal_packets_are_told_as_one_and_a_flood_at_once(rig: Rig) -> None:
    async def flood() -> None:
        for n in range(1_000):
            rig.datagrams.enter(Packet("udp", "192.0.2.1", 9, 17, b"%d" % (n // 5)))
        for n in range(700):
            rig.datagrams.enter(Packet("udp", "192.0.2.1", 10, 17, b"%d" % n))

    rig.call(flood())
    rig.host.sync()
    told = rig.host.told("datagram")
    assert [data(m, "data") for m in told if m["port"] == 9] == [b"%d" % n for n in range(200)]
    assert {m["count"] for m in told if m["port"] == 9} == {5}
    assert [data(m, "data") for m in told if m["port"] == 10] == [b"%d" % n for n in range(700)]


@pytest.mark.parametrize("ip", ["9.9.9.9", "2001:db8::9"])
def test_datagrams_are_told_whole_with_their_count(box: Box, ip: str) -> None:
    family = "AF_INET6" if ":" in ip else "AF_INET"
    program = (
        f"import socket; s = socket.socket(socket.{family}, socket.SOCK_DGRAM)\n"
        f"[s.sendto(b'same', ('{ip}', 999)) for _ in range(5)]\n"
        f"s.sendto(b'z' * 40000, ('{ip}', 1000))"
    )
    box.run(f'python3 -c "{program}"')
    assert [(m["proto"], m["ip"], m["count"]) for m in box.told("datagram", port=999)] == [("udp", ip, 5)]
    assert [data(m, "data") for m in box.told("datagram", port=1000)] == [b"z" * 40_000]


def test_a_ping_is_answered_and_told(box: Box) -> None:
    assert "1 received" in box.run("ping -c1 -W2 -p 6b6579 8.8.8.8")
    (told,) = box.told("datagram", proto="icmp")
    assert (told["ip"], told["kind"]) == ("8.8.8.8", 8)
    assert b"keykey" in data(told, "data")
    assert "1 received" in box.run("ping -6 -c1 -W2 2001:db8::8")
    assert [m["ip"] for m in box.told("datagram", proto="icmp6")] == ["2001:db8::8"]


def test_nothing_is_told_where_nothing_was_done(box: Box) -> None:
    box.run("true")
    assert [m["t"] for m in box.messages] == ["synced"]


def test_names_are_answered_by_whatever_server_is_asked(box: Box) -> None:
    assert box.run("dig +short +tries=1 drop.example @8.8.8.8").strip() == "192.0.2.7"
    assert box.run("dig +short +tries=1 drop.example AAAA @2001:db8::53").strip() == "2001:db8::7"
    assert [m["server"] for m in box.told("dns")] == ["2001:db8::53"]
    assert box.run("getent ahostsv4 h.example | head -1").split()[0] == "192.0.2.7"
    assert {m["server"] for m in box.told("dns")} == {"10.14.0.2"}
