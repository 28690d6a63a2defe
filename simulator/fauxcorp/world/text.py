"""Text that is safe to store, and safe to show."""

from __future__ import annotations

import mimetypes
import re

_ANSI = re.compile(
    r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)"
    r"|[PX^_][^\x1b]{0,4096}\x1b\\|[ -/]{0,4}[0-~])"
)
_HARMFUL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def sound(text: str) -> str:
    """The text without what cannot be stored as UTF-8 (lone surrogates) or in a message (null characters)."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def printable(text: str) -> str:
    """The text as a terminal can show it without being driven by it: no escape sequences, controls made visible."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isprintable():
        return text
    if "\f" in text:
        # The end of a page.
        text = text.replace("\f", "\n")
    if "\x1b" in text:
        text = _ANSI.sub("", text)
    return _HARMFUL.sub("\N{REPLACEMENT CHARACTER}", text)


def clip(text: str, limit: int) -> str:
    """The text, cut at `limit` characters with a note of what is missing."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}\n[... {len(text) - limit:,} more characters]"


def size_of(count: int) -> str:
    """A number of bytes as people write it."""
    if count < 1024:
        return f"{count} B"
    value, units = count / 1024, ("KB", "MB", "GB")
    for unit in units[:-1]:
        if value < 1024:
            return f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} {units[-1]}"


# A table of its own: what the machine's mime.types holds must not change a log.
_TYPES = mimetypes.MimeTypes(filenames=())


def guess_type(name: str) -> str:
    """The media type that a file name suggests."""
    return _TYPES.guess_type(name)[0] or "application/octet-stream"
