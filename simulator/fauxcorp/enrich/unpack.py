"""Compressed streams and archives, read as far as they can be: truncated, broken and lying ones too. Never raises."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Iterator
from itertools import islice

from fauxcorp.enrich.looks import ZLIB, is_zlib
from fauxcorp.world.documents import read_document

MAX_STREAM = 20 * 1024 * 1024
"""Bytes that one stream is unpacked to."""
MAX_MEMBERS = 200
"""Members of one archive."""
_CHUNK = 65536
_PLACES = 8
"""Streams of one format within other data."""


def unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What documents, compressed streams and archives in the data hold: the format's name and the content."""
    document = read_document(data)
    if document is not None and document.parts:
        yield document.kind, document.plain.encode("utf-8", "replace")
    for at in _places(data, b"\x1f\x8b\x08"):
        yield "gzip", _inflate(data, at, 31)
    if is_zlib(data):
        yield "zlib", _inflate(data, 0, 15)
    for match in islice(ZLIB.finditer(data), _PLACES):
        if match.start():
            yield "zlib", _inflate(data, match.start(), 15)
    for at in _places(data, b"BZh"):
        if data[at + 4 : at + 10] == b"1AY&SY":
            yield "bz2", _expand(bz2.BZ2Decompressor(), data[at:])
    for at in _places(data, b"\xfd7zXZ\x00"):
        yield "xz", _expand(lzma.LZMADecompressor(memlimit=64 * 1024 * 1024), data[at:])
    at = data.find(b"ustar")
    if at >= 257:
        yield from _tar(data, at - 257)
    if b"PK\x03\x04" in data:
        yield from _zip(data)


def _places(data: bytes, magic: bytes) -> Iterator[int]:
    at = data.find(magic)
    for _ in range(_PLACES):
        if at < 0:
            return
        yield at
        at = data.find(magic, at + 1)


def _inflate(data: bytes, at: int, wbits: int) -> bytes:
    """Deflated data from a place on, gzip members joined."""
    out = bytearray()
    for _ in range(MAX_MEMBERS):
        end = _member(data, at, wbits, out)
        if end <= at or wbits != 31 or len(out) >= MAX_STREAM or data[end : end + 2] != b"\x1f\x8b":
            break
        at = end
    return bytes(out)


def _member(data: bytes, at: int, wbits: int, out: bytearray) -> int:
    """Add what one stream holds; returns where it ends, 0 if it is broken: then what it gave before is kept."""
    machine = zlib.decompressobj(wbits)
    while at < len(data) and not machine.eof and len(out) < MAX_STREAM:
        chunk = data[at : at + _CHUNK]
        before, size = machine.copy(), len(out)
        try:
            _feed(machine, chunk, out)
        except zlib.error:
            del out[size:]
            _crumble(before, chunk, out)
            return 0
        at += len(chunk)
    return at - len(machine.unused_data)


def _feed(machine: zlib._Decompress, chunk: bytes, out: bytearray) -> None:
    while chunk and len(out) < MAX_STREAM:
        out += machine.decompress(chunk, MAX_STREAM - len(out))
        chunk = machine.unconsumed_tail


def _crumble(machine: zlib._Decompress, chunk: bytes, out: bytearray) -> None:
    """The same in small bites, up to the one that is broken."""
    for n in range(0, len(chunk), 16):
        try:
            _feed(machine, chunk[n : n + 16], out)
        except zlib.error:
            return


def _expand(machine: bz2.BZ2Decompressor | lzma.LZMADecompressor, data: bytes) -> bytes:
    out: list[bytes] = []
    left = MAX_STREAM
    at = 0
    try:
        while left > 0 and not machine.eof:
            chunk = data[at : at + 65536] if machine.needs_input else b""
            if machine.needs_input and not chunk:
                break
            at += len(chunk)
            piece = machine.decompress(chunk, left)
            out.append(piece)
            left -= len(piece)
    except (OSError, EOFError, ValueError, lzma.LZMAError, MemoryError):
        return b"".join(out)
    return b"".join(out)


def _zip(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The members, by their local headers: a broken or lying directory changes nothing."""
    at = data.find(b"PK\x03\x04")
    for _ in range(MAX_MEMBERS):
        if at < 0 or at + 30 > len(data):
            return
        method = int.from_bytes(data[at + 8 : at + 10], "little")
        size = int.from_bytes(data[at + 18 : at + 22], "little")
        start = at + 30 + int.from_bytes(data[at + 26 : at + 28], "little")
        start += int.from_bytes(data[at + 28 : at + 30], "little")
        following = data.find(b"PK\x03\x04", start)
        end = start + size if 0 < size < 0xFFFFFFFF else (following if following > 0 else len(data))
        if method == 8:
            yield "zip", _inflate(data, start, -15)
        elif method == 12:
            yield "zip", _expand(bz2.BZ2Decompressor(), data[start:end])
        elif method == 0:
            yield "zip", data[start:end]
        at = data.find(b"PK\x03\x04", min(end, following) if following > 0 else end)


def _tar(data: bytes, at: int) -> Iterator[tuple[str, bytes]]:
    for _ in range(MAX_MEMBERS):
        head = data[at : at + 512]
        if len(head) < 512 or head[257:262] != b"ustar":
            return
        digits = head[124:136].strip(b" \0")
        size = int(digits, 8) if digits and not digits.translate(None, b"01234567") else 0
        if size:
            yield "tar", data[at + 512 : at + 512 + size]
        at += 512 + (size + 511) // 512 * 512
