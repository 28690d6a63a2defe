"""The images. Where they are missing tests are skipped and say so; with FAUXCORP_NEED_DOCKER=1 they are built."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import pytest
from docker import DockerClient

from fauxcorp.core.effects import Effect, FileRead
from fauxcorp.errors import UserError
from fauxcorp.sandbox.base import ExecResult
from fauxcorp.sandbox.docker.images import Images
from fauxcorp.sandbox.docker.run import DockerSandboxes
from fauxcorp.world.company import Company
from fauxcorp.world.world import World

Without = Callable[[str], NoReturn]


class Ids(NamedTuple):
    """The ids of the images to use."""

    agent: str
    gateway: str


@pytest.fixture(scope="session")
def agent_image(engine: DockerClient, without: Without) -> str:
    """The agent's image alone."""
    return image_of(engine, "agent", without)


@pytest.fixture(scope="session")
def images(engine: DockerClient, agent_image: str, without: Without) -> Ids:
    """Both images, made from the present files."""
    return Ids(agent_image, image_of(engine, "gateway", without))


def image_of(engine: DockerClient, kind: str, without: Without) -> str:
    """The id of an image, or the end of the test."""
    ours = Images(engine)
    try:
        if os.environ.get("FAUXCORP_NEED_DOCKER", "") in ("", "0"):
            return ours.needed(kind)
        with one_at_a_time():
            return ours.build(kind)
    except UserError as error:
        without(str(error))


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let no two processes of a test run build the same image."""
    with (Path(tempfile.gettempdir()) / "fauxcorp-image-build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Server:
    """A server of the small office, its world, and the effects that were told of."""

    def __init__(self, sandboxes: DockerSandboxes, world: World, user: str) -> None:
        self.world = world
        self.effects: list[Effect] = []
        self.sandbox = sandboxes.make(world, user)
        world.sink = self.effects.append

    def run(self, command: str, timeout: float = 30.0) -> ExecResult:
        """What a command gave; `effects` are its own."""
        self.effects.clear()
        return self.sandbox.exec(command, timeout)

    def out(self, command: str) -> str:
        """Standard output of a command that must succeed."""
        result = self.run(command)
        assert result.exit_code == 0, f"{command!r}: {result}"
        return result.stdout

    def did(self, command: str) -> list[str]:
        """The effects of a command, reads left out."""
        self.run(command)
        return [e.action for e in self.effects if not isinstance(e, FileRead)]


MakeServer = Callable[..., Server]


@pytest.fixture(scope="session")
def docker(engine: DockerClient, images: Ids) -> Iterator[DockerSandboxes]:
    """A run's worth of docker sandboxes."""
    made = DockerSandboxes(warm=1)
    made.open()
    yield made
    made.close()


@pytest.fixture
def make_server(docker: DockerSandboxes, make_desk: Callable[..., Any]) -> Iterator[MakeServer]:
    """Servers that are closed at the end of the test."""
    made: list[Server] = []

    def make(user: str = "robin", company: Company | None = None) -> Server:
        world = make_desk(user, company).world if company is not None else make_desk(user).world
        made.append(Server(docker, world, user))
        return made[-1]

    yield make
    for server in made:
        server.sandbox.close()


@pytest.fixture
def server(make_server: MakeServer) -> Server:
    """A server of its own for a test."""
    return make_server()
