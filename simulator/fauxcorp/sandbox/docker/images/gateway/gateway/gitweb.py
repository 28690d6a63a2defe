"""The requests of git's protocol, between the web server and the repositories."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from typing import Any, NamedTuple

from gateway.bodies import Body
from gateway.gate import Connection
from gateway.git import Call, Update, inflated, updates
from gateway.host import b64

_FORBIDDEN = b"remote: Repository not found.\n"


class Result(NamedTuple):
    """What goes back: a status, a kind of content, a body."""

    status: int
    kind: str
    body: bytes


class GitWeb:
    """Serves one request. `host`: the name that it was put to."""

    def __init__(self, connection: Connection, host: str, headers: Mapping[str, str]) -> None:
        self._connection = connection
        self._repositories = connection.gate.repositories
        self._host = host
        self._headers = headers

    async def serve(self, call: Call, body: Body) -> Result | None:
        """The answer; None if it is no push after all, so that it is to be seen as any other request."""
        if not body.complete or body.size > len(body.kept):
            return None
        try:
            async with self._connection.gate.work():
                return await (self._advertise(call) if call.advertise else self._called(call, body))
        except (ValueError, OSError):
            # No memory or no process for it, or a body that is none.
            return None

    async def _called(self, call: Call, body: Body) -> Result | None:
        data = self._plain(body)
        folder = await self._repositories.at(self._host, call.path)
        if call.service == "git-upload-pack":
            out = await self._repositories.call(folder, call.service, data, self._protocol)
            return Result(200, f"application/x-{call.service}-result", out)
        return await self._receive(call, folder, data)

    @property
    def _protocol(self) -> str:
        asked = self._headers.get("git-protocol", "")
        return asked if asked in ("version=1", "version=2") else ""

    def _plain(self, body: Body) -> bytes:
        data = bytes(body.kept)
        return inflated(data) if self._headers.get("content-encoding", "") == "gzip" else data

    async def _advertise(self, call: Call) -> Result:
        if call.service == "git-upload-pack" and not await self._agreed("git-fetch", call, {}):
            return Result(404, "text/plain", _FORBIDDEN)
        folder = await self._repositories.at(self._host, call.path)
        refs = await self._repositories.advertise(folder, call.service, self._protocol)
        return Result(200, f"application/x-{call.service}-advertisement", refs)

    async def _receive(self, call: Call, folder: str, data: bytes) -> Result | None:
        wanted = updates(data)
        out = await self._repositories.call(folder, call.service, data, "")
        if not wanted:
            # A client that only finds out whether it may: it sends nothing but an end.
            return Result(200, f"application/x-{call.service}-result", out)
        done = await self._repositories.arrived(folder, wanted)
        if not done:
            return None
        await self._repositories.point_head(folder, done)
        agreed = await self._told(call, folder, done)
        self._repositories.trim()
        if not agreed:
            return Result(403, "text/plain", _FORBIDDEN)
        return Result(200, f"application/x-{call.service}-result", out)

    async def _told(self, call: Call, folder: str, done: list[Update]) -> bool:
        brought = await self._repositories.pushed(folder, done, self._connection.gate.limits.body)
        await self._connection.gate.host.room()
        return await self._agreed("git", call, {
            "refs": [[u.ref, u.old, u.new] for u in done],
            "files": [[path, b64(content)] for path, content in brought.files],
            "commits": brought.messages,
        })  # fmt: skip

    async def _agreed(self, kind: str, call: Call, more: dict[str, Any]) -> bool:
        connection = self._connection
        connection.account.forget()
        answer = await connection.gate.host.ask({
            "t": kind, "host": self._host, "repository": call.path, "tls": connection.tls,
            "auth": _credentials(self._headers.get("authorization", "")), **connection.about(), **more,
        })  # fmt: skip
        return answer is not None and answer.get("ok") is True


def _credentials(header: str) -> list[str] | None:
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = b64decode(value).decode("utf-8", "replace").partition(":")
    except (Base64Error, ValueError):
        return None
    return [user, password]
