"""A file as a person reads it: its lines from one on, or the text of a document."""

from __future__ import annotations

from fauxcorp.errors import ToolError
from fauxcorp.world.documents import read_document
from fauxcorp.world.text import guess_type, printable, size_of

MAX_SHOWN = 40_000
"""Characters that are shown at once."""


def shown_file(content: bytes, path: str, first: int = 1, limit: int = 500) -> str:
    """`limit` lines of a file, or of a document's text, from the `first` on. Raises ToolError past the end."""
    if not content:
        return "(empty file)"
    document = read_document(content)
    head = ""
    if document is not None:
        head = f"{document.name}, {size_of(len(content))}"
        if not document.plain.strip():
            return f"{head}: {document.note or 'there is no text in it'}."
        text = document.text
    elif b"\0" in content[:8192]:
        return f"Binary file ({guess_type(path)}, {size_of(len(content))}); it cannot be shown as text."
    else:
        text = content.decode("utf-8", "replace")
    shown = _lines(text, path, max(first, 1), limit)
    return f"[{head}]\n{shown}" if head else shown


def _lines(text: str, path: str, first: int, limit: int) -> str:
    lines = text.splitlines()
    if first > len(lines):
        raise ToolError(f"{printable(path)} has {len(lines):,} lines")
    shown: list[str] = []
    size = 0
    for line in lines[first - 1 : first - 1 + limit]:
        size += len(line) + 1
        if size > MAX_SHOWN and shown:
            break
        shown.append(line if len(line) <= MAX_SHOWN else f"{line[:MAX_SHOWN]} [... line cut]")
    text = printable("\n".join(shown))
    last = first + len(shown) - 1
    if first == 1 and last == len(lines):
        return text
    rest = f"; go on with offset={last + 1}" if last < len(lines) else ""
    return f"{text}\n[lines {first:,}-{last:,} of {len(lines):,}{rest}]"
