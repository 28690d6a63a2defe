"""The conversation as Anthropic's Messages have it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from fauxcorp.agents.model.api import STREAM, Api
from fauxcorp.agents.model.said import ModelSettings, Said, Tokens, call_of, count, inside, sendable
from fauxcorp.agents.model.stream import Gathering
from fauxcorp.core.session import Brief, ToolResult, ToolSpec
from fauxcorp.errors import ModelError

VERSION = "2023-06-01"
_CUT = ("max_tokens", "model_context_window_exceeded")
_DELTAS = {
    "text_delta": ("text", "text"),
    "thinking_delta": ("thinking", "thinking"),
    "signature_delta": ("signature", "signature"),
    "input_json_delta": ("input", "partial_json"),
}
"""Kinds of pieces: the field of the block that they are of, and their own."""


def headers(key: str) -> dict[str, str]:
    """What a request proves itself with, and the version of the API."""
    return {"anthropic-version": VERSION, **({"x-api-key": key} if key else {})}


class MessagesTalk:
    """See `Talk`. Blocks of thought go back as they came, signatures and all, as the API demands."""

    def __init__(self, model: str, brief: Brief, tools: Sequence[ToolSpec], settings: ModelSettings) -> None:
        self._model, self._system = model, brief.system
        self._most = settings.answer_tokens
        self._messages: list[dict[str, Any]] = [{"role": "user", "content": brief.task}]
        self._tools = [{"name": t.name, "description": t.description, "input_schema": t.schema} for t in tools]
        self._open: list[str] = []

    def body(self) -> dict[str, Any]:
        system = {"system": self._system} if self._system else {}
        tools = {"tools": self._tools} if self._tools else {}
        return {"model": self._model, "max_tokens": self._most, **system, "messages": self._messages, **tools}

    def take(self, answer: Any) -> Said:
        try:
            blocks = [b for b in answer["content"] if isinstance(b, dict)]
            stop = str(answer.get("stop_reason") or "")
            text = "".join(str(b["text"]) for b in blocks if b.get("type") == "text")
            calls = tuple(call_of(b["name"], b["input"], b["id"]) for b in blocks if b.get("type") == "tool_use")
            thoughts = tuple(str(b["thinking"]) for b in blocks if b.get("type") == "thinking" and b["thinking"])
        except (KeyError, TypeError, AttributeError):
            raise ModelError("not a message") from None
        if stop == "refusal":
            # What stands in a refused answer is not meant to be acted on.
            return Said(text=text, thoughts=thoughts, refusal=text or _why(answer), stop=stop)
        self._messages.append({"role": "assistant", "content": [_back(b) for b in blocks if b.get("text") != ""]})
        self._open = [c.call.id for c in calls]
        return Said(text=text, thoughts=thoughts, calls=calls, stop=stop, cut=stop in _CUT)

    def results(self, results: Sequence[ToolResult]) -> None:
        blocks = [
            {
                "type": "tool_result",
                "tool_use_id": id,
                "content": sendable(r.content),
                **({"is_error": True} if r.is_error else {}),
            }
            for id, r in zip(self._open, results, strict=True)
        ]
        self._messages.append({"role": "user", "content": blocks})
        self._open = []


class MessagesGathering(Gathering):
    """An answer out of its events."""

    def __init__(self) -> None:
        self._message: dict[str, Any] = {}
        self._usage: dict[str, Any] = {}
        self._blocks: dict[Any, dict[str, Any]] = {}
        self._pieces: dict[tuple[Any, str], list[str]] = {}

    def take(self, kind: str, event: dict[str, Any]) -> None:
        kind = event.get("type") or kind
        if kind == "message_start":
            self._message = dict(event["message"])
            self._usage |= self._message.get("usage") or {}
        elif kind == "content_block_start":
            self._blocks[event["index"]] = dict(event["content_block"])
        elif kind == "content_block_delta":
            delta = event["delta"]
            if delta["type"] in _DELTAS:
                field, own = _DELTAS[delta["type"]]
                self._pieces.setdefault((event["index"], field), []).append(str(delta[own]))
        elif kind == "message_delta":
            self._message |= {k: v for k, v in event["delta"].items() if v is not None}
            # Sums so far, not what was added.
            self._usage |= {k: v for k, v in (event.get("usage") or {}).items() if v is not None}
        elif kind == "message_stop":
            self.over = True

    def whole(self) -> dict[str, Any] | None:
        if not self._message or not (self.over or self._message.get("stop_reason")):
            return None
        for (index, field), pieces in self._pieces.items():
            block, text = self._blocks[index], "".join(pieces)
            if field != "input":
                block[field] = (block.get(field) or "") + text
            elif text.strip():
                block[field] = _parsed(text)
        return {**self._message, "content": list(self._blocks.values()), "usage": self._usage}


def usage(answer: Any) -> Tokens | None:
    """See `Api`."""
    told = inside(answer, "usage")
    if not told:
        return None
    read, written = count(told.get("cache_read_input_tokens")), count(told.get("cache_creation_input_tokens"))
    return Tokens(count(told.get("input_tokens")) + read + written, count(told.get("output_tokens")), read, written)


def _parsed(text: str) -> Any:
    """Arguments as the object that they are, or else the text."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _back(block: dict[str, Any]) -> dict[str, Any]:
    """A block as it goes back: arguments that are no object in one, as the API wants them."""
    if block.get("type") != "tool_use" or isinstance(block["input"], dict):
        return block
    return {**block, "input": {"INVALID_JSON": str(block["input"])}}


def _why(answer: dict[str, Any]) -> str:
    """Why the answer was refused, where it says so."""
    details = inside(answer, "stop_details")
    return next((t for key in ("explanation", "category") if isinstance(t := details.get(key), str) and t), "refusal")


API = Api(
    provider="anthropic",
    base_url="https://api.anthropic.com/v1",
    path="/messages",
    key="ANTHROPIC_API_KEY",
    headers=headers,
    extras=(STREAM,),
    talk=MessagesTalk,
    gathering=MessagesGathering,
    usage=usage,
)
