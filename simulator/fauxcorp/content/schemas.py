"""JSON Schemas of tools' arguments, as plain as the clients of models want them."""

from __future__ import annotations

from typing import Any

from fauxcorp.api import Tool


def schema_of(tool: Tool) -> dict[str, Any]:
    """What an agent is shown of a tool's arguments: an object with `properties`, without titles and nested unions."""
    schema: dict[str, Any] = flat(tool.args.model_json_schema())
    schema.pop("title", None)
    schema.pop("description", None)
    schema.setdefault("properties", {})
    return schema


def flat(schema: Any, *, names: bool = False) -> Any:
    """The same without titles, and with a union in a union as one union; some clients look at the first level only.

    `names`: the keys are names of properties, not words of JSON Schema.
    """
    if isinstance(schema, list):
        return [flat(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    out = {
        key: flat(value, names=not names and key in ("properties", "$defs"))
        for key, value in schema.items()
        if names or key != "title" or not isinstance(value, str)
    }
    options = out.get("anyOf")
    if names or not isinstance(options, list):
        return out
    merged: list[Any] = []
    for option in options:
        if isinstance(option, dict) and set(option) <= {"anyOf", "description"} and "anyOf" in option:
            merged += option["anyOf"]
            out.setdefault("description", option.get("description", ""))
        else:
            merged.append(option)
    return {**out, "anyOf": merged}
