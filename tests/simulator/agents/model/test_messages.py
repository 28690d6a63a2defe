"""The conversation in the form of Messages."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.agents.model.messages import MessagesTalk, headers
from fauxcorp.agents.model.said import ModelSettings
from fauxcorp.core.session import Brief, ToolResult, ToolSpec
from fauxcorp.errors import ModelError

TOOL = ToolSpec("bash", "Runs a command.", {"type": "object", "properties": {}})
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["content", "type", "text", "thinking", "usage", "input", "name"]), inner)
    ),
    max_leaves=12,
)


def talk() -> MessagesTalk:
    return MessagesTalk("m", Brief("You are", "Do it"), [TOOL], ModelSettings(answer_tokens=77))


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
    usage = {"input_tokens": 5, "cache_read_input_tokens": 7, "output_tokens": 3}
    said = begun.take({"content": blocks, "stop_reason": "tool_use", "usage": usage})
    assert (said.text, said.thoughts, said.tokens_in, said.tokens_out) == ("hm", ("why",), 12, 3)
    begun.results([ToolResult("out"), ToolResult("no", is_error=True)])
    assert begun.body()["messages"][1:] == [
        {"role": "assistant", "content": blocks},
        {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "a", "content": "out"},
            {"type": "tool_result", "tool_use_id": "b", "content": "no", "is_error": True},
        ]},
    ]  # fmt: skip


def test_a_refusal() -> None:
    said = talk().take({"content": [{"type": "text", "text": "I will not."}], "stop_reason": "refusal"})
    assert (said.refusal, said.text) == ("I will not.", "")


@given(answer=JSON)
def test_nothing_is_too_odd(answer: Any) -> None:
    try:
        talk().take(answer)
    except ModelError:
        return


def test_the_version_is_named() -> None:
    assert headers("k") == {"anthropic-version": "2023-06-01", "x-api-key": "k"}
