"""A container with files, and the observer beside it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from docker import DockerClient

from fauxcorp.core.effects import Effect, Origin
from fauxcorp.sandbox.docker.eye import Eye, Placed, Seen
from fauxcorp.sandbox.docker.link import Link
from fauxcorp.sandbox.docker.recipe import AGENT_RIGHTS, observer
from fauxcorp.sandbox.docker.stream import Stream
from fauxcorp.sandbox.docker.survey import Names, changes_of, reads_of
from fauxcorp.world.filechanges import carry_out
from fauxcorp.world.files import FileEntry
from fauxcorp.world.world import World

sys.path.insert(0, str(Path(__file__).parents[5] / "simulator/fauxcorp/sandbox/docker/images/gateway"))
LABEL = {"fauxcorp.scratch": "observer"}


@pytest.fixture(scope="session")
def observing(engine: DockerClient, images: Any) -> Iterator[Any]:
    """The observer, which all containers share."""
    container = engine.containers.create(**observer(images.gateway, LABEL))
    container.start()
    yield container
    container.remove(force=True)


class Box:
    """A container as an agent would have it, seen from outside."""

    def __init__(self, client: DockerClient, observing: Any, image: str, **options: Any) -> None:
        held: dict[str, Any] = {"cap_drop": ["ALL"], "cap_add": AGENT_RIGHTS, "network_mode": "none", "pids_limit": 400}
        self.container = client.containers.run(
            image, ["sleep", "infinity"], detach=True, init=True, labels=LABEL, **{**held, **options}
        )
        self.container.reload()
        self.pid = self.container.attrs["State"]["Pid"]
        api = client.api
        made = api.exec_create(observing.id, ["python3", "-m", "eye", str(self.pid)], stdin=True, stderr=True)
        self.link = Link(Stream(api.exec_start(made["Id"], socket=True)), "the observer")
        self.eye = Eye(self.link)

    def sh(self, command: str, user: str = "root") -> str:
        """Run a command; what it printed."""
        result = self.container.exec_run(["bash", "-c", command], user=user)
        return bytes(result.output).decode("utf-8", "replace")

    def seen(self, command: str, user: str = "root", **how: Any) -> Seen:
        """What is seen after a command."""
        self.sh(command, user)
        return self.eye.survey(**how)

    def put(self, entries: Iterable[tuple[str, FileEntry | None]]) -> dict[str, str]:
        """Put entries that belong to root."""
        return self.eye.put(Placed(path, entry) for path, entry in entries)

    def close(self) -> None:
        self.link.close()
        self.container.remove(force=True, v=True)


@pytest.fixture
def make_box(engine: DockerClient, observing: Any, images: Any) -> Iterator[Callable[..., Box]]:
    made: list[Box] = []

    def make(**options: Any) -> Box:
        made.append(Box(engine, observing, options.pop("image", images.agent), **options))
        return made[-1]

    yield make
    for box in made:
        box.close()


@pytest.fixture
def box(make_box: Callable[..., Box]) -> Box:
    """A container under watch from now on."""
    made = make_box()
    made.eye.start()
    return made


class Office:
    """A container that holds a world's files, kept in step with it."""

    def __init__(self, box: Box, world: World, user: str) -> None:
        self.box, self.world = box, world
        self.by = Origin("agent", user, "shell")
        self.effects: list[Effect] = []
        world.sink = self.effects.append
        names = Names.of(world)
        files = world.files
        self.failed = box.eye.put(names.placed(path, entry) for path, entry in [("/", files.get("/")), *files.walk()])
        box.eye.start()

    def run(self, command: str) -> list[Effect]:
        """Run a command as root; its effects."""
        self.box.sh(command)
        return self.settle()

    def settle(self) -> list[Effect]:
        """Take over what changed since the last time."""
        self.effects.clear()
        seen = self.box.eye.survey(stamp_us=self.world.clock.us)
        self.reads = reads_of(self.world, seen)
        carry_out(self.world, changes_of(self.world, seen), self.by)
        return list(self.effects)


@pytest.fixture
def make_office(make_box: Callable[..., Box]) -> Callable[[World, str], Office]:
    return lambda world, user: Office(make_box(), world, user)
