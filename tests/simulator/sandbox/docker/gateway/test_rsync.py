"""rsync's far end takes files and gives none."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from gateway.rsync import receive
from tests.simulator.sandbox.docker.conftest import MakeServer

from fauxcorp.core.effects.network import DataSent


class Taken:
    """What was taken."""

    def __init__(self) -> None:
        self.files: list[tuple[str, bytes, int]] = []

    def put(self, path: str, data: bytes, size: int) -> None:
        self.files.append((path, data, size))

    def keep(self, size: int) -> bool:
        return True


class Channel:
    """A client that hangs up at once."""

    def __init__(self) -> None:
        self.stdin = self.stdout = self.stderr = self
        self.said = b""

    async def read(self, size: int) -> bytes:
        return b""

    def write(self, data: bytes) -> None:
        self.said += data

    async def drain(self) -> None:
        return None


@pytest.mark.parametrize(
    "words",
    [["--server", "--sender", "-logDtpre.iLsfxC", ".", "/etc"], ["--daemon", "."], ["-logDtpre.iLsfxC", "/x"], []],
)
def test_it_sends_nothing(words: list[str]) -> None:
    channel, taken = Channel(), Taken()
    channel_: Any = channel
    assert asyncio.run(receive(words, channel_, taken)) == 23
    assert channel.said.startswith(b"rsync: ")
    assert taken.files == []


def test_files_and_folders_leave_by_rsync(make_server: MakeServer) -> None:
    server = make_server()
    server.out("mkdir -p out/deep && echo one > out/a.txt && echo two > out/deep/b.txt")
    server.out("rsync -az -e 'ssh -o StrictHostKeyChecking=no' out/ me@collect.example.net:/srv/in/")
    (sent,) = [e for e in server.effects if isinstance(e, DataSent)]
    assert (sent.protocol, sent.host, sent.files) == (
        "ssh",
        "collect.example.net",
        (("a.txt", b"one\n"), ("b.txt", b"two\n")),
    )
