"""Search in the company's files by name and content, as an office's file share offers it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING

from fauxcorp.world.fileops import ENTER, READ, Identity, allowed, identity, may_read, reachable
from fauxcorp.world.files import FileEntry

if TYPE_CHECKING:
    from fauxcorp.world.world import World

MAX_TEXT = 1_000_000
"""Bytes of one file that a search looks at."""
MAX_LOOKED = 20_000
"""Files that one search looks at."""
_MAX_WORDS = 20

_Folded = Mapping[str, tuple[bytes, str]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A file that was found. `line` is 1-based, 0 where the name was what matched."""

    path: str
    line: int = 0
    text: str = ""


def find_files(world: World, user: str, query: str, folder: str, limit: int) -> tuple[list[Hit], bool]:
    """Files below a folder that a user may read and whose path and content hold all words of a query; whether there
    are more than `limit`. A query with `*` or `?` is a pattern for names.
    """
    who = identity(world, user)
    wanted = query.strip().lower()
    terms = [] if "*" in wanted or "?" in wanted else wanted.split()[:_MAX_WORDS]
    base = _folded_base(_Base(world.files.base))
    out: list[Hit] = []
    for path, entry in _readable(world, folder, who):
        hit = _by_name(path, wanted) if not terms else _by_words(path, entry, terms, wanted, base)
        if hit is not None:
            if len(out) == limit:
                return out, True
            out.append(hit)
    return out, False


def _readable(world: World, folder: str, who: Identity) -> Iterator[tuple[str, FileEntry]]:
    files = world.files
    if not may_read(files, folder, who) or not reachable(files, f"{folder}/.", who):
        return
    looked = 0
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        head = here if here.endswith("/") else f"{here}/"
        below = []
        for name in files.names(here):
            path = head + name
            entry = files.get(path)
            # The folders above were entered, so the entry's own mode decides.
            if entry is None or not allowed(entry, who, READ if entry.kind == "file" else READ | ENTER):
                continue
            if entry.kind == "dir":
                below.append(path)
            elif entry.kind == "file":
                looked += 1
                if looked > MAX_LOOKED:
                    return
                yield path, entry
        waiting.extend(reversed(below))


def _by_name(path: str, pattern: str) -> Hit | None:
    return Hit(path) if fnmatchcase(posixpath.basename(path).lower(), pattern) else None


def _by_words(path: str, entry: FileEntry, terms: list[str], whole: str, base: _Folded) -> Hit | None:
    text = _folded(path, entry, base)
    name = path.lower()
    for term in terms:
        if term not in text and term not in name:
            return None
    at = text.find(whole)
    if at < 0:
        at = min((text.find(term) for term in terms if term in text), default=-1)
    if at < 0:
        return Hit(path)
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    number = text.count("\n", 0, at) + 1
    shown = entry.content[:MAX_TEXT].decode("utf-8", "replace")
    # Lower case may be longer or shorter than the text itself: then the folded line is shown.
    source = shown if len(shown) == len(text) else text
    return Hit(path, number, source[start : end if end >= 0 else len(source)].strip())


def _folded(path: str, entry: FileEntry, base: _Folded) -> str:
    """The text of a file in lower case; binary files have none."""
    known = base.get(path)
    return known[1] if known is not None and known[0] is entry.content else fold_content(entry.content)


def fold_content(content: bytes) -> str:
    """Lower-case text of a file's content; empty for a binary one."""
    head = content[:MAX_TEXT]
    return "" if b"\0" in head[:8192] else head.decode("utf-8", "replace").lower()


class _Base:
    """A mapping by identity."""

    __slots__ = ("mapping",)

    def __init__(self, mapping: Mapping[str, FileEntry]) -> None:
        self.mapping = mapping

    def __hash__(self) -> int:
        return id(self.mapping)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Base) and other.mapping is self.mapping


@lru_cache(maxsize=16)
def _folded_base(base: _Base) -> dict[str, tuple[bytes, str]]:
    """Content and lower-case text of every file that a company starts with; made by its first search."""
    return {path: (e.content, fold_content(e.content)) for path, e in base.mapping.items() if e.kind == "file"}
