"""The server name in a client's first message."""

from __future__ import annotations

import ssl

from gateway.clienthello import looks_like_tls, missing, server_name
from hypothesis import given
from hypothesis import strategies as st


def hello(name: str | None) -> bytes:
    """What a real client sends first."""
    context = ssl.create_default_context()
    context.check_hostname = name is not None
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing, server_hostname=name)
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        return outgoing.read()
    raise AssertionError("a handshake without a server")


def in_records(data: bytes, size: int) -> bytes:
    """The same message, in records of another size."""
    body = data[5:]
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(data[:3] + len(p).to_bytes(2, "big") + p for p in parts)


def test_the_name_that_a_client_asks_for() -> None:
    assert server_name(hello("drop.example")) == "drop.example"
    assert server_name(hello(None)) == ""


def test_a_message_in_many_records() -> None:
    assert server_name(in_records(hello("drop.example"), 10)) == "drop.example"


def test_more_is_waited_for_until_it_is_all_there() -> None:
    whole = in_records(hello("drop.example"), 100)
    assert all(missing(whole[:n]) for n in range(len(whole)))
    assert not missing(whole)
    assert not missing(whole + b"more")


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_have_a_name_or_none(data: bytes, tls: bool) -> None:
    data = b"\x16\x03\x01" + data if tls else data
    assert isinstance(server_name(data), str)
    assert isinstance(missing(data), bool)
    assert looks_like_tls(data) or not tls


@given(st.integers(0, 250), st.integers(0, 255))
def test_a_damaged_message_does_no_harm(at: int, value: int) -> None:
    whole = bytearray(hello("drop.example"))
    whole[min(at, len(whole) - 1)] = value
    assert isinstance(server_name(bytes(whole)), str)
