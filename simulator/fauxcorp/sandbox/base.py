"""Sandbox: where commands run and files are kept, as an interface.

The file operations are for tools. Each takes the origin that its effect carries, makes one effect, and is bound by
owner, group and mode as the agent's user meets them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from fauxcorp.core.effects import Origin
from fauxcorp.core.inside import Launch
from fauxcorp.errors import UserError
from fauxcorp.world.accounts import Account
from fauxcorp.world.world import World

MAX_OUTPUT = 64 * 1024
"""Characters of each stream of a command that are shown; the result says how much was cut."""
MAX_COMMAND = 128 * 1024
"""Bytes of one command; a longer one is refused, as by execve(2)."""


@dataclass(frozen=True, slots=True)
class ExecResult:
    """What a command left. Text is UTF-8; control characters that steer a terminal are shown as U+FFFD."""

    stdout: str
    stderr: str
    exit_code: int
    truncated: bool = False
    """Some output was cut."""


@dataclass(frozen=True, slots=True)
class Stat:
    """A file, folder or link. `path` is absolute."""

    path: str
    kind: Literal["file", "dir", "link"]
    size: int
    mode: int
    owner: str
    group: str
    mtime: int
    """Microseconds since 1970."""

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2] or "/"


TurnKind = Literal["ready", "hear", "look"]
"""What is done in a turn: bring the server up to the world; answer what crosses the network; take in all changes."""


class Turn(NamedTuple):
    """Something that happened beside the acts of an episode, so that a replay does it at the same point."""

    lines: int
    """Of the log, by then."""
    us: int
    """Microseconds that passed before it."""
    kind: TurnKind


class Guest(Protocol):
    """A program that runs on the server beside the shell's commands. Raises SandboxError if the server is lost."""

    @property
    def code(self) -> int | None:
        """Its exit code, once `runs` was False."""
        ...

    @property
    def silent(self) -> bool:
        """Whether it has closed its output, as it does at its end."""
        ...

    def runs(self) -> bool:
        """Whether it runs."""
        ...

    def wait(self, seconds: float) -> bool:
        """Wait until it writes or ends, or something crosses the network, at most so long; whether something does."""
        ...

    def read(self) -> list[tuple[int, bytes]]:
        """What it wrote since the last call: 1 and 2 for its streams, and the bytes."""
        ...

    def end(self, number: int) -> None:
        """Send a signal to it and to all that it started."""
        ...

    def close(self) -> None:
        """Close its places; a second call does nothing."""
        ...


class Sandbox(ABC):
    """One server of one world, as one user has it.

    Every method raises SandboxError if the sandbox itself cannot go on, and RuntimeError after `close`. The file
    operations raise ToolError in the words of a file system: No such file or directory, Permission denied, Is a
    directory, Directory not empty, File exists, File name too long, File too large.
    """

    user: str

    @abstractmethod
    def exec(self, command: str, timeout: float = 60.0) -> ExecResult:
        """Run a command line in the user's lasting shell.

        `timeout` is in simulated seconds; past it the exit code is 124. Directory, variables and functions last from
        call to call. A command that fails raises nothing.
        """

    @abstractmethod
    def read(self, path: str, by: Origin) -> bytes:
        """The content of a file. The first read of a content makes a `file-read`."""

    @abstractmethod
    def write(self, path: str, content: bytes, by: Origin, append: bool = False) -> None:
        """Put content at a path, made with its folders if it is not there. The same content again makes no effect.

        `append`: after what the file holds, which does not count as reading it.
        """

    @abstractmethod
    def delete(self, path: str, by: Origin, recursive: bool = False) -> int:
        """Remove a file, or a folder and all in it. Returns how many files went; each is one effect."""

    @abstractmethod
    def move(self, source: str, target: str, by: Origin) -> str:
        """Rename, or move into `target` if it is a folder. Returns the new path."""

    @abstractmethod
    def copy(self, source: str, target: str, by: Origin) -> str:
        """Copy a file, into `target` if it is a folder. Returns the new path."""

    @abstractmethod
    def chmod(self, path: str, by: Origin, mode: int | None = None, owner: str = "", group: str = "") -> None:
        """Change mode, owner or group; what is not given stays."""

    @abstractmethod
    def mkdir(self, path: str, by: Origin) -> str:
        """Make a folder, with those above it. Returns its path."""

    @abstractmethod
    def list(self, path: str, by: Origin) -> list[Stat]:
        """What a folder holds, sorted by name; of a file, itself."""

    @abstractmethod
    def stat(self, path: str, by: Origin) -> Stat:
        """What is known of a path, links followed."""

    @abstractmethod
    def is_folder(self, path: str, by: Origin) -> bool:
        """Whether there is a folder at a path."""

    @abstractmethod
    def accounts(self) -> dict[str, Account]:
        """The accounts as the account files have them now."""

    @abstractmethod
    def mark(self) -> int:
        """A point in the history of changes."""

    @abstractmethod
    def changes(self, mark: int) -> tuple[str, ...]:
        """Paths that were created, altered or removed since a mark, sorted."""

    def settle(self) -> None:  # noqa: B027 - most have nothing to do
        """Take in what happened since the last command without one: what programs that still run did."""

    def launch(self, launch: Launch) -> Guest:
        """Start a program of the agent's on the server, after a turn that made it ready. Once only.

        Raises UserError where there is no such thing.
        """
        raise UserError("a program can run inside on docker only: add --sandbox docker")

    def attend(self, turn: Turn) -> None:  # noqa: B027 - most have nothing to do
        """Do what a turn is for."""

    def due(self, lines: int) -> Turn | None:
        """The turn that was recorded when the log had so many lines, in a sandbox that is played again."""
        return None

    @property
    def tape(self) -> str:
        """SHA-256 of what is on its tape; empty if it has none."""
        return ""

    @abstractmethod
    def fork(self, world: World) -> Sandbox:
        """The same sandbox over a fork of its world: shell state too. Neither sees what the other does."""

    @abstractmethod
    def close(self) -> None:
        """Give back what it holds; a second call does nothing."""


class Sandboxes(ABC):
    """Where the sandboxes of a run come from, and what they share."""

    name: str
    """What `--sandbox` calls them."""

    @abstractmethod
    def make(self, world: World, user: str, tape: Path | None = None) -> Sandbox:
        """A sandbox for one user of one world. Raises UserError if there can be none, SandboxError if it failed.

        `tape`: a file to be made, for what a replay cannot know otherwise; none is made where there is no such thing.
        """

    def close(self) -> None:  # noqa: B027 - most have nothing to do
        """Give back what they share; a second call does nothing."""
