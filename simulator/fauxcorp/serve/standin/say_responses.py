"""Answers of Responses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from fauxcorp.serve.standin.asked import Asked
from fauxcorp.serve.standin.said import Answer, Made, pieces
from fauxcorp.serve.standin.say_chat import CREATED


def body(answer: Answer, asked: Asked) -> dict[str, Any]:
    """The answer in one piece."""
    return _whole(answer, asked, "incomplete" if answer.stop == "length" else "completed", _items(answer))


def events(answer: Answer, asked: Asked) -> Iterator[tuple[str, Any]]:
    """The answer as a stream: the whole series, numbered."""
    for number, (kind, fields) in enumerate(_series(answer, asked)):
        yield kind, {"type": kind, "sequence_number": number, **fields}


def _series(answer: Answer, asked: Asked) -> Iterator[tuple[str, dict[str, Any]]]:
    begun = _whole(answer, asked, "in_progress", [])
    yield "response.created", {"response": begun}
    yield "response.in_progress", {"response": begun}
    for n, item in enumerate(_items(answer)):
        yield from _item(n, item)
    whole = body(answer, asked)
    yield f"response.{whole['status']}", {"response": whole}


def _item(n: int, item: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The series of one item: begun without what it holds, then that in pieces, then whole."""
    where = {"output_index": n}
    started = {**item, "status": "in_progress"} if "status" in item else dict(item)
    if item["type"] == "message":
        yield "response.output_item.added", {**where, "item": {**started, "content": []}}
        yield from _part({"item_id": item["id"], **where, "content_index": 0}, item["content"][0])
    elif item["type"] == "tool_search_call":
        yield "response.output_item.added", {**where, "item": started}
    else:
        key, name = ("arguments", "function_call_arguments")
        if item["type"] == "custom_tool_call":
            key, name = ("input", "custom_tool_call_input")
        yield "response.output_item.added", {**where, "item": {**started, key: ""}}
        place = {"item_id": item["id"], **where}
        for piece in pieces(item[key]):
            yield f"response.{name}.delta", {**place, "delta": piece}
        more = {"name": item["name"]} if key == "arguments" else {}
        yield f"response.{name}.done", {**place, key: item[key], **more}
    yield "response.output_item.done", {**where, "item": item}


def _part(place: dict[str, Any], part: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    key, name = ("refusal", "refusal") if part["type"] == "refusal" else ("text", "output_text")
    logprobs: dict[str, Any] = {} if key == "refusal" else {"logprobs": []}
    yield "response.content_part.added", {**place, "part": {**part, key: ""}}
    for piece in pieces(part[key]):
        yield f"response.{name}.delta", {**place, "delta": piece, **logprobs}
    yield f"response.{name}.done", {**place, key: part[key], **logprobs}
    yield "response.content_part.done", {**place, "part": part}


def _items(answer: Answer) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    if answer.text or not answer.calls:
        part: dict[str, Any] = {"type": "output_text", "text": answer.text, "annotations": [], "logprobs": []}
        if answer.stop == "refusal":
            part = {"type": "refusal", "refusal": answer.text}
        status = "incomplete" if answer.stop == "length" else "completed"
        out.append(
            {"id": answer.id("msg_"), "type": "message", "role": "assistant", "status": status, "content": [part]}
        )
    return out + [_call(answer, n, call) for n, call in enumerate(answer.calls, 1)]


def _call(answer: Answer, n: int, call: Made) -> dict[str, Any]:
    head = {"call_id": f"call_{call.id}", "status": "completed"}
    if call.kind == "search":
        arguments = orjson.loads(call.arguments)
        return {
            "id": answer.id("tsc_", n),
            "type": "tool_search_call",
            **head,
            "execution": "client",
            "arguments": arguments,
        }
    space = {"namespace": call.namespace} if call.namespace else {}
    if call.kind == "custom":
        item = {
            "id": answer.id("ctc_", n),
            "type": "custom_tool_call",
            **head,
            "name": call.name,
            "input": call.arguments,
        }
    else:
        item = {
            "id": answer.id("fc_", n),
            "type": "function_call",
            **head,
            "name": call.name,
            "arguments": call.arguments,
        }
    return {**item, **space}


def _whole(answer: Answer, asked: Asked, status: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    over = status != "in_progress"
    return {
        "id": answer.id("resp_"), "object": "response", "created_at": CREATED, "status": status, "background": False,
        "error": None, "incomplete_details": {"reason": "max_output_tokens"} if status == "incomplete" else None,
        "completed_at": CREATED if status == "completed" else None,
        "instructions": None, "max_output_tokens": None, "max_tool_calls": None, "model": asked.model or "script",
        "output": items, "parallel_tool_calls": not asked.single, "previous_response_id": asked.previous or None,
        "reasoning": {"effort": None, "summary": None}, "service_tier": "default", "store": True, "temperature": 1.0,
        "text": {"format": {"type": "text"}}, "tool_choice": "auto", "tools": [], "top_logprobs": 0, "top_p": 1.0,
        "truncation": "disabled", "usage": _usage(answer, asked) if over else None, "user": None, "metadata": {},
    }  # fmt: skip


def _usage(answer: Answer, asked: Asked) -> dict[str, Any]:
    return {
        "input_tokens": asked.tokens,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": answer.tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": asked.tokens + answer.tokens,
    }
