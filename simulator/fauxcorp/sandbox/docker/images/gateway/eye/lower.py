"""What the image had at a path, below what the container changed."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator

from .kernel import O_DIR, O_PATH, open_below

_OPAQUE = "trusted.overlay.opaque"


def is_whiteout(s: os.stat_result) -> bool:
    """Whether an entry of a layer says that there is nothing."""
    return stat.S_ISCHR(s.st_mode) and s.st_rdev == 0


def is_opaque(folder: int) -> bool:
    """Whether a folder of a layer hides the folders of the layers below."""
    try:
        return os.getxattr(folder, _OPAQUE) == b"y"
    except OSError:
        return False


class Image:
    """The layers of the image, first the topmost."""

    def __init__(self, layers: list[int]) -> None:
        self._layers = layers

    def find(self, path: str) -> tuple[int, os.stat_result] | None:
        """The layer that has a path, and what is there; None if no layer has it."""
        for layer in self._layers:
            try:
                fd = open_below(layer, path, O_PATH)
            except OSError as error:
                if error.errno == errno.ENOENT:
                    if self._covered(layer, path):
                        return None
                    continue
                # A file, a link or a whiteout where the path has a folder.
                return None
            try:
                found = os.fstat(fd)
            finally:
                os.close(fd)
            return None if is_whiteout(found) else (layer, found)
        return None

    def names(self, path: str) -> list[str]:
        """The names in a folder of the image, sorted."""
        seen: dict[str, bool] = {}
        for layer in self._layers:
            try:
                fd = open_below(layer, path, O_DIR)
            except OSError as error:
                if error.errno == errno.ENOENT and not self._covered(layer, path):
                    continue
                break
            try:
                with os.scandir(fd) as entries:
                    for entry in entries:
                        seen.setdefault(entry.name, not is_whiteout(entry.stat(follow_symlinks=False)))
                closed = is_opaque(fd)
            finally:
                os.close(fd)
            if closed:
                break
        return sorted(name for name, there in seen.items() if there)

    def below(self, path: str, at_most: int) -> Iterator[tuple[str, int, os.stat_result]]:
        """What the image has at a path and below, folders before what is in them."""
        queue = [path]
        while queue and at_most > 0:
            here = queue.pop()
            found = self.find(here)
            if found is None:
                continue
            at_most -= 1
            yield here, *found
            if stat.S_ISDIR(found[1].st_mode):
                queue += [f"{here}/{name}" for name in reversed(self.names(here))]

    def _covered(self, layer: int, path: str) -> bool:
        """Whether a layer hides a path that it does not have: one of the folders above is opaque there."""
        parts = path.strip("/").split("/")[:-1]
        for n in range(len(parts), 0, -1):
            try:
                fd = open_below(layer, "/".join(parts[:n]), O_DIR)
            except OSError:
                continue
            try:
                if is_opaque(fd):
                    return True
            finally:
                os.close(fd)
        return False
