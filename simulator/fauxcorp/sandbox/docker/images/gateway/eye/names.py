"""Names of files as text that any JSON reader takes, and back."""

from __future__ import annotations

import os
import re

_BYTE = re.compile(r"[\udc80-\udcff]")
_WRITTEN = re.compile(r"\\x([0-9a-f]{2})")


def shown(path: str) -> str:
    r"""A path with each byte that is no UTF-8 as `\xNN`; what reads like that already has its backslash written so."""
    if "\\x" in path:
        path = _WRITTEN.sub(r"\\x5cx\1", path)
    return path if path.isascii() else _BYTE.sub(lambda m: f"\\x{ord(m[0]) - 0xDC00:02x}", path)


def meant(text: str) -> str:
    """The path that was shown as a text. Raises ValueError for what can be no path."""
    if "\0" in text:
        raise ValueError("a path with a null character")
    raw = text.encode("utf-8", "surrogateescape")
    if b"\\x" in raw:
        raw = re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]), raw)
    if b"\0" in raw:
        raise ValueError("a path with a null character")
    return os.fsdecode(raw)
