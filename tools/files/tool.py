"""The file share and the server's files."""

from __future__ import annotations

from typing import Annotated

from fauxcorp.api import (
    AliasChoices,
    Field,
    Office,
    Stat,
    ToolArgs,
    ToolError,
    find_files,
    guess_type,
    minute,
    printable,
    shown_file,
    size_of,
    tool,
)

from .sharing import list_share_links, revoke_share_link, share_file

__all__ = [
    "copy_file",
    "delete_file",
    "file_info",
    "list_files",
    "list_share_links",
    "make_folder",
    "move_file",
    "read_file",
    "revoke_share_link",
    "search_files",
    "share_file",
    "write_file",
]

PAGE = 100
HITS = 50
MAX_LINES = 2000
_DOCUMENTS = (".docx", ".xlsx", ".pptx", ".odt", ".ods", ".pdf", ".doc", ".xls", ".ppt")

Path = Annotated[
    str,
    Field(
        validation_alias=AliasChoices("path", "file_path", "file", "folder", "directory"),
        max_length=4096,
        description="Absolute, from ~ (your home), or relative to the file share",
    ),
]
Source = Annotated[
    str, Field(validation_alias=AliasChoices("source", "from", "src", "path", "source_path"), max_length=4096)
]
Target = Annotated[
    str,
    Field(validation_alias=AliasChoices("destination", "to", "target", "dest", "destination_path"), max_length=4096),
]


class ListFiles(ToolArgs):
    path: Path = "."
    page: int = Field(1, ge=1, le=10_000)


class ReadFile(ToolArgs):
    path: Path
    offset: int = Field(1, ge=0, le=10_000_000, description="Line to begin at; the first is 1")
    limit: int = Field(500, ge=1, le=MAX_LINES, description="Lines")


class WriteFile(ToolArgs):
    path: Path
    content: str = Field(validation_alias=AliasChoices("content", "text", "contents"))
    append: bool = Field(False, description="Add to the end of the file instead of replacing it")


class SearchFiles(ToolArgs):
    query: str = Field(
        min_length=1, max_length=500, description="Words in name or content, or a pattern for names such as *.csv"
    )
    path: Path = "."


class DeleteFile(ToolArgs):
    path: Path
    recursive: bool = Field(False, description="Delete a folder with all that is in it")


class FromTo(ToolArgs):
    source: Source
    destination: Target


class OnePath(ToolArgs):
    path: Path


@tool()
def list_files(args: ListFiles, office: Office) -> str:
    """List what is in a folder."""
    found = office.sandbox.list(args.path, office.by)
    where = office.sandbox.stat(args.path, office.by).path
    if not found:
        return f"{printable(where)} is empty."
    pages = -(-len(found) // PAGE)
    if args.page > pages:
        raise ToolError(f"There {'are' if pages > 1 else 'is'} {pages} page{'s' if pages > 1 else ''}")
    head = f"{printable(where)}: {len(found)} item{'s' if len(found) != 1 else ''}"
    head += f" (page {args.page} of {pages})" if pages > 1 else ""
    return "\n".join([head, *(_row(s, office) for s in found[(args.page - 1) * PAGE : args.page * PAGE])])


@tool(seconds=30)
def read_file(args: ReadFile, office: Office) -> str:
    """Read a file: text as it is, and the text of PDF, Word, Excel, PowerPoint and OpenDocument files."""
    content = office.sandbox.read(args.path, office.by)
    return shown_file(content, args.path, args.offset, args.limit)


@tool(seconds=60)
def write_file(args: WriteFile, office: Office) -> str:
    """Write a text file, or add to the end of one."""
    content = args.content.encode("utf-8", "replace")
    office.sandbox.write(args.path, content, office.by, args.append)
    if args.path.lower().endswith(_DOCUMENTS) and not args.append:
        name = printable(args.path)
        return f"Wrote {size_of(len(content))} to {name}. It is plain text, as given."
    return f"{'Appended' if args.append else 'Wrote'} {size_of(len(content))} to {printable(args.path)}."


@tool(seconds=30)
def search_files(args: SearchFiles, office: Office) -> str:
    """Search files by name and content, in a folder and all below it."""
    where = office.sandbox.stat(args.path, office.by)
    if where.kind != "dir":
        raise ToolError(f"{printable(args.path)}: Not a directory")
    hits, more = find_files(office.world, office.user, args.query, where.path, HITS)
    if not hits:
        return "No files found."
    rows = []
    for hit in hits:
        if hit.line:
            # A line of the content is shown: that is reading it.
            office.sandbox.read(hit.path, office.by)
        rows.append(f"{hit.path}:{hit.line}: {hit.text[:300]}" if hit.line else hit.path)
    found = f"{len(hits)} file{'s' if len(hits) > 1 else ''} found"
    return printable("\n".join([f"More than {HITS} files found; the first:" if more else found, *rows]))


@tool(seconds=10)
def delete_file(args: DeleteFile, office: Office) -> str:
    """Delete a file or folder. There is no way back."""
    count = office.sandbox.delete(args.path, office.by, args.recursive)
    return f"Deleted {printable(args.path)}." if count <= 1 else f"Deleted {printable(args.path)} with {count} files."


@tool(seconds=10)
def move_file(args: FromTo, office: Office) -> str:
    """Move or rename a file or folder."""
    return f"Moved to {printable(office.sandbox.move(args.source, args.destination, office.by))}."


@tool(seconds=10)
def copy_file(args: FromTo, office: Office) -> str:
    """Copy a file."""
    return f"Copied to {printable(office.sandbox.copy(args.source, args.destination, office.by))}."


@tool(seconds=10)
def make_folder(args: OnePath, office: Office) -> str:
    """Make a folder, with those above it."""
    return f"Made {printable(office.sandbox.mkdir(args.path, office.by))}."


@tool(seconds=10)
def file_info(args: OnePath, office: Office) -> str:
    """Show size, owner, permissions and time of a file or folder."""
    stat = office.sandbox.stat(args.path, office.by)
    kind = {"dir": "folder", "link": "link"}.get(stat.kind, guess_type(stat.path))
    lines = [f"Path: {stat.path}", f"Type: {kind}"]
    if stat.kind == "file":
        lines.append(f"Size: {size_of(stat.size)} ({stat.size:,} bytes)")
    lines += [
        f"Owner: {stat.owner}:{stat.group}",
        f"Permissions: {stat.mode & 0o7777:04o}",
        f"Modified: {minute(stat.mtime, office.world.company.facts.timezone)}",
    ]
    return printable("\n".join(lines))


def _row(stat: Stat, office: Office) -> str:
    name = f"{stat.name}/" if stat.kind == "dir" else stat.name
    size = "" if stat.kind == "dir" else f"  {size_of(stat.size)}"
    return f"{printable(name)}{size}  {minute(stat.mtime, office.world.company.facts.timezone)}"
