"""Where content is: the built-in folders and users' packs of the same shape."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from importlib.metadata import entry_points
from importlib.resources import files as package_files
from pathlib import Path

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
    for point in entry_points(group="fauxcorp.content"):
        roots.append(Root(Path(str(package_files(point.module))), point.name))
    roots += [_pack(path) for path in (*_from_pyproject(start or Path.cwd()), *extra)]
    unique: dict[Path, Root] = {}
    for root in roots:
        unique.setdefault(root.path.resolve(), root)
    return tuple(unique.values())


def _pack(path: Path) -> Root:
    if not path.is_dir():
        raise ContentError([Problem(str(path), 0, "", "no such content folder")])
    if not any((path / folder).is_dir() for folder in FOLDERS):
        raise ContentError([Problem(str(path), 0, "", f"has none of the folders {', '.join(FOLDERS)}")])
    return Root(path, path.resolve().name)


def _from_pyproject(start: Path) -> list[Path]:
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if not file.is_file():
            continue
        try:
            data = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
            return []
        value = data.get("tool", {}).get("fauxcorp", {}).get("content", [])
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not all(isinstance(n, str) for n in names):
            message = "must be a folder or a list of folders"
            raise ContentError([Problem(str(file), 0, "tool.fauxcorp.content", message)])
        return [folder / name for name in names]
    return []


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
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and not set(p.parts) & set(_IGNORED)):
            data = path.read_bytes()
            digest.update(f"{path.relative_to(folder).as_posix()}\x00{len(data)}\x00".encode())
            digest.update(data)
    return digest.hexdigest()
