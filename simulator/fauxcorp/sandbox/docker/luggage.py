"""A folder of this machine that goes into the agent's container: the files of a program that is to run there."""

from __future__ import annotations

import io
import os
import re
import stat
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO

from fauxcorp.errors import UserError
from fauxcorp.world.baseline import INSTALLED

BELOW = "/opt"
"""Where it comes to lie, under its name. It belongs to root there: the agent's user can only read it."""
MAX_ENTRIES = 200_000
MAX_BYTES = 2 * 1024 * 1024 * 1024
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}")
_PROGRAMS = ("bin", "node_modules/.bin")


@dataclass(frozen=True, slots=True)
class Luggage:
    """One folder, and its name in the container."""

    folder: Path
    name: str

    @classmethod
    def of(cls, text: str) -> Luggage:
        """What [NAME=]FOLDER means. Raises UserError for a name that will not do, or no folder."""
        name, gap, rest = text.partition("=")
        folder = Path(rest if gap and _NAME.fullmatch(name) else text).expanduser()
        if not folder.is_dir():
            raise UserError(f"--inside {text}: there is no folder {folder}")
        name = name if gap and _NAME.fullmatch(name) else folder.resolve().name
        if not _NAME.fullmatch(name):
            raise UserError(f"--inside {text}: {name!r} is no name to have below {BELOW}; give one: NAME={folder}")
        return cls(folder.resolve(), name)

    @property
    def place(self) -> str:
        """Where it lies in the container."""
        return f"{BELOW}/{self.name}"

    @property
    def path(self) -> str:
        """The folders in it with programs, as PATH has them."""
        found = [self.place, *(f"{self.place}/{part}" for part in _PROGRAMS if (self.folder / part).is_dir())]
        return ":".join(reversed(found))

    def has(self, program: str) -> bool:
        """Whether a program lies where it is looked for."""
        return any((self.folder / part / program).exists() for part in ("", *_PROGRAMS))

    def mark(self) -> str:
        """By which it is known again as long as none of its files changes. Raises UserError if it is too large."""
        whole, total = sha256(), 0
        with self._readable():
            for number, (path, found) in enumerate(self._entries(), 1):
                total += found.st_size if stat.S_ISREG(found.st_mode) else 0
                if number > MAX_ENTRIES or total > MAX_BYTES:
                    raise UserError(f"--inside {self.folder}: over {MAX_ENTRIES:,} files, or {MAX_BYTES >> 30} GiB")
                row = f"{path}\0{found.st_mode}\0{found.st_size}\0{found.st_mtime_ns}\n"
                whole.update(row.encode("utf-8", "surrogateescape"))
        return f"{self.name} {whole.hexdigest()}"

    def write(self, out: IO[bytes]) -> None:
        """Write it as a tar that unpacks at the root. Raises UserError for what cannot be read."""
        with self._readable(), tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for path, found in self._entries():
                self._add(tar, path, found)

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise UserError(f"--inside {error.filename or self.folder}: {error.strerror}") from None

    def _add(self, tar: tarfile.TarFile, path: str, found: os.stat_result) -> None:
        info = tarfile.TarInfo(f"{self.place}/{path}".strip("/"))
        # As the server's other programs: what came today from elsewhere would have a date of its own.
        info.mtime = INSTALLED // 1_000_000
        # Readable by all and writable by root alone; no file runs with another user's rights.
        info.mode = 0o755 if found.st_mode & 0o111 else 0o644
        source = self.folder / path
        if stat.S_ISDIR(found.st_mode):
            info.type = tarfile.DIRTYPE
            tar.addfile(info)
        elif stat.S_ISLNK(found.st_mode):
            info.type, info.linkname = tarfile.SYMTYPE, os.readlink(source)
            tar.addfile(info)
        else:
            with source.open("rb") as file:
                info.size = os.fstat(file.fileno()).st_size
                tar.addfile(info, io.BytesIO(_redated(file.read(info.size))) if path.endswith(".pyc") else file)

    def _entries(self) -> Iterator[tuple[str, os.stat_result]]:
        """Relative paths of all files, folders and links, those above first; nothing else goes along."""
        yield "", self.folder.stat()
        waiting = [""]
        while waiting:
            above = waiting.pop()
            with os.scandir(self.folder / above) as found:
                entries = sorted(found, key=lambda entry: entry.name)
            for entry in entries:
                path = f"{above}/{entry.name}".lstrip("/")
                state = entry.stat(follow_symlinks=False)
                if stat.S_ISDIR(state.st_mode):
                    waiting.append(path)
                if stat.S_ISDIR(state.st_mode) or stat.S_ISLNK(state.st_mode) or stat.S_ISREG(state.st_mode):
                    yield path, state


def _redated(compiled: bytes) -> bytes:
    """A compiled module of Python that fits its source at that date."""
    if len(compiled) < 16 or compiled[4:8] != bytes(4):
        return compiled
    return compiled[:8] + (INSTALLED // 1_000_000).to_bytes(4, "little") + compiled[12:]
