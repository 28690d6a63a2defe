"""The docker sandbox passes the suite that ships, and more that only a real server can be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from docker import DockerClient

from fauxcorp.sandbox.conformance import CHECKS, Bench
from fauxcorp.sandbox.docker.run import DockerSandboxes


@pytest.fixture(scope="module")
def docker(engine: DockerClient, images: object) -> Iterator[DockerSandboxes]:
    made = DockerSandboxes(warm=2)
    yield made
    made.close()


def bench(docker: DockerSandboxes, desk: object) -> Bench:
    world = desk.world  # type: ignore[attr-defined]
    sandbox = docker.make(world, "robin")
    return Bench(world, sandbox, "wei", "/srv/share", "/srv/share/plan.txt", "/home/ada/diary.txt")


@pytest.mark.parametrize("name", CHECKS)
def test_conformance(name: str, docker: DockerSandboxes, make_desk: Callable[..., object]) -> None:
    made = bench(docker, make_desk())
    try:
        CHECKS[name](made)
    finally:
        made.sandbox.close()
