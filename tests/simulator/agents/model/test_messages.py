"""The conversation in the form of Messages."""

from __future__ import annotations

from typing import Any

import pytest

from fauxcorp.agents.model.messages import MessagesGathering, MessagesTalk, headers, usage
from fauxcorp.agents.model.said import NO_OBJECT, NOT_JSON, ModelSettings, Tokens
from fauxcorp.agents.model.stream import gather
from fauxcorp.core.session import Brief, ToolResult, ToolSpec

from .conftest import sse

TOOL = ToolSpec("bash", "Runs a command.", {"type": "object", "properties": {}})


def talk() -> MessagesTalk:
    return MessagesTalk("m", Brief("You are", "Do it"), [TOOL], ModelSettings(answer_tokens=77))


def block(index: int, begun: dict[str, Any], *deltas: dict[str, Any]) -> list[dict[str, Any]]:
    """The events of a block."""
    return [
        {"type": "content_block_start", "index": index, "content_block": begun},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]


def streamed(*blocks: list[dict[str, Any]], stop: str = "tool_use", **more: Any) -> dict[str, Any]:
    """The answer of a stream of blocks."""
    start = {"role": "assistant", "content": [], "stop_reason": None, "usage": {"input_tokens": 5, "output_tokens": 1}}
    delta = {"stop_reason": stop, "stop_sequence": None, **more}
    usage = {"output_tokens": 30, "input_tokens": None}
    events = [
        {"type": "message_start", "message": start}, {"type": "ping"}, *(e for b in blocks for e in b),
        {"type": "message_delta", "delta": delta, "usage": usage}, {"type": "message_stop"},
    ]  # fmt: skip
    return gather(sse(*events), MessagesGathering())


def test_the_first_request() -> None:
    body = talk().body()
    assert (body["system"], body["max_tokens"]) == ("You are", 77)
    assert body["tools"] == [{"name": "bash", "description": "Runs a command.", "input_schema": TOOL.schema}]


def test_thoughts_go_back_with_their_signature() -> None:
    begun = talk()
    blocks = [
        {"type": "thinking", "thinking": "why", "signature": "sig"}, {"type": "redacted_thinking", "data": "x"},
        {"type": "text", "text": "hm"}, {"type": "tool_use", "id": "a", "name": "bash", "input": {"command": "id"}},
        {"type": "tool_use", "id": "b", "name": "bash", "input": {}},
    ]  # fmt: skip
    said = begun.take({"content": blocks, "stop_reason": "tool_use"})
    assert (said.text, said.thoughts) == ("hm", ("why",))
    begun.results([ToolResult("out"), ToolResult("no", is_error=True)])
    assert begun.body()["messages"][1:] == [
        {"role": "assistant", "content": blocks},
        {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "a", "content": "out"},
            {"type": "tool_result", "tool_use_id": "b", "content": "no", "is_error": True},
        ]},
    ]  # fmt: skip


def test_thoughts_in_pieces_go_back_with_their_signature() -> None:
    begun = talk()
    answer = streamed(
        block(0, {"type": "thinking", "thinking": "", "signature": ""},
              {"type": "thinking_delta", "thinking": "wh"}, {"type": "thinking_delta", "thinking": "y"},
              {"type": "signature_delta", "signature": "si"}, {"type": "signature_delta", "signature": "g"}),
        block(1, {"type": "redacted_thinking", "data": "x"}),
        block(2, {"type": "text", "text": ""}, {"type": "new_delta", "other": 1}),
        block(3, {"type": "text", "text": ""},
              {"type": "text_delta", "text": "h"}, {"type": "text_delta", "text": "m"}),
        block(4, {"type": "tool_use", "id": "a", "name": "bash", "input": {}},
              {"type": "input_json_delta", "partial_json": ""}, {"type": "input_json_delta", "partial_json": '{"com'},
              {"type": "input_json_delta", "partial_json": 'mand": "id"}'}),
        block(5, {"type": "tool_use", "id": "b", "name": "bash", "input": {}},
              {"type": "input_json_delta", "partial_json": ""}),
    )  # fmt: skip
    said = begun.take(answer)
    assert (said.text, said.thoughts, said.stop) == ("hm", ("why",), "tool_use")
    assert [(c.call.id, c.call.arguments) for c in said.calls] == [("a", {"command": "id"}), ("b", {})]
    assert begun.body()["messages"][-1]["content"] == [
        {"type": "thinking", "thinking": "why", "signature": "sig"}, {"type": "redacted_thinking", "data": "x"},
        {"type": "text", "text": "hm"}, {"type": "tool_use", "id": "a", "name": "bash", "input": {"command": "id"}},
        {"type": "tool_use", "id": "b", "name": "bash", "input": {}},
    ]  # fmt: skip
    assert usage(answer) == Tokens(5, 30)


@pytest.mark.parametrize(("sent", "problem"), [('{"command": ', NOT_JSON), ("[1]", NO_OBJECT)])
def test_arguments_that_are_none_go_back_in_an_object(sent: str, problem: str) -> None:
    """The API takes nothing else."""
    begun = talk()
    use = {"type": "tool_use", "id": "a", "name": "bash", "input": {}}
    said = begun.take(streamed(block(0, use, {"type": "input_json_delta", "partial_json": sent})))
    assert said.calls[0].problem == problem
    (back,) = begun.body()["messages"][-1]["content"]
    assert set(back["input"]) == {"INVALID_JSON"}


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"content": [{"type": "text", "text": "I will not."}]}, "I will not."),
        ({"content": [], "stop_details": {"type": "refusal", "category": "cyber", "explanation": "No."}}, "No."),
        ({"content": [], "stop_details": {"type": "refusal", "category": "cyber", "explanation": None}}, "cyber"),
        ({"content": []}, "refusal"),
    ],
)
def test_a_refusal(answer: dict[str, Any], why: str) -> None:
    said = talk().take({**answer, "stop_reason": "refusal"})
    assert (said.refusal, said.text) == (why, why if answer["content"] else "")


def test_a_refusal_in_the_middle_of_a_call_is_no_call() -> None:
    use = {"type": "tool_use", "id": "a", "name": "bash", "input": {}}
    answer = streamed(
        block(0, use, {"type": "input_json_delta", "partial_json": '{"command": "rm'}),
        stop="refusal", stop_details={"type": "refusal", "explanation": "No."},
    )  # fmt: skip
    said = talk().take(answer)
    assert (said.refusal, said.calls) == ("No.", ())


@pytest.mark.parametrize("stop", ["max_tokens", "model_context_window_exceeded"])
def test_what_was_cut(stop: str) -> None:
    assert talk().take({"content": [{"type": "text", "text": "a"}], "stop_reason": stop}).cut


def test_tokens_of_a_cache_count() -> None:
    told = {"input_tokens": 5, "cache_read_input_tokens": 7, "cache_creation_input_tokens": 2, "output_tokens": 3}
    assert usage({"usage": told}) == Tokens(14, 3, 7, 2)
    assert usage({}) is None


def test_the_version_is_named() -> None:
    assert headers("k") == {"anthropic-version": "2023-06-01", "x-api-key": "k"}
