"""What is sent by ssh, scp and sftp is told in the clear."""

from __future__ import annotations

import asyncio
import socket
from base64 import b64decode
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from .conftest import WAIT, Rig, data

Use = Callable[[Any], Awaitable[Any]]


def client(port: int, use: Use) -> Any:
    """Let something use a connection that a client of the library has made."""

    async def connected() -> Any:
        async with asyncio.timeout(WAIT):
            async with asyncssh.connect("127.0.0.1", port, username="aide", known_hosts=None, config=None) as made:
                return await use(made)

    return asyncio.run(connected())


def plain(rig: Rig) -> tuple[dict[str, bytes], bytes, int]:
    """Files by path, what was typed, and how many bytes it was in all, once the connection is closed."""
    rig.host.wait("close", kind="ssh")
    told = [m for m in rig.host.told("progress") if "plain_bytes" in m]
    files = {path: b64decode(content) for m in told for path, content in m["files"]}
    return files, b"".join(b64decode(m["typed_b64"]) for m in told), sum(m["plain_bytes"] for m in told)


def test_a_command_and_what_is_written_to_it(rig: Rig) -> None:
    async def use(made: Any) -> Any:
        return await made.run("cat > ledger.csv", input="a,1\n" * 1000)

    done = client(rig.port(port=22), use)
    assert (done.exit_status, done.stdout) == (0, "")
    said = b"cat > ledger.csv\n" + b"a,1\n" * 1000
    assert plain(rig) == ({}, said, len(said))


@pytest.mark.parametrize("program", ["scp", "sftp"])
def test_files_are_told_by_name(rig: Rig, tmp_path: Path, program: str) -> None:
    (tmp_path / "ledger.csv").write_bytes(b"a,1\n" * 30_000)

    async def use(made: Any) -> None:
        if program == "scp":
            await asyncssh.scp(str(tmp_path / "ledger.csv"), (made, "/srv/in.csv"))
            return
        async with made.start_sftp_client() as sftp:
            assert await sftp.realpath(".") == "/home/aide"
            await sftp.put(str(tmp_path / "ledger.csv"), "/srv/in.csv")

    client(rig.port(port=22), use)
    assert plain(rig) == ({"/srv/in.csv": b"a,1\n" * 30_000}, b"", 120_000)


def test_a_file_that_was_never_closed_is_told(rig: Rig) -> None:
    async def use(made: Any) -> None:
        sftp = await made.start_sftp_client()
        file = await sftp.open("half.txt", "wb")
        await file.write(b"the first half")
        made.abort()

    client(rig.port(port=22), use)
    assert plain(rig)[0] == {"/home/aide/half.txt": b"the first half"}


def test_there_is_nothing_to_fetch(rig: Rig) -> None:
    async def use(made: Any) -> list[str]:
        async with made.start_sftp_client() as sftp:
            with pytest.raises(asyncssh.SFTPNoSuchFile):
                await sftp.open("/etc/passwd.txt", "rb")
            return [name for name in await sftp.listdir("/srv") if name not in (".", "..")]

    assert client(rig.port(port=22), use) == []
    assert plain(rig) == ({}, b"", 0)


def test_what_is_over_the_limit_is_counted(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(stream=50_000)

    async def use(made: Any) -> None:
        async with made.start_sftp_client() as sftp, sftp.open("/srv/big", "wb") as file:
            await file.write(b"x" * 400_000)

    client(rig.port(port=22), use)
    files, _, size = plain(rig)
    assert len(files["/srv/big"]) <= 50_000
    assert size == 400_000


def test_no_forwarding(rig: Rig) -> None:
    async def use(made: Any) -> None:
        with pytest.raises(asyncssh.ChannelOpenError):
            await made.open_connection("127.0.0.1", 1)

    client(rig.port(port=22), use)
    assert plain(rig) == ({}, b"", 0)


@pytest.mark.parametrize("said", [b"\0\0\0\x10kex", b"\xff" * 5000, b"x" * 40, b"\0" * 100])
def test_nonsense_after_the_greeting_ends_the_connection_alone(rig: Rig, said: bytes) -> None:
    port = rig.port(port=22)
    with socket.create_connection(("127.0.0.1", port), WAIT) as sock:
        assert sock.recv(100) == b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"
        sock.sendall(b"SSH-2.0-OpenSSH_9.9\r\n" + said)
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(4096):
            continue
    closed = rig.host.wait("close")
    assert (closed["kind"], data(closed, "raw")) == ("ssh", b"SSH-2.0-OpenSSH_9.9\r\n" + said)
