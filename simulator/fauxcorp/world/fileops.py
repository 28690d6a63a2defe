"""What can be done to a file, by whom, and the one effect that each act has.

Every route to the files goes through here, or through `permits` and the effects below: tools, the office's programs and
what a shell command left changed.
"""

from __future__ import annotations

import builtins
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fauxcorp.core.effects import (
    Effect,
    FileCreated,
    FileDeleted,
    FileEffect,
    FileModeChanged,
    FileModified,
    FileMoved,
    FileRead,
    FileWritten,
    Origin,
)
from fauxcorp.errors import ToolError
from fauxcorp.world.filechanges import Change, attempted, carry_out
from fauxcorp.world.files import FileEntry, FileTree, normal

if TYPE_CHECKING:
    from fauxcorp.world.world import World

MAX_FILE = 64 * 1024 * 1024
"""Size of one file in bytes; a longer one does not fit on the disk."""
READ, WRITE, ENTER = 4, 2, 1
DENIED = "Permission denied"


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the file system sees."""

    user: str
    groups: frozenset[str] = frozenset()

    @property
    def root(self) -> bool:
        """Whether modes do not bind it."""
        return self.user == "root"


def identity(world: World, user: str) -> Identity:
    """The identity of an account, with its own group and those it is a member of."""
    account = world.accounts.get(user)
    return Identity(user, (account.groups if account else frozenset()) | {user})


def allowed(entry: FileEntry, who: Identity, want: int) -> bool:
    """Whether the entry's own mode lets an identity do all that `want` asks (READ, WRITE, ENTER)."""
    if who.user == "root":
        return True
    shift = 6 if entry.owner == who.user else 3 if entry.group in who.groups else 0
    return (entry.mode >> shift) & want == want


def reachable(files: FileTree, path: str, who: Identity) -> bool:
    """Whether every folder above a path lets an identity through."""
    if who.user == "root":
        return True
    end = path.find("/", 1)
    while end > 0:
        entry = files.get(path[:end])
        if entry is not None and not allowed(entry, who, ENTER):
            return False
        end = path.find("/", end + 1)
    return True


def may_read(files: FileTree, path: str, who: Identity) -> bool:
    """Whether an identity may read the file (or list the folder) at a path."""
    entry = files.get(path)
    return entry is None or (allowed(entry, who, READ) and reachable(files, path, who))


def may_change(files: FileTree, path: str, who: Identity) -> bool:
    """Whether an identity may make, remove or rename something at a path."""
    if who.user == "root":
        return True
    folder = posixpath.dirname(path)
    while folder != "/" and files.get(folder) is None:
        folder = posixpath.dirname(folder)
    parent = files.get(folder)
    if parent is None:
        return False
    if not allowed(parent, who, WRITE | ENTER) or not reachable(files, folder, who):
        return False
    entry = files.get(path)
    return entry is None or not parent.mode & 0o1000 or who.user in (entry.owner, parent.owner)


def may_write(files: FileTree, path: str, who: Identity) -> bool:
    """Whether an identity may put content at a path."""
    entry = files.get(path)
    if entry is None:
        return may_change(files, path, who)
    return allowed(entry, who, WRITE) and reachable(files, path, who)


def note_read(world: World, by: Origin, path: str, entry: FileEntry) -> None:
    """Record that content was read, once for each reader and content."""
    seen = world.files.seen
    key = (by.user, path)
    if seen.get(key) is not entry.content:
        world.apply(FileRead(by=by, path=path, size=len(entry.content)))
        seen[key] = entry.content


class FileAccess:
    """The files as one identity may use them. Raises ToolError in the words of a file system."""

    __slots__ = ("_world", "cwd", "who")

    def __init__(self, world: World, who: Identity, cwd: str = "/") -> None:
        self._world, self.who, self.cwd = world, who, cwd

    def path(self, path: str) -> str:
        """The absolute path meant, links followed except a last part that does not exist."""
        account = self._world.accounts.get(self.who.user)
        if path == "~" or path.startswith("~/"):
            path = (account.home if account else "/root") + path[1:]
        return self._world.files.resolve(normal(path, self.cwd))

    def entry(self, path: str) -> tuple[str, FileEntry]:
        """Path and entry, or an error if it is not there."""
        full = self.path(path)
        entry = self._world.files.get(full)
        if entry is None:
            if not reachable(self._world.files, full, self.who):
                raise ToolError(f"{path}: {DENIED}")
            raise ToolError(f"{path}: No such file or directory")
        return full, entry

    def read(self, by: Origin, path: str) -> bytes:
        """The content of a file."""
        full, entry = self.entry(path)
        if entry.kind == "dir":
            raise ToolError(f"{path}: Is a directory")
        if not may_read(self._world.files, full, self.who):
            self._world.apply(FileRead(by=by, path=full, size=len(entry.content), stage="attempted", reason=DENIED))
            raise ToolError(f"{path}: {DENIED}")
        note_read(self._world, by, full, entry)
        return entry.content

    def stat(self, path: str) -> tuple[str, FileEntry]:
        """Path and entry of anything that can be reached."""
        full, entry = self.entry(path)
        if not reachable(self._world.files, full, self.who):
            raise ToolError(f"{path}: {DENIED}")
        return full, entry

    def list(self, path: str) -> list[tuple[str, FileEntry]]:
        """Names and entries of a folder, sorted; of a file, itself."""
        full, entry = self.stat(path)
        if entry.kind != "dir":
            return [(posixpath.basename(full), entry)]
        if not may_read(self._world.files, full, self.who):
            raise ToolError(f"{path}: {DENIED}")
        files = self._world.files
        found = ((name, files.get(posixpath.join(full, name))) for name in files.names(full))
        return [(name, e) for name, e in found if e is not None]

    def write(self, by: Origin, path: str, content: bytes, mode: int | None = None) -> None:
        """Put content at a path; nothing happens if it is there already."""
        full = self.path(path)
        files = self._world.files
        entry = files.get(full)
        if entry is not None and entry.kind == "dir":
            raise ToolError(f"{path}: Is a directory")
        if len(content) > MAX_FILE:
            raise ToolError(f"{path}: File too large")
        self._need_folder(path, full)
        if entry is not None and entry.content == content:
            return
        self._change(by, path, [self.change_to(full, content, mode)], may_write(files, full, self.who))
        files.seen[by.user, full] = content

    def change_to(self, path: str, content: bytes, mode: int | None = None) -> Change:
        """The change of putting content at an absolute path, with the owner and group that it will have."""
        entry, now, me = self._world.files.get(path), self._world.clock.us, self.who.user
        if entry is not None:
            return Change(path, entry, replace(entry, content=content, mtime=now))
        above = self._world.files.get(posixpath.dirname(path))
        group = above.group if above is not None and above.mode & 0o2000 else me
        return Change(path, None, FileEntry(content, me, group, 0o644 if mode is None else mode, now))

    def link(self, by: Origin, path: str, target: bytes) -> None:
        """Make a symbolic link at an absolute path, in place of a file that is there."""
        files, me = self._world.files, self.who.user
        before = files.get(path)
        if before is not None and before.kind == "dir":
            raise ToolError(f"{path}: File exists")
        self._need_folder(path, path)
        after = FileEntry(target, me, me, 0o777, self._world.clock.us, "link")
        if before is None or before.kind != "link" or before.content != target:
            self._change(by, path, [Change(path, before, after)], may_change(files, path, self.who))

    def edit(self, by: Origin, contents: Mapping[str, bytes | None]) -> None:
        """Put or remove (None) several files as one act, such as the account files."""
        files = self._world.files
        changes = []
        for path, content in contents.items():
            entry = files.get(path)
            if content is None and entry is not None:
                changes.append(Change(path, entry, None))
            elif content is not None and (entry is None or entry.content != content):
                changes.append(self.change_to(path, content))
        if changes:
            self._change(by, changes[0].path, changes, all(may_write(files, c.path, self.who) for c in changes))

    def delete(self, by: Origin, path: str, recursive: bool = False) -> int:
        """Remove a file, or a folder with all in it. Returns the number of files that went."""
        files = self._world.files
        full = normal(path, self.cwd)
        entry = files.get(full)
        if entry is None:
            full, entry = self.entry(path)
        if entry.kind == "dir" and files.names(full) and not recursive:
            raise ToolError(f"{path}: Directory not empty")
        gone = [Change(p, e, None) for p, e in _content_below(files, full, entry)]
        folder = [Change(full, entry, None)] if entry.kind == "dir" else []
        self._change(by, path, gone + folder, may_change(files, full, self.who))
        return len(gone)

    def move(self, by: Origin, source: str, target: str) -> str:
        """Give a file or folder another path; into a folder if the target is one. Returns the new path."""
        files = self._world.files
        full, entry = self.entry(source)
        there = self.path(target)
        into = files.get(there)
        if into is not None and into.kind == "dir":
            there = posixpath.join(there, posixpath.basename(full))
        if f"{there}/".startswith(f"{full}/"):
            raise ToolError(f"cannot move '{source}' to a subdirectory of itself, '{target}'")
        self._need_folder(target, there)
        taken = files.get(there)
        if taken is not None and "dir" in (taken.kind, entry.kind):
            raise ToolError(f"cannot move '{source}' to '{there}': File exists")
        may = may_change(files, full, self.who) and may_change(files, there, self.who)
        self._change(by, source, [Change(there, entry, entry, full)], may)
        return there

    def chmod(self, by: Origin, path: str, mode: int | None = None, owner: str = "", group: str = "") -> None:
        """Change mode, owner or group. Only the owner may change the mode, and only root the owner."""
        full, entry = self.entry(path)
        new = replace(
            entry, mode=entry.mode if mode is None else mode, owner=owner or entry.owner, group=group or entry.group
        )
        if new == entry:
            return
        mine = (
            self.who.user == entry.owner
            and (not owner or owner == entry.owner)
            and (not group or group in self.who.groups)
            and reachable(self._world.files, full, self.who)
        )
        self._change(by, path, [Change(full, entry, new)], mine or self.who.root, "Operation not permitted")

    def mkdir(self, path: str, owner: str = "", mode: int = 0o755) -> str:
        """Make a folder and those above it. A folder is no content: it is made without an effect."""
        full = self.path(path)
        if self._world.files.get(full) is not None:
            raise ToolError(f"{path}: File exists")
        self._need_folder(path, full)
        if not may_change(self._world.files, full, self.who):
            raise ToolError(f"{path}: {DENIED}")
        owner = owner if owner and self.who.root else self.who.user
        entry = FileEntry(owner=owner, group=owner, mode=mode, mtime=self._world.clock.us, kind="dir")
        self._world.files.put(full, entry)
        return full

    def _need_folder(self, path: str, full: str) -> None:
        """Raise if what is above a path is no folder. `path` is as it was asked for."""
        above = posixpath.dirname(full)
        while (entry := self._world.files.get(above)) is None and above != "/":
            above = posixpath.dirname(above)
        if entry is not None and entry.kind != "dir":
            raise ToolError(f"{path}: Not a directory")

    def _change(self, by: Origin, path: str, changes: builtins.list[Change], may: bool, why: str = DENIED) -> None:
        """Carry changes out, or record the attempt and raise."""
        if may:
            carry_out(self._world, changes, by)
            return
        attempted(self._world, changes, by, why)
        raise ToolError(f"{path}: {why}")


def _content_below(files: FileTree, path: str, entry: FileEntry) -> Iterator[tuple[str, FileEntry]]:
    if entry.kind != "dir":
        yield path, entry
        return
    for below, e in files.walk(path):
        if e.kind != "dir":
            yield below, e


class FileHandlers:
    """How file effects change the tree."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def apply(self, effect: FileEffect) -> None:
        """Carry out one file effect."""
        files, now = self._world.files, self._world.clock.us
        match effect:
            case FileWritten():
                files.put(effect.path, FileEntry(effect.content, effect.owner, effect.group, effect.mode, now))
            case FileDeleted():
                files.drop(effect.path)
            case FileMoved():
                files.rename(effect.previous, effect.path)
            case FileModeChanged():
                entry = files.get(effect.path)
                if entry is not None:
                    owner, group = effect.owner or entry.owner, effect.group or entry.group
                    files.put(effect.path, replace(entry, mode=effect.mode, owner=owner, group=group))

    def table(self) -> dict[type[Effect], Any]:
        """Effect class to handler."""
        kinds = (FileCreated, FileModified, FileDeleted, FileMoved, FileModeChanged)
        return dict.fromkeys(kinds, self.apply)
