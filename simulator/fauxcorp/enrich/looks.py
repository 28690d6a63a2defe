"""What bytes look like at a glance: text, something packed, a run of letters that stands for something else."""

from __future__ import annotations

import codecs
import re

_TEXT = bytes(range(32, 127)) + b"\t\r\n\f\v"
_CONTROLS = bytes(range(32))
_MAGIC = (b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00", b"PK\x03\x04", b"%PDF-")
ZLIB = re.compile(rb"(?:\A|(?<=[\"'=:,>\s]))x[\x01\x5e\x9c\xda]")
"""Where a zlib stream may start: at the beginning, or as a value in a text."""
_ANY_MAGIC = re.compile(b"|".join([*(re.escape(m) for m in _MAGIC), rb"[\"'=:>\s]x[\x01\x9c\xda]", b"ustar[ \\0]"]))
_ORDINARY = re.compile(rb"\b(?:the|and|of|to|for|with|from)\b", re.IGNORECASE)
# Letters and digits mixed, capitals within, or more small letters or digits in a row than a word or a number has.
_CODED = re.compile(rb"[0-9][A-Za-z]|[A-Za-z][0-9]|[a-z][A-Z]|[A-Z]{2}|[a-z]{20}|[0-9]{16}")


def reads_as_text(data: bytes) -> bool:
    """Whether the start of the data is text of some kind: UTF-8, or UTF-16 of Latin letters."""
    head = data[:512]
    size = len(head)
    if len(head.translate(None, _TEXT)) * 8 <= size:
        return True
    if head.count(0) * 3 >= size:
        return wide(head)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return len(head.translate(None, _CONTROLS)) * 8 >= size * 7


def wide(data: bytes) -> bool:
    """Whether it reads as Latin letters of two or four bytes each."""
    head = data[:512]
    letters = len(head) - len(head.translate(None, _TEXT))
    return letters * 5 >= len(head) and len(head.translate(None, _TEXT + b"\0\xff\xfe")) * 8 <= len(head)


def is_zlib(data: bytes) -> bool:
    """Whether it starts with the header of a zlib stream."""
    return len(data) > 8 and data[0] in (0x78, 0x58, 0x48, 0x38) and (data[0] << 8 | data[1]) % 31 == 0


def packed(data: bytes) -> bool:
    """Whether it starts as a compressed stream or an archive does."""
    return data.startswith(_MAGIC) or is_zlib(data) or data[257:262] == b"ustar"


def marked(data: bytes) -> bool:
    """Whether it starts with the mark of a packed format that is too long to be there by chance."""
    return data.startswith(_MAGIC)


def promising(data: bytes) -> bool:
    """Whether something packed starts near its beginning, as it stands or back to front."""
    return near(data[:1024]) or near_end(data)


def near_end(data: bytes) -> bool:
    """Whether something packed starts near the end, back to front."""
    return near(data[-1024:][::-1])


def near(head: bytes) -> bool:
    """Whether something packed starts in these bytes."""
    return packed(head) or _ANY_MAGIC.search(head) is not None


def ordinary(text: bytes) -> bool:
    """Whether there is a word in it that every English text has."""
    return _ORDINARY.search(text) is not None


def prose(text: bytes) -> bool:
    """Whether its start reads as an English text and not as data."""
    return len(_ORDINARY.findall(text[:2000])) >= 3


def coded(run: bytes) -> bool:
    """Whether a run of letters and digits can stand for other bytes, and is not just a long word."""
    return _CODED.search(run) is not None
