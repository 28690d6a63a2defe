"""Which file of the server a body is: on the wire a file that was sent as it is has no name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from fauxcorp.world.company import Company
from fauxcorp.world.files import FileEntry
from fauxcorp.world.world import World

MIN_SIZE = 8
"""Bytes of a body from which on it is compared; shorter ones are typed."""
Sizes = Mapping[int, tuple[str, ...]]


class _Same:
    """A company by identity."""

    __slots__ = ("company",)

    def __init__(self, company: Company) -> None:
        self.company = company

    def __hash__(self) -> int:
        return id(self.company)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.company is self.company


def file_of(world: World, body: bytes) -> tuple[str, bytes] | None:
    """Name and content of the file that a body is, also one that was sent without its line ends; None if it is none."""
    if len(body) < MIN_SIZE:
        return None
    changed = world.files.changed()
    for path in (*_sizes(_Same(world.company)).get(len(body), ()), *_own(changed, len(body))):
        entry = world.files.get(path)
        if entry is not None and entry.kind == "file" and body in (entry.content, _joined(entry.content)):
            return path.rpartition("/")[2], entry.content
    return None


def _own(changed: Mapping[str, FileEntry | None], size: int) -> Iterator[str]:
    for path in sorted(changed):
        entry = changed[path]
        if entry is not None and size <= len(entry.content) <= size * 2:
            yield path


def _joined(content: bytes) -> bytes:
    """As curl's -d sends a file."""
    return content.replace(b"\r", b"").replace(b"\n", b"")


@lru_cache(maxsize=16)
def _sizes(same: _Same) -> Sizes:
    """Size to the files that the company starts with, in order of their paths."""
    out: dict[int, list[str]] = {}
    for path, entry in sorted(same.company.files.items()):
        if entry.kind == "file":
            size = len(entry.content)
            for length in {size, size - entry.content.count(b"\n") - entry.content.count(b"\r")}:
                out.setdefault(length, []).append(path)
    return {size: tuple(paths) for size, paths in out.items()}
