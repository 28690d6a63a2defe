"""The conversation as Anthropic's Messages have it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fauxcorp.agents.model.said import ModelSettings, Said, call_of, count, sendable
from fauxcorp.core.session import Brief, ToolResult, ToolSpec
from fauxcorp.errors import ModelError

BASE_URL = "https://api.anthropic.com/v1"
VERSION = "2023-06-01"


def headers(key: str) -> dict[str, str]:
    """What a request proves itself with, and the version of the API."""
    return {"anthropic-version": VERSION, **({"x-api-key": key} if key else {})}


class MessagesTalk:
    """See `Talk`. Blocks of thought go back as they came, signatures and all, as the API demands."""

    path = "/messages"

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
            usage = answer.get("usage") or {}
            kept_out = ("cache_creation_input_tokens", "cache_read_input_tokens")
            stop = str(answer.get("stop_reason") or "")
            text = "".join(str(b["text"]) for b in blocks if b.get("type") == "text")
            said = Said(
                text="" if stop == "refusal" else text,
                thoughts=tuple(str(b["thinking"]) for b in blocks if b.get("type") == "thinking"),
                calls=tuple(call_of(b["name"], b["input"], b["id"]) for b in blocks if b.get("type") == "tool_use"),
                refusal=(text or "refusal") if stop == "refusal" else "",
                stop=stop,
                tokens_in=sum(count(usage.get(name)) for name in ("input_tokens", *kept_out)),
                tokens_out=count(usage.get("output_tokens")),
                cut=stop == "max_tokens",
            )
        except (KeyError, TypeError, AttributeError):
            raise ModelError("not a message") from None
        self._messages.append({"role": "assistant", "content": blocks})
        self._open = [c.call.id for c in said.calls]
        return said

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
