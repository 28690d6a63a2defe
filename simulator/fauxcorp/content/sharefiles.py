"""Files of a company's server: their contents from files/, their owners, modes and times from files.yaml."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator

from fauxcorp.content.layers import Layers
from fauxcorp.content.staff import ContentModel, Moment, Staff
from fauxcorp.content.yamlfile import read, validate
from fauxcorp.core.clock import to_us
from fauxcorp.errors import Problem
from fauxcorp.world.baseline import base_files
from fauxcorp.world.files import FileEntry

MAX_CONTENT = 16 * 1024 * 1024
"""Bytes of one file of a company."""
DOT_GIT = "dot-git"
"""What a company's files call `.git`: git itself keeps no folder of that name in a repository."""


class FileMeta(ContentModel):
    """Owner, mode and time of the files that a pattern matches.

    The last pattern that matches a path wins; an entry that names the path itself beats every pattern.
    """

    path: str
    """A pattern over absolute paths."""
    owner: str | None = None
    group: str | None = None
    mode: int | None = Field(default=None, ge=0, le=0o7777)
    mtime: Moment | None = None

    @field_validator("mode", mode="before")
    @classmethod
    def _octal(cls, value: Any) -> Any:
        return int(value, 8) if isinstance(value, str) else value


class MetaFile(ContentModel):
    """files.yaml."""

    files: tuple[FileMeta, ...] = ()


def placed(name: str) -> str:
    """The absolute path on the server of a company's file, `files/...`."""
    return "/" + name.removeprefix("files/").replace(f"/{DOT_GIT}/", "/.git/")


def load_files(
    layers: Layers, staff: Staff, available: Mapping[str, Path], problems: list[Problem],
    made: Mapping[str, bytes] | None = None,
) -> dict[str, FileEntry]:
    """Absolute path to entry, sorted. `available` are the company's files by `files/...`; `made` those besides them."""
    metas: list[FileMeta] = []
    for path in (folder / "files.yaml" for folder in layers.folders):
        if path.is_file():
            metas += validate(read(path, layers.show(path)), MetaFile).files
    described = _Described(metas)
    files = base_files(staff.facts, staff.people.values())
    newest = max((e.mtime for e in files.values()), default=0)
    for name, path in available.items():
        data = path.read_bytes()
        if len(data) > MAX_CONTENT:
            problems.append(Problem(layers.show(path), 0, "", f"larger than {MAX_CONTENT} bytes"))
        absolute = placed(name)
        _folders(files, absolute, newest)
        files[absolute] = described(absolute, FileEntry(data, mtime=newest))
    for absolute, data in (made or {}).items():
        if absolute not in files:
            _folders(files, absolute, newest)
            files[absolute] = described(absolute, FileEntry(data, mtime=newest))
    for absolute, entry in list(files.items()):
        if entry.kind == "dir":
            files[absolute] = described(absolute, entry)
    return dict(sorted(files.items()))


def _folders(files: dict[str, FileEntry], path: str, mtime: int) -> None:
    parts = path.strip("/").split("/")[:-1]
    here = ""
    for part in parts:
        here = f"{here}/{part}"
        files.setdefault(here, FileEntry(mode=0o755, mtime=mtime, kind="dir"))


class _Described:
    """Gives entries the owner, mode and time that files.yaml has for them; homes belong to their people."""

    def __init__(self, metas: Sequence[FileMeta]) -> None:
        # Most name one path: those are looked up, only the patterns are tried one by one.
        self._exact: dict[str, list[FileMeta]] = {}
        self._patterns: list[FileMeta] = []
        for meta in metas:
            if any(c in meta.path for c in "*?["):
                self._patterns.append(meta)
            else:
                self._exact.setdefault(meta.path, []).append(meta)

    def __call__(self, path: str, entry: FileEntry) -> FileEntry:
        known: dict[str, Any] = {}
        if path.startswith("/home/"):
            known = {"owner": path.split("/")[2], "group": path.split("/")[2]}
        # What names the path itself comes after the patterns: a layer above has patterns for files of its own.
        found = [m for m in self._patterns if fnmatch.fnmatchcase(path, m.path)] + self._exact.get(path, [])
        for meta in found:
            values: Mapping[str, Any] = {
                "owner": meta.owner, "group": meta.group, "mtime": meta.mtime and to_us(meta.mtime),
                "mode": (meta.mode | 0o111 if entry.kind == "dir" and meta.mode is not None else meta.mode),
            }  # fmt: skip
            known.update((k, v) for k, v in values.items() if v is not None)
        return FileEntry(entry.content, known.get("owner", entry.owner), known.get("group", entry.group),
                         known.get("mode", entry.mode), known.get("mtime", entry.mtime), entry.kind)  # fmt: skip
