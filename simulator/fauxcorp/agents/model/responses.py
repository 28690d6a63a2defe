"""The conversation as OpenAI's Responses have it. The provider stores nothing of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fauxcorp.agents.model import chat
from fauxcorp.agents.model.api import STREAM, Api, Extra
from fauxcorp.agents.model.said import ModelSettings, Said, Tokens, call_of, count, inside, sendable
from fauxcorp.agents.model.stream import Gathering
from fauxcorp.core.session import Brief, ToolResult, ToolSpec
from fauxcorp.errors import ModelError

_ENDS = ("response.completed", "response.incomplete", "response.failed", "response.cancelled")


class ResponsesTalk:
    """See `Talk`. All items of an answer go back as they came: reasoning belongs to the calls that follow it."""

    def __init__(self, model: str, brief: Brief, tools: Sequence[ToolSpec], settings: ModelSettings) -> None:
        self._model, self._system = model, brief.system
        self._items: list[dict[str, Any]] = [{"role": "user", "content": brief.task}]
        self._tools = [
            {
                "type": "function",
                "name": t.name,
                "description": t.description,
                "parameters": t.schema,
                # Otherwise all fields of a schema would have to be required.
                "strict": False,
            }
            for t in tools
        ]
        self._open: list[str] = []

    def body(self) -> dict[str, Any]:
        system = {"instructions": self._system} if self._system else {}
        tools = {"tools": self._tools} if self._tools else {}
        return {"model": self._model, **system, "input": self._items, **tools, "store": False}

    def take(self, answer: Any) -> Said:
        try:
            items = [i for i in answer["output"] if isinstance(i, dict)]
            status = str(answer.get("status") or "")
            reason = str(inside(answer, "incomplete_details").get("reason") or "")
            parts = [p for i in items if i.get("type") == "message" for p in i["content"]]
            calls = tuple(
                call_of(i["name"], i["arguments"], i["call_id"]) for i in items if i.get("type") == "function_call"
            )
            refusal = "".join(str(p["refusal"]) for p in parts if p.get("type") == "refusal")
            text = "".join(str(p["text"]) for p in parts if p.get("type") == "output_text")
            thoughts = tuple(filter(None, (_thought(i) for i in items if i.get("type") == "reasoning")))
        except (KeyError, TypeError, AttributeError):
            raise ModelError("not a response") from None
        if status in ("failed", "cancelled"):
            raise ModelError(f"the response has {status}")
        text = text or refusal
        if reason == "content_filter" and not refusal:
            refusal = "a filter of the provider"
        self._items += items
        self._open = [c.call.id for c in calls]
        cut = reason == "max_output_tokens"
        return Said(text=text, thoughts=thoughts, calls=calls, refusal=refusal, stop=reason or status, cut=cut)

    def results(self, results: Sequence[ToolResult]) -> None:
        for id, result in zip(self._open, results, strict=True):
            self._items.append({"type": "function_call_output", "call_id": id, "output": sendable(result.content)})
        self._open = []


class ResponsesGathering(Gathering):
    """An answer out of its events: the last has all of it, but the items themselves count where they came."""

    def __init__(self) -> None:
        self._items: dict[Any, Any] = {}
        self._response: dict[str, Any] | None = None

    def take(self, kind: str, event: dict[str, Any]) -> None:
        kind = event.get("type") or kind
        if kind == "response.output_item.done":
            self._items[event["output_index"]] = event["item"]
        elif kind in _ENDS:
            self._response, self.over = dict(event["response"]), True

    def whole(self) -> dict[str, Any] | None:
        if self._response is None:
            return None
        output = self._response.get("output") or []
        if len(self._items) >= len(output):
            output = list(self._items.values())
        return {**self._response, "output": output}


def usage(answer: Any) -> Tokens | None:
    """See `Api`."""
    told = inside(answer, "usage")
    if not told:
        return None
    into, details = count(told.get("input_tokens")), inside(told, "input_tokens_details")
    return Tokens(into, count(told.get("output_tokens")), min(count(details.get("cached_tokens")), into))


def _thought(item: dict[str, Any]) -> str:
    """The text of a reasoning item: in full where a server gives it, else its summary."""
    full = "\n\n".join(str(part["text"]) for part in item.get("content") or ())
    return full or "\n\n".join(str(part["text"]) for part in item.get("summary") or ())


API = Api(
    provider="openai",
    base_url=chat.API.base_url,
    path="/responses",
    key=chat.API.key,
    headers=chat.headers,
    extras=(
        # What is not stored comes back in cipher, and goes back so; models that do not reason refuse both words.
        Extra("include", ["reasoning.encrypted_content"], "encrypted"),
        Extra("reasoning", {"summary": "auto"}, "reasoning"),
        STREAM,
    ),
    talk=ResponsesTalk,
    gathering=ResponsesGathering,
    usage=usage,
)
