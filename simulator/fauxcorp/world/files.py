"""The company's files: one shared base, and each world's own changes over it.

`FileTree` is copy on write by path: a world that changed nothing holds two empty dicts, whatever the size of the
company, and a fork copies only what was changed.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from fauxcorp.errors import ToolError

Listing = Mapping[str, tuple[str, ...]]
"""Folder to the names in it, sorted."""

MAX_PATH = 4096
MAX_NAME = 255


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file, folder or symbolic link. `content` of a link is its target; of a folder it is empty."""

    content: bytes = b""
    owner: str = "root"
    group: str = "root"
    mode: int = 0o644
    mtime: int = 0
    """Microseconds since 1970."""
    kind: Literal["file", "dir", "link"] = "file"


def listing_of(files: Mapping[str, FileEntry]) -> dict[str, tuple[str, ...]]:
    """The listing of a base; adds nothing to `files`, so every folder must be an entry of it."""
    children: dict[str, list[str]] = {path: [] for path, e in files.items() if e.kind == "dir"}
    for path in files:
        if path != "/":
            parent, _, name = path.rpartition("/")
            children[parent or "/"].append(name)
    return {folder: tuple(sorted(names)) for folder, names in children.items()}


def normal(path: str, cwd: str = "/") -> str:
    """An absolute path without `.`, `..` and doubled slashes. Raises ToolError for what no file system takes."""
    if "\0" in path:
        raise ToolError("Invalid path: it contains a null character")
    if len(path.encode("utf-8", "replace")) > MAX_PATH:
        raise ToolError(f"{path[:80]}…: File name too long")
    full = posixpath.normpath(posixpath.join(cwd, path))
    full = "/" + full.lstrip("/")
    if any(len(part.encode("utf-8", "replace")) > MAX_NAME for part in full.split("/")):
        raise ToolError(f"{path[:80]}…: File name too long")
    return full


class FileTree:
    """The files of one world. All paths are absolute and normal (see `normal`)."""

    __slots__ = ("_base", "_changed", "_listed", "_listing", "journal", "seen")

    def __init__(self, base: Mapping[str, FileEntry], listing: Listing) -> None:
        self._base = base
        self._listing = listing
        self._changed: dict[str, FileEntry | None] = {}
        self._listed: dict[str, set[str]] = {}
        self.journal: list[str] = []
        """Paths in the order in which they were changed; a mark is a length of it."""
        self.seen: dict[tuple[str, str], bytes] = {}
        """Reader and path to the content read last."""

    @property
    def base(self) -> Mapping[str, FileEntry]:
        """What the company started with; shared, never changed."""
        return self._base

    def changed(self) -> Mapping[str, FileEntry | None]:
        """This world's own entries by path; None where one is gone."""
        return self._changed

    def get(self, path: str) -> FileEntry | None:
        """The entry at a path, links not followed."""
        if path in self._changed:
            return self._changed[path]
        return self._base.get(path)

    def resolve(self, path: str) -> str:
        """The path that a path leads to once links are followed. Raises ToolError on a loop."""
        for _ in range(32):
            parts = path.strip("/").split("/")
            here = ""
            for n, part in enumerate(parts):
                here = f"{here}/{part}"
                entry = self.get(here)
                if entry is not None and entry.kind == "link":
                    target = posixpath.join(posixpath.dirname(here), entry.content.decode("utf-8", "replace"))
                    path = normal("/".join([target, *parts[n + 1 :]]))
                    break
            else:
                return path
        raise ToolError(f"{path}: Too many levels of symbolic links")

    def names(self, folder: str) -> tuple[str, ...]:
        """The names in a folder, sorted."""
        own = self._listed.get(folder)
        return tuple(sorted(own)) if own is not None else self._listing.get(folder, ())

    def walk(self, folder: str = "/") -> Iterator[tuple[str, FileEntry]]:
        """Every entry below a folder, in order of path parts, links not followed."""
        for name in self.names(folder):
            path = f"{folder}/{name}" if folder != "/" else f"/{name}"
            entry = self.get(path)
            if entry is None:
                continue
            yield path, entry
            if entry.kind == "dir":
                yield from self.walk(path)

    def put(self, path: str, entry: FileEntry) -> None:
        """Set the entry at a path; missing folders above it are made with its owner."""
        parent = posixpath.dirname(path)
        if parent != path and self.get(parent) is None:
            self.put(parent, FileEntry(owner=entry.owner, group=entry.group, mode=0o755, mtime=entry.mtime, kind="dir"))
        if parent != path and self.get(path) is None:
            self._folder(parent).add(posixpath.basename(path))
        self._changed[path] = entry
        self.journal.append(path)

    def drop(self, path: str) -> None:
        """Remove the entry at a path, and all below it."""
        for name in self.names(path):
            self.drop(posixpath.join(path, name))
        if self.get(path) is not None:
            self._folder(posixpath.dirname(path)).discard(posixpath.basename(path))
            self._changed[path] = None
            # Kept, empty: a folder made here again must not show what the base held.
            self._listed[path] = set()
            self.journal.append(path)

    def rename(self, source: str, target: str) -> None:
        """Give an entry, and all below it, another path; what is at the target goes."""
        entry = self.get(source)
        if entry is None or source == target:
            return
        below = [(path[len(source) :], e) for path, e in self.walk(source)]
        self.drop(target)
        self.drop(source)
        self.put(target, entry)
        for rest, e in below:
            self.put(target + rest, e)

    def fork(self) -> FileTree:
        """A tree in the same state that changes on its own."""
        other = FileTree(self._base, self._listing)
        other._changed = dict(self._changed)
        other._listed = {folder: set(names) for folder, names in self._listed.items()}
        other.journal = list(self.journal)
        other.seen = dict(self.seen)
        return other

    def _folder(self, folder: str) -> set[str]:
        names = self._listed.get(folder)
        if names is None:
            names = self._listed[folder] = set(self._listing.get(folder, ()))
        return names
