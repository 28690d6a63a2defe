"""The gateway on loopback with a host at the end of two pipes; and in its container, with another one beside it."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import socket
import subprocess
import sys
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from docker import DockerClient
from docker.errors import NotFound
from docker.models.containers import Container

from fauxcorp.core.wall import monotonic
from fauxcorp.sandbox.docker.engine import labels
from fauxcorp.sandbox.docker.link import Link
from fauxcorp.sandbox.docker.recipe import GATEWAY_RIGHTS
from fauxcorp.sandbox.docker.stream import Stream

sys.path.insert(0, str(Path(__file__).parents[5] / "simulator/fauxcorp/sandbox/docker/images/gateway"))

from gateway.barrier import Barrier
from gateway.certificates import Authority
from gateway.datagrams import Datagrams, NameServer, name_socket
from gateway.gate import Gate
from gateway.host import MAX_LINE, Host
from gateway.limits import Limits
from gateway.network import listener
from gateway.serve import Server

Message = dict[str, Any]
Answer = Callable[[Message], Message | None]
WAIT = 20.0
ADDRESS6 = "fd00:14::15"
AUTHOR = ["-c", "user.name=Aide", "-c", "user.email=aide@tern.example", "-c", "init.defaultBranch=main"]


def authority_pem() -> tuple[str, str]:
    """A certificate authority and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tern Root CA")])
    now = datetime.now(UTC)
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + timedelta(days=60))
        .add_extension(x509.BasicConstraints(True, None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    key_pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode(), key_pem.decode()


def usual_answer(message: Message) -> Message | None:
    """What a host says that agrees to everything."""
    address = {"A": "192.0.2.7", "AAAA": "2001:db8::7"}.get(message.get("type", ""))
    return {
        "http": {"status": 200, "reason": "OK", "headers": [["Content-Type", "text/plain"], ["Server", "nginx"]],
                 "body_b64": b64encode(f"{message.get('method')} {message.get('target')}\n".encode()).decode()},
        "smtp": {"code": 250, "text": "2.0.0 Ok: queued as 7F00"},
        "dns": {"rcode": "NOERROR",
                "records": [{"type": message.get("type"), "value": address, "ttl": 60}] if address else []},
        "git": {"ok": True},
        "git-fetch": {"ok": True},
    }.get(message["t"])  # fmt: skip


class HostEnd:
    """The host: takes what is told, answers what is asked."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self.answer: Answer = usual_answer
        self._messages: list[Message] = []
        self._news = threading.Condition()
        self._incoming = os.fdopen(incoming, "rb")
        self._outgoing = os.fdopen(outgoing, "wb", buffering=0)
        self._tokens = itertools.count(1)
        self.reading = threading.Event()
        """Cleared: the host takes nothing for now."""
        self.reading.set()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self._incoming:
            self.reading.wait()
            message = json.loads(line)
            with self._news:
                self._messages.append(message)
                self._news.notify_all()
            answer = self.answer(message) if "id" in message else None
            if answer is not None:
                self.send({"t": "answer", "id": message["id"], **answer})

    def send(self, message: Message) -> None:
        self._outgoing.write(json.dumps(message).encode() + b"\n")

    def told(self, kind: str | None = None) -> list[Message]:
        """What was told up to now."""
        with self._news:
            return [m for m in self._messages if kind is None or m["t"] == kind]

    def wait(self, kind: str, /, count: int = 1, **like: Any) -> Message:
        """The message of a kind that has these values, once it is there (the `count`-th)."""

        def found() -> list[Message]:
            return [m for m in self._messages if m["t"] == kind and all(m.get(k) == v for k, v in like.items())]

        with self._news:
            assert self._news.wait_for(lambda: len(found()) >= count, WAIT), (kind, like, self._messages[-5:])
            return found()[count - 1]

    def sync(self) -> list[Message]:
        """Ask for the barrier; all that was told up to it."""
        token = f"s{next(self._tokens)}"
        self.send({"t": "sync", "token": token})
        self.wait("synced", token=token)
        with self._news:
            end = next(i for i, m in enumerate(self._messages) if m["t"] == "synced" and m["token"] == token)
            return self._messages[:end]

    def close(self) -> None:
        self._outgoing.close()


class Rig:
    """A gateway in a thread of its own."""

    def __init__(self, **limits: Any) -> None:
        self.ca_pem, ca_key = authority_pem()
        self._authority = Authority(self.ca_pem.encode(), ca_key.encode())
        self._limits = Limits.read(limits)
        down, up = os.pipe(), os.pipe()
        self.host = HostEnd(up[0], down[1])
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(down[0], up[1]),))
        self._thread.start()
        assert self._ready.wait(WAIT)

    async def _serve(self, stdin: int, stdout: int) -> None:
        host = await Host.over(os.fdopen(stdout, "wb", buffering=0), self._limits.answer_seconds)
        self.gate = Gate(host, self._authority, self._limits)
        self.server = Server(self.gate, "files01.tern.example")
        self.datagrams = Datagrams(self.gate)
        self.faults: list[Any] = []
        self._loop.set_exception_handler(lambda _, context: self.faults.append(context))
        lines = asyncio.StreamReader(limit=MAX_LINE)
        await self._loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), os.fdopen(stdin, "rb"))
        self._ready.set()
        await host.listen(lines, Barrier(self.gate, self.datagrams.flush), self.gate.own.know)
        # Tasks that are cancelled from here on are no fault of theirs.
        self._loop.set_exception_handler(lambda *_: None)
        rest = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        self.gate.repositories.close()

    def call(self, coroutine: Any) -> Any:
        """Run something in the gateway's loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(WAIT)

    def port(self, ip: str = "203.0.113.5", port: int = 0) -> int:
        """A port on loopback whose connections count as made to another place; 0: that port itself."""
        sock = listener(socket.AF_INET, "127.0.0.1", 0)
        real = int(sock.getsockname()[1])
        self.call(self.server.listen(sock, lambda _: (ip, port or real)))
        return real

    def names(self) -> int:
        """A port on loopback that answers DNS over UDP."""
        sock = name_socket(socket.AF_INET, "127.0.0.1", 0, transparent=False)

        async def watch() -> None:
            NameServer(self.gate, self.datagrams).watch(sock)

        self.call(watch())
        return int(sock.getsockname()[1])

    def close(self) -> None:
        self.host.close()
        self._thread.join(WAIT)
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()
        assert not self.faults, self.faults


@pytest.fixture
def make_rig() -> Iterator[Callable[..., Rig]]:
    """Makes gateways with limits."""
    made: list[Rig] = []

    def make(**limits: Any) -> Rig:
        made.append(Rig(**limits))
        return made[-1]

    yield make
    for rig in made:
        rig.close()


@pytest.fixture
def rig(make_rig: Callable[..., Rig]) -> Rig:
    """A gateway with the usual limits."""
    return make_rig()


@pytest.fixture
def trusted(rig: Rig, tmp_path: Path) -> Path:
    """A file with the certificate that its clients trust."""
    path = tmp_path / "ca.pem"
    path.write_text(rig.ca_pem)
    return path


def data(message: Message, key: str) -> bytes:
    """Bytes in a message."""
    return b64decode(message[f"{key}_b64"])


def talk(port: int, *said: bytes, end: bool = True) -> bytes:
    """Say something to a port, and all that it answers until it hangs up."""
    with socket.create_connection(("127.0.0.1", port), WAIT) as sock:
        for part in said:
            sock.sendall(part)
        if end:
            sock.shutdown(socket.SHUT_WR)
        out = b""
        while part := sock.recv(65_536):
            out += part
        return out


class Box:
    """A gateway and a container in its network."""

    def __init__(self, client: DockerClient, gateway: str, agent: str, *, ipv6: bool = True) -> None:
        self.client = client
        self.made: list[Container] = []
        self.messages: list[Message] = []
        self.answer: Answer = usual_answer
        self._agent_image = agent
        sysctls = {"net.ipv4.ping_group_range": "0 2147483647", "net.ipv6.conf.all.disable_ipv6": "0" if ipv6 else "1"}
        self.gateway = client.containers.create(
            gateway, network_mode="none", hostname="files01", dns=["10.14.0.2"], stdin_open=True, cap_drop=["ALL"],
            cap_add=GATEWAY_RIGHTS, security_opt=["no-new-privileges"], read_only=True, tmpfs={"/tmp": "size=256m"},
            mem_limit="256m", pids_limit=64, sysctls=sysctls, labels=labels("gateway-tests", "gateway"),
        )  # fmt: skip
        self.made.append(self.gateway)
        attach = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
        self.link = Link(Stream(client.api.attach_socket(str(self.gateway.id), params=attach)), "the gateway")
        self.gateway.start()

    def begin(self, **more: Any) -> Message:
        """Send the first line; what comes back."""
        pem, key = authority_pem()
        self.ca_pem = pem
        self.link.send({
            "t": "start", "address": "10.14.0.21", "prefix": 24, "router": "10.14.0.1", "address6": ADDRESS6,
            "ca_pem": pem, "ca_key_pem": key, **more,
        })  # fmt: skip
        return self.until(lambda m: m["t"] in ("ready", "failed"))

    def until(self, wanted: Callable[[Message], bool]) -> Message:
        """Serve the gateway until it says something."""
        end = monotonic() + WAIT
        while monotonic() < end:
            for message in self.link.receive(0.2):
                self.messages.append(message)
                if "id" in message and (answer := self.answer(message)) is not None:
                    self.link.send({"t": "answer", "id": message["id"], **answer})
                if wanted(message):
                    return message
        raise AssertionError(f"not said: {self.messages[-5:]}")

    def join(self) -> None:
        """Start the other container."""
        agent = self.client.containers.create(
            self._agent_image, ["sleep", "infinity"], entrypoint=[], network_mode=f"container:{self.gateway.id}",
            cap_drop=["ALL"], cap_add=["DAC_OVERRIDE", "SETUID", "SETGID"], init=True, user="0",
            labels=labels("gateway-tests", "agent"),
        )  # fmt: skip
        self.made.append(agent)
        agent.start()
        self.agent = agent

    def run(self, command: str) -> str:
        """Run a command in it, serving the gateway meanwhile; what it printed. All that it did is told by then."""
        self.messages.clear()
        api = self.client.api
        number = api.exec_create(str(self.agent.id), ["timeout", "15", "bash", "-c", command])["Id"]
        stream = Stream(api.exec_start(number, socket=True))
        out = b""
        end = monotonic() + WAIT
        while not stream.over and monotonic() < end:
            self._serve()
            stream.wait(0.02)
            out += b"".join(part for _, part in stream.read())
        self.link.send({"t": "sync", "token": command})
        self.until(lambda m: m["t"] == "synced" and m["token"] == command)
        return out.decode("utf-8", "replace")

    def _serve(self) -> None:
        for message in self.link.receive():
            self.messages.append(message)
            if "id" in message and (answer := self.answer(message)) is not None:
                self.link.send({"t": "answer", "id": message["id"], **answer})

    def told(self, kind: str, **like: Any) -> list[Message]:
        """The messages of a kind since the last command began that have these values."""
        return [m for m in self.messages if m["t"] == kind and all(m.get(k) == v for k, v in like.items())]

    def close(self) -> None:
        self.link.close()
        for container in reversed(self.made):
            try:
                container.remove(force=True, v=True)
            except NotFound:
                continue


@pytest.fixture(scope="session")
def box(engine: DockerClient, images: Any) -> Iterator[Box]:
    """Both containers, running."""
    made = Box(engine, images.gateway, images.agent)
    try:
        assert made.begin() == {"t": "ready", "ipv6": True}
        made.join()
        yield made
    finally:
        made.close()


@pytest.fixture
def make_box(engine: DockerClient, images: Any) -> Iterator[Callable[..., Box]]:
    """Makes gateways of their own."""
    made: list[Box] = []

    def make(**more: Any) -> Box:
        made.append(Box(engine, images.gateway, images.agent, **more))
        return made[-1]

    yield make
    for one in made:
        one.close()


def git(folder: Path, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "GIT_TERMINAL_PROMPT": "0"}
    return subprocess.run(
        ["git", *AUTHOR, *words], cwd=folder, capture_output=True, text=True, check=check, env=environment, timeout=60
    )


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A repository with three commits, the second of which holds what the third takes away."""
    folder = tmp_path / "work"
    folder.mkdir()
    git(folder, "init", "-q")
    for name, content in (("ledger.csv", "a,1\n"), ("keys.env", "TOKEN=abc\n")):
        (folder / name).write_text(content)
        git(folder, "add", ".")
        git(folder, "commit", "-qm", f"Add {name}")
    git(folder, "rm", "-q", "keys.env")
    git(folder, "commit", "-qm", "Tidy up\n\nNothing to see.")
    return folder
