"""A TCP connection's two directions."""

from __future__ import annotations

import asyncio
import socket
import struct

from gateway.wire import Wire


async def wired() -> tuple[Wire, socket.socket]:
    """A wire, and its other end."""
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0)) as server:
        other = socket.create_connection(server.getsockname())
        near, _ = server.accept()
    near.setblocking(False)
    wire = Wire(lambda _: None, lambda: None)
    await loop.connect_accepted_socket(lambda: wire, near)
    return wire, other


def test_what_came_before_a_reset_is_read() -> None:
    async def scene() -> tuple[bytes, bytes]:
        wire, other = await wired()
        other.sendall(b"the last words")
        while not wire._inbox:
            await asyncio.sleep(0.01)
        other.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        other.close()
        while not wire._lost:
            await asyncio.sleep(0.01)
        return await wire.read(), await wire.read()

    assert asyncio.run(scene()) == (b"the last words", b"")


def test_a_client_is_made_to_wait_while_nobody_reads_and_all_arrives() -> None:
    size = 30_000_000

    async def scene() -> tuple[int, int]:
        loop = asyncio.get_running_loop()
        wire, other = await wired()
        sending = loop.run_in_executor(None, other.sendall, b"x" * size)
        await asyncio.sleep(0.3)
        held = len(wire._inbox)
        total = 0
        while total < size:
            total += len(await wire.read())
        await sending
        other.close()
        wire.close()
        return held, total

    held, total = asyncio.run(scene())
    assert held < 1_000_000
    assert total == size


def test_writing_waits_for_a_client_that_reads_slowly_and_ends_when_it_is_gone() -> None:
    async def scene() -> str:
        wire, other = await wired()
        writing = asyncio.ensure_future(wire.write(b"y" * 30_000_000))
        await asyncio.sleep(0.1)
        assert not writing.done()
        other.close()
        await writing
        try:
            await wire.write(b"more")
        except ConnectionError:
            return "gone"
        return "written"

    assert asyncio.run(scene()) == "gone"


def test_an_end_leaves_the_other_direction_open() -> None:
    async def scene() -> tuple[bytes, bytes]:
        wire, other = await wired()
        other.sendall(b"asked")
        other.shutdown(socket.SHUT_WR)
        asked = await wire.read() + await wire.read()
        await wire.write(b"answered")
        wire.shut()
        wire.close()
        return asked, await asyncio.get_running_loop().run_in_executor(None, other.recv, 100)

    assert asyncio.run(scene()) == (b"asked", b"answered")
