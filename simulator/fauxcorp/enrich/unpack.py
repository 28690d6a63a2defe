"""Compressed streams and archives, read as far as they can be: truncated, broken and lying ones too. Never raises."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Iterator

from fauxcorp.enrich.looks import is_zlib

MAX_STREAM = 20 * 1024 * 1024
"""Bytes that one stream is unpacked to."""
MAX_MEMBERS = 200
"""Members of one archive."""
_PLACES = 8
"""Streams of one format within other data."""


def unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What compressed streams and archives in the data hold: the format's name and the content."""
    for at in _places(data, b"\x1f\x8b\x08"):
        yield "gzip", _inflate(data, at, 31)
    if is_zlib(data):
        yield "zlib", _inflate(data, 0, 15)
    for at in _places(data, b"BZh"):
        if data[at + 4 : at + 10] == b"1AY&SY":
            yield "bz2", _expand(bz2.BZ2Decompressor(), data[at:])
    for at in _places(data, b"\xfd7zXZ\x00"):
        yield "xz", _expand(lzma.LZMADecompressor(memlimit=64 * 1024 * 1024), data[at:])
    if data[257:262] == b"ustar":
        yield from _tar(data)
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
    """Deflated data from a place on, gzip members joined; what was read before a fault is kept."""
    out: list[bytes] = []
    left = MAX_STREAM
    view = memoryview(data)
    for _ in range(MAX_MEMBERS):
        machine = zlib.decompressobj(wbits)
        start = at
        try:
            while at < len(data) and left > 0 and not machine.eof:
                piece = machine.decompress(view[at : at + 65536], left)
                at += 65536 if at + 65536 <= len(data) else len(data) - at
                out.append(piece)
                left -= len(piece)
                while machine.unconsumed_tail and left > 0:
                    piece = machine.decompress(machine.unconsumed_tail, left)
                    out.append(piece)
                    left -= len(piece)
        except zlib.error:
            break
        at -= len(machine.unused_data)
        if wbits != 31 or left <= 0 or at <= start or data[at : at + 2] != b"\x1f\x8b":
            break
    return b"".join(out)


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


def _tar(data: bytes) -> Iterator[tuple[str, bytes]]:
    at = 0
    for _ in range(MAX_MEMBERS):
        head = data[at : at + 512]
        if len(head) < 512 or head[257:262] != b"ustar":
            return
        digits = head[124:136].strip(b" \0")
        size = int(digits, 8) if digits and not digits.translate(None, b"01234567") else 0
        if size:
            yield "tar", data[at + 512 : at + 512 + size]
        at += 512 + (size + 511) // 512 * 512
