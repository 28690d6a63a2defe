"""A company's folder and the folders that a scenario lays over it."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from pathlib import Path

from fauxcorp.errors import ContentError, Problem

BACKGROUND = "background"
"""The folder in a company's folder that holds what was written by the generator, in the same shape."""


def stem_of(name: str) -> str:
    """What a file of mail/ or calendar/ is called in ids: its path without that folder and the ending.

    With `:` for `/`, as `a/0` is the first thread of `mail/a.yaml`.
    """
    return name.partition("/")[2].rpartition(".")[0].replace("/", ":")


@dataclass(frozen=True, slots=True)
class Layers:
    """A company's folder and what is laid over it, in order."""

    sources: tuple[Path, ...]
    """The company's folder first."""
    removed: tuple[str, ...] = ()

    @property
    def base(self) -> Path:
        """The company's folder."""
        return self.sources[0]

    @property
    def folders(self) -> tuple[Path, ...]:
        """All layers, the lowest first: the company's background lies below what was written by hand."""
        background = self.base / BACKGROUND
        return (background, *self.sources) if background.is_dir() else self.sources

    def show(self, path: Path) -> str:
        """A path as messages name it."""
        for folder in self.sources:
            if path.is_relative_to(folder):
                return f"{folder.name}/{path.relative_to(folder).as_posix()}"
        return str(path)

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
