"""What a call costs by each door: `python tests/benchmarks/serve_bench.py` prints one table.

Each row stands beside a bare call of the same kind in the same run: a server of the same libraries that answers with
the same text and does nothing else. Figures compare within one run only.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.server.mcpserver import MCPServer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fauxcorp.agents.model.make import make_agent
from fauxcorp.agents.model.said import ModelSettings
from fauxcorp.content.library import Library, Play
from fauxcorp.core.session import ToolCall
from fauxcorp.episode.driven import Driven, DrivenRun
from fauxcorp.episode.runner import Item, Plan, make_plan, new_run_folder, run_episode, settle
from fauxcorp.serve.api import Api
from fauxcorp.serve.door import Door
from fauxcorp.serve.gate import Gate
from fauxcorp.serve.host import Host
from fauxcorp.serve.openapi import document
from fauxcorp.serve.served import Served
from fauxcorp.serve.standin.script import load_script
from fauxcorp.serve.standin.server import ModelServer

CALL = ToolCall("list_emails", {})
SCENARIO = "high-agency"
BARE = """
import sys
from mcp.server.mcpserver import MCPServer
text = open(sys.argv[1]).read()
server = MCPServer("bare", log_level="ERROR")
server.add_tool(lambda: text, name="list_emails", structured_output=False)
server.run("stdio")
"""


def milliseconds(call: Callable[[], object], times: int) -> float:
    """p50 of a call."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


async def milliseconds_of(call: Callable[[], Awaitable[object]], times: int) -> float:
    """p50 of a coroutine."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        await call()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


@contextmanager
def driven(library: Library, folder: Path) -> Iterator[Driven]:
    """A new episode whose log goes to disk."""
    plan = make_plan(library, [SCENARIO], agents=["bench"], unscripted={"bench"})
    run = DrivenRun(new_run_folder(folder, "bench"), plan)
    try:
        yield run.begin(plan.items[0])
    finally:
        run.close()


def in_process(library: Library, folder: Path, times: int) -> tuple[float, float]:
    with driven(library, folder) as episode:
        text = episode.act(CALL).content
        act = milliseconds(lambda: episode.act(CALL), times)
    return act, milliseconds(lambda: text, times)


def over_http(library: Library, folder: Path, times: int) -> tuple[float, float]:
    gate = Gate()
    gate.open()
    run = DrivenRun(new_run_folder(folder, "http"), Plan(()))
    api = Api(Host(library, run, gate, sandbox="virtual"), gate, "a-control-token-of-the-bench", lambda: served.url)
    served = Served(api.app(document()))
    try:
        with served, httpx.Client(base_url=served.url) as client:
            control = {"authorization": "Bearer a-control-token-of-the-bench"}
            made = client.post("/episodes", json={"scenario": SCENARIO}, headers=control).json()
            agent = {"authorization": f"Bearer {made['token']}"}
            act = partial(client.post, f"/episodes/{made['id']}/act", json={"tool": CALL.name}, headers=agent)
            answer = act().json()
            ours = milliseconds(act, times)
    finally:
        gate.close()
        run.close()

    async def bare(request: Request) -> JSONResponse:
        await request.json()
        return JSONResponse(answer)

    app = Starlette(routes=[Route("/act", bare, methods=["POST"])])
    with Served(app) as server, httpx.Client(base_url=server.url) as client:
        return ours, milliseconds(lambda: client.post("/act", json={"tool": CALL.name}), times)


async def mcp_call(target: Any, times: int) -> float:
    async with Client(target) as client:
        return await milliseconds_of(lambda: client.call_tool(CALL.name, {}), times)


def over_mcp(library: Library, folder: Path, times: int) -> Iterator[tuple[str, float, float]]:
    with driven(library, folder) as episode, Door(episode) as door:
        text = episode.act(CALL).content
        http = asyncio.run(mcp_call(door.mcp_url, times))
    with driven(library, folder) as episode, Door(episode) as door:
        command, arguments, _ = door.stdio(folder)
        stdio = asyncio.run(mcp_call(StdioServerParameters(command=command, args=arguments), times))
    bare = MCPServer("bare")
    bare.add_tool(lambda: text, name=CALL.name, structured_output=False)
    with Served(bare.streamable_http_app(stateless_http=True, json_response=True)) as server:
        yield "MCP over HTTP", http, asyncio.run(mcp_call(f"{server.url}/mcp", times))
    program, said = folder / "bare.py", folder / "text"
    program.write_text(BARE)
    said.write_text(text)
    parameters = StdioServerParameters(command=sys.executable, args=[str(program), str(said)])
    yield "MCP over standard input", stdio, asyncio.run(mcp_call(parameters, times))


def first_answer(library: Library, folder: Path, times: int) -> tuple[float, float]:
    """Seconds to the first answer of a new process over standard input; bare: that of the official SDK."""

    async def begin(command: str, arguments: list[str]) -> None:
        async with Client(StdioServerParameters(command=command, args=arguments)):
            pass

    with driven(library, folder) as episode, Door(episode) as door:
        command, arguments, _ = door.stdio(folder)
        ours = milliseconds(lambda: asyncio.run(begin(command, arguments)), times)
    bare = [str(folder / "bare.py"), str(folder / "text")]
    return ours, milliseconds(lambda: asyncio.run(begin(sys.executable, bare)), times)


def model_episodes(library: Library, folder: Path, seconds: float) -> tuple[float, float]:
    """Episodes a second of a model that plays a script; bare: the same requests, sent by a client that does no more."""
    play = library.play(SCENARIO)
    run = new_run_folder(folder, "model")
    with ModelServer(load_script("office-round", library), repeats=0) as server:
        agent = make_agent("openai/gpt-4o", ModelSettings(base_url=f"{server.url}/v1"), {})
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds:
            count += 1
            done = run_episode(Item(play, agent.name, count), run, agent, seed=1)
            assert done.record.outcome == "completed", done.record
        ours = count / (time.perf_counter() - start)
        bodies = [body for _, body in _requests(library, play, server.url, run)]
        count, start = 0, time.perf_counter()
        with httpx.Client() as client:
            while time.perf_counter() - start < seconds:
                count += 1
                for body in bodies:
                    client.post(f"{server.url}/v1/chat/completions", content=body).raise_for_status()
    return ours, count / (time.perf_counter() - start)


def _requests(library: Library, play: Play, url: str, run: Path) -> list[tuple[str, bytes]]:
    """Path and body of what the agent sends in one episode."""
    sent: list[tuple[str, bytes]] = []

    async def forward(request: Request) -> Response:
        sent.append((request.url.path, await request.body()))
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"{url}{request.url.path}", content=sent[-1][1])
        return Response(answer.content, answer.status_code, media_type=answer.headers["content-type"])

    with Served(Starlette(routes=[Route("/{path:path}", forward, methods=["POST"])])) as proxy:
        agent = make_agent("openai/gpt-4o", ModelSettings(base_url=f"{proxy.url}/v1"), {})
        run_episode(Item(play, agent.name, 0), run, agent, seed=1)
    return sent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=150, help="calls of each kind; an episode has 200 steps")
    parser.add_argument("--seconds", type=float, default=5.0)
    options = parser.parse_args()
    os.environ["NO_PROXY"] = "127.0.0.1,localhost"
    # A bare server of the SDK would print a line for each request.
    logging.disable()
    library = Library()
    library.play(SCENARIO)
    settle()
    print(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores; p50 in ms\n")
    print(f"{'a call of list_emails':36}{'office':>10}{'bare':>10}{'more':>10}")

    def row(name: str, ours: float, bare: float) -> None:
        print(f"{name:36}{ours:10.3f}{bare:10.3f}{ours - bare:10.3f}", flush=True)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        row("in process", *in_process(library, folder, options.times))
        row("HTTP", *over_http(library, folder, options.times))
        for line in over_mcp(library, folder, options.times):
            row(*line)
        row("first answer over standard input", *first_answer(library, folder, 9))
        ours, bare = model_episodes(library, folder, options.seconds)
        print(f"\nepisodes a second through the model stand-in: {ours:.1f}; the same requests alone: {bare:.1f}")


if __name__ == "__main__":
    main()
