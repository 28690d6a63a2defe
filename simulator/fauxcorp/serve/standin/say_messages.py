"""Answers of Anthropic Messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from fauxcorp.serve.standin.asked import Asked
from fauxcorp.serve.standin.said import Answer, Made, pieces


def body(answer: Answer, asked: Asked) -> dict[str, Any]:
    """The answer in one piece."""
    content: list[dict[str, Any]] = []
    if answer.text or not answer.calls:
        content.append({"type": "text", "text": answer.text, "citations": None})
    content += [{**_call(c), "input": _input(c)} for c in answer.calls]
    return {**_head(answer, asked), "content": content, **_end(answer), "usage": _usage(asked, answer.tokens)}


def events(answer: Answer, asked: Asked) -> Iterator[tuple[str, Any]]:
    """The answer as a stream."""
    empty: dict[str, Any] = {"content": [], "stop_reason": None, "stop_sequence": None, "usage": _usage(asked, 1)}
    yield _event("message_start", message={**_head(answer, asked), **empty})
    yield _event("ping")
    index = 0
    if answer.text or not answer.calls:
        yield _event("content_block_start", index=0, content_block={"type": "text", "text": ""})
        for piece in pieces(answer.text):
            yield _event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
        yield _event("content_block_stop", index=0)
        index = 1
    for n, call in enumerate(answer.calls, index):
        yield _event("content_block_start", index=n, content_block={**_call(call), "input": {}})
        for piece in ("", *pieces(call.arguments)):
            yield _event("content_block_delta", index=n, delta={"type": "input_json_delta", "partial_json": piece})
        yield _event("content_block_stop", index=n)
    yield _event("message_delta", delta=_end(answer), usage=_usage(asked, answer.tokens))
    yield _event("message_stop")


def _event(kind: str, **fields: Any) -> tuple[str, Any]:
    return kind, {"type": kind, **fields}


def _call(call: Made) -> dict[str, Any]:
    return {"type": "tool_use", "id": f"toolu_{call.id}", "name": call.name}


def _input(call: Made) -> Any:
    """The arguments as an object; what is no JSON goes as the text that it is."""
    try:
        return orjson.loads(call.arguments)
    except orjson.JSONDecodeError:
        return call.arguments


def _head(answer: Answer, asked: Asked) -> dict[str, Any]:
    return {"id": answer.id("msg_"), "type": "message", "role": "assistant", "model": asked.model or "script"}


def _end(answer: Answer) -> dict[str, Any]:
    reasons = {"refusal": "refusal", "length": "max_tokens"}
    reason = reasons.get(answer.stop) or ("tool_use" if answer.calls else "end_turn")
    return {"stop_reason": reason, "stop_sequence": None}


def _usage(asked: Asked, out: int) -> dict[str, Any]:
    return {
        "input_tokens": asked.tokens,
        "output_tokens": out,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
    }
