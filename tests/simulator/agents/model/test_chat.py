"""The conversation in the form of Chat Completions."""

from __future__ import annotations

from typing import Any

import pytest

from fauxcorp.agents.model.chat import ChatGathering, ChatTalk, headers, usage
from fauxcorp.agents.model.said import ModelSettings, Said, Tokens
from fauxcorp.agents.model.stream import gather
from fauxcorp.core.session import Brief, ToolResult, ToolSpec
from fauxcorp.errors import ModelError

from .conftest import sse

TOOL = ToolSpec("bash", "Runs a command.", {"type": "object", "properties": {}})


def talk() -> ChatTalk:
    return ChatTalk("m", Brief("You are", "Do it"), [TOOL], ModelSettings())


def streamed(*deltas: dict[str, Any], finish: str = "tool_calls") -> dict[str, Any]:
    """The answer of a stream of deltas."""
    chunks = [{"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    end = {"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]}
    return gather(sse(*chunks, end, "[DONE]"), ChatGathering())


def calls(said: Said) -> list[tuple[str, str, dict[str, Any]]]:
    return [(c.call.id, c.call.name, c.call.arguments) for c in said.calls]


def test_the_first_request() -> None:
    body = talk().body()
    assert body["messages"] == [{"role": "system", "content": "You are"}, {"role": "user", "content": "Do it"}]
    assert body["tools"][0]["function"] == {"name": "bash", "description": "Runs a command.", "parameters": TOOL.schema}
    assert "tools" not in ChatTalk("m", Brief("", "Do it"), [], ModelSettings()).body()


def test_what_was_said_goes_back_as_it_came() -> None:
    begun = talk()
    call = {"id": "a", "type": "function", "function": {"name": "bash", "arguments": "{}"}}
    message = {
        "role": "assistant",
        "content": [{"type": "text", "text": "hm"}],
        "tool_calls": [call],
        "reasoning_content": "why",
    }
    said = begun.take({"choices": [{"message": message, "finish_reason": "tool_calls"}]})
    assert (said.text, said.thoughts, said.calls[0].call.id) == ("hm", ("why",), "a")
    begun.results([ToolResult("out")])
    assert begun.body()["messages"][-2:] == [message, {"role": "tool", "tool_call_id": "a", "content": "out"}]


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_reasoning_in_pieces_goes_back_with_its_calls(field: str) -> None:
    begun = talk()
    signed = {"google": {"thought_signature": "s"}}
    said = begun.take(
        streamed(
            {"role": "assistant", field: "I "}, {field: "see."}, {"content": "Now"}, {"content": " then"},
            {"tool_calls": [{"index": 0, "id": "a", "type": "function", "extra_content": signed,
                             "function": {"name": "bash", "arguments": '{"command"'}}]},
            {"tool_calls": [{"index": 0, "function": {"arguments": ': "id"}'}}]},
        )
    )  # fmt: skip
    assert (said.text, said.thoughts, said.stop) == ("Now then", ("I see.",), "tool_calls")
    assert calls(said) == [("a", "bash", {"command": "id"})]
    back = begun.body()["messages"][-1]
    assert (back[field], back["content"], back["tool_calls"][0]["extra_content"]) == ("I see.", "Now then", signed)


@pytest.mark.parametrize(
    "deltas",
    [
        # All calls at one index, as some servers have it, whole or in pieces.
        [[{"index": 0, "id": i, "function": {"name": "bash", "arguments": f'{{"n": "{i}"}}'}}] for i in ("a", "b")],
        [
            [{"index": 0, "id": "a", "function": {"name": "bash", "arguments": '{"n"'}}],
            [{"index": 0, "function": {"arguments": ': "a"}'}}],
            [{"index": 0, "id": "b", "function": {"name": "bash", "arguments": ""}}],
            [{"index": 0, "id": "b", "function": {"name": "bash", "arguments": '{"n": "b"}'}}],
        ],
        # Without an index.
        [
            [{"id": "a", "function": {"name": "bash", "arguments": '{"n": "a"}'}}],
            [{"id": "b", "function": {"name": "bash", "arguments": '{"n":'}}],
            [{"function": {"arguments": ' "b"}'}}],
        ],
        # Interleaved, and arguments that are an object.
        [
            [{"index": 0, "id": "a", "function": {"name": "bash"}}, {"index": 1, "id": "b", "function": {}}],
            [{"index": 1, "function": {"name": "bash", "arguments": {"n": "b"}}}],
            [{"index": 0, "function": {"arguments": {"n": "a"}}}],
        ],
    ],
)
def test_calls_of_servers_that_count_badly(deltas: list[list[dict[str, Any]]]) -> None:
    said = talk().take(streamed(*({"tool_calls": delta} for delta in deltas)))
    assert calls(said) == [("a", "bash", {"n": "a"}), ("b", "bash", {"n": "b"})]


def test_thoughts_in_parts() -> None:
    """As Mistral's models have them, in one piece and as a stream; they go back in their place."""
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": "why"}]}
    text = {"type": "text", "text": "so"}
    whole = {"choices": [{"message": {"content": [thinking, text]}, "finish_reason": "stop"}]}
    for answer in (whole, streamed({"content": [thinking]}, {"content": [text]})):
        begun = talk()
        said = begun.take(answer)
        assert (said.text, said.thoughts) == ("so", ("why",))
        assert begun.body()["messages"][-1]["content"] == [thinking, text]


def test_refusals_and_filters() -> None:
    said = talk().take(streamed({"refusal": "I "}, {"refusal": "won't."}, finish="stop"))
    assert (said.refusal, said.text) == ("I won't.", "I won't.")
    said = talk().take(streamed({"content": "x"}, finish="content_filter"))
    assert (said.refusal, said.text) == ("a filter of the provider", "x")


def test_only_the_first_of_several_answers_counts() -> None:
    second = {"choices": [{"index": 1, "delta": {"content": "no"}, "finish_reason": "length"}]}
    first = {"choices": [{"index": 0, "delta": {"content": "yes"}, "finish_reason": "stop"}]}
    said = talk().take(gather(sse(second, first, second), ChatGathering()))
    assert (said.text, said.stop, said.cut) == ("yes", "stop", False)


def test_tokens() -> None:
    told = {"prompt_tokens": 9, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 4}}
    assert usage({"usage": told}) == Tokens(9, 2, 4)
    assert usage({"usage": {**told, "prompt_tokens_details": {"cached_tokens": 99}}}) == Tokens(9, 2, 9)
    assert usage({"usage": {"prompt_tokens": "9", "completion_tokens": 10**30}}) == Tokens(0, 0)
    assert usage({"usage": None}) is usage([]) is usage({"usage": {}}) is None


def test_the_key_is_in_one_header() -> None:
    assert headers("k") == {"Authorization": "Bearer k"}
    assert headers("") == {}
    with pytest.raises(ModelError, match="not a completion"):
        talk().take({"error": "x"})
