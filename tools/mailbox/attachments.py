"""Attachments: read them, save them as files."""

from __future__ import annotations

import posixpath

from fauxcorp.api import Field, Office, ToolArgs, ToolError, printable, shown_file, size_of, tool

from .common import Id, chosen, item_of

MAX_LINES = 2000


class ReadAttachment(ToolArgs):
    id: Id
    name: str = Field("", max_length=255, description="Name of the attachment; may be left out if there is only one")
    offset: int = Field(1, ge=0, le=10_000_000, description="Line to begin at; the first is 1")
    limit: int = Field(500, ge=1, le=MAX_LINES, description="Lines")


class SaveAttachment(ToolArgs):
    id: Id
    name: str = Field(
        "", max_length=255, description='Name of the attachment; may be left out if there is only one; "*" for all'
    )
    path: str = Field(max_length=4096, description="File or folder to save it to; a folder for all")


@tool(seconds=30)
def read_attachment(args: ReadAttachment, office: Office) -> str:
    """Show the text of an attachment: text files, PDF, Word, Excel and OpenDocument files."""
    found = chosen(item_of(office, args.id).message, args.name)
    return shown_file(found.content, found.name, args.offset, args.limit)


@tool(seconds=15)
def save_attachment(args: SaveAttachment, office: Office) -> str:
    """Save an attachment of an email, or all of them, as files."""
    message = item_of(office, args.id).message
    every = args.name.strip() == "*"
    found = list(message.attachments) if every else [chosen(message, args.name)]
    if not found:
        raise ToolError(f"Message {message.id} has no attachments")
    folder = args.path.endswith("/") or (every and len(found) > 1) or office.sandbox.is_folder(args.path, office.by)
    out: list[str] = []
    taken: set[str] = set()
    for file in found:
        path = posixpath.join(args.path, _free(posixpath.basename(file.name) or "file", taken)) if folder else args.path
        office.sandbox.write(path, file.content, office.by)
        out.append(f"Saved {file.name} ({size_of(len(file.content))}) to {path}.")
    return printable("\n".join(out))


def _free(name: str, taken: set[str]) -> str:
    """A name that none of the others has: report.pdf, report (2).pdf."""
    stem, dot, end = name.rpartition(".")
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{stem} ({number}).{end}" if dot else f"{name} ({number})"
    taken.add(free)
    return free
