"""A stand-in for a server of models (a real HTTP server on this machine, with manners of its own), and a Docker engine.

Without an engine the tests that need one are skipped and say why; with FAUXCORP_NEED_DOCKER=1 they fail instead. So
are those that need the images where they are missing; with FAUXCORP_NEED_DOCKER=1 they are built.
"""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import pytest
from docker import DockerClient

from fauxcorp.errors import UserError
from fauxcorp.sandbox.docker.engine import connect
from fauxcorp.sandbox.docker.images import Images

Answer = Callable[[dict[str, Any]], tuple[int, bytes]]


def completion(text: str | None, **more: Any) -> tuple[int, bytes]:
    """A completion as the API has it."""
    choice = {"message": {"role": "assistant", "content": text, **more.pop("message", {})}, **more}
    return 200, json.dumps({"choices": [choice]}).encode()


class Server:
    """Answers as it is told; keeps what it was asked, and with which headers."""

    def __init__(self) -> None:
        self.answer: Answer = lambda asked: completion("Fine.")
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.url = ""
        self.hold = threading.Event()

    completion = staticmethod(completion)

    def data(self, asked: dict[str, Any]) -> dict[str, Any]:
        """What stands in the user's message of a request."""
        found: dict[str, Any] = json.loads(asked["messages"][-1]["content"])
        return found


@contextmanager
def running() -> Iterator[Server]:
    """A server that runs until the end."""
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.asked.append({"path": self.path, **asked})
            server.keys.append(self.headers.get("Authorization"))
            status, body = server.answer(asked)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                return

        def log_message(self, *arguments: Any) -> None:
            return

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    server.url = f"http://127.0.0.1:{http.server_address[1]}/v1"
    try:
        yield server
    finally:
        server.hold.set()
        http.shutdown()
        http.server_close()
        thread.join()


@pytest.fixture
def model_server() -> Iterator[Server]:
    """The stand-in, for one test."""
    with running() as server:
        yield server


NEED_DOCKER = os.environ.get("FAUXCORP_NEED_DOCKER", "") not in ("", "0")
BUILD_SECONDS = 900
"""How long the engine may say nothing; a step of a build takes a while."""


def absent(why: str) -> NoReturn:
    """End a test that lacks something of Docker: a failure where it must be there, a skip elsewhere."""
    if NEED_DOCKER:
        pytest.fail(f"FAUXCORP_NEED_DOCKER is set: {why}", pytrace=False)
    pytest.skip(why)


@pytest.fixture(scope="session")
def without() -> Callable[[str], NoReturn]:
    """Ends a test that lacks an image or the like, saying what."""
    return absent


@pytest.fixture(scope="session")
def engine() -> Iterator[DockerClient]:
    """A client of a Docker engine."""
    try:
        client = connect(BUILD_SECONDS)
    except UserError as error:
        absent(str(error))
    yield client
    client.close()


class Ids(NamedTuple):
    """The ids of the images to use."""

    agent: str
    gateway: str


@pytest.fixture(scope="session")
def agent_image(engine: DockerClient, without: Callable[[str], NoReturn]) -> str:
    """The agent's image alone."""
    return image_of(engine, "agent", without)


@pytest.fixture(scope="session")
def images(engine: DockerClient, agent_image: str, without: Callable[[str], NoReturn]) -> Ids:
    """Both images, made from the present files."""
    return Ids(agent_image, image_of(engine, "gateway", without))


def image_of(engine: DockerClient, kind: str, without: Callable[[str], NoReturn]) -> str:
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
