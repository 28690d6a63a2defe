"""A company's folder and the folders that a scenario lays over it."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from pathlib import Path

from fauxcorp.errors import ContentError, Problem


@dataclass(frozen=True, slots=True)
class Layers:
    """A company's folder and what is laid over it, in order."""

    folders: tuple[Path, ...]
    removed: tuple[str, ...] = ()
    shown: str = ""

    def files(self, below: str, pattern: str = "*") -> dict[str, Path]:
        """Relative path to the file that stands for it, in order of path."""
        found: dict[str, Path] = {}
        for folder in self.folders:
            base = folder / below
            for path in base.rglob(pattern) if base.is_dir() else ():
                if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
                    raise ContentError([Problem(str(path), 0, "", "a link to what is not in this folder")])
                if path.is_file() and "__pycache__" not in path.relative_to(folder).parts:
                    found[path.relative_to(folder).as_posix()] = path
        return {
            name: path
            for name, path in sorted(found.items())
            if not any(fnmatch.fnmatchcase(name, pattern) for pattern in self.removed)
        }
