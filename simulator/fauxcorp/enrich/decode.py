"""Peel one layer of encoding, compression or packing off bytes. Bounded in bytes and count; never raises."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from html.entities import html5
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from fauxcorp.enrich.looks import near_end, ordinary, promising, reads_as_text, wide
from fauxcorp.enrich.runs import coded_runs, decoded
from fauxcorp.enrich.unpack import unpacked

MAX_IN = 20 * 1024 * 1024
"""Bytes of one effect's payloads that are looked at."""
MAX_OUT = 50 * 1024 * 1024
"""Bytes that one effect's payloads are decoded to in all."""
MAX_PIECES = 600
"""Pieces that one effect's payloads are decoded to in all."""
_SLOW = 2 * 1024 * 1024
"""Bytes given to a decoder that is not written in C."""
_TURN = 1024 * 1024
"""Bytes of a text that is also read in rot13 and back to front."""


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


_TURNED_SIGNS = (b" gur ", b" naq ", b" sbe ", b" jvgu ", b" eht ", b" dna ", b" rof ", b" htiw ", b"0000000")
"""Ordinary words in rot13 and back to front, and the first offset of a dump, which is the same in both."""
_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}")
_QUOTED = re.compile(rb"=(?:[0-9A-F]{2}|\r?\n)")
_ESCAPE = re.compile(rb"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|([nrtbf\"'/\\]))")
_ENTITY = re.compile(rb"&(?:#[xX]([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|([A-Za-z][A-Za-z0-9]{1,30}));")
_TAG = re.compile(rb"<[^<>]{1,2000}>")
_UU = re.compile(rb"(?m)^begin [0-7]{3,4} [^\r\n]{1,255}\r?\n")
_ROT13 = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", b"NOPQRSTUVWXYZABCDEFGHIJKLMnopqrstuvwxyzabcdefghijklm"
)
_SINGLE = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def rot13(data: bytes) -> bytes:
    """Letters moved by thirteen."""
    return data.translate(_ROT13)


def layers(data: bytes, budget: Budget, last: str = "") -> Iterator[Layer]:
    """Everything that the data may be an encoding of, one layer down, as long as the budget lasts.

    `last` is the encoding that the data itself was under: turning a text twice leads nowhere.
    """
    for name, child in _candidates(data, last):
        if child:
            if not budget.take(len(child)):
                return
            yield Layer(name, child, reads_as_text(child) or promising(child))


def _candidates(data: bytes, last: str) -> Iterator[tuple[str, bytes]]:
    text = reads_as_text(data)
    yield from unpacked(data)
    if b"\0" in data[:512] and wide(data):
        yield "utf-16", data.replace(b"\0", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    if text:
        yield from _unescaped(data)
    runs = coded_runs(data)
    yield from decoded(data, runs)
    if text:
        yield from _turned(data, runs, last)
    elif near_end(data):
        yield "reversed", data[::-1]


def _turned(data: bytes, runs: list[bytes], last: str) -> Iterator[tuple[str, bytes]]:
    """The text in rot13 and back to front, if it could hide something; of an ordinary text, the coded runs in it."""
    head = data[:_TURN]
    if not ordinary(head) or any(sign in head for sign in _TURNED_SIGNS):
        turn = head
    else:
        turn = b"\n".join(runs)[:_TURN]
    # The two can be taken off in any order, so one order is enough.
    if turn and last not in ("rot13", "reversed"):
        yield "rot13", rot13(turn)
    if turn and last != "reversed":
        yield "reversed", turn[::-1]


def _unescaped(data: bytes) -> Iterator[tuple[str, bytes]]:
    short = data[:_SLOW].strip(b'" \r\n')
    if b"%" in data and _PERCENT.search(data):
        yield "url", unquote_to_bytes(short)
    if b"=" in data and _quoted(data):
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


def _quoted(data: bytes) -> bool:
    """Whether there is an escape of quoted-printable, or a soft break: at the end of a full line, unlike padding."""
    for n, match in enumerate(_QUOTED.finditer(data)):
        start = match.start()
        if match[0][-1:] != b"\n" or start - data.rfind(b"\n", max(0, start - 80), start) >= 70:
            return True
        if n >= 20:
            break
    return False


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
    if data.isascii():
        return
    text = data.decode("utf-8", "ignore")
    raw = text.encode("latin-1", "ignore")
    if len(raw) * 2 >= len(text):
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
