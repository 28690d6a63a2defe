from __future__ import annotations

import asyncio
import re
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from mcp import Client
from mcp.client.session import ClientSession
from mcp.client.stdio import StdioServerParameters, stdio_client

from fauxcorp.content.library import Library
from fauxcorp.episode.driven import Driven, DrivenRun
from fauxcorp.episode.replay import replay
from fauxcorp.episode.runner import Plan, make_plan
from fauxcorp.eventlog import EVENTS, open_run, read_events
from fauxcorp.serve.door import Door

ACCEPT = {"accept": "application/json, text/event-stream"}


def text_of(result: Any) -> str:
    (block,) = result.content
    return str(block.text)


def post(url: str, method: str, headers: dict[str, str] | None = None, **params: Any) -> httpx.Response:
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    return httpx.post(url, json=body, headers={**ACCEPT, **(headers or {})})


async def use(client: Any) -> list[str]:
    """Reads the tools, and calls several at once."""
    assert len((await client.list_tools()).tools) > 3
    calls = (client.call_tool("bash", {"command": f"echo {n}"}) for n in range(6))
    return [text_of(result) for result in await asyncio.gather(*calls)]


def test_the_official_client_over_http(door: Door, driven: Driven, run: DrivenRun, plan: Plan) -> None:
    async def main() -> list[str]:
        async with Client(door.mcp_url) as client:
            return await use(client)

    assert asyncio.run(main()) == [str(n) for n in range(6)]
    assert (door.listed, door.calls, driven.episode.step) == (1, 6, 6)
    done = driven.end()
    assert replay(open_run(run.folder), done.record.episode, plan.items[0].play) is None


def test_the_official_client_over_standard_input(door: Door, tmp_path: Path) -> None:
    async def main() -> list[str]:
        command, arguments, environment = door.stdio(tmp_path)
        server = StdioServerParameters(command=command, args=arguments, env=environment)
        async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
            await session.initialize()
            return await use(session)

    assert asyncio.run(main()) == [str(n) for n in range(6)]


def test_sessions_of_the_protocol_mean_nothing(door: Door) -> None:
    for number in ("one", "two"):
        call = {"name": "bash", "arguments": {"command": "n=$((n+1)); echo $n"}}
        got = post(door.mcp_url, "tools/call", {"mcp-session-id": number}, **call).json()["result"]
    assert got["content"][0]["text"] == "2"
    assert httpx.get(door.mcp_url).status_code == 405
    assert httpx.delete(door.mcp_url).status_code == 200


def test_tokens_and_names_that_are_not_its_own(door: Door) -> None:
    assert post(door.mcp_url.replace("/mcp", "0/mcp"), "tools/list").status_code == 404
    assert post(door.mcp_url, "tools/list", {"host": "elsewhere.example"}).status_code == 421
    assert post(door.mcp_url, "tools/list", {"origin": "http://elsewhere.example"}).status_code == 403
    assert post(door.mcp_url, "tools/list").status_code == 200


def test_after_the_end(door: Door, driven: Driven) -> None:
    driven.end()
    got = post(door.mcp_url, "tools/call", name="bash", arguments={"command": "true"}).json()["result"]
    assert got["isError"]
    assert got["content"][0]["text"] == "The session has ended."


def test_names_and_schemas_are_what_clients_can_take() -> None:
    plan = make_plan(Library(), ["high-agency"])
    specs = plan.items[0].play.specs
    assert len(specs) > 50
    for spec in specs:
        assert re.fullmatch(r"[a-z][a-z0-9_]{2,31}", spec.name)
        assert spec.description
        assert spec.schema["type"] == "object"
        assert isinstance(spec.schema["properties"], dict)
        assert not formats(spec.schema)


def formats(schema: Any) -> list[Any]:
    """Every `format` that is no property's name: some models' APIs refuse schemas with them."""
    if isinstance(schema, list):
        return [found for part in schema for found in formats(part)]
    if not isinstance(schema, dict):
        return []
    own = [schema["format"]] if isinstance(schema.get("format"), str) else []
    return own + [found for part in schema.values() for found in formats(part)]


def test_what_may_be_left_out_is_nullable_and_null_is_left_out(door: Door) -> None:
    tools = {t["name"]: t["inputSchema"] for t in post(door.mcp_url, "tools/list").json()["result"]["tools"]}
    bash = tools["bash"]
    assert "nullable" not in bash["properties"]["command"]
    optional = [name for name in bash["properties"] if name not in bash["required"]]
    assert optional
    assert all(bash["properties"][name]["nullable"] for name in optional)
    arguments = {"command": "echo hello", **dict.fromkeys(optional)}
    got = post(door.mcp_url, "tools/call", name="bash", arguments=arguments).json()["result"]
    assert (got["isError"], got["content"][0]["text"]) == (False, "hello")


def test_a_megabyte_of_arguments(door: Door, driven: Driven, tmp_path: Path) -> None:
    text = "x" * 1_000_000

    async def main(target: Any) -> list[bool | None]:
        async with Client(target) as client:
            calls = (
                ("bash", {"command": text + "x"}),
                ("bash", {"command": f"true {text[:900_000]}"}),
                ("no_such_tool", {"a": text}),
            )
            return [(await client.call_tool(name, arguments)).is_error for name, arguments in calls]

    command, arguments, _ = door.stdio(tmp_path)
    for target in (door.mcp_url, StdioServerParameters(command=command, args=arguments)):
        assert asyncio.run(main(target)) == [True, False, True]
    driven.end()
    outcomes = [e["event.outcome"] for e in read_events(driven.folder / EVENTS) if e["event.action"] == "tool-result"]
    assert outcomes == ["failure", "success", "failure"] * 2


def test_a_request_that_breaks_off_is_no_call(door: Door, driven: Driven) -> None:
    parts = urlsplit(door.mcp_url)
    assert parts.port
    with socket.create_connection(("127.0.0.1", parts.port), timeout=60) as link:
        head = f"POST {parts.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        link.sendall(f"{head}Content-Length: 500\r\n\r\n".encode() + b'{"jsonrpc": "2.0", "id": 1, "method": "tools/ca')
    call = {"name": "bash", "arguments": {"command": "echo on"}}
    got = post(door.mcp_url, "tools/call", **call).json()["result"]
    assert (got["content"][0]["text"], driven.episode.step) == ("on", 1)
