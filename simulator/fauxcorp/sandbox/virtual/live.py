"""The files as a program finds them in the middle of a command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bashkit import FileSystem

from fauxcorp.core.effects import Origin
from fauxcorp.errors import ToolError
from fauxcorp.sandbox.virtual.shell import Shell
from fauxcorp.sandbox.virtual.tree import sign_of
from fauxcorp.world.fileops import DENIED, FileAccess, may_read, may_write
from fauxcorp.world.files import FileEntry, normal

_SHELLS_OWN = ("/bin", "/dev", "/proc", "/sys", "/usr", "/sbin", "/lib", "/run")


class ShellFiles:
    """Reads what the shell holds, and where it holds what the world does, the world. Writes go to both."""

    __slots__ = ("_by", "_cwd", "_fs", "_shell")

    def __init__(self, shell: Shell, fs: FileSystem, cwd: str, by: Origin) -> None:
        self._shell, self._fs, self._cwd, self._by = shell, fs, cwd, by

    def path(self, path: str) -> str:
        """The absolute path meant."""
        return normal(path, self._cwd)

    def get(self, path: str) -> FileEntry | None:
        """What is at an absolute path, links not followed."""
        files, fs = self._shell.world.files, self._fs
        entry = files.get(path)
        if entry is not None and (entry.kind == "link" or self._shell.settled):
            return entry
        if self._shell.settled and not path.startswith(_SHELLS_OWN):
            return None
        if entry is None and self._link(path):
            content = fs.read_link(path).encode("utf-8", "surrogateescape")
            return FileEntry(content, self._owner(path), self._owner(path), 0o777, self._now, "link")
        if path in self._shell.hidden:
            return entry
        if not fs.exists(path):
            return None
        sign = sign_of(fs.stat(path))
        if entry is not None and (entry.kind == "dir" or self._shell.as_known(path, sign)):
            return entry
        if sign.kind == "directory":
            return FileEntry(
                owner=self._owner(path), group=self._owner(path), mode=sign.mode & 0o7777, mtime=self._now, kind="dir"
            )
        content = self._raw(path)
        if entry is not None:
            same = content == entry.content
            return entry if same else FileEntry(content, entry.owner, entry.group, entry.mode, self._now)
        return FileEntry(content, self._owner(path), self._owner(path), sign.mode & 0o7777, self._now)

    def names(self, path: str) -> list[str]:
        """The names in a folder, sorted."""
        if not may_read(self._shell.world.files, path, self._shell.who):
            raise ToolError(f"{path}: {DENIED}")
        if self._shell.settled and path != "/" and not path.startswith(_SHELLS_OWN):
            return list(self._shell.world.files.names(path))
        return sorted(e["name"] for e in self._fs.read_dir(path))

    def read(self, path: str) -> bytes:
        """The content of a file."""
        shell = self._shell
        full = shell.world.files.resolve(self.path(path))
        entry = shell.world.files.get(full)
        if entry is not None and (shell.settled or full in shell.hidden):
            return FileAccess(shell.world, shell.who, self._cwd).read(self._by, full)
        if not self._fs.exists(full):
            raise ToolError(f"{path}: No such file or directory")
        sign = sign_of(self._fs.stat(full))
        if sign.kind == "directory":
            raise ToolError(f"{path}: Is a directory")
        if entry is not None and shell.as_known(full, sign):
            return FileAccess(shell.world, shell.who, self._cwd).read(self._by, full)
        return self._raw(full)

    def write(self, path: str, content: bytes, mode: int | None = None) -> None:
        """Put content at a path."""
        full = self._shell.world.files.resolve(self.path(path))
        FileAccess(self._shell.world, self._shell.who, self._cwd).write(self._by, full, content, mode)
        self._shell.put(self._fs, full, content)
        if mode is not None and mode & 0o111:
            self._fs.chmod(full, 0o755)
            self._shell.held.note(self._fs, full)

    def link(self, path: str, target: bytes) -> None:
        """Make a symbolic link, in place of a file that is there."""
        shell, full = self._shell, self.path(path)
        FileAccess(shell.world, shell.who, self._cwd).link(self._by, full, target)
        if full in shell.held.signs or self._link(full) or self._fs.exists(full):
            self._fs.remove(full, True)
        self._fs.symlink(target.decode("utf-8", "replace"), full)
        shell.held.note_link(self._fs, full)

    def delete(self, path: str) -> None:
        """Remove a file, or a folder with all in it."""
        full = self.path(path)
        if self._shell.world.files.get(full) is not None:
            FileAccess(self._shell.world, self._shell.who, self._cwd).delete(self._by, full, recursive=True)
        if self._fs.exists(full):
            self._fs.remove(full, True)
        self._shell.held.forget(full)

    def mkdir(self, path: str, owner: str = "", mode: int = 0o755) -> None:
        """Make a folder and those above it; only root makes one for another."""
        full = FileAccess(self._shell.world, self._shell.who, self._cwd).mkdir(self.path(path), owner, mode)
        self._fs.mkdir(full, True)
        self._shell.held.note(self._fs, full)

    def chmod(self, path: str, mode: int | None = None, owner: str = "", group: str = "") -> None:
        """Change mode, owner or group."""
        shell = self._shell
        full = shell.world.files.resolve(self.path(path))
        if not shell.settled:
            shell.collect(self._fs, self._by, [full])
        before = may_read(shell.world.files, full, shell.who)
        FileAccess(shell.world, shell.who, self._cwd).chmod(self._by, full, mode, owner, group)
        if before != may_read(shell.world.files, full, shell.who):
            shell.stale = True
        entry = shell.world.files.get(full)
        if entry is not None and self._fs.exists(full):
            self._fs.chmod(full, 0o755 if entry.kind == "dir" or entry.mode & 0o111 else 0o644)
            shell.held.note(self._fs, full)

    def stamp(self, path: str, mtime: int) -> None:
        """Set the time at which a file was last changed."""
        full = self.path(path)
        if not self._shell.settled:
            self._shell.collect(self._fs, self._by, [full])
        files = self._shell.world.files
        entry = files.get(full)
        if entry is not None and entry.mtime != mtime:
            if entry.owner != self._shell.who.user and not may_write(files, full, self._shell.who):
                raise ToolError(f"{path}: {DENIED}")
            files.put(full, replace(entry, mtime=mtime))

    def edit(self, contents: Mapping[str, bytes | None]) -> None:
        """Put or remove several files as one act."""
        FileAccess(self._shell.world, self._shell.who, self._cwd).edit(self._by, contents)
        for path, content in contents.items():
            if content is not None:
                self._shell.put(self._fs, path, content)
            elif self._fs.exists(path):
                self._fs.remove(path, True)
                self._shell.held.signs.pop(path, None)

    def _link(self, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        if not name or not self._fs.exists(folder or "/"):
            return False
        kinds = {e["name"]: e["metadata"]["file_type"] for e in self._fs.read_dir(folder or "/")}
        return kinds.get(name) == "symlink"

    @property
    def _now(self) -> int:
        return self._shell.world.clock.us

    def _owner(self, path: str) -> str:
        return "root" if path.startswith(("/usr", "/proc", "/dev", "/bin", "/sbin")) else self._shell.who.user

    def _raw(self, path: str) -> bytes:
        try:
            return self._fs.read_file(path)
        except RuntimeError as error:
            raise ToolError(f"{path}: {DENIED if DENIED in str(error) else 'No such file or directory'}") from error
