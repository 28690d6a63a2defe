"""Answers of Chat Completions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fauxcorp.serve.standin.asked import Asked
from fauxcorp.serve.standin.said import Answer, Made, pieces

CREATED = 1_767_225_600
"""Seconds since 1970 in every answer: the same request gets the same bytes."""


def body(answer: Answer, asked: Asked) -> dict[str, Any]:
    """The answer in one piece."""
    refused = answer.stop == "refusal"
    message: dict[str, Any] = {
        "role": "assistant",
        "content": None if refused or not answer.text else answer.text,
        "refusal": answer.text if refused else None,
        "annotations": [],
    }
    if answer.calls:
        message["tool_calls"] = [_call(c) for c in answer.calls]
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _finish(answer)}
    return {**_head(answer, asked, "chat.completion"), "choices": [choice], "usage": _usage(answer, asked)}


def events(answer: Answer, asked: Asked) -> Iterator[tuple[str, Any]]:
    """The answer as a stream."""
    head = _head(answer, asked, "chat.completion.chunk")
    usage = {"usage": None} if asked.usage else {}

    def chunk(delta: dict[str, Any], finish: str | None = None) -> tuple[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return "", {**head, "choices": [choice], **usage}

    yield chunk({"role": "assistant", "content": None if answer.calls and not answer.text else "", "refusal": None})
    for piece in pieces(answer.text):
        yield chunk({"refusal" if answer.stop == "refusal" else "content": piece})
    for n, call in enumerate(answer.calls):
        whole, part = _call(call), "custom" if call.kind == "custom" else "function"
        field = "input" if call.kind == "custom" else "arguments"
        yield chunk({"tool_calls": [{"index": n, **whole, part: {**whole[part], field: ""}}]})
        for piece in pieces(call.arguments):
            yield chunk({"tool_calls": [{"index": n, part: {field: piece}}]})
    yield chunk({}, _finish(answer))
    if asked.usage:
        yield "", {**head, "choices": [], "usage": _usage(answer, asked)}
    yield "", "[DONE]"


def _call(call: Made) -> dict[str, Any]:
    if call.kind == "custom":
        return {"id": f"call_{call.id}", "type": "custom", "custom": {"name": call.name, "input": call.arguments}}
    function = {"name": call.name, "arguments": call.arguments}
    return {"id": f"call_{call.id}", "type": "function", "function": function}


def _finish(answer: Answer) -> str:
    if answer.stop == "length":
        return "length"
    return "tool_calls" if answer.calls else "stop"


def _head(answer: Answer, asked: Asked, kind: str) -> dict[str, Any]:
    return {
        "id": answer.id("chatcmpl-"), "object": kind, "created": CREATED, "model": asked.model or "script",
        "service_tier": "default", "system_fingerprint": None,
    }  # fmt: skip


def _usage(answer: Answer, asked: Asked) -> dict[str, Any]:
    return {
        "prompt_tokens": asked.tokens,
        "completion_tokens": answer.tokens,
        "total_tokens": asked.tokens + answer.tokens,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0, "audio_tokens": 0, "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0,
        },
    }  # fmt: skip
