"""The content of files that somebody else may swap at any time."""

from __future__ import annotations

import hashlib
import os
import stat

from .kernel import O_FILE


def read_file(folder: int, name: str, at_most: int) -> tuple[bytes, os.stat_result]:
    """The beginning of a regular file in an open folder, and its state before it was read. Raises OSError."""
    fd = os.open(name, O_FILE, dir_fd=folder)
    try:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(0, "no regular file")
        parts, left = [], at_most
        while left > 0 and (part := os.read(fd, min(left, 1 << 20))):
            parts.append(part)
            left -= len(part)
        return b"".join(parts), found
    finally:
        os.close(fd)


def digest(data: bytes) -> bytes:
    """What tells one content from another."""
    return hashlib.blake2b(data, digest_size=16).digest()


def parents(path: str) -> list[str]:
    """The folders above a path, but the root."""
    out = []
    while path := path.rpartition("/")[0]:
        out.append(path)
    return out
