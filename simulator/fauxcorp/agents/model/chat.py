"""The conversation as OpenAI's Chat Completions have it, which most servers of models speak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson

from fauxcorp.agents.model.api import STREAM, Api, Extra
from fauxcorp.agents.model.said import ModelSettings, Said, Tokens, call_of, count, inside, sendable
from fauxcorp.agents.model.stream import Gathering
from fauxcorp.core.session import Brief, ToolResult, ToolSpec
from fauxcorp.errors import ModelError

_KEPT = ("role", "content", "tool_calls", "reasoning_content", "reasoning")
"""What of an answer goes back: servers that give reasoning want it again with the calls that followed from it."""
_PIECES = ("content", "refusal", "reasoning_content", "reasoning")


def headers(key: str) -> dict[str, str]:
    """What a request proves itself with."""
    return {"Authorization": f"Bearer {key}"} if key else {}


class ChatTalk:
    """See `Talk`."""

    def __init__(self, model: str, brief: Brief, tools: Sequence[ToolSpec], settings: ModelSettings) -> None:
        self._model = model
        self._messages: list[dict[str, Any]] = []
        if brief.system:
            self._messages.append({"role": "system", "content": brief.system})
        self._messages.append({"role": "user", "content": brief.task})
        self._tools = [
            {"type": "function", "function": {"name": t.name, "description": t.description, "parameters": t.schema}}
            for t in tools
        ]
        self._open: list[str] = []

    def body(self) -> dict[str, Any]:
        tools = {"tools": self._tools} if self._tools else {}
        return {"model": self._model, "messages": self._messages, **tools}

    def take(self, answer: Any) -> Said:
        try:
            choice = answer["choices"][0]
            message = choice["message"]
            calls = tuple(
                call_of(c["function"]["name"], c["function"].get("arguments") or "", c.get("id") or "")
                for c in message.get("tool_calls") or ()
            )
            text, thought = _read(message.get("content"))
            told = _read(message.get("reasoning_content") or message.get("reasoning"))[0] or thought
            refusal = _read(message.get("refusal"))[0]
            said = Said(
                text=text or refusal,
                thoughts=(told,) if told else (),
                calls=calls,
                refusal=refusal,
                stop=str(choice.get("finish_reason") or ""),
                cut=choice.get("finish_reason") == "length",
            )
        except (KeyError, IndexError, TypeError, AttributeError):
            raise ModelError("not a completion") from None
        if said.stop == "content_filter" and not said.refusal:
            said = replace(said, refusal="a filter of the provider")
        kept = {k: message[k] for k in _KEPT if message.get(k)}
        self._messages.append({"role": "assistant", "content": None, **kept})
        self._open = [c.call.id for c in calls]
        return said

    def results(self, results: Sequence[ToolResult]) -> None:
        for id, result in zip(self._open, results, strict=True):
            self._messages.append({"role": "tool", "tool_call_id": id, "content": sendable(result.content)})
        self._open = []


class ChatGathering(Gathering):
    """An answer out of its chunks. Tolerant of servers that give calls no index, or all the same one."""

    def __init__(self) -> None:
        self._pieces: dict[str, list[str]] = {field: [] for field in (*_PIECES, "thought")}
        self._calls: list[tuple[dict[str, Any], list[str]]] = []
        """Each with the pieces of its arguments."""
        self._at: dict[Any, tuple[dict[str, Any], list[str]]] = {}
        self._finish: Any = None
        self._usage: Any = None

    def take(self, kind: str, event: dict[str, Any]) -> None:
        self._usage = event.get("usage") or self._usage
        for choice in event.get("choices") or ():
            if choice.get("index"):
                continue  # of several answers the first
            self._finish = choice.get("finish_reason") or self._finish
            delta = choice.get("delta") or {}
            for field in _PIECES:
                text, thought = _read(delta.get(field))
                self._pieces[field].append(text)
                self._pieces["thought"].append(thought)
            for call in delta.get("tool_calls") or ():
                self._call(call)

    def _call(self, sent: dict[str, Any]) -> None:
        index, id, function = sent.get("index"), sent.get("id") or "", sent.get("function") or {}
        held = self._at.get(index)
        if held is None or (id and held[0]["id"] and id != held[0]["id"]):
            held = {"id": "", "type": "function", "function": {"name": ""}}, []
            self._calls.append(held)
            self._at[index] = held
        call, pieces = held
        # What else stands in it (a signature of the thought behind it, say) goes back with it.
        call |= {k: v for k, v in sent.items() if k not in ("index", "id", "function") and v is not None}
        call["id"] = call["id"] or id
        call["function"]["name"] = call["function"]["name"] or function.get("name") or ""
        piece = function.get("arguments")
        if piece is not None:
            pieces.append(piece if isinstance(piece, str) else orjson.dumps(piece).decode())

    def whole(self) -> dict[str, Any] | None:
        if self._finish is None and not self.over:
            return None
        message: dict[str, Any] = {"role": "assistant", "content": None}
        message |= {field: text for field in _PIECES if (text := "".join(self._pieces[field]))}
        if thought := "".join(self._pieces["thought"]):
            message["content"] = [_thought_part(thought), {"type": "text", "text": message["content"] or ""}]
        for call, pieces in self._calls:
            call["function"]["arguments"] = "".join(pieces)
        if self._calls:
            message["tool_calls"] = [call for call, _ in self._calls]
        choice = {"index": 0, "message": message, "finish_reason": self._finish}
        return {"choices": [choice], "usage": self._usage}


def usage(answer: Any) -> Tokens | None:
    """See `Api`."""
    told = inside(answer, "usage")
    if not told:
        return None
    into, read = count(told.get("prompt_tokens")), count(inside(told, "prompt_tokens_details").get("cached_tokens"))
    return Tokens(into, count(told.get("completion_tokens")), min(read, into))


def _read(value: Any) -> tuple[str, str]:
    """Text that comes as such, or in parts; and what of the parts is thought."""
    if isinstance(value, str):
        return value, ""
    if not isinstance(value, list):
        return "", ""
    parts = [part for part in value if isinstance(part, dict)]
    text = "".join(str(part.get("text") or "") for part in parts)
    thought = "".join(_read(part.get("thinking"))[0] for part in parts if part.get("type") == "thinking")
    return text, thought


def _thought_part(text: str) -> dict[str, Any]:
    """A thought as Mistral's models have it, in the place where they want it again."""
    return {"type": "thinking", "thinking": [{"type": "text", "text": text}]}


API = Api(
    provider="openai",
    base_url="https://api.openai.com/v1",
    path="/chat/completions",
    key="OPENAI_API_KEY",
    headers=headers,
    extras=(Extra("stream_options", {"include_usage": True}, "stream_options"), STREAM),
    talk=ChatTalk,
    gathering=ChatGathering,
    usage=usage,
)
