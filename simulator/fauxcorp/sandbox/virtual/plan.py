"""What a new shell is given: the company's files, prepared once for all worlds of a company."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bashkit import FileSystem

from fauxcorp.world.files import FileEntry

MAX_PLANS = 16


@dataclass(slots=True)
class Plan:
    """Entries by how a shell takes them."""

    texts: dict[str, FileEntry] = field(default_factory=dict)
    """Given when asked for, so that a first read is seen and a mode can refuse it."""
    binaries: dict[str, FileEntry] = field(default_factory=dict)
    """Content that is no text must be there from the start."""
    folders: list[str] = field(default_factory=list)
    """Folders that hold no file."""
    links: dict[str, str] = field(default_factory=dict)
    programs: list[str] = field(default_factory=list)
    """Files that can be run."""

    def add(self, path: str, entry: FileEntry) -> None:
        """Sort one entry in."""
        if entry.kind == "link":
            self.links[path] = entry.content.decode("utf-8", "replace")
        elif entry.kind == "dir":
            self.folders.append(path)
        else:
            (self.texts if is_text(entry.content) else self.binaries)[path] = entry
            if entry.mode & 0o111:
                self.programs.append(path)

    def drop(self, path: str) -> None:
        """Take one entry out."""
        self.texts.pop(path, None)
        self.binaries.pop(path, None)
        self.links.pop(path, None)
        if path in self.folders:
            self.folders.remove(path)
        if path in self.programs:
            self.programs.remove(path)

    def over(self, changed: Mapping[str, FileEntry | None]) -> Plan:
        """This plan with a world's own entries; this one stays as it is."""
        out = Plan(dict(self.texts), dict(self.binaries), list(self.folders), dict(self.links), list(self.programs))
        for path, entry in changed.items():
            out.drop(path)
            if entry is not None:
                out.add(path, entry)
        return out


def is_text(content: bytes) -> bool:
    """Whether content is UTF-8 text."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def plan_of(files: Mapping[str, FileEntry]) -> Plan:
    """The plan of a company's files; folders that hold something are made by what they hold."""
    for known, plan in _PLANS:
        if known is files:
            return plan
    plan = Plan()
    filled = {posixpath.dirname(path) for path in files}
    for path, entry in files.items():
        if path != "/" and not (entry.kind == "dir" and path in filled):
            plan.add(path, entry)
    _PLANS.append((files, plan))
    del _PLANS[:-MAX_PLANS]
    return plan


_PLANS: list[tuple[Mapping[str, FileEntry], Plan]] = []


def stubs(names: Iterable[str]) -> FileSystem:
    """A file system with one small program a name, shared by all shells and mounted where none can write."""
    fs = FileSystem()
    for folder in ("/dev", "/home", "/tmp"):
        if fs.exists(folder):
            fs.remove(folder, True)
    for name in sorted(names):
        fs.write_file(f"/{name}", f'#!/bin/sh\n{name} "$@"\n'.encode())
        fs.chmod(f"/{name}", 0o755)
    return fs
