"""MCP over a TCP connection, one message a line, as over standard input and output: what the bridge connects to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import anyio
import mcp_types as types
import orjson
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.shared.message import SessionMessage
from pydantic import ValidationError

from fauxcorp.serve.mcp import OfficeServer

GREETING_SECONDS = 10
"""How long a connection may take to say its token."""
LAST_SECONDS = 120
"""How long answers are waited for once a client has said all it has to say."""

_PARSE_ERROR, _INVALID = -32700, -32600

Find = Callable[[str], OfficeServer | None]


class Lines:
    """Connections that begin with a line that is a token."""

    def __init__(self, find: Find) -> None:
        """`find`: the server of a token, None if the token is wrong."""
        self._find = find
        self.open = 0
        """Connections that have shown a token."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from its token to its end."""
        try:
            token = await asyncio.wait_for(_line(reader), GREETING_SECONDS)
            server = self._find(token.decode("ascii", "replace").strip()) if token else None
            if server is not None:
                self.open += 1
                try:
                    await _Connection(server, reader, writer).run()
                finally:
                    self.open -= 1
        except (TimeoutError, OSError):
            pass  # it has gone, or never said who it is
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


class _Connection:
    """Lines to messages and back. Answers that are still due are waited for after the last line."""

    def __init__(self, server: OfficeServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server, self._reader, self._writer = server, reader, writer
        self._due = 0
        self._changed = asyncio.Event()

    async def run(self) -> None:
        to_server, incoming = anyio.create_memory_object_stream[SessionMessage | Exception](16)
        outgoing, from_server = anyio.create_memory_object_stream[SessionMessage](16)
        async with anyio.create_task_group() as group:
            group.start_soon(self._read, to_server)
            group.start_soon(self._write, from_server)
            options = self._server.create_initialization_options()
            await self._server.run(incoming, outgoing, options)
            group.cancel_scope.cancel()

    async def _read(self, to_server: MemoryObjectSendStream[SessionMessage | Exception]) -> None:
        async with to_server:
            while line := await _line(self._reader):
                if line.isspace():
                    continue
                message = _message(line)
                if isinstance(message, bytes):
                    await self._send(message)
                    continue
                self._due += isinstance(message, types.JSONRPCRequest)
                await to_server.send(SessionMessage(message))
            with anyio.move_on_after(LAST_SECONDS):
                while self._due > 0:
                    self._changed.clear()
                    await self._changed.wait()

    async def _write(self, from_server: MemoryObjectReceiveStream[SessionMessage]) -> None:
        async with from_server:
            async for item in from_server:
                message = item.message
                await self._send(message.model_dump_json(by_alias=True, exclude_unset=True).encode())
                if isinstance(message, types.JSONRPCResponse | types.JSONRPCError):
                    self._due -= 1
                    self._changed.set()

    async def _send(self, line: bytes) -> None:
        self._writer.write(line + b"\n")
        with suppress(OSError):
            await self._writer.drain()


async def _line(reader: asyncio.StreamReader) -> bytes:
    """The next line; nothing at the end, or where one is too long."""
    try:
        return await reader.readline()
    except ValueError:
        return b""


def _message(line: bytes) -> types.JSONRPCMessage | bytes:
    """The message of a line; what it is answered with if it is none."""
    try:
        return types.jsonrpc_message_adapter.validate_json(line, by_name=False)
    except ValidationError:
        pass
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return _error(None, _PARSE_ERROR, "Parse error")
    number = value.get("id") if isinstance(value, dict) else None
    return _error(number if isinstance(number, str | int) else None, _INVALID, "Invalid Request")


def _error(number: str | int | None, code: int, text: str) -> bytes:
    return orjson.dumps({"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": text}})
