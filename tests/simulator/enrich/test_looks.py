"""What bytes look like."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.enrich.looks import coded, ordinary, packed, promising, prose, reads_as_text, wide


@pytest.mark.parametrize("text", ["plain", "Grüße aus Lübeck", "Ответ", "a\tb\n", ""])
def test_text(text: str) -> None:
    assert reads_as_text(text.encode())


def test_wide_text_and_noise() -> None:
    assert reads_as_text("plain text".encode("utf-16"))
    assert wide("plain text".encode("utf-32"))
    assert not reads_as_text(bytes(500))
    assert not reads_as_text(bytes(range(128, 256)))


def test_packed() -> None:
    assert packed(gzip.compress(b"x"))
    assert packed(zlib.compress(b"something to pack"))
    assert not packed(b"something")
    assert promising(b'"' + gzip.compress(b"x"))
    assert promising(gzip.compress(b"x", mtime=0)[::-1])
    assert not promising(b"text")


@pytest.mark.parametrize("run", [b"c2VjcmV0", b"aB", b"ABCDEFGHIJKL", b"0123456789abcdef", b"a" * 20, b"1" * 16])
def test_coded(run: bytes) -> None:
    assert coded(run)


@pytest.mark.parametrize("run", [b"documentation", b"Temperature-controlled", b"orders/2024-1188", b"4500012345"])
def test_not_coded(run: bytes) -> None:
    assert not coded(run)


def test_prose() -> None:
    assert prose(b"The figures of the month go to the board.")
    assert not prose(b"c2VjcmV0IG9mIHRoZSBob3VzZQ")
    assert ordinary(b"Add to it")
    assert not ordinary(b"qwerty together")


@given(st.binary(max_size=2000))
def test_total(data: bytes) -> None:
    assert isinstance(reads_as_text(data) or packed(data) or promising(data) or coded(data) or wide(data), bool)
