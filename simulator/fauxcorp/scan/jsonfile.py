"""JSON out of files that may be hostile: limits on size and depth, and errors that name file and line."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import orjson

from fauxcorp.errors import ContentError, Problem
from fauxcorp.scan.limits import MAX_DEPTH, MAX_DOCUMENT, MAX_LINE, MAX_RATIO, MAX_UNPACKED

GZIP = b"\x1f\x8b"
_CHUNK = 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_AT = re.compile(r"line (\d+) column (\d+)")


def fail(shown: str, line: int, message: str, field: str = "") -> ContentError:
    """An error at a place of a file, to raise."""
    return ContentError([Problem(shown, line, field, message)])


class Unpacked:
    """A gzip file as a stream of bytes that stops a bomb."""

    def __init__(self, raw: BinaryIO, shown: str) -> None:
        self._raw, self._shown = raw, shown
        self._machine = zlib.decompressobj(31)
        self._buffer = b""
        self._taken = self._given = 0
        self._eof = False

    def read(self, size: int) -> bytes:
        """The next `size` bytes, fewer at the end."""
        while len(self._buffer) < size and not self._eof:
            self._more()
        out, self._buffer = self._buffer[:size], self._buffer[size:]
        return out

    def readline(self, limit: int) -> bytes:
        """The next line, at most `limit` bytes of it."""
        while b"\n" not in self._buffer and len(self._buffer) < limit and not self._eof:
            self._more()
        end = self._buffer.find(b"\n", 0, limit) + 1 or min(limit, len(self._buffer))
        out, self._buffer = self._buffer[:end], self._buffer[end:]
        return out

    def _more(self) -> None:
        try:
            data = self._machine.unconsumed_tail or self._raw.read(_CHUNK)
            self._taken += len(data) if not self._machine.unconsumed_tail else 0
            if not data:
                self._eof = True
                return
            out = self._machine.decompress(data, _CHUNK)
            if self._machine.eof:
                rest = self._machine.unused_data
                # Several gzip members after one another are one file.
                self._machine = zlib.decompressobj(31)
                if rest.startswith(GZIP):
                    out += self._machine.decompress(rest, _CHUNK)
                elif rest:
                    self._eof = True
        except zlib.error as error:
            raise fail(self._shown, 0, f"not a whole gzip file ({error})") from None
        self._given += len(out)
        check_ratio(self._taken, self._given, self._shown)
        self._buffer += out


def check_ratio(taken: int, given: int, shown: str) -> None:
    """Raise ContentError where so much comes out of so little that it is a bomb."""
    if given > MAX_UNPACKED or given > _CHUNK + taken * MAX_RATIO:
        raise fail(shown, 0, f"unpacks to more than {given:,} bytes from {taken:,}: not read on; unpack it yourself")


def open_plain(path: Path, shown: str) -> Any:
    """A file as bytes, unpacked if it is gzip. Raises ContentError if it cannot be read."""
    try:
        raw = path.open("rb")
        head = raw.read(2)
        raw.seek(0)
    except OSError as error:
        raise fail(shown, 0, error.strerror or "cannot be read") from None
    return Unpacked(cast(BinaryIO, raw), shown) if head == GZIP else raw


def lines(stream: Any, shown: str) -> Iterator[tuple[int, bytes]]:
    """The lines of a stream that are not empty, with their numbers from 1. Raises ContentError for one too long."""
    number = 0
    while True:
        try:
            line = stream.readline(MAX_LINE + 1)
        except OSError as error:
            raise fail(shown, number + 1, error.strerror or "cannot be read") from None
        if not line:
            return
        number += 1
        if len(line) > MAX_LINE:
            raise fail(shown, number, f"a line of more than {MAX_LINE:,} bytes; split the file")
        text = (line.removeprefix(_BOM) if number == 1 else line).strip()
        if text:
            yield number, text


def document(stream: Any, shown: str) -> bytes:
    """All of a stream. Raises ContentError if there is too much of it."""
    try:
        data: bytes = stream.read(MAX_DOCUMENT + 1)
    except OSError as error:
        raise fail(shown, 0, error.strerror or "cannot be read") from None
    if len(data) > MAX_DOCUMENT:
        raise fail(shown, 0, f"larger than {MAX_DOCUMENT:,} bytes; as JSON lines it could be read piece by piece")
    return data.removeprefix(_BOM)


def parse(data: bytes, shown: str, line: int = 0) -> Any:
    """JSON as Python has it. Bytes that are no UTF-8 are replaced, halves of surrogate pairs too.

    Raises ContentError with the line where it breaks.
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        sound = _mended(data)
        if sound == data:
            raise _broken(error, shown, line) from None
        try:
            value = orjson.loads(sound)
        except orjson.JSONDecodeError:
            raise _broken(error, shown, line) from None
    if too_deep(data, value):
        raise fail(shown, line, f"nested deeper than {MAX_DEPTH} levels")
    return value


_HALF = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)


def _mended(data: bytes) -> bytes:
    """The same with what JSON readers refuse and careless writers write replaced."""
    return _HALF.sub(rb"\\ufffd", data.decode("utf-8", "replace").encode())


def _broken(error: orjson.JSONDecodeError, shown: str, line: int) -> ContentError:
    at = _AT.search(str(error))
    within = int(at[1]) if at else 1
    where = line or within
    place = f", column {at[2]}" if at else ""
    message = str(error).partition(": line")[0]
    return fail(shown, where, f"not valid JSON{place}: {message}")


def too_deep(data: bytes, value: Any) -> bool:
    """Whether lists and objects are nested deeper than is followed. Cheap where there are few brackets."""
    if data.count(b"[") + data.count(b"{") <= MAX_DEPTH:
        return False
    level = [value]
    for _ in range(MAX_DEPTH):
        level = (
            [
                child
                for one in level
                for child in (one.values() if isinstance(one, dict) else one)
                if isinstance(child, dict | list)
            ]
            if level and isinstance(level[0], dict | list)
            else []
        )
        if not level:
            return False
    return True
