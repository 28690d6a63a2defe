"""What is lost in the middle of an episode is that episode's error; the rest goes on, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from docker import DockerClient
from docker.models.containers import Container

from fauxcorp.content.library import Library
from fauxcorp.core.session import Session, ToolCall
from fauxcorp.episode.episode import Episode
from fauxcorp.episode.replay import deeds_of, redo
from fauxcorp.episode.runner import Done, Item, drive
from fauxcorp.eventlog import EVENTS, TAPE, read_events
from fauxcorp.sandbox.docker.engine import KIND, OWNER, RUN
from fauxcorp.sandbox.docker.reap import reap
from fauxcorp.sandbox.docker.run import DockerSandboxes
from fauxcorp.sandbox.docker.taping import TapeSandboxes

Deed = Callable[[], object]
ENGINE = Path("/var/run/docker.sock")


class Worker:
    """Runs a command, lets something happen, and runs another."""

    name = "worker"

    def __init__(self, deed: Deed = lambda: None, then: str = "echo after") -> None:
        self.deed, self.then = deed, then
        self.said: list[str] = []

    def run(self, session: Session) -> None:
        for n, command in enumerate(("echo before", self.then, "echo again")):
            if n == 1:
                self.deed()
            self.said.append(session.act(ToolCall("bash", {"command": command})).content)


def episode(sandboxes: DockerSandboxes, worker: Worker, folder: Path | None = None) -> Done:
    """What became of an episode."""
    play = Library().play("high-agency")
    episode = Episode(play, agent="worker", sandboxes=sandboxes, folder=folder)
    return drive(episode, worker, Item(play, "worker", 1), folder or Path())


def played(folder: Path, done: Done) -> bool:
    """Whether the episode is the same when its tape is played."""
    play = Library().play("high-agency")
    again = Episode(play, agent="worker", sandboxes=TapeSandboxes(folder / TAPE))
    redo(again, deeds_of(read_events(folder / EVENTS)))
    again.finish(done.record.outcome, done.record.detail)
    return b"".join(again.log.lines or ()) == (folder / EVENTS).read_bytes()


@pytest.fixture
def sandboxes(docker: DockerSandboxes) -> Iterator[DockerSandboxes]:
    """Sandboxes of which none is made ahead."""
    made = DockerSandboxes(warm=0)
    made.open()
    yield made
    made.close()


def of(engine: DockerClient, sandboxes: DockerSandboxes, kind: str) -> list[Container]:
    """The containers of a kind that some sandboxes have."""
    return list(engine.containers.list(filters={"label": [f"{RUN}={sandboxes.run}", f"{KIND}={kind}"]}))


@pytest.mark.parametrize(
    ("kind", "then"),
    [
        ("agent", "echo after"), ("gateway", "echo after"), ("gateway", "curl -s -m 5 http://203.0.113.7/"),
        ("observer", "echo after"),
    ],
)  # fmt: skip
def test_a_container_that_is_killed(
    kind: str, then: str, sandboxes: DockerSandboxes, engine: DockerClient, tmp_path: Path
) -> None:
    lost = Worker(lambda: [c.kill() for c in of(engine, sandboxes, kind)], then)
    done = episode(sandboxes, lost, tmp_path)
    assert played(tmp_path, done)
    assert done.record.outcome == "error", (done.record, lost.said)
    assert done.record.detail
    assert "Traceback" not in done.record.detail
    after = Worker()
    assert episode(sandboxes, after).record.outcome == "completed", after.said
    assert "after" in after.said[1]
    sandboxes.close()
    assert not engine.containers.list(all=True, filters={"label": f"{RUN}={sandboxes.run}"})


class Way:
    """The way to the engine's socket, which can be cut."""

    def __init__(self, path: Path) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(64)
        self._held: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """From now on there is no engine."""
        self._listener.close()
        for sock in self._held:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            engine = socket.socket(socket.AF_UNIX)
            engine.connect(str(ENGINE))
            self._held += [client, engine]
            for one, other in ((client, engine), (engine, client)):
                threading.Thread(target=_carry, args=(one, other), daemon=True).start()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65_536):
            other.sendall(data)
    with suppress(OSError):
        other.shutdown(socket.SHUT_WR)


def test_an_engine_that_is_lost(tmp_path: Path, images, engine: DockerClient, monkeypatch: pytest.MonkeyPatch) -> None:
    way = Way(tmp_path / "engine.sock")
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/engine.sock")
    sandboxes = DockerSandboxes(warm=0)
    sandboxes.open()
    done = episode(sandboxes, Worker(way.cut))
    assert done.record.outcome == "error", done.record
    assert "Traceback" not in done.record.detail
    sandboxes.close()
    # It cannot be asked for anything; who comes next takes away what was left.
    assert engine.containers.list(all=True, filters={"label": f"{RUN}={sandboxes.run}"})
    reap(engine, sandboxes.run)
    assert not engine.containers.list(all=True, filters={"label": f"{RUN}={sandboxes.run}"})


@pytest.mark.parametrize(
    "command",
    [
        "setsid sh -c 'trap \"\" TERM HUP INT; while :; do sleep 1; done' > /dev/null 2>&1 &",
        "python3 -c 'import socket, time; s = [socket.create_connection((\"203.0.113.7\", 80)) for _ in range(3000)]'",
        'python3 -c \'import socket, time; s = [socket.create_connection(("203.0.113.7", 80)) for _ in range(3000)]; '
        "time.sleep(60)' > /dev/null 2>&1 &",
        "head -c 500000000 /dev/zero",
        "exec >&- 2>&-",
        "python3 -c 'a = bytearray(3 * 1024 ** 3)'",
        "head -c 2000000000 /dev/zero > /tmp/much",
    ],
    ids=["daemon", "connections", "connections that stay", "output", "no output", "memory", "file"],
)
def test_what_is_too_much(command: str, sandboxes: DockerSandboxes, engine: DockerClient) -> None:
    worker = Worker(then=command)
    done = episode(sandboxes, worker)
    assert done.record.outcome == "completed", (done.record, worker.said)
    assert "again" in worker.said[2]
    sandboxes.close()
    assert not engine.containers.list(all=True, filters={"label": f"{RUN}={sandboxes.run}"})


def test_a_full_disk(sandboxes: DockerSandboxes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fauxcorp.sandbox.docker.sandbox.MAX_DISK", 2_000_000)
    done = episode(sandboxes, Worker(then="head -c 3000000 /dev/zero > /tmp/much"))
    assert (done.record.outcome, done.record.detail) == ("error", "the disk of the server is full")


def test_an_upload_of_200_megabytes_is_counted_whole(make_server) -> None:
    server = make_server()
    server.run("head -c 200000000 /dev/zero > /tmp/big; curl -s -T /tmp/big http://drop.example.net/in", 60)
    (request,) = [e for e in server.effects if e.action == "http-request"]
    assert request.fields()["http.request.body.bytes"] == 200_000_000
    assert server.out("echo there") == "there\n"


def run(tmp_path: Path, *more: str) -> subprocess.Popen[str]:
    """A run in a process of its own."""
    command = [str(Path(sys.executable).with_name("fauxcorp")), "run", "high-agency", "--sandbox", "docker"]
    more = ("--out", str(tmp_path), *more)
    return subprocess.Popen([*command, *more], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def left(engine: DockerClient, pid: int) -> list[str]:
    """Containers, images, networks and volumes of a process."""
    mine = {"label": OWNER}
    found = [
        *((c.name, c.labels) for c in engine.containers.list(all=True, filters=mine, ignore_removed=True)),
        *((str(i.id), i.labels) for i in engine.images.list(filters=mine)),
        *((n.name, n.attrs["Labels"]) for n in engine.networks.list(filters=mine)),
        *((v.name, v.attrs["Labels"]) for v in engine.volumes.list(filters=mine)),
    ]
    return [str(name) for name, held in found if held.get(OWNER, "").startswith(f"{pid}:")]


def test_a_run_leaves_nothing_behind(tmp_path: Path, images, engine: DockerClient) -> None:
    before = len(engine.volumes.list()), len(engine.networks.list())
    started = run(tmp_path, "--agent", "idle", "--agent", "diligent", "--agent", "offender", "--parallel", "3")
    said, _ = started.communicate(timeout=120)
    assert started.returncode == 0, said
    assert len(list(tmp_path.rglob("events.jsonl"))) == 3
    assert left(engine, started.pid) == []
    assert (len(engine.volumes.list()), len(engine.networks.list())) == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_stopped(number: signal.Signals, tmp_path: Path, images, engine: DockerClient) -> None:
    started = run(tmp_path, "--agent", "diligent", "--epochs", "50", "--parallel", "2")
    deadline = time.monotonic() + 60
    while not left(engine, started.pid) or not list(tmp_path.rglob("events.jsonl")):
        assert time.monotonic() < deadline
        assert started.poll() is None, started.communicate()
        time.sleep(0.1)
    os.kill(started.pid, number)
    said, _ = started.communicate(timeout=60)
    assert started.returncode != 0
    assert "Traceback" not in said
    if number == signal.SIGKILL:
        assert left(engine, started.pid)
        assert reap(engine)
    assert left(engine, started.pid) == []
