"""Packets without a connection."""

from __future__ import annotations

import ipaddress

from gateway.packets import Packet, Pieces, read_packet
from hypothesis import given
from hypothesis import strategies as st

V4, V6 = 0x0800, 0x86DD
TO4, TO6 = "192.0.2.9", "2001:db8::9"


def v4(kind: int, body: bytes, fragment: int = 0, number: int = 7) -> bytes:
    size = (20 + len(body)).to_bytes(2, "big")
    head = b"\x45\0" + size + number.to_bytes(2, "big") + fragment.to_bytes(2, "big") + bytes([64, kind]) + b"\0\0"
    return head + ipaddress.ip_address("10.0.0.1").packed + ipaddress.ip_address(TO4).packed + body


def v6(kind: int, body: bytes) -> bytes:
    head = b"\x60\0\0\0" + len(body).to_bytes(2, "big") + bytes([kind, 64])
    return head + ipaddress.ip_address("fd00::1").packed + ipaddress.ip_address(TO6).packed + body


def udp(port: int, data: bytes) -> bytes:
    return b"\x30\x39" + port.to_bytes(2, "big") + (8 + len(data)).to_bytes(2, "big") + b"\0\0" + data


def read(*packets: tuple[int, bytes]) -> list[Packet]:
    pieces = Pieces()
    return [found for ethertype, data in packets for found in read_packet(ethertype, data, pieces)]


def test_udp_over_both_families() -> None:
    assert read((V4, v4(17, udp(999, b"hi")) + b"\0" * 12)) == [Packet("udp", TO4, 999, 17, b"hi")]
    assert read((V6, v6(17, udp(999, b"hi")))) == [Packet("udp", TO6, 999, 17, b"hi")]


def test_headers_of_ipv6_are_passed_over() -> None:
    options = bytes([17, 0]) + b"\1\4\0\0\0\0"
    assert read((V6, v6(60, options + udp(5, b"x")))) == [Packet("udp", TO6, 5, 17, b"x")]


def test_echo_is_told_with_its_payload_and_what_the_kernel_says_by_itself_is_not() -> None:
    assert read((V4, v4(1, b"\x08\0\0\0\0\1\0\1payload"))) == [Packet("icmp", TO4, 0, 8, b"payload")]
    assert read((V6, v6(58, b"\x80\0\0\0\0\1\0\1payload"))) == [Packet("icmp6", TO6, 0, 128, b"payload")]
    assert (
        read(
            (V6, v6(58, b"\x87\0\0\0" + b"\0" * 20)),
            (V4, v4(1, b"\x03\x03\0\0" + b"\0" * 60)),
            (V4, v4(2, b"\x16\0\0\0")),
        )
        == []
    )


def test_a_message_of_the_kernels_kind_that_carries_much_is_told() -> None:
    assert read((V6, v6(58, b"\x87\0\0\0" + b"s" * 1_000)))[0].kind == 135


def test_other_protocols() -> None:
    assert read((V4, v4(132, b"sctp"))) == [Packet("other", TO4, 0, 132, b"sctp")]
    assert read((0x88B5, b"frame")) == [Packet("other", "", 0, 0x88B5, b"frame")]


def test_fragments_are_put_together_in_any_order() -> None:
    whole = udp(999, bytes(range(256)) * 10)
    parts = [whole[at : at + 800] for at in range(0, len(whole), 800)]
    packets = [(V4, v4(17, part, (n * 100) | (0x2000 if n < len(parts) - 1 else 0))) for n, part in enumerate(parts)]
    expected = [Packet("udp", TO4, 999, 17, bytes(range(256)) * 10)]
    assert read(*packets) == expected
    assert read(*reversed(packets)) == expected
    assert read(packets[1], packets[0], packets[0], *packets[2:]) == expected


def test_fragments_of_ipv6() -> None:
    whole = udp(7, b"z" * 1_600)

    def part(at: int, size: int, more: int) -> bytes:
        return v6(44, bytes([17, 0]) + (at | more).to_bytes(2, "big") + b"\0\0\0\1" + whole[at : at + size])

    assert read((V6, part(0, 800, 1)), (V6, part(800, 808, 0))) == [Packet("udp", TO6, 7, 17, b"z" * 1_600)]


def test_what_never_becomes_whole_is_told_as_it_is() -> None:
    lost = [(V4, v4(17, b"part %03d " % n, 0x2000, n)) for n in range(200)]
    told = read(*lost)
    assert len(told) == 200 - 64
    assert told[0] == Packet("other", TO4, 0, 17, b"part 000 ")


@given(st.sampled_from([V4, V6, 0x1234]), st.binary(max_size=120))
def test_any_bytes_are_packets_or_nothing(ethertype: int, data: bytes) -> None:
    for packet in read((ethertype, data)):
        assert packet.proto in ("udp", "icmp", "icmp6", "other")
