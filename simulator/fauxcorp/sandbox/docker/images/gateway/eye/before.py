"""What the image had where a container changed something for the first time."""

from __future__ import annotations

import base64
import os
import stat
from typing import Any

from .content import read_file
from .kernel import O_DIR, open_below
from .lower import Image
from .names import shown
from .place import Place
from .tree import MAX_DEPTH

MAX_ALL = 16 * 1024 * 1024
"""Content of all files of the image in one survey."""
MAX_REMOVED = 64 * 1024
"""Content of a file of the image that is gone."""
MAX_BELOW = 500
"""Entries told of what a removed folder of the image held."""


class Before:
    """Entries of the image, by path, that one survey tells of."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._image = Image(place.lowers) if place.upper is not None else None
        self._room = MAX_ALL
        self._told: dict[str, dict[str, Any]] = {}

    def take(self) -> dict[str, dict[str, Any]]:
        """What was noted since the last call."""
        out, self._told, self._room = self._told, {}, MAX_ALL
        return {shown(path): entry for path, entry in out.items()}

    def find(self, path: str) -> tuple[int, os.stat_result] | None:
        """The layer of the image that has a path, and what is there."""
        return self._image.find(path) if self._image is not None else None

    def names(self, path: str) -> list[str]:
        """The names that the image has in a folder."""
        return self._image.names(path) if self._image is not None else []

    def note(self, path: str, layer: int, s: os.stat_result, at_most: int) -> None:
        """Tell of an entry of the image, with so much of its content."""
        if path not in self._told:
            self._told[path] = self._entry(path, layer, s, at_most)

    def note_below(self, path: str) -> None:
        """Tell of an entry of the image that is gone, and of what was in it."""
        if self._image is None:
            return
        for where, layer, s in self._image.below(path, MAX_BELOW):
            if where.count("/") <= MAX_DEPTH:
                self.note(where, layer, s, MAX_REMOVED)

    def _entry(self, path: str, layer: int, s: os.stat_result, at_most: int) -> dict[str, Any]:
        uid, gid = self._place.owner(s.st_uid, s.st_gid)
        kind = "dir" if stat.S_ISDIR(s.st_mode) else "link" if stat.S_ISLNK(s.st_mode) else "file"
        entry: dict[str, Any] = {"kind": kind, "mode": s.st_mode & 0o7777, "uid": uid, "gid": gid, "size": s.st_size}
        above, _, name = path.rpartition("/")
        if kind == "dir" or not (stat.S_ISREG(s.st_mode) or kind == "link"):
            return entry
        try:
            folder = open_below(layer, above, O_DIR)
        except OSError:
            return entry
        try:
            if kind == "link":
                entry["link"] = shown(os.readlink(name, dir_fd=folder))
            elif self._room > 0:
                data = read_file(folder, name, min(at_most, self._room))[0]
                self._room -= len(data)
                entry["content_b64"] = base64.b64encode(data).decode("ascii")
        except OSError:
            return entry
        finally:
            os.close(folder)
        return entry
