"""Servers in containers, with and without a network."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from docker import DockerClient

from fauxcorp.core.effects import Effect, FileRead, Origin
from fauxcorp.sandbox.base import ExecResult
from fauxcorp.sandbox.docker import services
from fauxcorp.sandbox.docker.clock import IGNORED as OF_THE_CLOCK
from fauxcorp.sandbox.docker.clock import ContainerClock
from fauxcorp.sandbox.docker.eye import IGNORED, Eye
from fauxcorp.sandbox.docker.layer import Layer, Layers
from fauxcorp.sandbox.docker.link import Link
from fauxcorp.sandbox.docker.recipe import AGENT_RIGHTS, observer
from fauxcorp.sandbox.docker.run import DockerSandboxes
from fauxcorp.sandbox.docker.services import Services
from fauxcorp.sandbox.docker.stream import Stream
from fauxcorp.sandbox.docker.survey import changes_of, reads_of
from fauxcorp.world.company import Company
from fauxcorp.world.filechanges import carry_out
from fauxcorp.world.world import World


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
def docker(engine: DockerClient, images: Any) -> Iterator[DockerSandboxes]:
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


# -- a server without a network: its services and its clock ------------------------------------------------------------

SERVICES = {"fauxcorp.scratch": "services"}


@dataclass
class Ran:
    """What a command gave."""

    code: int
    stdout: str
    stderr: str


class Machine:
    """A server of a world's company in a container."""

    def __init__(self, client: DockerClient, watcher: Any, layer: Layer, world: World, user: str) -> None:
        self.world, self.user = world, user
        self.effects: list[Effect] = []
        world.sink = self.effects.append
        self.container = client.containers.run(
            layer.tag, list(services.INIT), detach=True, labels=SERVICES, cap_drop=["ALL"], cap_add=AGENT_RIGHTS,
            network_mode="none", pids_limit=512, stdin_open=True, hostname="nw-files01",
        )  # fmt: skip
        self.container.reload()
        api, pid = client.api, self.container.attrs["State"]["Pid"]
        made = api.exec_create(watcher.id, ["python3", "-m", "eye", str(pid)], stdin=True, stderr=True)
        self.link = Link(Stream(api.exec_start(made["Id"], socket=True)), "the observer")
        self.eye = Eye(self.link)
        self.clock = ContainerClock(self.eye)
        self.by = Origin("agent", user, "shell")
        self.services = Services(world.company, self.by)

    def begin(self) -> None:
        """Wait until it is up; from here on what changes is told."""
        self.clock.follow(self.world.clock.us)
        self.services.start(self.eye.processes)
        self.eye.start([*IGNORED, *OF_THE_CLOCK])

    def run(self, command: str, user: str = "") -> Ran:
        """Run a command; its effects are in `effects`."""
        result = self.container.exec_run(
            ["bash", "-c", command], user=user or self.user, demux=True, environment={"LANG": "C.UTF-8"}
        )
        out, err = ((part or b"").decode() for part in result.output)
        self.settle()
        return Ran(result.exit_code, out, err)

    def settle(self) -> None:
        """Take in what changed."""
        # As long as the gateway is asked, in an episode: what was killed has time to end.
        time.sleep(0.05)
        self.effects.clear()
        seen = self.eye.survey(stamp_us=self.world.clock.us)
        effects, seen = self.services.compare(self.eye.processes, seen)
        for effect in effects:
            self.world.apply(effect)
        self.reads = reads_of(self.world, seen)
        carry_out(self.world, changes_of(self.world, seen), self.by)

    def out(self, command: str) -> str:
        """What a command that succeeds writes."""
        ran = self.run(command)
        assert ran.code == 0, ran
        return ran.stdout

    def did(self, command: str) -> list[tuple[str, str, str]]:
        """Kind, service and manner of each effect of a command."""
        self.run(command)
        return [
            (e.action, getattr(e, "service", getattr(e, "path", "")), getattr(e, "how", ""))
            for e in self.effects
            if not isinstance(e, FileRead)
        ]

    def close(self) -> None:
        self.link.close()
        self.container.remove(force=True, v=True)


@pytest.fixture(scope="session")
def watcher(engine: DockerClient, images: Any) -> Iterator[Any]:
    container = engine.containers.create(**observer(images.gateway, SERVICES))
    container.start()
    yield container
    container.remove(force=True)


@pytest.fixture(scope="session")
def layer_of(engine: DockerClient, agent_image: str) -> Iterator[Callable[[Company], Layer]]:
    layers = Layers(engine, agent_image, {**SERVICES, "fauxcorp.run": "services"})
    yield lambda company: layers.of({**company.files, **services.files(company)})
    layers.close()


@pytest.fixture
def make_machine(
    engine: DockerClient, watcher: Any, layer_of: Callable[[Company], Layer], make_desk: Callable[..., Any]
) -> Iterator[Callable[..., Machine]]:
    made: list[Machine] = []

    def make(user: str = "robin") -> Machine:
        world = make_desk(user).world
        made.append(Machine(engine, watcher, layer_of(world.company), world, user))
        made[-1].begin()
        return made[-1]

    yield make
    for machine in made:
        machine.close()


@pytest.fixture
def machine(make_machine: Callable[..., Machine]) -> Machine:
    """A server of its own for a test."""
    return make_machine()
