"""Tools and calls of tools as the APIs of models have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from fauxcorp.agents.model.said import call_of
from fauxcorp.core.session import Session, ToolCall, ToolResult, ToolSpec
from fauxcorp.errors import UserError

Dialect = Literal["openai", "openai-responses", "anthropic", "mcp"]
DIALECTS: tuple[Dialect, ...] = ("openai", "openai-responses", "anthropic", "mcp")


def tools_in(dialect: Dialect, specs: Sequence[ToolSpec]) -> list[dict[str, Any]]:
    """Tools as a request to that API names them. Raises UserError for an API that is not known."""
    match dialect:
        case "openai":
            return [
                {"type": "function", "function": {"name": s.name, "description": s.description, "parameters": s.schema}}
                for s in specs
            ]
        case "openai-responses":
            return [
                {"type": "function", "name": s.name, "description": s.description, "parameters": s.schema}
                for s in specs
            ]
        case "anthropic":
            return [{"name": s.name, "description": s.description, "input_schema": s.schema} for s in specs]
        case "mcp":
            return [{"name": s.name, "description": s.description, "inputSchema": s.schema} for s in specs]
    raise UserError(f"no tools for {dialect!r}; there are: {', '.join(DIALECTS)}")


def read_call(asked: Any) -> tuple[Dialect, ToolCall, str]:
    """A call as an API's answer holds it, a dict or an object of its SDK: the API, the call, why it is none.

    Raises UserError for anything that is no call of a tool.
    """
    value = asked if isinstance(asked, Mapping) else asked.model_dump() if hasattr(asked, "model_dump") else None
    if isinstance(value, Mapping):
        if isinstance(value.get("function"), Mapping):
            function = value["function"]
            return "openai", *_call(function.get("name"), function.get("arguments"), value.get("id"))
        if value.get("type") == "function_call":
            return "openai-responses", *_call(value.get("name"), value.get("arguments"), value.get("call_id"))
        if value.get("type") == "tool_use":
            return "anthropic", *_call(value.get("name"), value.get("input"), value.get("id"))
        if "name" in value and "arguments" in value:
            return "mcp", *_call(value.get("name"), value.get("arguments"), value.get("id"))
    raise UserError(f"not a call of a tool: {str(asked)[:200]}")


def told_in(dialect: Dialect, result: ToolResult) -> dict[str, Any]:
    """A result as the next request to that API holds it."""
    match dialect:
        case "openai":
            return {"role": "tool", "tool_call_id": result.id, "content": result.content}
        case "openai-responses":
            return {"type": "function_call_output", "call_id": result.id, "output": result.content}
        case "anthropic":
            return {
                "type": "tool_result", "tool_use_id": result.id, "content": result.content, "is_error": result.is_error,
            }  # fmt: skip
    return {"content": [{"type": "text", "text": result.content}], "isError": result.is_error}


def dispatch(session: Session, call: Any) -> dict[str, Any]:
    """Do in a session what a model asked for, and give the message that tells it the result.

    `call`: a tool call of Chat Completions, a function_call of Responses, a tool_use block of Messages, or name and
    arguments as in MCP; a dict or the SDK's object. Raises UserError for anything else, EpisodeOver after the end.
    """
    dialect, wanted, problem = read_call(call)
    return told_in(dialect, session.act(wanted, refused=problem))


def _call(name: Any, arguments: Any, number: Any) -> tuple[ToolCall, str]:
    read = call_of(name, {} if arguments is None else arguments, number or "")
    return read.call, read.problem
