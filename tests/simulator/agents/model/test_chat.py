"""The conversation in the form of Chat Completions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.agents.model.chat import ChatTalk, headers
from fauxcorp.agents.model.said import ModelSettings
from fauxcorp.core.session import Brief, ToolResult, ToolSpec
from fauxcorp.errors import ModelError

TOOL = ToolSpec("bash", "Runs a command.", {"type": "object", "properties": {}})
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["choices", "message", "content", "tool_calls", "usage", "function"]), inner)
    ),
    max_leaves=12,
)


def talk() -> ChatTalk:
    return ChatTalk("m", Brief("You are", "Do it"), [TOOL], ModelSettings())


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


@given(answer=JSON)
def test_nothing_is_too_odd(answer: Any) -> None:
    try:
        talk().take(answer)
    except ModelError:
        return


def test_the_key_is_in_one_header() -> None:
    assert headers("k") == {"Authorization": "Bearer k"}
    assert headers("") == {}
    with pytest.raises(ModelError, match="not a completion"):
        talk().take({"error": "x"})
