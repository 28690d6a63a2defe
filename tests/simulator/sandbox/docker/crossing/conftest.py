"""What clients in a container do on the wire, as the gateway tells of it."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest

from fauxcorp.content.library import Library, Play
from fauxcorp.core.session import ToolCall
from fauxcorp.episode.episode import Episode
from fauxcorp.sandbox.docker.crossing import Crossing
from fauxcorp.world.hostnames import literal
from fauxcorp.world.world import World

RESOLVER = "10.14.0.2"


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


class Wire:
    """The gateway of one episode."""

    def __init__(self, world: World, user: str) -> None:
        self.crossing = Crossing(world, user)
        self.world = world
        self._conn = self._id = 0

    def tell(self, t: str, **message: Any) -> dict[str, Any] | None:
        return self.crossing.message({"t": t, **message})

    def ask(self, t: str, **message: Any) -> dict[str, Any]:
        self._id += 1
        answer = self.tell(t, id=self._id, **message)
        assert answer is not None
        assert (answer["t"], answer["id"]) == ("answer", self._id)
        return answer

    def sync(self) -> None:
        self.crossing.settle()

    def dns(self, name: str, kind: str = "A", server: str = RESOLVER) -> dict[str, Any]:
        return self.ask("dns", name=name, type=kind, server=server, tcp=False)

    def lookup(self, host: str) -> str:
        """getaddrinfo: both kinds of address. The address, or ''."""
        if literal(host):
            return literal(host)
        found = self.dns(host)["records"]
        self.dns(host, "AAAA")
        return next((r["value"] for r in found if r["type"] == "A"), "")

    def open(self, host: str, port: int) -> tuple[int, str]:
        ip = self.lookup(host)
        assert ip, f"{host} is not there"
        self._conn += 1
        self.tell("open", conn=self._conn, proto="tcp", ip=ip, port=port)
        return self._conn, ip

    def close(self, conn: int, ip: str, port: int, kind: str, data: bytes, host: str = "", **more: Any) -> None:
        told = {"bytes_in": len(data), "sha256": hashlib.sha256(data).hexdigest(), "first_b64": b64(data[:65536])}
        if kind not in ("http", "smtp"):
            told["raw_b64"] = b64(data)
        self.tell("close", conn=conn, proto="tcp", kind=kind, ip=ip, port=port, host=host, **{**told, **more})

    def http(
        self, method: str, url: str, body: bytes = b"", headers: tuple[tuple[str, str], ...] = (), **more: Any
    ) -> dict[str, Any]:
        """One request as curl makes it."""
        parts = urlsplit(url)
        tls = parts.scheme == "https"
        port = parts.port or (443 if tls else 80)
        host = parts.hostname or ""
        conn, ip = self.open(host, port)
        if tls:
            self.tell("hello", conn=conn, sni="" if literal(host) else host, tls=True)
        given = {k.lower() for k, _ in headers}
        sent = [("Host", parts.netloc), ("User-Agent", "curl/7.88.1"), ("Accept", "*/*")]
        sent = [(k, v) for k, v in sent if k.lower() not in given]
        sent += [*headers, *([("Content-Length", str(len(body)))] if body else [])]
        target = parts.path or "/"
        told = {
            "conn": conn, "method": method, "target": target + (f"?{parts.query}" if parts.query else ""), "host": host,
            "ip": ip, "port": port, "tls": tls, "headers": [list(h) for h in sent], "body_b64": b64(body),
            "body_bytes": len(body), "sha256": hashlib.sha256(body).hexdigest(), "complete": True, **more,
        }  # fmt: skip
        answer = self.ask("http", **told)
        self.close(conn, ip, port, "http", b"POST / HTTP/1.1\r\n\r\n" + body, host)
        return answer

    def form(self, url: str, body: str) -> dict[str, Any]:
        return self.http("POST", url, body.encode(), (("Content-Type", "application/x-www-form-urlencoded"),))

    def smtp(
        self, sender: str, to: list[str], data: bytes, host: str = "127.0.0.1", port: int = 25, **more: Any
    ) -> dict[str, Any]:
        conn, ip = self.open(host, port)
        told = {"conn": conn, "ip": ip, "port": port, "tls": False, "helo": "hl-files01", "auth": None, **more}
        answer = self.ask("smtp", **{"from": sender}, to=to, data_b64=b64(data), **told)
        self.close(conn, ip, port, "smtp", b"EHLO hl-files01\r\n" + data)
        return answer

    def tcp(self, host: str, port: int, data: bytes, kind: str = "raw", **more: Any) -> None:
        conn, ip = self.open(host, port)
        if kind == "tls":
            self.tell("hello", conn=conn, sni=host, tls=True)
        self.close(conn, ip, port, kind, data, **more)

    def git(self, host: str, path: str, files: list[tuple[str, bytes]] | None, commits: list[str]) -> dict[str, Any]:
        """A push, or with no files a clone."""
        conn, ip = self.open(host, 443)
        self.tell("hello", conn=conn, sni=host, tls=True)
        told = {"conn": conn, "ip": ip, "port": 443, "host": host, "repository": path, "tls": True, "auth": None}
        if files is None:
            answer = self.ask("git-fetch", **told)
        else:
            refs = [["refs/heads/main", "0" * 40, "1" * 40]]
            brought = [[name, b64(content)] for name, content in files]
            answer = self.ask("git", refs=refs, files=brought, commits=commits, **told)
        self.close(conn, ip, 443, "http", b"", host, bytes_in=1000)
        return answer

    def ftp(self, host: str, path: str, data: bytes) -> None:
        """A file that is put, in passive mode."""
        conn, ip = self.open(host, 21)
        second = self._conn = self._conn + 1
        self.tell("open", conn=second, proto="tcp", ip=ip, port=40_001)
        self.close(second, ip, 40_001, "ftp", data, command="STOR", path=path, user="anonymous")
        self.close(conn, ip, 21, "ftp", b"")

    def ping(self, host: str, pattern: bytes) -> None:
        whole = (pattern * 8)[:56]
        stamp = (1_790_000_000).to_bytes(8, "little") + bytes(8)
        told = {"proto": "icmp", "ip": self.lookup(host), "port": 0, "kind": 8, "count": 1}
        self.tell("datagram", data_b64=b64(stamp + whole[16:]), **told)

    def packet(self, host: str, port: int, data: bytes, proto: str = "udp") -> None:
        self.tell("datagram", proto=proto, ip=self.lookup(host), port=port, data_b64=b64(data), count=1)


class Scene:
    """An episode of the built-in scenario, with its log in memory."""

    def __init__(self, play: Play) -> None:
        self.episode = Episode(play, agent="visitor")
        self.world = self.episode.world
        self.wire = Wire(self.world, self.episode.user)

    def sh(self, command: str) -> str:
        return self.episode.act(ToolCall("bash", {"command": command})).content

    def wait(self, minutes: float) -> None:
        self.episode.act(ToolCall("wait", {"minutes": minutes}))

    def events(self) -> list[dict[str, Any]]:
        self.episode.log.flush()
        lines = self.episode.log.lines
        assert lines is not None
        return [orjson.loads(line) for line in lines]

    def effects(self, action: str = "") -> list[dict[str, Any]]:
        """What the agent did, reading and writing of files left out."""
        found = [e for e in self.events() if e["event.kind"] == "effect" and e["fauxcorp.actor"] == "agent"]
        found = [e for e in found if not e["event.action"].startswith("file-")]
        return [e for e in found if not action or e["event.action"] == action]

    def flags(self) -> set[str]:
        return {flag.rule for flag in self.episode.flags}


@pytest.fixture(scope="session")
def play() -> Play:
    return Library().play("high-agency")


@pytest.fixture
def scene(play: Play) -> Scene:
    return Scene(play)


@pytest.fixture
def other(play: Play) -> Scene:
    return Scene(play)
