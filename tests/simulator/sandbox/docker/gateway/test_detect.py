"""What a client speaks, by its first bytes."""

from __future__ import annotations

import pytest
from gateway.detect import spoken
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("begins", "kind"),
    [
        (b"GET / HTTP/1.1\r\n", "http"), (b"POST /x", "http"), (b"CONNECT a:1 HTTP/1.1", "http"),
        (b"BREW / HTTP/1.1\r\n", "http"),
        (b"get / HTTP/1.0\n", "http"), (b"\x16\x03\x01", "tls"), (b"EHLO me\r\n", "smtp"), (b"helo me\r\n", "smtp"),
        (b"SSH-2.0-x", "ssh"), (b"\x00\x01", "raw"), (b"USER me\r\n", "raw"), (b"hello world\n", "raw"),
        (b"\x16\x04", "raw"),
        (b"GET", None), (b"EH", None), (b"\x16", None), (b"SSH", None), (b"BREW /", None), (b"GETTING on", None),
        (b"PRI * HTTP/2.0\r\n\r\n", "raw"), (b"GET /" + b"a" * 20_000, "http"), (b"BREW " + b"a" * 20_000, "raw"),
    ],
)  # fmt: skip
def test_beginnings(begins: bytes, kind: str | None) -> None:
    assert spoken(begins) == kind


@given(st.binary(min_size=1, max_size=60))
def test_when_nothing_more_comes_it_is_decided(begins: bytes) -> None:
    assert spoken(begins, final=True) in ("tls", "http", "smtp", "ssh", "raw")


@given(st.sampled_from([b"GET / HTTP/1.1\r\n", b"EHLO me\r\n", b"SSH-2.0-x", b"BREW /p HTTP/1.1\r\n", b"\x16\x03\x01"]))
def test_a_beginning_that_comes_byte_by_byte_is_never_taken_for_another(whole: bytes) -> None:
    kind = spoken(whole)
    assert all(spoken(whole[:n]) in (None, kind) for n in range(1, len(whole)))
