"""What was moved, told from what was removed here and made there."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import NamedTuple

from fauxcorp.world.filechanges import Change
from fauxcorp.world.files import FileEntry, FileTree

Left = dict[str, FileEntry | None]
"""What is gone and was not yet found elsewhere."""


class Found(NamedTuple):
    """An entry of a sandbox's file system that is new or other than it was."""

    path: str
    entry: FileEntry
    origin: str
    """The path that this very file had before; '' if that cannot be told."""


def paired(found: list[Found], gone: list[str], files: FileTree) -> list[Change]:
    """Changes with what was moved told from what was removed here and made there."""
    left: Left = {path: files.get(path) for path in gone}
    moves, absorbed = _sources(found, left, files)
    changes, moved_along = _folder_moves(moves, found, left, files)
    taken = {c.path for c in changes} | moved_along
    for new in found:
        if new.path in taken:
            continue
        source = moves.get(new.path, "")
        before = files.get(source or new.path)
        after = (
            replace(new.entry, mode=before.mode, owner=before.owner, group=before.group)
            if source and before
            else new.entry
        )
        changes.append(Change(new.path, before, after, source, absorbed.get(new.path, "")))
    changes += [Change(path, entry, None) for path, entry in sorted(left.items()) if entry is not None]
    return sorted(changes, key=order)


def order(change: Change) -> tuple[bool, bool, int, str]:
    """What is made comes before what goes, folders before what is in them; what goes, the other way round."""
    gone = change.after is None
    return gone, gone and change.before is not None and change.before.kind == "dir", 0, change.path


def _sources(found: list[Found], left: Left, files: FileTree) -> tuple[dict[str, str], dict[str, str]]:
    """New path to old path: of what is new there, and of what took another's place. Takes them out of `left`."""
    alike: dict[tuple[str, bytes], dict[str, None]] = {}
    for path, entry in left.items():
        if entry is not None and entry.content:
            alike.setdefault((entry.kind, entry.content), {})[path] = None
    moves: dict[str, str] = {}
    absorbed: dict[str, str] = {}
    for new in found:
        if new.entry.kind == "dir":
            continue
        source = new.origin if new.origin in left else ""
        if not source and new.entry.content:
            same = alike.get((new.entry.kind, new.entry.content), {})
            name = posixpath.basename(new.path)
            source = next((p for p in same if posixpath.basename(p) == name), next(iter(same), ""))
        if source:
            (moves if files.get(new.path) is None else absorbed)[new.path] = source
            entry = left.pop(source)
            if entry is not None:
                alike.get((entry.kind, entry.content), {}).pop(source, None)
    return moves, absorbed


def _folder_moves(
    moves: dict[str, str], found: list[Found], left: Left, files: FileTree
) -> tuple[list[Change], set[str]]:
    """Moves of whole folders: all that was in one is in a new one. Also the paths that came along."""
    new_folders = {f.path for f in found if f.entry.kind == "dir" and files.get(f.path) is None}
    tops = [path for path in sorted(new_folders) if posixpath.dirname(path) not in new_folders]
    inside_of = _grouped(moves, tops)
    staying = _folders_of_files(left)
    out: list[Change] = []
    along: set[str] = set()
    for target in tops:
        inside = inside_of.get(target)
        if not inside:
            continue
        rest = inside[0][0][len(target) :]
        source = inside[0][1].removesuffix(rest)
        entry = left.get(source)
        whole = entry is not None and all(b == source + a[len(target) :] for a, b in inside)
        if not whole or source in staying:
            continue
        out.append(Change(target, entry, entry, source))
        along.update(a for a, _ in inside)
        for a, _ in inside:
            moves.pop(a)
        for path in [p for p in left if p == source or p.startswith(f"{source}/")]:
            along.add(target + path[len(source) :])
            left.pop(path)
    return out, along


def _grouped(moves: dict[str, str], tops: list[str]) -> dict[str, list[tuple[str, str]]]:
    """Moves by the new folder that they lead into."""
    known = frozenset(tops)
    out: dict[str, list[tuple[str, str]]] = {}
    for new, old in moves.items():
        above = posixpath.dirname(new)
        while above != "/" and above not in known:
            above = posixpath.dirname(above)
        if above in known:
            out.setdefault(above, []).append((new, old))
    return out


def _folders_of_files(left: Left) -> set[str]:
    """Every folder that has, at any depth, a file or link among what is left."""
    out: set[str] = set()
    for path, entry in left.items():
        if entry is None or entry.kind == "dir":
            continue
        above = posixpath.dirname(path)
        while above not in out:
            out.add(above)
            above = posixpath.dirname(above)
    return out
