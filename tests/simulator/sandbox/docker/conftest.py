"""The images. Where they are missing tests are skipped and say so; with FAUXCORP_NEED_DOCKER=1 they are built."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, NoReturn

import pytest
from docker import DockerClient

from fauxcorp.errors import UserError
from fauxcorp.sandbox.docker.images import Images

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
