from __future__ import annotations

import json
import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.episode.driven import Driven
from fauxcorp.eventlog import EVENTS, read_events
from fauxcorp.serve.door import Door
from fauxcorp.serve.mcp import MAX_BODY

META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "c", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
VERSIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")


def message(method: str, number: int | None = None, **params: Any) -> bytes:
    head: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": params}
    return json.dumps(head | ({} if number is None else {"id": number})).encode() + b"\n"


def initialize(version: str = VERSIONS[-1]) -> bytes:
    info = {"name": "c", "version": "1"}
    return message("initialize", 0, protocolVersion=version, capabilities={}, clientInfo=info)


def send(door: Door, data: bytes, *, token: str | None = None) -> list[Any]:
    """What comes back for this and nothing more, until the server closes."""
    host, _, port = door.way.address.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=60) as link:
        got = b""
        try:
            link.sendall((door.way.token if token is None else token).encode() + b"\n" + data)
            link.shutdown(socket.SHUT_WR)
            while piece := link.recv(65536):
                got += piece
        except ConnectionResetError:
            pass
    return [json.loads(line) for line in got.splitlines()]


def by_id(messages: list[Any]) -> dict[int, Any]:
    return {m["id"]: m for m in messages}


@pytest.mark.parametrize("version", VERSIONS)
def test_the_era_of_the_handshake(door: Door, version: str) -> None:
    call = message("tools/call", 2, name="bash", arguments={"command": "echo old"})
    got = by_id(
        send(door, initialize(version) + message("notifications/initialized") + message("tools/list", 1) + call)
    )
    assert got[0]["result"]["protocolVersion"] == version
    assert got[0]["result"]["capabilities"] == {"tools": {"listChanged": False}}
    assert "nextCursor" not in got[1]["result"]
    assert got[2]["result"] == {"content": [{"type": "text", "text": "old"}], "isError": False}


def test_the_era_without_one(door: Door) -> None:
    call = message("tools/call", 2, name="bash", arguments={"command": "echo new"}, _meta=META)
    got = by_id(send(door, message("server/discover", 0, _meta=META) + message("tools/list", 1, _meta=META) + call))
    assert got[0]["result"]["supportedVersions"] == ["2026-07-28"]
    assert got[1]["result"]["tools"]
    assert got[2]["result"]["content"] == [{"type": "text", "text": "new"}]


def test_what_clients_ask_for_that_is_not_there(door: Door) -> None:
    late = message("notifications/cancelled", requestId=99) + message("notifications/nonsense")
    asked = [*(message(m, n) for n, m in enumerate(("ping", "prompts/list", "resources/list", "foo/bar"), 1)), late]
    got = by_id(send(door, message("foo/bar", 9) + initialize() + b"".join(asked)))
    assert got[9]["error"]["code"] == -32601
    assert got[1]["result"] == {}
    assert got[2]["result"] == {"prompts": []}
    assert got[3]["result"] == {"resources": []}
    assert got[4]["error"]["code"] == -32601


def test_calls_that_are_none_are_in_the_log(door: Door, driven: Driven) -> None:
    calls = [
        {"name": "bash", "arguments": [1]},
        {"name": "bash", "arguments": "{no json"},
        {"name": 5, "arguments": {}},
        {"arguments": {}},
        {"name": "nope", "arguments": {}},
        {"name": "bash", "arguments": '{"command": "echo text"}'},
        {"name": "bash"},
    ]
    got = by_id(send(door, initialize() + b"".join(message("tools/call", n, **c) for n, c in enumerate(calls, 1))))
    failed = {n: m["result"]["isError"] for n, m in got.items() if n}
    assert failed == {1: True, 2: True, 3: True, 4: True, 5: True, 6: False, 7: True}
    acts = [e for e in read_events(driven.folder / EVENTS) if e["event.action"] == "tool-call"]
    assert len(acts) == len(calls)
    assert sum("fauxcorp.tool.refused" in act for act in acts) == 4


def test_lines_that_are_no_messages(door: Door) -> None:
    got = send(door, b"nonsense\n\n[]\n5\n" + b'{"id": 3}\n' + initialize())
    assert [(m["id"], m.get("error", {}).get("code")) for m in got] == [
        (None, -32700), (None, -32600), (None, -32600), (3, -32600), (0, None),
    ]  # fmt: skip


def test_a_line_that_is_too_long_ends_the_connection(door: Door) -> None:
    assert send(door, b"x" * (MAX_BODY * 2 + 10) + b"\n" + initialize()) == []
    assert by_id(send(door, initialize()))[0]["result"]


@pytest.mark.parametrize("token", ["", "wrong", "\xff", "x" * 9000])
def test_without_the_token_nothing_is_said(door: Door, token: str) -> None:
    assert send(door, initialize(), token=token) == []


@given(st.lists(st.binary(max_size=60) | st.sampled_from([b'{"jsonrpc":"2.0","id":1,"method":"tools/call"}', b"{}"])))
def test_nothing_that_is_sent_keeps_the_next_one_out(door: Door, lines: list[bytes]) -> None:
    send(door, b"\n".join(lines))
    assert by_id(send(door, initialize()))[0]["result"]["serverInfo"]["name"] == "bluefir"
