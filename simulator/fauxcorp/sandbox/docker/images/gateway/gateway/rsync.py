"""rsync's far end: a real one that writes into a folder in memory, whose files are then taken."""

from __future__ import annotations

import asyncio
import os
import re
import resource
import shutil
import stat
import tempfile
from typing import Any, Protocol

from gateway.limits import CHUNK

MAX_FILE = 33_554_432
MAX_ALL = 67_108_864
"""Bytes that lie in the folder before it is ended."""
SECONDS = 300
_SHORT = re.compile(r"-[A-Za-z.0-9]{1,60}")
_LONG = re.compile(
    r"--(?:delete(?:-\w+)?|partial|inplace|append|size-only|ignore-existing|numeric-ids|checksum|force|update|existing"
    r"|no-[\w-]+|compress-level=\d+|new-compress|old-compress|stats|safe-links|timeout=\d+|omit-dir-times)"
)


class Takes(Protocol):
    """What files go to."""

    def put(self, path: str, data: bytes, size: int) -> None:
        """Add a file."""

    def keep(self, size: int) -> bool:
        """Set room aside."""


def _confine() -> None:
    for what, limit in (
        (resource.RLIMIT_FSIZE, MAX_FILE), (resource.RLIMIT_CPU, 60), (resource.RLIMIT_AS, 402_653_184),
    ):  # fmt: skip
        resource.setrlimit(what, (limit, limit))


async def receive(words: list[str], process: Any, taken: Takes) -> int:
    """Speak rsync with a client over its channel. Returns the exit code. Only receives."""
    options = [w for w in words if _SHORT.fullmatch(w) or _LONG.fullmatch(w)]
    target = words[-1] if words and not words[-1].startswith("-") else "."
    if "--sender" in words or "--daemon" in words or "." not in words:
        process.stderr.write(b"rsync: [sender] change_dir failed: No such file or directory (2)\n")
        return 23
    folder = tempfile.mkdtemp(prefix="r")
    try:
        child = await asyncio.create_subprocess_exec(
            "rsync", "--server", *options, ".", folder + "/", stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, cwd=folder, preexec_fn=_confine,
            env={"PATH": os.environ.get("PATH", ""), "HOME": "/nonexistent"},
        )  # fmt: skip
        tasks = [
            asyncio.ensure_future(t)
            for t in (
                _feed(process.stdin, child.stdin), _drain(child.stdout, process.stdout),
                _drain(child.stderr, process.stderr), _watch(folder, child),
            )
        ]  # fmt: skip
        try:
            async with asyncio.timeout(SECONDS):
                code = await child.wait()
                await asyncio.gather(*tasks[1:3])
        except TimeoutError:
            code = 30
        finally:
            for task in tasks:
                task.cancel()
            if child.returncode is None:
                child.kill()
                await child.wait()
        _collect(folder, target, taken)
        return code if code >= 0 else 20
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _feed(source: Any, sink: Any) -> None:
    while data := await source.read(CHUNK):
        sink.write(data)
        await sink.drain()
    sink.close()


async def _drain(source: Any, sink: Any) -> None:
    while data := await source.read(CHUNK):
        sink.write(data)
        await sink.drain()


async def _watch(folder: str, child: Any) -> None:
    """End it once it has written too much."""
    while child.returncode is None:
        await asyncio.sleep(0.05)
        size = 0
        for at, _, names in os.walk(folder):
            size += 4096
            for name in names:
                try:
                    size += os.lstat(os.path.join(at, name)).st_size + 512
                except OSError:
                    continue
        if size > MAX_ALL:
            child.kill()


def _collect(folder: str, target: str, taken: Takes) -> None:
    for at, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(at, name)
            try:
                fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            except OSError:
                continue
            with os.fdopen(fd, "rb") as file:
                about = os.fstat(fd)
                if stat.S_ISREG(about.st_mode):
                    data = file.read() if about.st_size <= MAX_FILE and taken.keep(about.st_size) else b""
                    taken.put(os.path.join(target, os.path.relpath(path, folder)), data, about.st_size)
