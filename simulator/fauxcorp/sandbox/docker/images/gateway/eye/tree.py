"""A tree of files that is looked at again and again: what is new, other, or gone since the last time."""

from __future__ import annotations

import os
import resource
import stat
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from .kernel import O_DIR, open_below

T = TypeVar("T")
MAX_ENTRIES = 200_000
"""Entries looked at in one survey."""
MAX_KNOWN = 4 * MAX_ENTRIES
"""The same where the folder was there before."""
MAX_FOLDER = 100_000
"""Entries of one folder."""
MAX_DEPTH = 64
MAX_PATH = 4096
MAX_OPEN = 3000
"""Folders that are kept open."""
SAME_TICK_NS = 20_000_000
"""A change this close to a look may have the same time as one after it."""


class Folder:
    """A folder as it was when last looked at."""

    __slots__ = ("changed_ns", "closed", "depth", "fd", "files", "folders", "path", "stat", "told", "top")

    def __init__(self, path: str, top: Top, depth: int) -> None:
        self.path, self.top, self.depth = path, top, depth
        self.fd = -1
        self.stat: os.stat_result | None = None
        self.changed_ns = 0
        """Time of its last change; 0 if its names must be read again."""
        self.files: dict[str, os.stat_result] = {}
        self.folders: dict[str, Folder] = {}
        self.told = False
        self.closed = False
        """What the image has below it does not show."""


class Top(NamedTuple):
    """An open folder, and the path that the container has it under ('' for the root)."""

    fd: int
    path: str


class Item(NamedTuple):
    """An entry that is new or other than it was."""

    path: str
    folder: Folder
    name: str
    stat: os.stat_result
    old: os.stat_result | None
    made: Folder | None = None
    """The folder that it is."""


class Gone(NamedTuple):
    """An entry that is not there any more. `inner`: it went with the folder that it was in."""

    path: str
    stat: os.stat_result
    inner: bool = False


@dataclass
class Look:
    """What one look at the tree found."""

    items: list[Item] = field(default_factory=list)
    gone: list[Gone] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    bytes: int = 0


class Tree:
    """Folders below some tops, with what was known of them."""

    def __init__(
        self, tops: list[Top], skip: Callable[[str], bool], single: list[tuple[Top, str]] | None = None
    ) -> None:
        """`single`: files on their own, each with an open view in which it is found, and its path."""
        self._tops = [Folder(top.path, top, 0) for top in tops]
        self._single = [_alone(top, path) for top, path in single or ()]
        self._skip = skip
        self._open = 0
        self._may_open = min(MAX_OPEN, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 200)
        self._seen = 0
        self._late: deque[Folder] = deque()

    def look(self, now_ns: int) -> Look:
        """Everything that differs from the last look. Items are taken as known only by `accept`."""
        out = Look()
        self._seen = 0
        known, self._late = deque(self._tops), deque()
        while known or self._late:
            # Folders that were there before come first: nobody hides a change in them behind new ones.
            room = MAX_KNOWN if known else MAX_ENTRIES
            folder = known.popleft() if known else self._late.popleft()
            if self._seen > room:
                out.cut.append(folder.path or "/")
                if len(out.cut) > 100:
                    break
                continue
            try:
                fd = folder.fd if folder.fd >= 0 else self._opened(folder)
            except OSError:
                # Gone since its folder was read, or moved; the next look tells.
                folder.changed_ns = 0
                continue
            try:
                self._visit(folder, fd, out, now_ns)
            finally:
                if folder.fd < 0:
                    os.close(fd)
            known.extend(f for f in folder.folders.values() if f.told)
        for folder in self._single:
            self._look_at(folder, out)
        return out

    def _look_at(self, folder: Folder, out: Look) -> None:
        """Look at single files, for which what else is in their folder does not count."""
        for name, old in folder.files.items():
            try:
                now = self.stat(folder, name)
            except OSError:
                continue
            if (now.st_ctime_ns, now.st_ino) != (old.st_ctime_ns, old.st_ino):
                out.items.append(Item(f"{folder.path}/{name}", folder, name, now, old))

    def locate(self, path: str) -> Item | None:
        """What is at a path now, by the folders known."""
        above, _, name = path.rpartition("/")
        for single in self._single:
            if single.path == above and name in single.files:
                return self._item(path, single, name)
        for top in self._tops:
            if above != top.path and not above.startswith(f"{top.path}/"):
                continue
            folder: Folder | None = top
            for part in above[len(top.path) :].split("/"):
                if part and folder is not None:
                    folder = folder.folders.get(part)
            if folder is None or name not in folder.files:
                continue
            return self._item(path, folder, name)
        return None

    def _item(self, path: str, folder: Folder, name: str) -> Item | None:
        try:
            now = self.stat(folder, name)
        except OSError:
            return None
        return Item(path, folder, name, now, folder.files[name])

    def stat(self, folder: Folder, name: str) -> os.stat_result:
        """What a name in a folder is now, links not followed. Raises OSError."""
        return self.within(folder, lambda fd: os.stat(name, dir_fd=fd, follow_symlinks=False))

    def within(self, folder: Folder, act: Callable[[int], T]) -> T:
        """Do something with an open folder."""
        if folder.fd >= 0:
            return act(folder.fd)
        fd = open_below(folder.top.fd, folder.path[len(folder.top.path) :], O_DIR)
        try:
            return act(fd)
        finally:
            os.close(fd)

    def accept(self, item: Item, as_it_was: os.stat_result | None = None) -> None:
        """Take an item as known, with what was known of it when it was read."""
        if item.made is not None:
            item.made.told = True
            item.made.stat = item.stat
        else:
            item.folder.files[item.name] = as_it_was or item.stat

    def later(self, item: Item) -> None:
        """Find an item again with the next look."""
        item.folder.changed_ns = 0
        if item.made is not None:
            item.made.told = False

    # -- looking ------------------------------------------------------------------------------------------------------

    def _opened(self, folder: Folder) -> int:
        fd = open_below(folder.top.fd, folder.path[len(folder.top.path) :], O_DIR)
        if self._open < self._may_open:
            folder.fd = fd
            self._open += 1
        return fd

    def _visit(self, folder: Folder, fd: int, out: Look, now_ns: int) -> None:
        now = os.fstat(fd)
        if now.st_ctime_ns != folder.changed_ns or not self._same_names(folder, fd, out):
            self._read(folder, fd, out)
            settled = now.st_ctime_ns < now_ns - SAME_TICK_NS
            folder.changed_ns = now.st_ctime_ns if settled else 0
        was = folder.stat
        if was is None:
            folder.stat = now
        elif (was.st_mode, was.st_uid, was.st_gid) != (now.st_mode, now.st_uid, now.st_gid):
            name = folder.path.rpartition("/")[2]
            out.items.append(Item(folder.path or "/", folder, name, now, was, folder))

    def _same_names(self, folder: Folder, fd: int, out: Look) -> bool:
        """Look at each file of a folder whose names are the same; False if they turn out not to be."""
        look, items, size = os.stat, [], 0
        path = folder.path
        try:
            for name, old in folder.files.items():
                now = look(name, dir_fd=fd, follow_symlinks=False)
                if now.st_ctime_ns != old.st_ctime_ns or now.st_ino != old.st_ino:
                    if stat.S_ISDIR(now.st_mode):
                        return False
                    items.append(Item(f"{path}/{name}", folder, name, now, old))
                size += now.st_blocks
        except OSError:
            return False
        self._seen += len(folder.files)
        out.items += items
        out.bytes += size * 512
        return True

    def _read(self, folder: Folder, fd: int, out: Look) -> None:
        files, folders = dict(folder.files), dict(folder.folders)
        count, whole = 0, True
        with os.scandir(fd) as entries:
            for entry in entries:
                count += 1
                if count > MAX_FOLDER or len(folder.path) + len(entry.name) > MAX_PATH:
                    whole = False
                    out.cut.append(folder.path or "/")
                    break
                path = f"{folder.path}/{entry.name}"
                if self._skip(path):
                    continue
                try:
                    now = entry.stat(follow_symlinks=False)
                except OSError:
                    continue
                self._entry(folder, entry.name, path, now, files, folders, out)
        self._seen += count
        if not whole:
            files = {n: s for n, s in files.items() if not _there(fd, n)}
            folders = {n: f for n, f in folders.items() if not _there(fd, n)}
        for name, old in files.items():
            del folder.files[name]
            out.gone.append(Gone(f"{folder.path}/{name}", old))
        for name, child in folders.items():
            if folder.folders.get(name) is child:
                del folder.folders[name]
            self._lose(child, out)

    def _entry(
        self,
        folder: Folder,
        name: str,
        path: str,
        now: os.stat_result,
        files: dict[str, os.stat_result],
        folders: dict[str, Folder],
        out: Look,
    ) -> None:
        out.bytes += now.st_blocks * 512
        if not stat.S_ISDIR(now.st_mode):
            old = files.pop(name, None)
            if old is None or now.st_ctime_ns != old.st_ctime_ns or now.st_ino != old.st_ino:
                out.items.append(Item(path, folder, name, now, old))
            return
        child = folders.get(name)
        if child is not None and child.stat is not None and child.stat.st_ino == now.st_ino:
            del folders[name]
            if child.told:
                return
        elif folder.depth >= MAX_DEPTH:
            out.cut.append(path)
            return
        else:
            child = folder.folders[name] = Folder(path, folder.top, folder.depth + 1)
            child.closed = folder.closed
        child.stat = now
        out.items.append(Item(path, folder, name, now, None, child))
        self._late.append(child)

    def _lose(self, folder: Folder, out: Look) -> None:
        """A folder is gone, with all that was known in it."""
        assert folder.stat is not None
        queue, inner = [folder], False
        while queue:
            here = queue.pop()
            if here.fd >= 0:
                os.close(here.fd)
                here.fd = -1
                self._open -= 1
            if here.stat is not None:
                out.gone.append(Gone(here.path, here.stat, inner))
            inner = True
            out.gone += [Gone(f"{here.path}/{name}", s, True) for name, s in here.files.items()]
            queue += here.folders.values()


def _alone(top: Top, path: str) -> Folder:
    above, _, name = path.rpartition("/")
    folder = Folder(above, top, 0)
    fd = open_below(top.fd, above, O_DIR)
    try:
        folder.files[name] = os.stat(name, dir_fd=fd, follow_symlinks=False)
    finally:
        os.close(fd)
    folder.closed = True
    return folder


def _there(fd: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=fd, follow_symlinks=False)
    except OSError:
        return False
    return True
