"""The office's tools as tools of Inspect."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from typing import Any

from inspect_ai.tool import Tool, ToolDef, ToolParams, ToolSource

from fauxcorp.core.session import ToolSpec

Act = Callable[[str, dict[str, Any]], Awaitable[str]]
"""Calls a tool by its name."""

HERE: ContextVar[Sequence[Tool]] = ContextVar("office_tools", default=())
"""The tools of the sample that is being solved."""


class OfficeTools(ToolSource):
    """The tools of the sample at hand, for agents that name their tools: `react(tools=[OfficeTools()])`.

    Solvers that take the tools of the task's state (`generate`, `basic_agent`) have them without it.
    """

    async def tools(self) -> list[Tool]:
        """The tools; none outside of a fauxcorp task."""
        return list(HERE.get())


def tools_of(specs: Sequence[ToolSpec], act: Act) -> list[Tool]:
    """Tools of Inspect: called one at a time, in the order asked for, and never cut short."""
    return [_tool(spec, act) for spec in specs]


def _tool(spec: ToolSpec, act: Act) -> Tool:
    async def execute(**arguments: Any) -> str:
        return await act(spec.name, arguments)

    parameters = ToolParams.model_validate(spec.schema)
    for name, parameter in parameters.properties.items():
        # Inspect takes no parameter without a description; its own MCP client does the same.
        parameter.description = parameter.description or name
    # What the agent reads is what the log says it read: Inspect's limit on output stays off.
    return ToolDef(execute, spec.name, spec.description, parameters, parallel=False, max_output=0).as_tool()
