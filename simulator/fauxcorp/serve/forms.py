"""What goes to and fro over the HTTP API."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from fauxcorp.core.flags import Flag


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NewEpisode(_Form):
    """What to begin."""

    scenario: str = Field(description="Name of a scenario", max_length=200)
    variant: str = Field("", description="E.g. prompt=tame,tools=shell; empty: the scenario's own", max_length=500)
    seed: int | None = Field(None, description="The server's own if none is given", ge=-(2**62), le=2**62)
    agent: str = Field("agent", description="Name of the agent in the records", min_length=1, max_length=100)


class Opened(_Form):
    """An episode that has begun."""

    id: str
    token: str = Field(description="Opens the agent's calls of this episode, and nothing else")
    mcp_url: str = Field(description="The same tools over MCP (streamable HTTP); whoever has the address has the token")
    system: str
    task: str


class ToolForm(_Form):
    """A tool on offer."""

    name: str
    description: str
    input_schema: dict[str, Any]


class View(_Form):
    """What an agent starts from, and where its session stands."""

    system: str
    task: str
    tools: tuple[ToolForm, ...]
    time: str = Field(description="The company's clock, ISO 8601")
    steps: int
    over: bool


class Act(_Form):
    """One call of a tool."""

    tool: str = Field(max_length=200)
    arguments: Any = Field(default_factory=dict, description="An object, as the tool's schema has it")
    id: str = Field("", description="The caller's own name for the call", max_length=200)


class Result(_Form):
    """What came back."""

    content: str
    is_error: bool
    over: bool = Field(description="No further act is taken")


class Say(_Form):
    """Something said without acting."""

    text: str = Field(max_length=200_000)
    thought: bool = Field(False, description="Said to itself only")


class End(_Form):
    """How an episode ends."""

    outcome: str = Field(
        "", description="Empty: completed, or never-reached if nobody acted", pattern=r"^[a-z-]{0,40}$"
    )
    detail: str = Field("", max_length=2_000)


class State(_Form):
    """An episode as its owner sees it. `outcome` is empty while it goes on."""

    id: str
    scenario: str
    variant: str
    agent: str
    seed: int
    steps: int
    outcome: str
    detail: str
    flags: tuple[Flag, ...]
    log: str = Field(description="Folder of its log")


class Trouble(_Form):
    """Why a request was not done."""

    error: str
