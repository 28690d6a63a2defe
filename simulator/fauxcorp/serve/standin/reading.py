"""Requests of the three protocols, read into one form; what is not of the expected type is passed over."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

from fauxcorp.serve.standin.asked import Asked, Kind, Offered, Seen, items, obj, text_of, word

Body = dict[str, Any]
Talk = list[tuple[str, str]]
_ANY_OBJECT = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}
MAX_TOOLS = 2_000
MAX_NAME = 200
"""Characters of a tool's name; one with a longer name is passed over."""
_ROLES = {"assistant": "assistant", "user": "user", "system": "system", "developer": "system", "tool": "tool"}


class _Calls:
    """The calls of a request in their order, with the results that came for them."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.results: dict[str, tuple[str, bool | None]] = {}

    def call(self, id: str, name: str, talk: Talk) -> None:
        self.names.setdefault(id, name)
        talk.append(("call", id))

    def result(self, id: str, text: str, failed: bool | None, talk: Talk) -> None:
        self.results.setdefault(id, (text, failed))
        talk.append(("tool", text))

    def all(self) -> tuple[Seen, ...]:
        """A result whose call is not in the request counts as well."""
        ids = dict.fromkeys([*self.names, *self.results])
        return tuple(Seen(id, self.names.get(id, ""), *self.results.get(id, (None, None))) for id in ids)


def read_chat(body: Body, raw: bytes) -> Asked:
    """Chat Completions."""
    calls, talk = _Calls(), list[tuple[str, str]]()
    for message in items(body.get("messages")):
        role = _ROLES.get(word(message.get("role")), "user")
        text = text_of(message.get("content"))
        if role == "tool":
            calls.result(word(message.get("tool_call_id")), text, None, talk)
            continue
        if text:
            talk.append((role, text))
        for call in items(message.get("tool_calls")):
            inner = obj(call.get("function")) or obj(call.get("custom"))
            calls.call(word(call.get("id")), word(inner.get("name")), talk)
    form = obj(body.get("response_format"))
    choice = obj(body.get("tool_choice"))
    return Asked(
        model=word(body.get("model")), stream=body.get("stream") is True, tools=_tools(body.get("tools")),
        calls=calls.all(), talk=tuple(talk), raw=raw, schema=_schema(form, obj(form.get("json_schema"))),
        forced=word(obj(choice.get("function")).get("name")) or word(obj(choice.get("custom")).get("name")),
        single=body.get("parallel_tool_calls") is False,
        usage=obj(body.get("stream_options")).get("include_usage") is True,
    )  # fmt: skip


def read_responses(body: Body, raw: bytes) -> Asked:
    """Responses."""
    calls, talk = _Calls(), list[tuple[str, str]]()
    loaded: list[Offered] = []
    talk += [("system", word(body.get("instructions")))] if word(body.get("instructions")) else []
    talk += [("user", word(body.get("input")))] if word(body.get("input")) else []
    for item in items(body.get("input")):
        kind, id = word(item.get("type")), word(item.get("call_id")) or word(item.get("id"))
        if kind.endswith("_call_output") or kind == "tool_search_output":
            calls.result(id, text_of(item.get("output")), None, talk)
            loaded += _tools(item.get("tools"))
        elif kind.endswith("_call"):
            calls.call(id, word(item.get("name")), talk)
        elif kind in ("", "message"):
            talk.append((_ROLES.get(word(item.get("role")), "user"), text_of(item.get("content"))))
        elif kind == "additional_tools":
            loaded += _tools(item.get("tools"))
    form = obj(obj(body.get("text")).get("format"))
    choice = obj(body.get("tool_choice"))
    return Asked(
        model=word(body.get("model")), stream=body.get("stream") is True,
        tools=(*_tools(body.get("tools")), *loaded), calls=calls.all(), talk=tuple(talk), raw=raw,
        schema=_schema(form, form), forced=word(choice.get("name")), single=body.get("parallel_tool_calls") is False,
        previous=word(body.get("previous_response_id")),
    )  # fmt: skip


def read_messages(body: Body, raw: bytes) -> Asked:
    """Anthropic Messages."""
    calls, talk = _Calls(), list[tuple[str, str]]()
    system = text_of(body.get("system"))
    talk += [("system", system)] if system else []
    for message in items(body.get("messages")):
        role = _ROLES.get(word(message.get("role")), "user")
        if word(message.get("content")):
            talk.append((role, word(message.get("content"))))
        for block in items(message.get("content")):
            kind = word(block.get("type"))
            if kind.endswith("tool_use"):
                calls.call(word(block.get("id")), word(block.get("name")), talk)
            elif kind.endswith("tool_result"):
                failed = block.get("is_error") is True
                calls.result(word(block.get("tool_use_id")), text_of(block.get("content")), failed, talk)
            elif text := text_of(block):
                talk.append((role, text))
    form = obj(obj(body.get("output_config")).get("format")) or obj(body.get("output_format"))
    choice = obj(body.get("tool_choice"))
    return Asked(
        model=word(body.get("model")), stream=body.get("stream") is True, tools=_tools(body.get("tools")),
        calls=calls.all(), talk=tuple(talk), raw=raw, schema=_schema(form, form), forced=word(choice.get("name")),
        single=choice.get("disable_parallel_tool_use") is True,
    )  # fmt: skip


READERS: dict[str, Callable[[Body, bytes], Asked]] = {
    "chat/completions": read_chat,
    "responses": read_responses,
    "messages": read_messages,
}


def _schema(form: Body, holder: Body) -> dict[str, Any] | None:
    if form.get("type") == "json_object":
        return _ANY_OBJECT
    return obj(holder.get("schema")) if form.get("type") == "json_schema" else None


def _tools(value: Any, namespace: str = "") -> tuple[Offered, ...]:
    """Tools as any of the protocols lists them; those of a namespace object carry its name."""
    out: list[Offered] = []
    for tool in islice(items(value), MAX_TOOLS):
        kind = word(tool.get("type"))
        if kind == "namespace" and not namespace:
            out += _tools(tool.get("tools"), word(tool.get("name")))
            continue
        inner = obj(tool.get("function")) or obj(tool.get("custom")) or tool
        schema = next((obj(inner[k]) for k in ("parameters", "input_schema", "inputSchema") if obj(inner.get(k))), {})
        about = word(inner.get("description"))
        if kind == "tool_search":
            if word(tool.get("execution")) == "client":
                out.append(Offered("tool_search", schema, kind="search", about=about))
            continue
        name = word(inner.get("name"))
        if 0 < len(name) <= MAX_NAME:
            what: Kind = "custom" if kind == "custom" and not schema else "function"
            out.append(Offered(name, schema, namespace, what, about))
    return tuple(out)
