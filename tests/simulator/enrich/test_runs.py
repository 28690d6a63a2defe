"""Runs of letters that stand for bytes."""

from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.enrich.runs import MAX_RUNS, coded_runs, decoded

SECRET = b"a secret of the house, never to be told"


def found(data: bytes) -> bool:
    return any(SECRET in child for _, child in decoded(data, coded_runs(data)))


def test_words_and_numbers_are_no_runs() -> None:
    assert coded_runs(b"The documentation of manufacturing-related correspondence, order 4500012345, 2026-03-04.") == []


def test_runs_in_their_places() -> None:
    encoded = base64.b64encode(SECRET)
    for data in (
        encoded,
        b"https://x.example/in/" + encoded,
        b"key=" + encoded.rstrip(b"=") + b"&b=1",
        b"one line\n" + base64.encodebytes(SECRET * 9) + b"the end",
        b"\n".join(b"> " + encoded[n : n + 20] for n in range(0, len(encoded), 20)),
        b" ".join(encoded[n : n + 4] for n in range(0, len(encoded), 4)),
        b" ".join(encoded[n : n + 1] for n in range(len(encoded))),
        SECRET.hex(":").encode(),
        " ".join(f"0x{c:02x}" for c in SECRET).encode(),
        b"Text " + base64.b32encode(SECRET).lower().rstrip(b"=") + b".evil.example",
    ):
        assert found(data), data


def test_a_dump_with_swapped_bytes() -> None:
    rows = []
    padded = SECRET + b"\0" * (-len(SECRET) % 16)
    for n in range(0, len(padded), 16):
        row = padded[n : n + 16]
        rows.append(f"{n:07x} " + " ".join(f"{row[k + 1]:02x}{row[k]:02x}" for k in range(0, 16, 2)))
    assert found("\n".join(rows).encode())


def test_there_are_never_too_many() -> None:
    many = b" ".join(f"aB{n:020d}".encode() for n in range(MAX_RUNS * 2))
    assert len(coded_runs(many)) <= MAX_RUNS


@given(st.binary(max_size=500))
def test_total(data: bytes) -> None:
    list(decoded(data, coded_runs(data)))


@given(st.binary(min_size=20, max_size=200), st.integers(1, 3))
def test_a_run_is_decoded_wherever_it_begins(data: bytes, shift: int) -> None:
    runs = [b"aB1"[:shift] + base64.b64encode(data).rstrip(b"=")]
    assert any(data[:-3] in child for _, child in decoded(b"", runs))
