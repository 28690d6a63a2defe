"""A gzip or zlib stream that arrives in pieces, plain or under one encoding, read as it comes."""

from __future__ import annotations

import base64
import binascii
import zlib

_QUANTUM = {"": 1, "hex": 2, "base64": 4, "base32": 8}
_SPACE = b" \t\r\n="
_PLAIN = bytes(range(256))
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_OVERLAP = 512
"""Bytes of what was read before that are given with what is new."""
MAX_OUT = 32 * 1024 * 1024
"""Bytes that one stream is read to."""
MAX_STEP = 4 * 1024 * 1024
"""The same for one piece."""


class Flow:
    """What has been read of one stream. `encoding`: hex, base64, base32, or '' for none."""

    __slots__ = ("_left", "_machine", "_rest", "_tail", "encoding")

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self._machine = zlib.decompressobj(47)
        self._rest = b""
        self._tail = b""
        self._left = MAX_OUT

    def copy(self) -> Flow:
        """The same state, going on by itself."""
        other = Flow(self.encoding)
        other._machine = self._machine.copy()
        other._rest, other._tail, other._left = self._rest, self._tail, self._left
        return other

    def feed(self, data: bytes) -> bytes | None:
        """What a piece adds, with the end of what was before; None once it cannot be read on."""
        if self._left <= 0 or self._machine.eof:
            return None
        raw = self._decoded(data)
        try:
            new = b"" if raw is None else self._machine.decompress(raw, min(MAX_STEP, self._left))
        except zlib.error:
            raw = None
        if raw is None:
            self._left = 0
            return None
        if self._machine.unconsumed_tail:
            # More than one step: it goes on from where it is no longer known, so this is the end of it.
            self._left = 0
        self._left -= len(new)
        shown = self._tail + new
        self._tail = shown[-_OVERLAP:]
        return shown if new else b""

    def _decoded(self, data: bytes) -> bytes | None:
        if not self.encoding:
            return data
        data = self._rest + data.translate(_PLAIN if self.encoding != "base64" else _URL_SAFE, _SPACE)
        whole = len(data) - len(data) % _QUANTUM[self.encoding]
        part, self._rest = data[:whole], data[whole:]
        try:
            if self.encoding == "hex":
                return binascii.a2b_hex(part)
            if self.encoding == "base64":
                return binascii.a2b_base64(part)
            return base64.b32decode(part.upper())
        except (binascii.Error, ValueError):
            return None


def is_deflated(data: bytes) -> bool:
    """Whether gzip or zlib data begins here."""
    return data.startswith(b"\x1f\x8b\x08") or data[:2] in (b"x\x01", b"x\x5e", b"x\x9c", b"x\xda")
