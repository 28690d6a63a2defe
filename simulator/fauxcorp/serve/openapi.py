"""The OpenAPI document of the HTTP API, out of its table of calls and its forms."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from fauxcorp.serve.api import CALLS, Call
from fauxcorp.serve.forms import Trouble

REF = "#/components/schemas/{model}"


def document() -> dict[str, Any]:
    """The document, OpenAPI 3.1."""
    used = dict.fromkeys(m for call in CALLS for m in (call.takes, call.gives) if m is not None) | {Trouble: None}
    _, schemas = models_json_schema([(m, "validation") for m in used], ref_template=REF)
    paths: dict[str, Any] = {}
    for call in CALLS:
        paths.setdefault(call.path, {})[call.method.lower()] = _operation(call)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Office sessions", "version": "1.0"},
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {
                "control": {"type": "http", "scheme": "bearer", "description": "Of whoever started the server"},
                "agent": {"type": "http", "scheme": "bearer", "description": "Of one episode's agent"},
            },
        },
    }


def _operation(call: Call) -> dict[str, Any]:
    trouble = {"description": "Not done", "content": _json(Trouble)}
    operation: dict[str, Any] = {
        "operationId": call.handler.__name__,
        "summary": call.about,
        "description": call.handler.__doc__,
        "security": [{"control" if call.owner else "agent": []}],
        "responses": {str(call.status): _given(call), "default": trouble},
    }
    names = re.findall(r"\{(\w+)\}", call.path)
    if names:
        operation["parameters"] = [
            {"name": n, "in": "path", "required": True, "schema": {"type": "string"}} for n in names
        ]
    if call.takes is not None:
        operation["requestBody"] = {"content": _json(call.takes), "required": bool(_required(call.takes))}
    return operation


def _given(call: Call) -> dict[str, Any]:
    if call.gives is None:
        return {"description": call.about, "content": {"text/event-stream": {"schema": {"type": "string"}}}}
    return {"description": call.about, "content": _json(call.gives, many=call.many)}


def _json(model: type[BaseModel], *, many: bool = False) -> dict[str, Any]:
    one = {"$ref": REF.format(model=model.__name__)}
    return {"application/json": {"schema": {"type": "array", "items": one} if many else one}}


def _required(model: type[BaseModel]) -> list[str]:
    return [name for name, field in model.model_fields.items() if field.is_required()]
