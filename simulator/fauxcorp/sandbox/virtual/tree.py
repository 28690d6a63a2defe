"""What a shell's own file system holds against what the world holds: walking, comparing, naming the changes."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import NamedTuple

from bashkit import FileSystem

from fauxcorp.world.fileops import Identity
from fauxcorp.world.files import FileEntry

OUTSIDE = frozenset({"/bin", "/dev", "/proc", "/sys", "/usr/bin", "/usr/sbin", "/sbin", "/lib", "/run"})
"""Folders that are the shell's own and not the company's."""
MAX_DEPTH = 64
MAX_ENTRIES = 50_000


class Sign(NamedTuple):
    """What tells a changed entry of the shell's file system from an unchanged one."""

    kind: str
    size: int
    modified: float
    mode: int


Signs = dict[str, Sign]


def sign_of(meta: Mapping[str, object]) -> Sign:
    """The sign in what the file system tells of an entry."""
    return Sign(meta["file_type"], meta["size"], meta["modified"], meta["mode"])  # type: ignore[arg-type]


def walk(fs: FileSystem, top: str = "") -> Signs:
    """The signs of all entries below a folder that are the company's; of the whole tree unless a folder is given."""
    out: Signs = {}
    stack = [(top, 0)]
    while stack:
        folder, depth = stack.pop()
        for entry in fs.read_dir(folder or "/"):
            path = f"{folder}/{entry['name']}"
            if path in OUTSIDE:
                continue
            meta = entry["metadata"]
            kind = meta["file_type"]
            out[path] = Sign(kind, meta["size"], meta["modified"], meta["mode"])
            if kind == "directory" and depth < MAX_DEPTH and len(out) < MAX_ENTRIES:
                stack.append((path, depth + 1))
    return out


def look(fs: FileSystem, paths: list[str], known: Signs) -> Signs:
    """Like `walk`, for a few paths and what is below them: everything else is taken to be as it is known to be."""
    out = dict(known)
    for path in paths:
        if path == "/" or path in OUTSIDE:
            return walk(fs)
        was = out.pop(path, None)
        if was is not None and was.kind == "directory":
            for below in [p for p in out if p.startswith(f"{path}/")]:
                del out[below]
        _look(fs, path, out)
    return out


def _look(fs: FileSystem, path: str, out: Signs) -> None:
    above, _, name = path.rpartition("/")
    folder = above or "/"
    found = None
    if fs.exists(folder) and fs.stat(folder)["file_type"] == "directory":
        found = next((e for e in fs.read_dir(folder) if e["name"] == name), None)
    if found is not None:
        out[path] = sign_of(found["metadata"])
        if out[path].kind == "directory":
            out.update(walk(fs, path))
    # Folders that were made on the way stay when what they were made for is gone again.
    while above and above not in out:
        if fs.exists(above):
            out[above] = sign_of(fs.stat(above))
        above = posixpath.dirname(above).rstrip("/")


def entry_of(
    fs: FileSystem,
    path: str,
    sign: Sign,
    old: FileEntry | None,
    above: FileEntry | None,
    who: Identity,
    now: int,
) -> FileEntry:
    """The world's entry for what the shell holds at a path."""
    owner = old.owner if old else who.user
    group = old.group if old else above.group if above and above.mode & 0o2000 else who.user
    if sign.kind == "directory":
        mode = old.mode if old else sign.mode & 0o7777
        return FileEntry(b"", owner, group, mode, now, "dir")
    if sign.kind == "symlink":
        return FileEntry(fs.read_link(path).encode("utf-8", "surrogateescape"), owner, group, 0o777, now, "link")
    # What changes modes is a program of the office and does it in the world; the interpreter only forgets them.
    mode = old.mode if old and old.kind == "file" else sign.mode & 0o7777
    return FileEntry(fs.read_file(path), owner, group, mode, now)
