"""Agents of well-known libraries, each as its documentation shows it.

    libraries.py LIBRARY stdio|http CONFIG|URL MODEL_URL TASK

Runs in an environment of its own (requirements.txt), as a program that is the agent of an episode.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys

LIBRARY, TRANSPORT, WHERE, MODEL_URL, TASK = sys.argv[1:6]
os.environ.update(OPENAI_API_KEY="none", OPENAI_BASE_URL=MODEL_URL)


def stdio_server() -> tuple[str, list[str]]:
    with open(WHERE) as file:
        (server,) = json.load(file)["mcpServers"].values()
    return server["command"], server["args"]


async def openai_agents() -> str:
    from agents import Agent, Runner, set_tracing_disabled
    from agents.mcp import MCPServerStdio, MCPServerStreamableHttp

    set_tracing_disabled(True)
    if TRANSPORT == "stdio":
        command, args = stdio_server()
        server = MCPServerStdio(params={"command": command, "args": args})
    else:
        server = MCPServerStreamableHttp(params={"url": WHERE})
    async with server:
        result = await Runner.run(Agent(name="assistant", mcp_servers=[server], model="gpt-4o"), TASK)
    return str(result.final_output)


async def pydantic_ai() -> str:
    from pydantic_ai import Agent
    from pydantic_ai.mcp import MCPToolset

    if TRANSPORT == "stdio":
        with open(WHERE) as file:
            toolset = MCPToolset(json.load(file))
    else:
        toolset = MCPToolset(WHERE)
    agent = Agent("openai-chat:gpt-4o", toolsets=[toolset])
    async with agent:
        return str((await agent.run(TASK)).output)


async def langgraph() -> str:
    from langchain_mcp_adapters.client import MultiServerMCPClient
    from langchain_openai import ChatOpenAI
    from langgraph.prebuilt import create_react_agent

    if TRANSPORT == "stdio":
        command, args = stdio_server()
        server = {"transport": "stdio", "command": command, "args": args}
    else:
        server = {"transport": "streamable_http", "url": WHERE}
    # Without a session of its own the adapter opens a new one, and a new process, for each call.
    tools = await MultiServerMCPClient({"office": server}).get_tools()
    agent = create_react_agent(ChatOpenAI(model="gpt-4o"), tools)
    answer = await agent.ainvoke({"messages": [("user", TASK)]})
    return str(answer["messages"][-1].content)


def smolagents() -> str:
    from mcp import StdioServerParameters
    from smolagents import MCPClient, OpenAIServerModel, ToolCallingAgent

    if TRANSPORT == "stdio":
        command, args = stdio_server()
        server = StdioServerParameters(command=command, args=args)
    else:
        server = {"url": WHERE, "transport": "streamable-http"}
    with MCPClient(server, structured_output=False) as tools:
        agent = ToolCallingAgent(tools=tools, model=OpenAIServerModel("gpt-4o", api_base=MODEL_URL, api_key="none"))
        return str(agent.run(TASK))


def inspect_ai() -> str:
    from inspect_ai import Task, eval
    from inspect_ai.agent import react
    from inspect_ai.dataset import Sample
    from inspect_ai.tool import mcp_server_http, mcp_server_stdio

    if TRANSPORT == "stdio":
        command, args = stdio_server()
        server = mcp_server_stdio(name="office", command=command, args=args)
    else:
        server = mcp_server_http(name="office", url=WHERE)
    task = Task(dataset=[Sample(input=TASK)], solver=react(tools=[server]))
    (log,) = eval(task, model="openai/gpt-4o", display="none", log_dir="logs")
    assert log.status == "success", log.error
    assert log.samples
    return log.samples[0].output.completion


if __name__ == "__main__":
    done = {f.__name__: f for f in (openai_agents, pydantic_ai, langgraph, smolagents, inspect_ai)}[LIBRARY]()
    print(asyncio.run(done) if asyncio.iscoroutine(done) else done)
