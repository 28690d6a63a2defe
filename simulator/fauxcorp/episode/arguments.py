"""What an agent sends as the arguments of a call: brought into bounds, and held against the tool's schema."""

from __future__ import annotations

from typing import Any

import orjson
from pydantic import ValidationError

from fauxcorp.api import Tool, ToolArgs
from fauxcorp.errors import ToolError

MAX_ARGUMENTS = 2_000_000
"""Bytes of one call's arguments as JSON; a larger call is refused, and logged by its size."""


def bounded(arguments: Any) -> tuple[Any, str]:
    """The arguments as JSON has them, which is what log and tool get; and why they are refused, if they are."""
    try:
        data = orjson.dumps(arguments)
    except TypeError:
        return f"{type(arguments).__name__} that is not JSON", "Invalid arguments: not valid JSON text"
    if len(data) > MAX_ARGUMENTS:
        return f"{len(data)} bytes", f"Request too large: {len(data):,} bytes; the limit is {MAX_ARGUMENTS:,}"
    return orjson.loads(data), ""


def checked(tool: Tool, arguments: Any) -> ToolArgs:
    """The arguments as a tool takes them. Raises ToolError, which says what of them it does not."""
    try:
        return tool.args.model_validate(arguments)
    except ValidationError as error:
        raise ToolError(_invalid(error)) from None


def _invalid(error: ValidationError) -> str:
    lines = []
    for item in error.errors(include_url=False)[:10]:
        where = ".".join(str(p)[:80] for p in item["loc"]) or "arguments"
        lines.append(f"{where}: {item['msg'].removeprefix('Value error, ')}")
    return "Invalid arguments:\n" + "\n".join(lines)
