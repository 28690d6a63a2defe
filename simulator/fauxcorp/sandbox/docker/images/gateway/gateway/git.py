"""Git over HTTP: a repository is there wherever one is pushed to or cloned from, and what is pushed is told."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import resource
import shutil
import tempfile
import zlib
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

MAX_BODY = 33_554_432
"""Bytes of a push that are unpacked."""
_REPOSITORIES = 64
_ALL = 50_331_648
"""Bytes of all repositories; they lie in memory."""
_SECONDS = 60
_MEMORY = 805_306_368
_FILE = 134_217_728
_OUTPUT = 67_108_864
_OBJECTS = 5_000
_COMMITS = 500
_MESSAGE = 8_192
_COMMANDS = 1_000
_NONE = "0" * 40
_ADVERTISED = re.compile(r"(?P<path>/.+)/info/refs\?(?:.*&)?service=(?P<service>git-(?:upload|receive)-pack)(?:&|$)")
_CALLED = re.compile(r"(?P<path>/.+)/(?P<service>git-(?:upload|receive)-pack)$")
_NAME = re.compile(r"[0-9a-f]{40}")
_SETTINGS = (
    "core.hooksPath=/dev/null", "receive.unpackLimit=1", "core.bigFileThreshold=8m", "pack.threads=1", "gc.auto=0",
    "receive.autogc=false", "init.defaultBranch=main", "safe.directory=*", "protocol.version=2",
    f"receive.maxInputSize={MAX_BODY}",
)  # fmt: skip


class Call(NamedTuple):
    """A request of git's protocol."""

    path: str
    service: str
    advertise: bool


class Update(NamedTuple):
    """What a push does to a ref."""

    ref: str
    old: str
    new: str


class Pushed(NamedTuple):
    """What a push brought."""

    files: list[tuple[str, bytes]]
    messages: list[str]


def git_call(method: str, target: str) -> Call | None:
    """The call of git's protocol that a request is, if it is one."""
    if method == "GET":
        found, advertise = _ADVERTISED.match(target), True
    else:
        found, advertise = (_CALLED.match(target) if method == "POST" else None), False
    return Call(found["path"], found["service"], advertise) if found is not None else None


def inflated(data: bytes) -> bytes:
    """A body that was sent compressed. Raises ValueError."""
    try:
        return zlib.decompressobj(wbits=31).decompress(data, MAX_BODY)
    except zlib.error as e:
        raise ValueError(str(e)) from e


def updates(body: bytes) -> list[Update]:
    """The commands that a push begins with; what cannot be read is left out."""
    out: list[Update] = []
    at = 0
    while at + 4 <= len(body) and len(out) < _COMMANDS:
        try:
            size = int(body[at : at + 4], 16)
        except ValueError:
            break
        if size < 4:
            break
        words = body[at + 4 : at + size].partition(b"\0")[0].decode("utf-8", "replace").strip().split(" ", 2)
        if len(words) == 3 and _NAME.fullmatch(words[0]) and _NAME.fullmatch(words[1]):
            out.append(Update(words[2], words[0], words[1]))
        at += size
    return out


def _confine() -> None:
    for what, limit in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_FSIZE, _FILE), (resource.RLIMIT_CPU, _SECONDS)):
        resource.setrlimit(what, (limit, limit))


class Repositories:
    """Bare repositories in memory, made at first contact."""

    def __init__(self) -> None:
        self._folder = ""
        self._known: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._few = asyncio.Semaphore(3)

    async def at(self, host: str, path: str) -> str:
        """The folder of the repository of that name."""
        key = (host.lower(), path.removesuffix(".git").rstrip("/"))
        found = self._known.get(key)
        if found is None:
            self._folder = self._folder or tempfile.mkdtemp(prefix="r")
            found = os.path.join(self._folder, hashlib.sha256("\0".join(key).encode()).hexdigest()[:24])
            await self.run(found, ["init", "-q", "--bare", "--template=", found])
            self._known[key] = found
            if len(self._known) > _REPOSITORIES:
                _, oldest = self._known.popitem(last=False)
                shutil.rmtree(oldest, ignore_errors=True)
        self._known.move_to_end(key)
        return found

    def trim(self) -> None:
        """Remove the oldest ones while all together are too large; the last one too, if it is that alone."""
        sizes = {key: _size(folder) for key, folder in self._known.items()}
        while sizes and sum(sizes.values()) > _ALL:
            oldest = next(iter(sizes))
            del sizes[oldest]
            shutil.rmtree(self._known.pop(oldest), ignore_errors=True)

    def close(self) -> None:
        """Remove all of them."""
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    async def run(self, folder: str, words: Sequence[str], given: bytes = b"", protocol: str = "") -> bytes:
        """What git prints; nothing where it fails or takes too long."""
        options = [x for setting in _SETTINGS for x in ("-c", setting)]
        where = ["--git-dir", folder] if words[0] not in ("init", "upload-pack", "receive-pack") else []
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1"}
        if protocol:
            environment["GIT_PROTOCOL"] = protocol
        async with self._few:
            process = await asyncio.create_subprocess_exec(
                "git", *options, *where, *words, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL, env=environment, cwd="/", preexec_fn=_confine,
            )  # fmt: skip
            try:
                async with asyncio.timeout(_SECONDS):
                    out = await _talk(process, given)
                    await process.wait()
                    return out
            except TimeoutError:
                return b""
            finally:
                await _end(process)

    async def advertise(self, folder: str, service: str, protocol: str) -> bytes:
        """The answer to a request for the refs."""
        refs = await self.run(
            folder, [service.removeprefix("git-"), "--stateless-rpc", "--advertise-refs", folder], protocol=protocol
        )
        line = f"# service={service}\n".encode()
        return b"%04x" % (len(line) + 4) + line + b"0000" + refs

    async def call(self, folder: str, service: str, body: bytes, protocol: str) -> bytes:
        """The answer to the body of a fetch or a push."""
        return await self.run(folder, [service.removeprefix("git-"), "--stateless-rpc", folder], body, protocol)

    async def arrived(self, folder: str, wanted: Sequence[Update]) -> list[Update]:
        """The updates that took place."""
        listed = await self.run(folder, ["for-each-ref", "--format=%(objectname) %(refname)"])
        lines = (line.partition(" ") for line in listed.decode("utf-8", "replace").splitlines())
        there = {ref: name for name, _, ref in lines}
        return [u for u in wanted if there.get(u.ref, _NONE) == u.new]

    async def point_head(self, folder: str, done: Sequence[Update]) -> None:
        """Let HEAD be a branch that exists, so that a clone has something to check out."""
        branches = [u.ref for u in done if u.ref.startswith("refs/heads/") and u.new != _NONE]
        if branches and not await self.run(folder, ["rev-parse", "-q", "--verify", "HEAD^0"]):
            await self.run(folder, ["symbolic-ref", "HEAD", branches[0]])

    async def pushed(self, folder: str, done: Sequence[Update], limit: int) -> Pushed:
        """The files and messages of all commits that are new, the newest first; contents up to `limit` bytes in all."""
        new = [u.new for u in done if u.new != _NONE]
        if not new:
            return Pushed([], [])
        old = [x for x in dict.fromkeys(u.old for u in done) if x != _NONE]
        given = "".join(f"{name}\n" for name in [*new, *(f"^{name}" for name in old)]).encode()
        lines = await self.run(folder, ["rev-list", "--objects", "--in-commit-order", "--stdin"], given)
        paths: OrderedDict[str, str] = OrderedDict()
        for line in lines.decode("utf-8", "replace").splitlines():
            name, _, path = line.partition(" ")
            paths.setdefault(name, path)
        texts = await self.run(folder, ["log", f"--max-count={_COMMITS}", "--format=%B%x00", "--stdin"], given)
        messages = [t.strip()[:_MESSAGE] for t in texts.decode("utf-8", "replace").split("\0") if t.strip()]
        return await self._contents(folder, paths, messages, limit)

    async def _contents(self, folder: str, paths: dict[str, str], messages: list[str], limit: int) -> Pushed:
        """What the objects hold. Sizes are asked first: what is small when packed may be anything."""
        listed = "".join(f"{name}\n" for name in paths).encode()
        files: list[tuple[str, bytes]] = []
        chosen: list[str] = []
        left = limit
        for line in (await self.run(folder, ["cat-file", "--batch-check"], listed)).decode().splitlines():
            name, kind, size = [*line.split(" "), "", ""][:3]
            if kind not in ("blob", "tag") or len(chosen) + len(files) >= _OBJECTS:
                continue
            if kind == "blob" and int(size) > left:
                files.append((paths.get(name, ""), b""))
                continue
            left -= int(size)
            chosen.append(name)
        data = await self.run(folder, ["cat-file", "--batch"], "".join(f"{n}\n" for n in chosen).encode())
        at = 0
        while (end := data.find(b"\n", at)) >= 0:
            name, kind, size = [*data[at:end].decode("ascii", "replace").split(" "), "", ""][:3]
            content = data[end + 1 : end + 1 + int(size or 0)]
            at = end + 2 + int(size or 0)
            if kind == "tag":
                messages.append(content.decode("utf-8", "replace")[:_MESSAGE])
            else:
                files.append((paths.get(name, ""), content))
        return Pushed(files, messages)


def _size(folder: str) -> int:
    return sum(os.lstat(os.path.join(at, name)).st_size for at, _, names in os.walk(folder) for name in names)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        try:
            process.kill()
        except ProcessLookupError:
            return
        await process.wait()


async def _talk(process: asyncio.subprocess.Process, given: bytes) -> bytes:
    assert process.stdin is not None
    assert process.stdout is not None
    feeding = asyncio.ensure_future(_feed(process.stdin, given))
    out = bytearray()
    try:
        while len(out) < _OUTPUT and (part := await process.stdout.read(65_536)):
            out += part
    finally:
        feeding.cancel()
    return bytes(out)


async def _feed(stdin: asyncio.StreamWriter, given: bytes) -> None:
    try:
        stdin.write(given)
        await stdin.drain()
        stdin.close()
    except ConnectionError:
        # It wanted no more, or failed: what it printed tells.
        return
