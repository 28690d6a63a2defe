"""What a shell's own file system holds against what the world holds: walking, comparing, naming the changes."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from bashkit import FileSystem

from fauxcorp.world.filechanges import Change
from fauxcorp.world.fileops import Identity
from fauxcorp.world.files import FileEntry, FileTree

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
    if not fs.exists(folder) or fs.stat(folder)["file_type"] != "directory":
        return
    found = next((e for e in fs.read_dir(folder) if e["name"] == name), None)
    if found is None:
        return
    out[path] = sign_of(found["metadata"])
    if out[path].kind == "directory":
        out.update(walk(fs, path))
    while above and above not in out:
        out[above] = sign_of(fs.stat(above))
        above = posixpath.dirname(above).rstrip("/")


class Found(NamedTuple):
    """An entry of the shell's file system that is new or other than it was."""

    path: str
    entry: FileEntry
    origin: str
    """The path under which unread content was given to the shell; '' if it was read or written."""


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


def paired(found: list[Found], gone: list[str], files: FileTree) -> list[Change]:
    """Changes with what was moved told from what was removed here and made there."""
    left = {path: files.get(path) for path in gone}
    moves: dict[str, str] = {}
    absorbed: dict[str, str] = {}
    for new in found:
        if new.entry.kind == "dir":
            continue
        source = new.origin if new.origin in left else ""
        if not source and new.entry.content:
            same = [p for p, e in left.items() if e and e.kind == new.entry.kind and e.content == new.entry.content]
            named = [p for p in same if posixpath.basename(p) == posixpath.basename(new.path)]
            source = (named or same or [""])[0]
        if source:
            (moves if files.get(new.path) is None else absorbed)[new.path] = source
            left.pop(source)
    changes = _folder_moves(moves, found, left, files)
    taken = tuple(f"{c.path}/" for c in changes)
    for new in found:
        source = moves.get(new.path, "")
        if new.path.startswith(taken) or any(c.path == new.path for c in changes):
            continue
        before = files.get(source or new.path)
        after = (
            replace(new.entry, mode=before.mode, owner=before.owner, group=before.group)
            if source and before
            else new.entry
        )
        changes.append(Change(new.path, before, after, source, absorbed.get(new.path, "")))
    changes += [Change(path, entry, None) for path, entry in sorted(left.items()) if entry is not None]
    return sorted(changes, key=_order)


def _order(change: Change) -> tuple[bool, bool, int, str]:
    """What is made comes before what goes, folders before what is in them; what goes, the other way round."""
    gone = change.after is None
    return gone, gone and change.before is not None and change.before.kind == "dir", 0, change.path


def _folder_moves(
    moves: dict[str, str], found: list[Found], left: dict[str, FileEntry | None], files: FileTree
) -> list[Change]:
    """Moves of whole folders: all that was in one is in a new one."""
    new_folders = {f.path for f in found if f.entry.kind == "dir" and files.get(f.path) is None}
    out: list[Change] = []
    for target in sorted(new_folders):
        if posixpath.dirname(target) in new_folders or any(target.startswith(f"{c.path}/") for c in out):
            continue
        inside = [(a, b) for a, b in moves.items() if a.startswith(f"{target}/")]
        if not inside:
            continue
        rest = inside[0][0][len(target) :]
        source = inside[0][1].removesuffix(rest)
        entry = left.get(source)
        whole = entry is not None and all(b == source + a[len(target) :] for a, b in inside)
        if not whole or any(p.startswith(f"{source}/") and e and e.kind != "dir" for p, e in left.items()):
            continue
        out.append(Change(target, entry, entry, source))
        for a, _ in inside:
            moves.pop(a)
        for path in [p for p in left if p == source or p.startswith(f"{source}/")]:
            left.pop(path)
    return out
