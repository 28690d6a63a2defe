"""Containers whose answers are written to a tape, and ones that are nothing but a tape."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any, get_args

from fauxcorp.core.inside import Launch
from fauxcorp.errors import LogError
from fauxcorp.sandbox.base import Guest, Sandboxes, Turn, TurnKind
from fauxcorp.sandbox.docker.aside import Message
from fauxcorp.sandbox.docker.eye import Eye, Peer
from fauxcorp.sandbox.docker.parts import Containers, Gateway, Source, UserShell
from fauxcorp.sandbox.docker.sandbox import DockerSandbox
from fauxcorp.sandbox.docker.shell import Other, Ran
from fauxcorp.sandbox.docker.spool import Letters
from fauxcorp.sandbox.docker.tape import STATE, Player, Tape
from fauxcorp.world.files import FileEntry
from fauxcorp.world.world import World

TURN = "turn"
_ONE_WAY = frozenset({"put", "touch"})
"""Questions to the observer whose answer tells nothing."""
Others = Sequence[tuple[Other, Callable[[], None]]]


def _nothing(_: float) -> None:
    return None


def _mark(command: str) -> str:
    """By which a command is known again."""
    return hashlib.sha256(command.encode("utf-8", "surrogatepass")).hexdigest()[:16]


# -- writing -----------------------------------------------------------------------------------------------------------


class TapedSource:
    """Containers of another source, written to one episode's tape."""

    def __init__(self, source: Source, path: Path) -> None:
        self._source, self._tape = source, Tape(path)

    @property
    def digest(self) -> str:
        return self._tape.digest

    def letters(self, world: World) -> Letters:
        return self._source.letters(world)

    def take(self, world: World, user: str) -> Containers:
        containers = self._tape.kept("taken", lambda: self._source.take(world, user), lambda _: user)
        return _Taped(containers, self._tape)

    def give_back(self, containers: Containers) -> None:
        self._source.give_back(containers.containers if isinstance(containers, _Taped) else containers)

    def turn(self, turn: Turn) -> None:
        self._tape.add(TURN, list(turn))

    def due(self, lines: int) -> Turn | None:
        return None

    def untaped(self) -> Source:
        return self._source

    def done(self) -> None:
        self._tape.close()


class _Taped:
    """Containers, and a tape that holds what they answer."""

    def __init__(self, containers: Containers, tape: Tape) -> None:
        self.containers, self._tape = containers, tape
        self.gateway: Gateway = _TapedGateway(containers.gateway, tape)
        self.eye = Eye(_TapedPeer(containers.eye.peer, tape))
        self.shell: UserShell = _TapedShell(containers.shell, containers.gateway, tape)

    @property
    def files(self) -> Mapping[str, FileEntry]:
        return self.containers.files

    def launch(self, launch: Launch) -> Guest:
        # What it writes and how it ends stands in the log; what it does is told by gateway and observer.
        return self.containers.launch(launch)

    def lost(self, why: str = "") -> str:
        return self._tape.kept(STATE, self.containers.lost, lambda lost: [lost, why])


class _TapedGateway:
    def __init__(self, gateway: Gateway, tape: Tape) -> None:
        self._gateway, self._tape = gateway, tape

    @property
    def ready(self) -> bool:
        return self._tape.kept("ready", lambda: self._gateway.ready)

    def fileno(self) -> int:
        return self._gateway.fileno()

    def send(self, message: Message, seconds: float = 30.0) -> None:
        self._gateway.send(message, seconds)

    def receive(self, seconds: float = 0.0) -> list[Message]:
        return self._tape.kept("received", lambda: self._gateway.receive(seconds))


class _TapedPeer:
    def __init__(self, peer: Peer, tape: Tape) -> None:
        self._peer, self._tape = peer, tape

    def ask(self, message: dict[str, Any], seconds: float = 30.0) -> dict[str, Any]:
        if message["do"] in _ONE_WAY:
            return self._peer.ask(message, seconds)
        return self._tape.kept(message["do"], lambda: self._peer.ask(message, seconds))

    def close(self) -> None:
        self._peer.close()


class _TapedShell:
    def __init__(self, shell: UserShell, gateway: Gateway, tape: Tape) -> None:
        self._shell, self._gateway, self._tape = shell, gateway, tape

    def run(
        self, command: str, seconds: float, others: Others = (), tick: Callable[[float], None] = _nothing,
        *, noted: bool = True,
    ) -> Ran:  # fmt: skip
        self._tape.add("run", _mark(command))

        def passed(seconds_: float) -> None:
            self._tape.add("tick", seconds_)
            tick(seconds_)

        # Whether the gateway has something to say is asked very often, and shows in what is received.
        plain = [(self._gateway, hear) for _, hear in others]
        return self._tape.kept("ran", lambda: self._shell.run(command, seconds, plain, passed, noted=noted), astuple)

    def state(self) -> str:
        # For a sandbox beside the episode's: the episode itself is not changed by it.
        return self._shell.state()

    def restore(self, state: str) -> None:
        self._shell.restore(state)


# -- playing -----------------------------------------------------------------------------------------------------------


class TapeSandboxes(Sandboxes):
    """Sandboxes of which there is nothing but the tape of one episode on docker."""

    name = "docker"

    def __init__(self, path: Path) -> None:
        """Raises LogError if there is no tape."""
        self._source = PlayedSource(path)

    def make(self, world: World, user: str, tape: Path | None = None) -> DockerSandbox:
        return DockerSandbox(world, user, self._source)


class PlayedSource:
    """Containers that answer as the tape has it."""

    def __init__(self, path: Path) -> None:
        self._path, self._player = path, Player(path)

    @property
    def digest(self) -> str:
        return self._player.digest

    def letters(self, world: World) -> Letters:
        return Letters(world.company.facts.timezone)

    def take(self, world: World, user: str) -> Containers:
        if self._player.take("taken") != user:
            raise LogError(f"{self._path}: it is of another user's server")
        return _Played(self._player)

    def give_back(self, containers: Containers) -> None:
        return None

    def turn(self, turn: Turn) -> None:
        if self._player.take(TURN) != list(turn):
            raise LogError(f"{self._path}: a program did something at another point of the log")

    def due(self, lines: int) -> Turn | None:
        ahead = self._player.peek(TURN)
        try:
            return None if ahead is None else _turn(ahead, lines)
        except (TypeError, ValueError):
            raise LogError(f"{self._path}: not a line of a tape: {str(ahead)[:100]}") from None

    def untaped(self) -> Source:
        raise LogError(f"{self._path}: a server that is only played cannot be had twice")

    def done(self) -> None:
        self._player.close()


def _turn(told: list[Any], lines: int) -> Turn | None:
    """A turn as it was noted, if that was at this point. Raises TypeError or ValueError if it was not noted so."""
    number, us, kind = told
    if kind not in get_args(TurnKind):
        raise ValueError(kind)
    return Turn(int(number), int(us), kind) if number == lines else None


class _Played:
    files: Mapping[str, FileEntry] = {}

    def __init__(self, player: Player) -> None:
        self._player = player
        self.gateway: Gateway = _PlayedGateway(player)
        self.eye = Eye(_PlayedPeer(player))
        self.shell: UserShell = _PlayedShell(player)

    def launch(self, launch: Launch) -> Guest:
        raise LogError("a server that is only played starts no program")

    def lost(self, why: str = "") -> str:
        return str(self._player.take(STATE)[0])


class _PlayedGateway:
    def __init__(self, player: Player) -> None:
        self._player = player

    @property
    def ready(self) -> bool:
        return bool(self._player.take("ready"))

    def fileno(self) -> int:
        return -1

    def send(self, message: Message, seconds: float = 30.0) -> None:
        return None

    def receive(self, seconds: float = 0.0) -> list[Message]:
        return list(self._player.take("received"))


class _PlayedPeer:
    def __init__(self, player: Player) -> None:
        self._player = player

    def ask(self, message: dict[str, Any], seconds: float = 30.0) -> dict[str, Any]:
        if message["do"] in _ONE_WAY:
            return {"failed": []}
        return dict(self._player.take(message["do"]))

    def close(self) -> None:
        return None


class _PlayedShell:
    def __init__(self, player: Player) -> None:
        self._player = player

    def run(
        self, command: str, seconds: float, others: Others = (), tick: Callable[[float], None] = _nothing,
        *, noted: bool = True,
    ) -> Ran:  # fmt: skip
        if self._player.take("run") != _mark(command):
            raise LogError("the tape is of another command: the run is not what was recorded")
        while self._player.next == "tick":
            tick(self._player.take("tick"))
            for _, hear in others:
                hear()
        stdout, stderr, code, lost, *rest = self._player.take("ran")
        return Ran(stdout, stderr, code, (lost[0], lost[1]), *rest)

    def state(self) -> str:
        raise LogError("a server that is only played cannot be had twice")

    def restore(self, state: str) -> None:
        raise LogError("a server that is only played takes nothing over")
