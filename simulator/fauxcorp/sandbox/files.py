"""The file operations of a sandbox over the world's own files; back ends without files of their own share them."""

from __future__ import annotations

import builtins
import posixpath

from fauxcorp.core.effects import Origin
from fauxcorp.errors import ToolError
from fauxcorp.sandbox.base import Sandbox, Stat
from fauxcorp.world.accounts import Account
from fauxcorp.world.accountstate import AccountFiles
from fauxcorp.world.fileops import FileAccess, identity
from fauxcorp.world.files import FileEntry
from fauxcorp.world.world import World


class WorldFiles(Sandbox):
    """File operations and accounts of a sandbox whose files are the world's."""

    def __init__(self, world: World, user: str) -> None:
        self.world = world
        self.user = user
        self.closed = False

    def access(self) -> FileAccess:
        """The files as the user may use them now; relative paths start at the file share."""
        if self.closed:
            raise RuntimeError("the sandbox is closed")
        return FileAccess(self.world, identity(self.world, self.user), self.world.company.facts.workspace)

    def read(self, path: str, by: Origin) -> bytes:
        return self.access().read(by, path)

    def write(self, path: str, content: bytes, by: Origin, append: bool = False) -> None:
        files = self.access()
        entry = self.world.files.get(files.path(path)) if append else None
        files.write(by, path, entry.content + content if entry is not None else content)

    def delete(self, path: str, by: Origin, recursive: bool = False) -> int:
        return self.access().delete(by, path, recursive)

    def move(self, source: str, target: str, by: Origin) -> str:
        return self.access().move(by, source, target)

    def copy(self, source: str, target: str, by: Origin) -> str:
        files = self.access()
        content = files.read(by, source)
        there = files.path(target)
        if self.is_folder(there, by):
            there = posixpath.join(there, posixpath.basename(files.path(source)))
        files.write(by, there, content)
        return there

    def chmod(self, path: str, by: Origin, mode: int | None = None, owner: str = "", group: str = "") -> None:
        self.access().chmod(by, path, mode, owner, group)

    def mkdir(self, path: str, by: Origin) -> str:
        return self.access().mkdir(path)

    def list(self, path: str, by: Origin) -> builtins.list[Stat]:
        files = self.access()
        full, entry = files.stat(path)
        if entry.kind != "dir":
            return [_stat(full, entry)]
        return [_stat(posixpath.join(full, name), e) for name, e in files.list(path)]

    def stat(self, path: str, by: Origin) -> Stat:
        return _stat(*self.access().stat(path))

    def is_folder(self, path: str, by: Origin) -> bool:
        try:
            return self.access().stat(path)[1].kind == "dir"
        except ToolError:
            return False

    def accounts(self) -> dict[str, Account]:
        return AccountFiles(self.world).state()

    def mark(self) -> int:
        return len(self.world.files.journal)

    def changes(self, mark: int) -> tuple[str, ...]:
        return tuple(sorted(set(self.world.files.journal[mark:])))


def _stat(path: str, entry: FileEntry) -> Stat:
    return Stat(path, entry.kind, len(entry.content), entry.mode, entry.owner, entry.group, entry.mtime)
