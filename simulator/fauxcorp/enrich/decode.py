"""Peel one layer of encoding, compression or packing off bytes. Bounded in bytes and count; never raises."""

from __future__ import annotations

import base64
import binascii
import bz2
import codecs
import heapq
import lzma
import re
import zlib
from collections.abc import Iterator
from html.entities import html5
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

MAX_IN = 20 * 1024 * 1024
"""Bytes of one payload that are looked at."""
MAX_OUT = 50 * 1024 * 1024
"""Bytes that one effect's payloads are decoded to in all."""
MAX_PIECES = 600
"""Pieces that one effect's payloads are decoded to in all."""
MAX_MEMBERS = 200
"""Members of one archive."""
MAX_RUNS = 4000
"""Encoded runs of one piece, the longest first."""
_LONG = 4096
"""Letters of a run that is a piece of its own; shorter ones are looked at together."""
_ALONE = 12
"""Short runs that are pieces of their own all the same, if they read as text."""
_SLOW = 2 * 1024 * 1024
"""Bytes given to a decoder that is not written in C."""


class Layer(NamedTuple):
    """What was under an encoding. `whole` is False for a guess that reads as noise: it is searched, not peeled on."""

    encoding: str
    data: bytes
    whole: bool


class Budget:
    """What is left to decode."""

    __slots__ = ("bytes", "pieces")

    def __init__(self) -> None:
        self.bytes = MAX_OUT
        self.pieces = MAX_PIECES

    def take(self, size: int) -> bool:
        """Use up a piece; False if nothing is left."""
        if self.bytes <= 0 or self.pieces <= 0:
            return False
        self.bytes -= size
        self.pieces -= 1
        return True


_TEXT = bytes(range(32, 127)) + b"\t\r\n\f\v"
_WORDS = re.compile(rb"\b(?:the|and|of|to|for|with|from)\b", re.IGNORECASE)
_HIDDEN = re.compile(rb"\b(?:gur|naq|sbe|jvgu|sebz|eht|dna|rof|htiw|morf)\b", re.IGNORECASE)
_CODE = rb"[A-Za-z0-9+/_-]"
_RUN = re.compile(_CODE + rb"{12,}={0,6}")
_GAP = rb"[\s>\"',;]{1,4}"
# Starts at the start of a run only, and gives nothing back: linear in the length of any input.
_BROKEN = re.compile(
    rb"(?<![A-Za-z0-9+/_-])(?:"
    rb"(?:" + _CODE + rb"{16,}+={0,2}" + _GAP + rb")+" + _CODE + rb"{2,}+={0,6}"
    rb"|(?:" + _CODE + rb"{8,}+={0,2}" + _GAP + rb"){3,}" + _CODE + rb"{2,}+={0,6}"
    rb"|(?:" + _CODE + rb"{4}" + _GAP + rb"){4,}" + _CODE + rb"{1,4}={0,6}"
    rb"|(?:" + _CODE + rb"{1,2}" + _GAP + rb"){12,}" + _CODE + rb"{0,2}={0,6}"
    rb")"
)
_HEX_BROKEN = re.compile(rb"(?:(?:0x|\\x)?[0-9A-Fa-f]{2,8}[\s:,;|-]{1,3}){3,}(?:(?:0x|\\x)?[0-9A-Fa-f]{2,8})?")
_HEX_MARK = re.compile(rb"0x|\\x|[^0-9A-Fa-f]")
_PAIRS = rb"(?:[0-9A-Fa-f]{2}(?: |\r?$)){1,8}"
_DUMP = re.compile(
    rb"(?m)^[ \t]*[0-9A-Fa-f]{4,16}:?[ \t]+"
    rb"(" + _PAIRS + rb"(?: " + _PAIRS + rb")?|(?:[0-9A-Fa-f]{4}(?: |\r?$)){1,8}(?:[0-9A-Fa-f]{2}(?: |\r?$))?)"
)
_HEX = re.compile(rb"[0-9A-Fa-f]+")
_BASE32 = re.compile(rb"(?:[A-Z2-7]+|[a-z2-7]+)=*")
_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}")
_QUOTED = re.compile(rb"=(?:[0-9A-Fa-f]{2}|\r?\n)")
_ESCAPE = re.compile(rb"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|([nrtbf\"'/\\]))")
_ENTITY = re.compile(rb"&(?:#[xX]([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|([A-Za-z][A-Za-z0-9]{1,30}));")
_TAG = re.compile(rb"<[^<>]{1,2000}>")
_UU = re.compile(rb"(?m)^begin [0-7]{3,4} [^\r\n]{1,255}\r?\n")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_ROT13 = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", b"NOPQRSTUVWXYZABCDEFGHIJKLMnopqrstuvwxyzabcdefghijklm"
)
_SINGLE = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_MAGIC = (b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00", b"PK\x03\x04")


def rot13(data: bytes) -> bytes:
    """Letters moved by thirteen."""
    return data.translate(_ROT13)


def reads_as_text(data: bytes) -> bool:
    """Whether the start of the data is text of some kind: UTF-8, or UTF-16 of Latin letters."""
    head = data[:512]
    odd = len(head.translate(None, _TEXT))
    if odd * 8 <= len(head):
        return True
    if head.count(0) * 3 >= len(head):
        return len(head.translate(None, _TEXT + b"\0\xff\xfe")) * 8 <= len(head)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return len(head.translate(None, bytes(range(32)))) * 8 >= len(head) * 7


def packed(data: bytes) -> bool:
    """Whether the data starts as a compressed stream or an archive does."""
    return data.startswith(_MAGIC) or _is_zlib(data) or data[257:262] == b"ustar"


def _promising(data: bytes) -> bool:
    """Whether something packed starts near its beginning, as it stands or back to front."""
    return _near(data[:1024]) or _near(data[-1024:][::-1])


def _near(head: bytes) -> bool:
    return packed(head) or any(magic in head for magic in _MAGIC)


def layers(data: bytes, budget: Budget) -> Iterator[Layer]:
    """Everything that the data may be an encoding of, one layer down, as long as the budget lasts."""
    text = reads_as_text(data)
    for name, child in _candidates(data, text):
        if child and not budget.take(len(child)):
            return
        if child:
            yield Layer(name, child, _promising(child) or reads_as_text(child))


def _candidates(data: bytes, text: bool) -> Iterator[tuple[str, bytes]]:
    yield from _unpacked(data)
    if data[:4096].count(0) * 4 >= len(data[:4096]):
        yield "utf-16", data.replace(b"\0", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    if text:
        yield from _unescaped(data)
    yield from _runs(data)
    if text:
        yield from _turned(data)
    elif _near(data[-1024:][::-1]):
        yield "reversed", data[::-1]


# --- containers -----------------------------------------------------------------------------------------------------


def _unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    for at in _places(data, b"\x1f\x8b\x08"):
        yield "gzip", _inflate(data, at, 31)
    if _is_zlib(data):
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
    for _ in range(8):
        if at < 0:
            return
        yield at
        at = data.find(magic, at + 1)


def _is_zlib(data: bytes) -> bool:
    return len(data) > 8 and data[0] in (0x78, 0x58, 0x48, 0x38) and (data[0] << 8 | data[1]) % 31 == 0


def _inflate(data: bytes, at: int, wbits: int) -> bytes:
    """Deflated data from a place on, gzip members joined; what was read before a fault is kept."""
    out: list[bytes] = []
    left = MAX_IN
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
    left = MAX_IN
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


# --- escapes --------------------------------------------------------------------------------------------------------


def _unescaped(data: bytes) -> Iterator[tuple[str, bytes]]:
    short = data[:_SLOW].strip(b'" \r\n')
    if b"%" in data and _PERCENT.search(data):
        yield "url", unquote_to_bytes(short)
    if b"=" in data and _QUOTED.search(data):
        yield "quoted-printable", binascii.a2b_qp(data)
    if b"\\" in data and _ESCAPE.search(data):
        yield from _both("escaped", _ESCAPE.sub(_unescape, short))
    if b"&" in data and _ENTITY.search(data):
        yield from _both("html", _ENTITY.sub(_character, short))
    if b"<" in data and _TAG.search(data):
        yield "markup", _TAG.sub(b"", data)
        yield "markup", _TAG.sub(b" ", data)
    start = _UU.search(data) if b"begin " in data else None
    if start is not None:
        yield "uuencode", _uudecode(data[start.end() :])


def _unescape(match: re.Match[bytes]) -> bytes:
    if match[1]:
        return chr(int(match[1], 16)).encode("utf-8", "replace")
    if match[2]:
        return bytes((int(match[2], 16),))
    return _SINGLE.get(match[3], match[3])


def _character(match: re.Match[bytes]) -> bytes:
    """An entity. A numeric one as itself: the standard's table would turn those from 128 to 159 into other letters."""
    if match[3]:
        return html5.get(f"{match[3].decode()};", "?").encode()
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code).encode("utf-8", "replace") if code < 0x110000 else b"?"


def _both(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """The text, and the bytes that it is if each letter stands for one."""
    yield name, data
    try:
        raw = data.decode("utf-8").encode("latin-1")
    except UnicodeError:
        return
    if raw != data:
        yield name, raw


def _uudecode(data: bytes) -> bytes:
    out = []
    for line in data[:_SLOW].splitlines():
        if line in (b"end", b"`", b""):
            break
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            break
    return b"".join(out)


# --- runs of letters ------------------------------------------------------------------------------------------------


def _runs(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What base64, base32 and hex in the data stand for. Of short runs the noise goes together, and what is over."""
    pools: dict[tuple[str, bool], list[bytes]] = {}
    for name, child, size in _decoded(data):
        text = reads_as_text(child)
        pool = pools.setdefault((name, text), [])
        if size > _LONG or _promising(child) or (text and len(child) >= 16 and len(pool) < _ALONE):
            yield name, child
        if size <= _LONG:
            pool.append(child)
    for (name, _), pool in pools.items():
        yield name, b"\n".join(pool)


def _decoded(data: bytes) -> Iterator[tuple[str, bytes, int]]:
    runs = [match[0].rstrip(b"=") for match in _RUN.finditer(data)]
    runs += [match[0].translate(None, b" \t\r\n\f\v>\"',;=") for match in _BROKEN.finditer(data)]
    for run in heapq.nlargest(MAX_RUNS, runs, key=len):
        for name, child in _run(run):
            yield name, child, len(run)
    digits = [_HEX_MARK.sub(b"", match[0]) for match in _HEX_BROKEN.finditer(data)]
    for run in heapq.nlargest(MAX_RUNS, digits, key=len):
        for name, child in _hex(run):
            yield name, child, len(run)
    dump = b"".join(line[1] for line in _DUMP.finditer(data)).translate(None, b" \t\r")
    if len(dump) >= 16:
        raw = _fromhex(dump)
        yield "hex", raw, _LONG + 1
        yield "hex", _swapped(raw), _LONG + 1


def _swapped(raw: bytes) -> bytes:
    """Bytes of 16-bit words the other way round, as some dumps print them."""
    out = bytearray(raw[: len(raw) // 2 * 2])
    out[0::2], out[1::2] = out[1::2], out[0::2]
    return bytes(out)


def _run(run: bytes) -> Iterator[tuple[str, bytes]]:
    if _HEX.fullmatch(run):
        yield from _hex(run)
    if len(run) <= 65536 and _BASE32.fullmatch(run):
        yield from _base32(run)
    plain = run.translate(_URL_SAFE)
    for offset in range(4):
        part = plain[offset:]
        rest = len(part) % 4
        part = part[:-1] if rest == 1 else part + b"=" * (-rest % 4)
        try:
            yield "base64", binascii.a2b_base64(part)
        except binascii.Error:
            continue


def _base32(run: bytes) -> Iterator[tuple[str, bytes]]:
    upper = run.upper()
    for offset in range(8):
        part = upper[offset:]
        # 1, 3 and 6 letters over are no whole bytes: a chunk that was cut anywhere still gives its start.
        part = part[: len(part) - (1 if len(part) % 8 in (1, 3, 6) else 0)]
        try:
            yield "base32", base64.b32decode(part + b"=" * (-len(part) % 8))
        except binascii.Error:
            continue


def _hex(digits: bytes) -> Iterator[tuple[str, bytes]]:
    yield "hex", _fromhex(digits)
    yield "hex", _fromhex(digits[1:])


def _fromhex(digits: bytes) -> bytes:
    return binascii.a2b_hex(digits[: len(digits) // 2 * 2])


# --- turned text ----------------------------------------------------------------------------------------------------


def _turned(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The text in rot13 and back to front, if it could hide something that is not found as it stands."""
    head = data[:65536]
    if _HIDDEN.search(head) or not _WORDS.search(head) or _RUN.search(head):
        yield "rot13", rot13(data)
        yield "reversed", data[::-1]


