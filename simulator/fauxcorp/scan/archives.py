"""Archives of logs, entry by entry: no more is unpacked at a time than one entry, and no bomb is unpacked at all."""

from __future__ import annotations

import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from fauxcorp.scan.jsonfile import check_ratio, fail
from fauxcorp.scan.limits import MAX_DOCUMENT, MAX_ENTRIES

MAGIC = b"PK\x03\x04"
_ZSTD = 93
_CHUNK = 256 * 1024
_LOCAL = struct.Struct("<4s5H3L2H")


class Machine(Protocol):
    """What unpacks a stream piece by piece."""

    @property
    def eof(self) -> bool:
        """Whether the stream has come to its end."""
        ...

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """The next bytes of it, `max_length` at most."""
        ...


class Stored:
    """What was not packed at all."""

    eof = False

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """The bytes as they are."""
        return data


class Archive:
    """A zip file. Raises ContentError for what is none, for too many entries, and for what cannot be unpacked here."""

    def __init__(self, path: Path, shown: str) -> None:
        self.shown = shown
        try:
            self._file: BinaryIO = path.open("rb")
        except OSError as error:
            raise fail(shown, 0, error.strerror or "cannot be read") from None
        try:
            self._infos = {i.filename: i for i in zipfile.ZipFile(self._file).infolist()}
        except (
            zipfile.BadZipFile,
            ValueError,
            OSError,
            RecursionError,
            NotImplementedError,
            UnicodeDecodeError,
        ) as error:
            self.close()
            raise fail(shown, 0, f"not a whole zip archive ({error})") from None
        if len(self._infos) > MAX_ENTRIES:
            self.close()
            raise fail(shown, 0, f"holds {len(self._infos):,} entries; the limit is {MAX_ENTRIES:,}")
        self._taken = self._given = 0

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @property
    def names(self) -> list[str]:
        """The names of its entries, as they stand in it."""
        return list(self._infos)

    def read(self, name: str) -> bytes:
        """An entry, unpacked. Raises ContentError if it is too large, broken, encrypted or packed in an unknown way."""
        info = self._infos[name]
        if info.flag_bits & 1:
            raise fail(self.shown, 0, "encrypted; unpack it yourself", name)
        out = bytearray()
        try:
            for piece in self._pieces(info):
                out += piece
                if len(out) > MAX_DOCUMENT:
                    raise fail(self.shown, 0, f"unpacks to more than {MAX_DOCUMENT:,} bytes", name)
        except _errors() as error:
            raise fail(self.shown, 0, f"cannot be unpacked ({error})", name) from None
        return bytes(out)

    def _pieces(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        # The library of Python knows no zstd before 3.14, which Inspect packs with.
        self._file.seek(info.header_offset)
        *_, name_length, extra_length = _LOCAL.unpack(self._file.read(_LOCAL.size))
        self._file.seek(name_length + extra_length, 1)
        left = info.compress_size
        machine = self._machine(info)
        while not machine.eof and (left or getattr(machine, "needs_input", True) is False):
            data = self._file.read(min(_CHUNK, left))
            if left and not data:
                raise EOFError("the archive ends in the middle of it")
            left -= len(data)
            self._taken += len(data)
            yield from self._out(machine, data)

    def _out(self, machine: Machine, data: bytes) -> Iterator[bytes]:
        while True:
            piece = machine.decompress(data, _CHUNK * 4)
            self._given += len(piece)
            check_ratio(self._taken, self._given, self.shown)
            if piece:
                yield piece
            data = getattr(machine, "unconsumed_tail", b"")
            more = getattr(machine, "needs_input", True) is False and not machine.eof
            if isinstance(machine, Stored) or not (data or more):
                return

    def _machine(self, info: zipfile.ZipInfo) -> Machine:
        if info.compress_type == zipfile.ZIP_STORED:
            return Stored()
        if info.compress_type == zipfile.ZIP_DEFLATED:
            return zlib.decompressobj(-15)
        if info.compress_type == _ZSTD:
            machine: Machine = _zstd().ZstdDecompressor()
            return machine
        raise fail(self.shown, 0, f"packed by method {info.compress_type}, which is not read here", info.filename)


def _zstd() -> Any:
    # The same module under two names, and of use to archives alone.
    return import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")


def _errors() -> tuple[type[Exception], ...]:
    return (OSError, struct.error, zlib.error, EOFError, _zstd().ZstdError)
