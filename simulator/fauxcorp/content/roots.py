"""Where content is: the built-in folders and users' packs of the same shape."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

from fauxcorp.errors import ContentError, NotFound, Problem

FOLDERS = ("tools", "fixtures", "policies")
_IGNORED = ("__pycache__",)


@dataclass(frozen=True, slots=True)
class Root:
    """One content root: a folder with any of `tools`, `fixtures`, `policies`. The built-in one has no pack name."""

    path: Path
    pack: str = ""

    def folder(self, *parts: str) -> Path:
        """A folder below the root, there or not."""
        return self.path.joinpath(*parts)

    def show(self, path: Path) -> str:
        """A path as messages name it: relative to the root where it is below it."""
        try:
            inside = path.relative_to(self.path).as_posix()
        except ValueError:
            return str(path)
        return inside if not self.pack else str(path)

    def qualify(self, name: str) -> str:
        """The full name of a thing of this root."""
        return f"{self.pack}/{name}" if self.pack else name


def builtin_root() -> Root:
    """The content that ships: inside the package when installed, beside `simulator/` in a checkout."""
    package = Path(str(package_files("fauxcorp")))
    installed = package / "_content"
    return Root(installed if installed.is_dir() else package.parent.parent)


def find_roots(extra: tuple[Path, ...] = (), start: Path | None = None) -> tuple[Root, ...]:
    """All roots: built-in, entry points `fauxcorp.content`, `[tool.fauxcorp] content` in pyproject.toml, `extra`."""
    roots = [builtin_root()]
    roots += [_installed(point) for point in entry_points(group="fauxcorp.content")]
    roots += [_pack(path) for path in (*_from_pyproject(start or Path.cwd()), *extra)]
    unique: dict[Path, Root] = {}
    for root in roots:
        unique.setdefault(root.path.resolve(), root)
    _check_names(unique.values())
    return tuple(unique.values())


def _check_names(roots: Iterable[Root]) -> None:
    """Two packs of one name would hide each other's things."""
    seen: dict[str, Path] = {}
    for root in roots:
        if root.pack in seen:
            message = f"named {root.pack}, as {seen[root.pack]} is; rename one of the two folders"
            raise ContentError([Problem(str(root.path), 0, "", message)])
        seen[root.pack] = root.path


def _installed(point: EntryPoint) -> Root:
    """The content of an installed package."""
    shown = f"entry point {point.name} = {point.value}"
    try:
        path = Path(str(package_files(point.module)))
    except (ImportError, TypeError, ValueError, SyntaxError) as error:
        raise ContentError([Problem(shown, 0, "", f"cannot be imported: {error}")]) from None
    return Root(_with_folders(path, shown), point.name)


def _pack(path: Path) -> Root:
    if not path.is_dir():
        raise ContentError([Problem(str(path), 0, "", "no such content folder")])
    return Root(_with_folders(path, str(path)), path.resolve().name)


def _with_folders(path: Path, shown: str) -> Path:
    if not any((path / folder).is_dir() for folder in FOLDERS):
        raise ContentError([Problem(shown, 0, "", f"has none of the folders {', '.join(FOLDERS)}")])
    return path


def _from_pyproject(start: Path) -> list[Path]:
    return from_pyproject(start, "content", "a folder or a list of folders")


def from_pyproject(start: Path, key: str, what: str) -> list[Path]:
    """The paths that `[tool.fauxcorp]` names under a key, in the nearest pyproject.toml from `start` upwards.

    Raises ContentError if they are not `what`.
    """
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if not file.is_file():
            continue
        try:
            data = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
            return []
        value: Any = data
        for part in ("tool", "fauxcorp"):
            value = value.get(part, {}) if isinstance(value, dict) else {}
        value = value.get(key, []) if isinstance(value, dict) else []
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not all(isinstance(n, str) for n in names):
            raise ContentError([Problem(str(file), 0, f"tool.fauxcorp.{key}", f"must be {what}")])
        return [folder / name for name in names]
    return []


def near(path: Path) -> str:
    """A path as messages name it: from the working directory, where it is below it."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except (OSError, ValueError):
        return str(path)


def pick(kind: str, name: str, found: dict[str, Path]) -> str:
    """The full name that `name` means: itself, or the one pack's thing of that bare name. Raises NotFound."""
    if name in found:
        return name
    ends = [full for full in found if full.rpartition("/")[2] == name]
    if len(ends) == 1:
        return ends[0]
    raise NotFound(kind, name, ends or found)


def hash_folder(*folders: Path) -> str:
    """SHA-256, in hex, over the names and bytes of all files below the folders, in a fixed order."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if not path.is_file() or any(part in _IGNORED for part in path.relative_to(folder).parts):
                continue
            data = path.read_bytes()
            digest.update(f"{path.relative_to(folder).as_posix()}\x00{len(data)}\x00".encode())
            digest.update(data)
    return digest.hexdigest()
