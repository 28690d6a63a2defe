"""DNS, over UDP and TCP."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest
from dnslib import DNSRecord
from gateway.names import Question, reply
from hypothesis import given
from hypothesis import strategies as st

from .conftest import WAIT, Rig


def ask(port: int, query: bytes) -> DNSRecord:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(WAIT)
        sock.sendto(query, ("127.0.0.1", port))
        return DNSRecord.parse(sock.recv(65_535))


def query(name: str, kind: str = "A", number: int = 0x1234) -> bytes:
    record = DNSRecord.question(name, kind)
    record.header.id = number
    packed: bytes = record.pack()
    return packed


def test_a_question_goes_to_the_host_and_its_answer_back(rig: Rig) -> None:
    answered = ask(rig.names(), query("Drop.Example"))
    assert (answered.header.id, answered.header.rcode, answered.header.ra) == (0x1234, 0, 1)
    assert [(str(r.rname), str(r.rdata), r.ttl) for r in answered.rr] == [("Drop.Example.", "192.0.2.7", 60)]
    told = rig.host.wait("dns")
    assert (told["name"], told["type"], told["server"], told["tcp"]) == ("Drop.Example", "A", "127.0.0.1", False)


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("A", "192.0.2.1", "192.0.2.1"), ("AAAA", "2001:db8::1", "2001:db8::1"),
        ("MX", "10 mx.x.example", "10 mx.x.example."),
        ("CNAME", "b.x.example", "b.x.example."), ("NS", "ns.x.example", "ns.x.example."),
        ("PTR", "h.x.example", "h.x.example."), ("TXT", "v=spf1 -all", '"v=spf1 -all"'),
        ("SOA", "ns.x.example root.x.example 7 3600 600 86400 60", "ns.x.example. root.x.example. 7 3600 600 86400 60"),
        ("SRV", "1 2 389 ldap.x.example", "1 2 389 ldap.x.example."),
    ],
)  # fmt: skip
def test_records_of_all_kinds(rig: Rig, kind: str, value: str, shown: str) -> None:
    rig.host.answer = lambda m: {"rcode": "NOERROR", "records": [{"type": kind, "value": value, "ttl": 5}]}
    answered = ask(rig.names(), query("x.example", kind))
    assert [str(r.rdata).lower() for r in answered.rr] == [shown]


def test_no_such_name(rig: Rig) -> None:
    rig.host.answer = lambda m: {"rcode": "NXDOMAIN", "records": []}
    assert ask(rig.names(), query("nowhere.example")).header.rcode == 3


def test_a_host_that_says_nothing_is_a_failure_of_the_server(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(answer_seconds=0.2)
    rig.host.answer = lambda m: None
    assert ask(rig.names(), query("slow.example")).header.rcode == 2


@pytest.mark.parametrize(
    "record", [{"type": "A", "value": "no"}, {"type": "ODD", "value": "x"}, "text", {"type": "SRV", "value": "1"}]
)
def test_records_that_are_none_are_left_out(rig: Rig, record: Any) -> None:
    rig.host.answer = lambda m: {"rcode": "NOERROR", "records": [record, {"type": "A", "value": "192.0.2.9"}]}
    assert [str(r.rdata) for r in ask(rig.names(), query("x.example")).rr] == ["192.0.2.9"]


def test_names_that_carry_bytes_are_told_and_come_back_as_they_are(rig: Rig) -> None:
    labels = [b"\x00\xff.a", b"key=abc", b"t"]
    name = b"".join(bytes([len(x)]) + x for x in labels) + b"\0"
    sent = b"\x12\x34\x01\x00\0\1\0\0\0\0\0\0" + name + b"\0\x10\0\1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(WAIT)
        sock.sendto(sent, ("127.0.0.1", rig.names()))
        back = sock.recv(65_535)
    assert back[12 : 12 + len(name)] == name
    told = rig.host.wait("dns")
    assert (told["name"], told["type"]) == ("\\000\\255\\046a.key=abc.t", "TXT")


def test_many_questions_over_one_tcp_connection(rig: Rig) -> None:
    port = rig.port("10.14.0.2", 53)
    packets = [query(f"n{n}.example", "A", n) for n in range(5)]
    with socket.create_connection(("127.0.0.1", port), WAIT) as sock:
        sock.sendall(b"".join(len(p).to_bytes(2, "big") + p for p in packets))
        with sock.makefile("rb") as reader:
            for n in range(5):
                size = int.from_bytes(reader.read(2), "big")
                assert DNSRecord.parse(reader.read(size)).header.id == n
    told = rig.host.told("dns")
    assert [m["name"] for m in told] == [f"n{n}.example" for n in range(5)]
    assert {(m["tcp"], m["server"]) for m in told} == {(True, "10.14.0.2")}
    assert rig.host.wait("close")["kind"] == "dns"


def test_an_answer_too_long_for_a_datagram_says_so(rig: Rig) -> None:
    rig.host.answer = lambda m: {
        "rcode": "NOERROR", "records": [{"type": "TXT", "value": "x" * 250, "ttl": 1} for _ in range(4)]
    }  # fmt: skip
    answered = ask(rig.names(), query("x.example", "TXT"))
    assert (answered.header.tc, answered.rr) == (1, [])
    with socket.create_connection(("127.0.0.1", rig.port(port=53)), WAIT) as sock:
        packet = query("x.example", "TXT")
        sock.sendall(len(packet).to_bytes(2, "big") + packet)
        with sock.makefile("rb") as reader:
            assert len(DNSRecord.parse(reader.read(int.from_bytes(reader.read(2), "big"))).rr) == 4


def test_what_is_no_question_is_told_as_a_datagram(rig: Rig) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"secret over port 53", ("127.0.0.1", rig.names()))
    told = rig.host.wait("datagram")
    assert (told["proto"], told["port"], told["data_b64"]) == ("udp", 53, "c2VjcmV0IG92ZXIgcG9ydCA1Mw==")


def test_a_name_given_for_an_address_is_remembered(rig: Rig) -> None:
    ask(rig.names(), query("mx.drop.example"))
    assert rig.gate.name_of("192.0.2.7") == "mx.drop.example"
    with socket.create_connection(("127.0.0.1", rig.port("192.0.2.7", 25)), WAIT) as sock:
        assert sock.recv(200) == b"220 mx.drop.example ESMTP Postfix (Debian/GNU)\r\n"


@given(st.binary(max_size=200))
def test_any_bytes_are_a_question_or_a_value_error(packet: bytes) -> None:
    try:
        question = Question(packet)
    except ValueError:
        return
    assert question.name.isascii()
    assert reply(question, None, tcp=False)[:2] == packet[:2]


@given(st.lists(st.binary(min_size=1, max_size=63), min_size=1, max_size=3), st.integers(0, 65_535))
def test_any_name_of_any_type_gets_an_answer(labels: list[bytes], kind: int) -> None:
    name = b"".join(bytes([len(x)]) + x for x in labels) + b"\0"
    question = Question(b"\0\1\1\0\0\1\0\0\0\0\0\0" + name + kind.to_bytes(2, "big") + b"\0\1")
    answer = {"rcode": "NOERROR", "records": [{"type": "A", "value": "192.0.2.1", "ttl": 1}]}
    assert reply(question, answer, tcp=True)[12 : 12 + len(name)] == name
