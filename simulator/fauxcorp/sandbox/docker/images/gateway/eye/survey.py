"""What to tell of a container's files: entries that changed with their content, paths that are gone."""

from __future__ import annotations

import base64
import os
import stat
import time
from typing import Any, NamedTuple

from .before import Before
from .content import digest, parents, read_file
from .kernel import O_DIR, O_PATH, open_below
from .lower import is_opaque, is_whiteout
from .names import meant, shown
from .place import Place
from .tree import SAME_TICK_NS, Gone, Item, Look, Top, Tree

MAX_BYTES = 8 * 1024 * 1024
"""Content of one file that is told, unless the host says otherwise."""
MAX_ALL = 48 * 1024 * 1024
"""Content of all files of one survey."""
MAX_TOLD = 4000
MAX_REMOVED = 20_000


Lost = dict[tuple[int, int], Gone]
"""What is gone, by inode number and kind."""


class Mark(NamedTuple):
    """What an entry holds if nobody but the host changed it."""

    kind: str
    digest: bytes
    mode: int
    uid: int
    gid: int


class Survey:
    """One container's files, from look to look."""

    def __init__(self, place: Place, ignore: list[str]) -> None:
        self.place = place
        self._ignore = tuple(meant(p).rstrip("/") for p in ignore)
        self._mounts = frozenset(place.mounts)
        top = place.upper if place.upper is not None else place.root
        self._before = Before(place)
        mounted, single = self._mounted()
        self.tree = Tree([Top(os.dup(top), ""), *mounted], self._skip, single)
        self._due: dict[str, Mark] = {}
        self._went: set[str] = set()
        self._owed: list[str] = []
        self._last_ns = 0
        self._room = 0
        self._skeleton = self._digests("etc/skel")

    def base(self) -> None:
        """Take everything as it is now as known."""
        now = _now()
        look = self.tree.look(now)
        while look.items:
            for item in look.items:
                self.tree.accept(item)
                if item.made is not None:
                    item.made.closed = item.folder.closed or self._closed(item)
            look = self.tree.look(now)
            look.items = [i for i in look.items if i.made is not None and not i.made.told]
        self._due.clear()
        self._went.clear()
        self._last_ns = _now()

    def expect(self, path: str, mark: Mark | None) -> None:
        """The host is about to put something at a path, or (None) to remove what is there."""
        if mark is None:
            self._went.add(path)
            self._due.pop(path, None)
        else:
            self._due[path] = mark

    def unmarked(self, path: str) -> bool:
        """Whether nothing is expected at a path."""
        return path not in self._due

    def known(self, path: str) -> Item | None:
        """What is at a path, if it is as it was when last told."""
        item = self.tree.locate(path)
        if item is None or item.old is None or item.stat.st_ctime_ns != item.old.st_ctime_ns:
            return None
        return item

    def take(self, max_bytes: int = MAX_BYTES, stamp_ns: int | None = None) -> dict[str, Any]:
        """What changed since the last call.

        Args:
            stamp_ns: time to give to what was written meanwhile, in nanoseconds since 1970.
        """
        now = _now()
        look = self.tree.look(now)
        self._room = MAX_ALL
        lost = {(g.stat.st_ino, g.stat.st_mode >> 12): g for g in look.gone if not is_whiteout(g.stat)}
        removed = [g.path for g in look.gone if not g.inner and not is_whiteout(g.stat)]
        told: list[dict[str, Any]] = []
        more = False
        seen = {item.path for item in look.items}
        for item in [*look.items, *self._recheck(seen)]:
            if len(told) >= MAX_TOLD or self._room <= 0:
                self.tree.later(item)
                more = True
                continue
            entry = self._tell(item, lost, removed, max_bytes, now)
            if entry is None:
                continue
            if stamp_ns is not None and not entry.get("dated"):
                self._stamp(item.path, stamp_ns)
            told.append(entry)
        removed = self._expected(removed)
        self._went.clear()
        self._last_ns = now
        return self._answer(told, removed, look, more)

    # -- telling ------------------------------------------------------------------------------------------------------

    def _answer(self, told: list[dict[str, Any]], removed: list[str], look: Look, more: bool) -> dict[str, Any]:
        self._owed += removed
        gone, self._owed = self._owed[:MAX_REMOVED], self._owed[MAX_REMOVED:]
        cut = [e["path"] for e in told if e.get("cut")] + [shown(p) for p in look.cut]
        return {
            "changed": told,
            "removed": [shown(p) for p in gone],
            "was": self._before.take(),
            "upper_bytes": look.bytes,
            "cut": cut,
            "more": more or bool(self._owed),
        }

    def _tell(self, item: Item, lost: Lost, removed: list[str], max_bytes: int, now: int) -> dict[str, Any] | None:
        mode = item.stat.st_mode
        if is_whiteout(item.stat) and self.place.upper is not None:
            self.tree.accept(item)
            if item.old is None or not is_whiteout(item.old):
                self._uncovered(item, removed)
            return None
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode)):
            self.tree.accept(item)
            if item.old is not None and (stat.S_ISREG(item.old.st_mode) or stat.S_ISLNK(item.old.st_mode)):
                removed.append(item.path)
            return None
        if stat.S_ISDIR(mode):
            return self._folder(item, lost, removed, max_bytes)
        return self._file(item, lost, max_bytes, now)

    def _folder(self, item: Item, lost: Lost, removed: list[str], max_bytes: int) -> dict[str, Any] | None:
        made = item.made
        assert made is not None
        new = not made.told
        old = self._image_entry(item) if new else None
        self.tree.accept(item)
        if new:
            opaque = self._closed(item)
            if opaque and old is not None:
                self._hidden(item.path, removed)
            made.closed = item.folder.closed or opaque
        uid, gid = self.place.owner(item.stat.st_uid, item.stat.st_gid)
        if old is not None and stat.S_ISDIR(old[1].st_mode) and _rights(old[1]) == _rights(item.stat):
            return None
        mark = self._due.pop(item.path, None)
        if mark is not None and mark[2:] == (item.stat.st_mode & 0o7777, uid, gid):
            return None
        entry = self._entry(item, "dir", b"")
        if old is not None:
            self._before.note(item.path, *old, max_bytes)
        gone = lost.get((item.stat.st_ino, item.stat.st_mode >> 12))
        if new and gone is not None and gone.stat.st_mtime_ns == item.stat.st_mtime_ns:
            entry["moved_from"] = shown(gone.path)
        return entry

    def _file(self, item: Item, lost: Lost, max_bytes: int, now: int) -> dict[str, Any] | None:
        link = stat.S_ISLNK(item.stat.st_mode)
        gone = lost.get((item.stat.st_ino, item.stat.st_mode >> 12))
        if gone is not None and (gone.stat.st_mtime_ns, gone.stat.st_size) != (
            item.stat.st_mtime_ns,
            item.stat.st_size,
        ):
            gone = None
        still = gone is not None and gone.stat.st_ctime_ns == item.stat.st_ctime_ns < self._last_ns - SAME_TICK_NS
        try:
            data, held = (b"", item.stat) if still else self._content(item, link, max_bytes)
        except OSError:
            # Gone meanwhile, or made unreadable by a lease: the next look tells.
            self.tree.later(item)
            return None
        old = self._image_entry(item) if item.old is None else None
        self.tree.accept(item, held)
        uid, gid = self.place.owner(held.st_uid, held.st_gid)
        kind = "link" if link else "file"
        mode = 0o777 if link else held.st_mode & 0o7777
        mark = Mark(kind, digest(data), mode, uid, gid)
        expected = self._due.pop(item.path, None)
        if held.st_ctime_ns >= now - SAME_TICK_NS:
            self._due[item.path] = mark
        if expected == mark:
            return None
        self._room -= len(data)
        entry = self._entry(item._replace(stat=held), kind, data)
        if gone is not None:
            entry["moved_from"] = shown(gone.path)
        if item.old is None and (item.name, mark.digest) in self._skeleton:
            entry["skel"] = True
        if still:
            del entry["content_b64"]
            entry["same"] = True
        elif not link and held.st_size > len(data):
            entry["cut"] = True
        if old is not None:
            self._before.note(item.path, *old, max_bytes)
        return entry

    def _entry(self, item: Item, kind: str, data: bytes) -> dict[str, Any]:
        s = item.stat
        uid, gid = self.place.owner(s.st_uid, s.st_gid)
        entry: dict[str, Any] = {
            "path": shown(item.path),
            "kind": kind,
            "mode": 0o777 if kind == "link" else s.st_mode & 0o7777,
            "uid": uid,
            "gid": gid,
            "mtime_ns": s.st_mtime_ns,
            "size": s.st_size,
            "ino": s.st_ino,
        }
        if s.st_mtime_ns < self._last_ns - 1_000_000_000 or s.st_mtime_ns > _now() + 1_000_000_000:
            entry["dated"] = True
        if kind == "link":
            entry["link"] = shown(os.fsdecode(data))
        elif kind == "file":
            entry["content_b64"] = base64.b64encode(data).decode("ascii")
        return entry

    def _content(self, item: Item, link: bool, max_bytes: int) -> tuple[bytes, os.stat_result]:
        """The content of a file, or the target of a link, and what was known of it before it was read."""

        def read(folder: int) -> tuple[bytes, os.stat_result]:
            if link:
                return os.fsencode(os.readlink(item.name, dir_fd=folder)), item.stat
            return read_file(folder, item.name, max_bytes)

        return self.tree.within(item.folder, read)

    # -- the image below ----------------------------------------------------------------------------------------------

    def _image_entry(self, item: Item) -> tuple[int, os.stat_result] | None:
        if item.folder.closed or item.folder.top.path:
            return None
        return self._before.find(item.path)

    def _uncovered(self, item: Item, removed: list[str]) -> None:
        """A whiteout is new: what the image had there, or what was known there, is gone."""
        removed.append(item.path)
        if item.old is None and not item.folder.closed:
            self._before.note_below(item.path)

    def _hidden(self, path: str, removed: list[str]) -> None:
        """A folder was made anew where the image had one: what is not in it any more is gone."""
        assert self.place.upper is not None
        for name in self._before.names(path):
            inner = f"{path}/{name}"
            try:
                # What is there again is told with what it was.
                os.close(open_below(self.place.upper, inner, O_PATH))
            except OSError:
                removed.append(inner)
                self._before.note_below(inner)

    def _closed(self, item: Item) -> bool:
        if item.made is None or self.place.upper is None or item.folder.top.path:
            return False
        try:
            return self.tree.within(item.made, is_opaque)
        except OSError:
            return False

    # -- expectations -------------------------------------------------------------------------------------------------

    def _recheck(self, seen: set[str]) -> list[Item]:
        """Entries that must be read again, as they may have changed without a trace."""
        out = []
        for path in [p for p in self._due if p not in seen]:
            item = self.tree.locate(path)
            if item is None:
                del self._due[path]
            else:
                out.append(item)
        return out

    def _expected(self, removed: list[str]) -> list[str]:
        went = self._went
        if not went:
            return removed
        return [p for p in removed if not any(a in went for a in (p, *parents(p)))]

    def _stamp(self, path: str, ns: int) -> None:
        above, _, name = path.rpartition("/")
        try:
            folder = open_below(self.place.root, above, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, mounts=True)
        except OSError:
            return
        try:
            before = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if not stat.S_ISDIR(before.st_mode):
                os.utime(name, ns=(ns, ns), dir_fd=folder, follow_symlinks=False)
        except OSError:
            return
        finally:
            os.close(folder)

    def _digests(self, path: str) -> frozenset[tuple[str, bytes]]:
        """Name and content of the files in a folder of the container as it is at the start."""
        out = set()
        try:
            folder = open_below(self.place.root, path, O_DIR)
        except OSError:
            return frozenset()
        try:
            for name in os.listdir(folder)[:100]:
                if stat.S_ISREG(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
                    out.add((name, digest(read_file(folder, name, MAX_BYTES)[0])))
        finally:
            os.close(folder)
        return frozenset(out)

    def _skip(self, path: str) -> bool:
        if path in self._mounts:
            return True
        for prefix in self._ignore:
            if path.startswith(prefix) and (len(path) == len(prefix) or path[len(prefix)] == "/"):
                return True
        return False

    def _mounted(self) -> tuple[list[Top], list[tuple[Top, str]]]:
        """Other mounts of the container: folders, and files on their own such as /etc/hosts."""
        root = Top(self.place.root, "")
        folders, files = [], []
        for path in self.place.mounts:
            if any(path == p or path.startswith(f"{p}/") for p in self._ignore):
                continue
            try:
                fd = open_below(self.place.root, path, O_PATH, mounts=True)
            except OSError:
                continue
            try:
                if stat.S_ISREG(os.fstat(fd).st_mode):
                    files.append((root, path))
                elif stat.S_ISDIR(os.fstat(fd).st_mode):
                    folders.append(Top(open_below(self.place.root, path, O_DIR, mounts=True), path))
            finally:
                os.close(fd)
        return folders, files


def _rights(s: os.stat_result) -> tuple[int, int, int]:
    return s.st_mode & 0o7777, s.st_uid, s.st_gid


def _now() -> int:
    return time.clock_gettime_ns(time.CLOCK_REALTIME)
