"""Streams that are read as they come."""

from __future__ import annotations

import base64
import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.enrich.flow import MAX_OUT, Flow, is_deflated

TEXT = b"".join(b"Site %d entered %d late; " % (n, n * 7 % 23) for n in range(200))


@pytest.mark.parametrize("size", [1, 7, 60, 5000])
@pytest.mark.parametrize("encoding", ["", "hex", "base64", "base32"])
def test_pieces_of_any_size_are_read(encoding: str, size: int) -> None:
    packed = gzip.compress(TEXT, mtime=0)
    sent = {
        "": packed,
        "hex": packed.hex().encode(),
        "base64": base64.urlsafe_b64encode(packed),
        "base32": base64.b32encode(packed).lower(),
    }[encoding]
    flow = Flow(encoding)
    read = [flow.feed(sent[n : n + size]) for n in range(0, len(sent), size)]
    seen = b"".join(part for part in read if part)
    assert TEXT[-200:] in seen
    assert b"Site 9 entered" in seen


def test_a_copy_goes_on_by_itself() -> None:
    packed = zlib.compress(TEXT)
    flow = Flow("")
    flow.feed(packed[:100])
    other = flow.copy()
    assert (other.feed(packed[100:]) or b"")[-50:] == TEXT[-50:]
    assert (flow.feed(packed[100:]) or b"")[-50:] == TEXT[-50:]


def test_what_cannot_be_read_on_ends_it() -> None:
    flow = Flow("hex")
    assert flow.feed(b"1f8b08zz") is None
    assert flow.feed(b"00") is None
    bomb = gzip.compress(b"\0" * (MAX_OUT * 2))
    flow = Flow("")
    given = [flow.feed(bomb[n : n + 4096]) for n in range(0, len(bomb), 4096)]
    assert sum(len(part or b"") for part in given) <= MAX_OUT + 4096 * len(given)
    assert given[-1] is None


@given(st.lists(st.binary(max_size=60), max_size=8), st.sampled_from(["", "hex", "base64", "base32"]))
def test_no_bytes_are_too_odd(pieces: list[bytes], encoding: str) -> None:
    flow = Flow(encoding)
    for piece in pieces:
        flow.feed(piece)


def test_beginnings() -> None:
    assert is_deflated(gzip.compress(b"x"))
    assert is_deflated(zlib.compress(b"x"))
    assert not is_deflated(b"x marks the spot")
