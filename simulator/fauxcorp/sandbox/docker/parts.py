"""What a docker sandbox is made of, as interfaces: the real containers, those on a tape, and where they come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from fauxcorp.core.inside import Launch
from fauxcorp.sandbox.base import Guest, Turn
from fauxcorp.sandbox.docker.aside import Message
from fauxcorp.sandbox.docker.eye import Eye
from fauxcorp.sandbox.docker.shell import Other, Ran
from fauxcorp.sandbox.docker.spool import Letters
from fauxcorp.world.files import FileEntry
from fauxcorp.world.world import World


class Gateway(Protocol):
    """What crosses the network; see `Link`."""

    @property
    def ready(self) -> bool:
        """Whether there is something to receive."""
        ...

    def fileno(self) -> int:
        """What can be waited for."""
        ...

    def send(self, message: Message, seconds: float = 30.0) -> None:
        """Send a message. Raises SandboxError."""
        ...

    def receive(self, seconds: float = 0.0) -> list[Message]:
        """What it says; waits so long for it. Raises SandboxError."""
        ...


class UserShell(Protocol):
    """The user's lasting shell; see `Shell`."""

    def run(
        self,
        command: str,
        seconds: float,
        others: Sequence[tuple[Other, Callable[[], None]]] = ...,
        tick: Callable[[float], None] = ...,
        *,
        noted: bool = True,
    ) -> Ran:
        """Run a command line, and hear the others meanwhile. Raises SandboxError."""
        ...

    def state(self) -> str:
        """A script that gives another shell what this one has."""
        ...

    def restore(self, state: str) -> None:
        """Take over what `state` gave."""
        ...


class Containers(Protocol):
    """What one sandbox runs in; see `Pair`."""

    @property
    def gateway(self) -> Gateway:
        """What crosses the network."""
        ...

    @property
    def eye(self) -> Eye:
        """What is seen of the files and processes."""
        ...

    @property
    def files(self) -> Mapping[str, FileEntry]:
        """The company's files that the server started with."""
        ...

    @property
    def shell(self) -> UserShell:
        """The user's shell."""
        ...

    def launch(self, launch: Launch) -> Guest:
        """Start a program beside the shell. Once only. Raises SandboxError."""
        ...

    def lost(self, why: str = "") -> str:
        """What became of the containers, if they do not run any more. `why`: the error that was met."""
        ...


class Source(Protocol):
    """Where sandboxes get their containers from, and bring them back to."""

    def letters(self, world: World) -> Letters:
        """Messages of the world's company as they lie in a spool."""
        ...

    def take(self, world: World, user: str) -> Containers:
        """Containers for a user of a world's company. Raises SandboxError."""
        ...

    def give_back(self, containers: Containers) -> None:
        """They are not needed any more; does not wait, and raises nothing."""
        ...

    @property
    def digest(self) -> str:
        """SHA-256 of the tape of all that came from outside; empty if there is none."""
        ...

    def turn(self, turn: Turn) -> None:
        """Note a turn."""
        ...

    def due(self, lines: int) -> Turn | None:
        """The turn that was noted next, if that was when the log had so many lines; None where nothing is played."""
        ...

    def untaped(self) -> Source:
        """The same without a tape, for a sandbox beside the episode's."""
        ...

    def done(self) -> None:
        """The sandbox is closed; a second call does nothing."""
        ...
