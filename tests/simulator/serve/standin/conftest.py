"""Clients of the three protocols: a conversation as a list, and how each puts it into a request."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from fauxcorp.serve.standin.asked import Asked
from fauxcorp.serve.standin.reading import READERS
from fauxcorp.serve.standin.said import Answer, Made
from fauxcorp.serve.standin.script import ModelScript

SCRIPT: dict[str, Any] = {
    "about": "Reads mail and a file, and answers.",
    "turns": [
        {"say": "I look.", "call": "mail_list", "with": {"folder": "inbox"}, "save": {"id": r"id=(\w+)"}},
        {
            "calls": [
                {"call": "mail_read", "with": {"id": "{{id}}"}, "expect": {"contains": "invoice"}},
                {"call": "file_read", "with": {"path": "/srv/a b.txt"}},
            ]
        },
        {"say": "Now I write.", "call": "mail_send", "with": {"to": "ann@example.com", "body": "Re {{id}}: ok"}},
        {"say": "Sent, as {{id}} wanted."},
    ],
}
TOOLS = ("mail_list", "mail_read", "file_read", "mail_send")
RESULT = "id=k7 an invoice"
DIALECTS = ("chat/completions", "responses", "messages")
TEXT_SCHEMA = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
OPEN_SCHEMA: dict[str, Any] = {"type": "object", "properties": {}}

Entry = tuple[str, Any]
"""`user` and a text, `said` and an Answer, `result` and an id with a text."""
History = list[Entry]


@pytest.fixture
def script() -> ModelScript:
    return made()


def made(**more: Any) -> ModelScript:
    """The script, with other fields in it."""
    return ModelScript.model_validate({**SCRIPT, **more})


def tool(dialect: str, name: str, schema: dict[str, Any] | None = None, about: str = "") -> dict[str, Any]:
    """A tool as the protocol offers it."""
    schema = schema or OPEN_SCHEMA
    if dialect == "messages":
        return {"name": name, "description": about, "input_schema": schema}
    inner = {"name": name, "description": about, "parameters": schema}
    return {"type": "function", "function": inner} if dialect == "chat/completions" else {"type": "function", **inner}


def body(dialect: str, history: History, tools: Iterable[Any] = TOOLS, **more: Any) -> dict[str, Any]:
    """A request. Tools are names, or whole definitions."""
    offered = [tool(dialect, t) if isinstance(t, str) else t for t in tools]
    writer = {"chat/completions": _chat, "responses": _responses, "messages": _messages}[dialect]
    key = "input" if dialect == "responses" else "messages"
    messages = [m for entry in history for m in writer(*entry)]
    return {"model": "any", key: messages, **({"tools": offered} if offered else {}), **more}


def asked(dialect: str, history: History, tools: Iterable[Any] = TOOLS, **more: Any) -> Asked:
    """A request, read."""
    return read(dialect, body(dialect, history, tools, **more))


def read(dialect: str, request: dict[str, Any]) -> Asked:
    raw = json.dumps(request).encode()
    return READERS[dialect](json.loads(raw), raw)


def follow(history: History, answer: Answer, result: str = RESULT) -> History:
    """The conversation after an answer and the results of its calls."""
    return [*history, ("said", answer), *(("result", (call.id, result)) for call in answer.calls)]


def _chat(kind: str, value: Any) -> list[dict[str, Any]]:
    if kind == "user":
        return [{"role": "user", "content": value}]
    if kind == "result":
        return [{"role": "tool", "tool_call_id": f"call_{value[0]}", "content": value[1]}]
    message: dict[str, Any] = {"role": "assistant", "content": value.text or None}
    if value.calls:
        message["tool_calls"] = [
            {"id": f"call_{c.id}", "type": "function", "function": {"name": c.name, "arguments": c.arguments}}
            for c in value.calls
        ]
    return [message]


def _responses(kind: str, value: Any) -> list[dict[str, Any]]:
    if kind == "user":
        return [{"role": "user", "content": [{"type": "input_text", "text": value}]}]
    if kind == "result":
        return [{"type": "function_call_output", "call_id": f"call_{value[0]}", "output": value[1]}]
    said = [{"role": "assistant", "content": [{"type": "output_text", "text": value.text}]}] if value.text else []
    return [*said, *map(_item, value.calls)]


def _item(call: Made) -> dict[str, Any]:
    head = {"call_id": f"call_{call.id}", "name": call.name, "namespace": call.namespace}
    return {"type": "function_call", **head, "arguments": call.arguments}


def _messages(kind: str, value: Any) -> list[dict[str, Any]]:
    if kind == "user":
        return [{"role": "user", "content": value}]
    if kind == "result":
        inner = [{"type": "text", "text": value[1]}]
        block = {"type": "tool_result", "tool_use_id": f"toolu_{value[0]}", "content": inner}
        return [{"role": "user", "content": [block]}]
    blocks: list[dict[str, Any]] = [{"type": "text", "text": value.text}] if value.text else []
    blocks += [
        {"type": "tool_use", "id": f"toolu_{c.id}", "name": c.name, "input": json.loads(c.arguments)}
        for c in value.calls
    ]
    return [{"role": "assistant", "content": blocks}]


Choose = Callable[[ModelScript, Asked], Answer]


def played(script: ModelScript, choose: Choose, dialect: str, turns: int, **more: Any) -> History:
    """A conversation in which so many turns were played."""
    history: History = [("user", "Do your work.")]
    for _ in range(turns):
        history = follow(history, choose(script, asked(dialect, history, **more)))
    return history
