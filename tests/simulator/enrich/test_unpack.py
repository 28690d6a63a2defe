"""Streams and archives, broken ones too."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.enrich.unpack import MAX_MEMBERS, MAX_STREAM, unpacked

TEXT = b"minutes of the meeting " * 50


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("zlib", zlib.compress(TEXT)),
        ("bz2", bz2.compress(TEXT)),
        ("xz", lzma.compress(TEXT)),
        ("gzip", b"some head" + gzip.compress(TEXT, mtime=0)),
        ("gzip", gzip.compress(TEXT[:100], mtime=0) + gzip.compress(TEXT[100:], mtime=0)),
    ],
)
def test_a_stream_is_unpacked(name: str, data: bytes) -> None:
    assert (name, TEXT) in list(unpacked(data))


def test_what_a_broken_stream_gave_is_kept() -> None:
    whole = gzip.compress(bytes(range(256)) * 2000, mtime=0)
    assert len(next(iter(unpacked(whole[:-200])))[1]) > 1000


def test_a_zip_is_read_without_its_directory() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", TEXT)
        archive.writestr("b", b"second")
    data = out.getvalue()
    assert [content for _, content in unpacked(data[: data.index(b"PK\x01\x02")])] == [TEXT, b"second"]


def test_a_zip_that_was_streamed_has_no_sizes_in_front() -> None:
    class Unseekable(io.BytesIO):
        def seekable(self) -> bool:
            return False

    out = Unseekable()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", TEXT)
        archive.writestr("b", TEXT[::-1])
    assert [content for _, content in unpacked(out.getvalue())] == [TEXT, TEXT[::-1]]


def test_a_tar_gives_its_members() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for n in range(MAX_MEMBERS + 10):
            entry = tarfile.TarInfo(str(n))
            entry.size = 3
            archive.addfile(entry, io.BytesIO(b"abc"))
    assert len(list(unpacked(out.getvalue()))) == MAX_MEMBERS


def test_a_bomb_is_cut() -> None:
    bomb = gzip.compress(bytes(MAX_STREAM * 3), mtime=0)
    assert len(next(iter(unpacked(bomb)))[1]) <= MAX_STREAM


@given(st.binary(max_size=500))
def test_unpacked_is_total(data: bytes) -> None:
    for head in (b"\x1f\x8b\x08\x00", b"BZh91AY&SY", b"PK\x03\x04", b"\xfd7zXZ\x00", b"x\x9c", b"\0" * 257 + b"ustar"):
        list(unpacked(head + data))
