"""The conversation as OpenAI's Chat Completions have it, which most servers of models speak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fauxcorp.agents.model.said import ModelSettings, Said, call_of, count, sendable
from fauxcorp.core.session import Brief, ToolResult, ToolSpec
from fauxcorp.errors import ModelError

BASE_URL = "https://api.openai.com/v1"


def headers(key: str) -> dict[str, str]:
    """What a request proves itself with."""
    return {"Authorization": f"Bearer {key}"} if key else {}


class ChatTalk:
    """See `Talk`."""

    path = "/chat/completions"

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
                call_of(c["function"]["name"], c["function"]["arguments"], c["id"])
                for c in message.get("tool_calls") or ()
            )
            usage = answer.get("usage") or {}
            said = Said(
                text=_text(message.get("content")),
                thoughts=tuple(filter(None, [_text(message.get("reasoning_content") or message.get("reasoning"))])),
                calls=calls,
                refusal=_text(message.get("refusal")),
                stop=str(choice.get("finish_reason") or ""),
                tokens_in=count(usage.get("prompt_tokens")),
                tokens_out=count(usage.get("completion_tokens")),
                cut=choice.get("finish_reason") == "length",
            )
        except (KeyError, IndexError, TypeError, AttributeError):
            raise ModelError("not a completion") from None
        if said.stop == "content_filter" and not said.refusal:
            said = replace(said, refusal="a filter of the provider")
        kept = {k: message[k] for k in ("role", "content", "tool_calls", "reasoning_content") if message.get(k)}
        self._messages.append({"role": "assistant", "content": None, **kept})
        self._open = [c.call.id for c in calls]
        return said

    def results(self, results: Sequence[ToolResult]) -> None:
        for id, result in zip(self._open, results, strict=True):
            self._messages.append({"role": "tool", "tool_call_id": id, "content": sendable(result.content)})
        self._open = []


def _text(value: Any) -> str:
    """Text that comes as such, or in parts."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(str(part.get("text", "")) for part in value if isinstance(part, dict))
    return ""
