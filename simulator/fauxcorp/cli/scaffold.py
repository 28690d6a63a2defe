"""Writes a small complete content folder: a company, a scenario, scripted agents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from fauxcorp.errors import UserError

_SLUG = re.compile(r"^[a-z][a-z0-9-]{0,49}$")
_RENAMED = {"company": "company", "scenario": "slug"}
"""Folder of the templates to the name that it gets."""


def write_scenario(slug: str, folder: Path) -> list[Path]:
    """Write the files below `folder` and return their paths. Raises UserError; nothing that is there is overwritten."""
    if not _SLUG.match(slug):
        raise UserError(f"{slug[:60]!r} cannot be a name: lower-case letters, digits and hyphens, a letter first")
    names = {"slug": slug, "company": f"{slug}-company"}
    written = {folder / _named(path, names): Template(text).substitute(names) for path, text in _templates()}
    there = [path for path in written if path.exists()]
    if there:
        raise UserError(f"{there[0]} is there already, and nothing is overwritten; choose another name or --dir")
    for path, text in written.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UserError(f"{path}: {error.strerror}") from None
    return list(written)


def _templates() -> Iterator[tuple[tuple[str, ...], str]]:
    yield from _below(files("fauxcorp.cli") / "templates", ())


def _below(folder: Traversable, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir():
            yield from _below(entry, (*path, entry.name))
        else:
            yield (*path, entry.name), entry.read_text(encoding="utf-8")


def _named(path: tuple[str, ...], names: dict[str, str]) -> Path:
    *folders, name = path
    return Path(*(names[_RENAMED[f]] if f in _RENAMED else f for f in folders), name)
