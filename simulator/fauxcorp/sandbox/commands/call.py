"""What a program of the office is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from fauxcorp.core.effects import Origin
from fauxcorp.world.fileops import Identity
from fauxcorp.world.files import FileEntry

if TYPE_CHECKING:
    from fauxcorp.world.world import World


@dataclass(frozen=True, slots=True)
class Out:
    """What a program left."""

    stdout: str | bytes = ""
    stderr: str = ""
    code: int = 0


class LiveFiles(Protocol):
    """Files as they are in the middle of a command. Paths are as typed; errors are ToolErrors in Unix's words."""

    def path(self, path: str) -> str:
        """The absolute path meant."""
        ...

    def read(self, path: str) -> bytes:
        """The content of a file."""
        ...

    def write(self, path: str, content: bytes, mode: int | None = None) -> None:
        """Put content at a path."""
        ...

    def edit(self, contents: Mapping[str, bytes | None]) -> None:
        """Put or remove (None) several files, by absolute path, as one act."""
        ...

    def link(self, path: str, target: bytes) -> None:
        """Make a symbolic link, in place of a file that is there."""
        ...

    def delete(self, path: str) -> None:
        """Remove a file, or a folder with all in it."""
        ...

    def get(self, path: str) -> FileEntry | None:
        """What is at an absolute path, links not followed; the content of one not yet read may be missing."""
        ...

    def names(self, path: str) -> list[str]:
        """The names in a folder, sorted."""
        ...

    def chmod(self, path: str, mode: int | None = None, owner: str = "", group: str = "") -> None:
        """Change mode, owner or group."""
        ...

    def stamp(self, path: str, mtime: int) -> None:
        """Set the time at which a file was last changed, in microseconds since 1970."""
        ...

    def mkdir(self, path: str, owner: str = "", mode: int = 0o755) -> None:
        """Make a folder and those above it; only root makes one for another."""
        ...


class Host(Protocol):
    """What a program can ask of the shell that it runs in."""

    def run_as(self, user: str, script: str, stdin: bytes, cwd: str, env: dict[str, str]) -> Out:
        """Run a script as another user on the same files."""
        ...

    def run_program(self, user: str, argv: list[str], stdin: bytes, cwd: str, env: dict[str, str]) -> Out | None:
        """Run one of the office's own programs as another user; None if it is none of them."""
        ...

    def write_as_root(self, contents: Mapping[str, bytes | None]) -> None:
        """Put or remove files that a program may write though its caller may not."""
        ...

    def has(self, name: str) -> bool:
        """Whether there is a program of a name."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let simulated time pass."""
        ...

    @property
    def history(self) -> list[str]:
        """The commands typed so far."""
        ...

    @property
    def services(self) -> dict[str, str]:
        """State of the services that are not as they were at the start: stopped, disabled, masked, started."""
        ...


@dataclass(slots=True)
class Call:
    """One call of a program."""

    name: str
    argv: list[str]
    stdin: bytes
    env: dict[str, str]
    cwd: str
    world: World
    by: Origin
    who: Identity
    files: LiveFiles
    host: Host

    @property
    def text(self) -> str:
        """Standard input as text."""
        return self.stdin.decode("utf-8", "replace")

    def fail(self, message: str, code: int = 1) -> Out:
        """A failure in the usual form: program, colon, message."""
        return Out("", f"{self.name}: {message}\n", code)


Program = Callable[[Call], Out]
