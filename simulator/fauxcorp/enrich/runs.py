"""Runs of letters and digits that stand for other bytes: base64, base32, hex, also wrapped, spaced out or dumped."""

from __future__ import annotations

import base64
import binascii
import heapq
import re
from collections.abc import Iterable, Iterator

from fauxcorp.enrich.looks import coded, promising, reads_as_text

MAX_RUNS = 2000
"""Runs of one piece, the longest first."""
_LONG = 4096
"""Letters of a run that is a piece of its own; shorter ones are looked at together."""
_ALONE = 12
"""Short runs that are pieces of their own all the same, if they read as text."""
_BROKEN = 256 * 1024
"""Bytes of a piece in which runs are looked for that are broken into short groups."""
_MAX_BASE32 = 256 * 1024
"""Letters of base32, whose decoder is slow."""
_RUN = re.compile(rb"[A-Za-z0-9+/_-]{12,}+")
_TAIL = re.compile(rb"={0,2}[ \t\"',;]{0,2}\r?\n?[ \t>\"']{0,2}([A-Za-z0-9+/_-]{2,11})(?![A-Za-z0-9+/_-])")
_GAP = re.compile(rb"={0,2}[\s>\"',;\\rn]{1,6}")
_CODE_ONLY = bytes(c if (chr(c).isalnum() and c < 128) or c in b"+/_-" else 32 for c in range(256))
# Over the lengths of words: groups of one length, one after the other, and the shorter rest.
_GROUPS = re.compile(rb"([\x01-\x0b])\1{4,}")
_HEX = re.compile(rb"[0-9A-Fa-f]+")
_HEX_MARKED = re.compile(rb"(?:(?:0x|x)[0-9A-Fa-f]{2})+")
_BASE32 = re.compile(rb"(?:[A-Z2-7]+|[a-z2-7]+)")
_PAIRS = rb"(?:[0-9A-Fa-f]{2}(?: |\r?$)){1,8}"
_DUMP = re.compile(
    rb"(?m)(?:^|[\"'=])[ \t]*[0-9A-Fa-f]{4,16}:?[ \t]+"
    rb"(" + _PAIRS + rb"(?: " + _PAIRS + rb")?|(?:[0-9A-Fa-f]{4}(?: |\r?$)){1,8}(?:[0-9A-Fa-f]{2}(?: |\r?$))?)"
)
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


def coded_runs(data: bytes) -> list[bytes]:
    """The runs in the data that can stand for something, the longest ones if there are many, in their order."""
    found = [run for run in (*_long_runs(data), *_groups(data[:_BROKEN])) if coded(run)]
    if len(found) > MAX_RUNS:
        kept = heapq.nlargest(MAX_RUNS, range(len(found)), key=lambda n: (len(found[n]), -n))
        found = [found[n] for n in sorted(kept)]
    return found


def decoded(data: bytes, runs: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """What the runs stand for. Of short ones the noise goes together."""
    pools: dict[tuple[str, bool], list[bytes]] = {}
    for run in sorted(runs, key=len, reverse=True):
        for name, child in _run(run):
            text = reads_as_text(child)
            pool = pools.setdefault((name, text), [])
            alone = text and len(child) >= 16 and len(pool) < _ALONE
            if alone or len(run) > _LONG or (not text and promising(child)):
                yield name, child
            if len(run) <= _LONG:
                pool.append(child)
    for (name, _), pool in pools.items():
        if pool:
            yield name, b"\n".join(pool)
    yield from _dump(data)


def _long_runs(data: bytes) -> Iterator[bytes]:
    """Runs of twelve letters and more; those with no more than a line's end between them also joined."""
    end = -1
    group: list[bytes] = []
    for match in _RUN.finditer(data):
        start = match.start()
        if not group or start - end > 9 or _GAP.fullmatch(data, end, start) is None:
            yield from _joined(data, group, end)
            group = []
        group.append(match[0])
        end = match.end()
    yield from _joined(data, group, end)


def _joined(data: bytes, group: list[bytes], end: int) -> Iterator[bytes]:
    yield from group[:MAX_RUNS]
    if any(map(coded, group)) and (len(group) > 1 or len(group[0]) >= 16):
        tail = _TAIL.match(data, end)
        rest = tail[1] if tail is not None else b""
        if rest or len(group) > 1:
            yield b"".join(group) + rest


def _groups(data: bytes) -> Iterator[bytes]:
    """Short groups of one length after each other, as in 73 65 63 or c2Vj cmV0, joined."""
    words = data.translate(_CODE_ONLY).split()
    if len(words) < 5:
        return
    try:
        sizes = bytes(map(len, words))
    except ValueError:
        sizes = bytes([min(len(word), 255) for word in words])
    for match in _GROUPS.finditer(sizes):
        first, last = match.span()
        if last < len(words) and len(words[last]) < sizes[first]:
            last += 1
        run = b"".join(words[first:last])
        if _HEX_MARKED.fullmatch(run):
            run = run.replace(b"0x", b"").replace(b"x", b"")
        if len(run) >= 12:
            yield run


def _run(run: bytes) -> Iterator[tuple[str, bytes]]:
    if _HEX.fullmatch(run):
        yield "hex", _fromhex(run)
        yield "hex", _fromhex(run[1:])
    if 16 <= len(run) <= _MAX_BASE32 and _BASE32.fullmatch(run):
        yield from _base32(run)
    plain = run.translate(_URL_SAFE)
    for offset in range(4) if len(plain) <= _LONG else (_best(plain),):
        child = _base64(plain[offset:])
        if child:
            yield "base64", child


def _best(plain: bytes) -> int:
    """Where a long run most likely starts, by what its first letters stand for."""
    for offset in range(4):
        head = _base64(plain[offset : offset + 1024])
        if promising(head) or reads_as_text(head):
            return offset
    return 0


def _base64(part: bytes) -> bytes:
    rest = len(part) % 4
    part = part[:-1] if rest == 1 else part + b"=" * (-rest % 4)
    try:
        return binascii.a2b_base64(part)
    except binascii.Error:
        return b""


def _base32(run: bytes) -> Iterator[tuple[str, bytes]]:
    upper = run.upper()
    for offset in range(8) if len(run) <= 1024 else (_best32(upper),):
        child = _from32(upper[offset:])
        if child:
            yield "base32", child


def _best32(upper: bytes) -> int:
    """Where a long run most likely starts, by what its first letters stand for."""
    for offset in range(8):
        head = _from32(upper[offset : offset + 1024])
        if promising(head) or reads_as_text(head):
            return offset
    return 0


def _from32(part: bytes) -> bytes:
    # 1, 3 and 6 letters over are no whole bytes: a run that was cut anywhere still gives its start.
    part = part[: len(part) - (1 if len(part) % 8 in (1, 3, 6) else 0)]
    try:
        return base64.b32decode(part + b"=" * (-len(part) % 8))
    except binascii.Error:
        return b""


def _dump(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What a dump with offsets shows, as xxd, hexdump and od print it."""
    digits = b"".join(line[1] for line in _DUMP.finditer(data)).translate(None, b" \t\r")
    if len(digits) >= 16:
        raw = _fromhex(digits)
        yield "hex", raw
        yield "hex", _swapped(raw)


def _swapped(raw: bytes) -> bytes:
    """The bytes of 16-bit words the other way round, as some dumps print them."""
    out = bytearray(raw[: len(raw) // 2 * 2])
    out[0::2], out[1::2] = out[1::2], out[0::2]
    return bytes(out)


def _fromhex(digits: bytes) -> bytes:
    return binascii.a2b_hex(digits[: len(digits) // 2 * 2])
