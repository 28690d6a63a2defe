"""Putting files into a container, and taking them away, through the view that its processes have."""

from __future__ import annotations

import base64
import errno
import os
import stat
from collections.abc import Mapping
from typing import Any

from .content import digest, read_file
from .kernel import O_DIR, open_below
from .names import meant
from .place import Place
from .survey import MAX_BYTES, Mark, Survey

MAX_DEPTH = 128
_WRITE = os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY


class Hand:
    """What changes a container's files from outside."""

    def __init__(self, place: Place, survey: Survey | None) -> None:
        self._place = place
        self.survey = survey

    def put(self, entries: list[dict[str, Any]]) -> list[dict[str, str]]:
        """Put entries in place, in their order; returns those that could not be, each with the reason."""
        failed = []
        for entry in entries:
            try:
                path = self._place.plain(_clean(meant(str(entry["path"]))))
                if entry.get("gone"):
                    self._remove(path)
                else:
                    self._put(path, entry)
            except (OSError, ValueError, KeyError, TypeError) as error:
                why = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
                failed.append({"path": str(entry.get("path")), "why": why})
        return failed

    def touch(self, times: Mapping[str, int]) -> list[dict[str, str]]:
        """Set times of last change; returns what could not be."""
        failed = []
        for text, ns in times.items():
            try:
                path = self._place.plain(_clean(meant(text)))
                self._touch(path, int(ns))
            except (OSError, ValueError) as error:
                failed.append({"path": text, "why": str(error)})
        return failed

    def _put(self, path: str, entry: Mapping[str, Any]) -> None:
        kind = str(entry["kind"])
        mode, uid, gid = int(entry.get("mode", 0o644)) & 0o7777, int(entry.get("uid", 0)), int(entry.get("gid", 0))
        if path == "/":
            _own(self._place.root, mode, self._place.given(uid, gid))
            return
        data = b""
        if kind == "file":
            data = base64.b64decode(entry.get("content_b64", ""), validate=True)
        elif kind == "link":
            data = os.fsencode(meant(str(entry["link"])))
            mode = 0o777
        elif kind != "dir":
            raise ValueError(f"unknown kind {kind!r}")
        folder = self._folder(path.rpartition("/")[0])
        try:
            if self.survey is not None:
                # What the survey reads of a large file is its beginning.
                self.survey.expect(path, Mark(kind, digest(data[:MAX_BYTES]), mode, uid, gid))
            name = path.rpartition("/")[2]
            outside = self._place.given(uid, gid)
            times = int(entry["mtime_ns"]) if "mtime_ns" in entry else None
            if kind == "dir":
                _make_folder(folder, name, mode, outside)
            elif kind == "link":
                _clear(folder, name)
                os.symlink(os.fsdecode(data), name, dir_fd=folder)
                os.chown(name, *outside, dir_fd=folder, follow_symlinks=False)
            else:
                _write(folder, name, data, mode, outside)
            if times is not None:
                os.utime(name, ns=(times, times), dir_fd=folder, follow_symlinks=False)
        finally:
            os.close(folder)

    def _folder(self, path: str) -> int:
        """Open a folder, made with those above it where it is missing."""
        try:
            return open_below(self._place.root, path, O_DIR & ~os.O_NOFOLLOW, mounts=True)
        except FileNotFoundError:
            pass
        above = self._folder(path.rpartition("/")[0])
        try:
            name = path.rpartition("/")[2]
            if self.survey is not None:
                self.survey.expect(path, Mark("dir", digest(b""), 0o755, 0, 0))
            _make_folder(above, name, 0o755, self._place.given(0, 0))
            return os.open(name, O_DIR, dir_fd=above)
        finally:
            os.close(above)

    def _remove(self, path: str) -> None:
        if path == "/":
            raise ValueError("the root stays")
        try:
            # Without O_NOFOLLOW a link as the last part is told as one, and not as a file in the way.
            folder = open_below(self._place.root, path.rpartition("/")[0], O_DIR & ~os.O_NOFOLLOW, mounts=True)
        except (FileNotFoundError, NotADirectoryError):
            return
        try:
            if self.survey is not None:
                self.survey.expect(path, None)
            _clear(folder, path.rpartition("/")[2])
        finally:
            os.close(folder)

    def _touch(self, path: str, ns: int) -> None:
        above, _, name = path.rpartition("/")
        folder = open_below(self._place.root, above, O_DIR, mounts=True)
        try:
            if self.survey is not None:
                self._keep(path)
            os.utime(name, ns=(ns, ns), dir_fd=folder, follow_symlinks=False)
        finally:
            os.close(folder)

    def _keep(self, path: str) -> None:
        """Note what a file holds, as far as that was told: setting its time hides whether it changed since."""
        assert self.survey is not None
        item = self.survey.known(path)
        if item is None or not stat.S_ISREG(item.stat.st_mode) or item.stat.st_size > MAX_BYTES:
            return
        content, held = self.survey.tree.within(item.folder, lambda fd: read_file(fd, item.name, MAX_BYTES))
        if held.st_ctime_ns == item.stat.st_ctime_ns and self.survey.unmarked(path):
            uid, gid = self._place.owner(held.st_uid, held.st_gid)
            self.survey.expect(path, Mark("file", digest(content), held.st_mode & 0o7777, uid, gid))


def _clean(path: str) -> str:
    if not path.startswith("/"):
        raise ValueError("a relative path")
    clean = os.path.normpath(path)
    return "/" + clean.lstrip("/")


def _own(fd: int, mode: int, owner: tuple[int, int]) -> None:
    os.fchown(fd, *owner)
    # After the owner: changing that takes set-id bits away.
    os.fchmod(fd, mode)


def _make_folder(folder: int, name: str, mode: int, owner: tuple[int, int]) -> None:
    try:
        os.mkdir(name, 0o700, dir_fd=folder)
    except FileExistsError:
        if not stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            _clear(folder, name)
            os.mkdir(name, 0o700, dir_fd=folder)
    fd = os.open(name, O_DIR, dir_fd=folder)
    try:
        _own(fd, mode, owner)
    finally:
        os.close(fd)


def _write(folder: int, name: str, data: bytes, mode: int, owner: tuple[int, int]) -> None:
    """Write a file in place, so that programs which hold it open see it; anew where that cannot be."""
    try:
        fd = os.open(name, _WRITE, dir_fd=folder)
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            os.close(fd)
            raise OSError(errno.ENXIO, "no regular file")
        os.ftruncate(fd, 0)
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ELOOP, errno.ENXIO, errno.EISDIR, errno.ETXTBSY, errno.EAGAIN):
            raise
        if error.errno != errno.ENOENT:
            _clear(folder, name)
        fd = os.open(name, _WRITE | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=folder)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(fd, view) :]
        _own(fd, mode, owner)
    finally:
        os.close(fd)


def _clear(folder: int, name: str, depth: int = 0) -> None:
    """Remove what is at a name, with all below it, links not followed."""
    try:
        os.unlink(name, dir_fd=folder)
        return
    except FileNotFoundError:
        return
    except (IsADirectoryError, PermissionError):
        pass
    if depth > MAX_DEPTH:
        raise OSError(errno.ELOOP, "too deep")
    fd = os.open(name, O_DIR, dir_fd=folder)
    try:
        with os.scandir(fd) as entries:
            names = [entry.name for entry in entries]
        for inner in names:
            _clear(fd, inner, depth + 1)
    finally:
        os.close(fd)
    os.rmdir(name, dir_fd=folder)
