from __future__ import annotations

from typing import Any, cast

import pytest
from anthropic.types import ToolUseBlock
from hypothesis import given
from hypothesis import strategies as st
from openai.types.chat import ChatCompletionMessageToolCall
from openai.types.responses import ResponseFunctionToolCall

from fauxcorp.errors import UserError
from fauxcorp.testing import LiveEpisode
from fauxcorp.testing.dialects import DIALECTS, Dialect, read_call, tools_in

ARGUMENTS = '{"command": "echo hello"}'
CHAT: dict[str, Any] = {"id": "c1", "type": "function", "function": {"name": "bash", "arguments": ARGUMENTS}}
RESPONSES: dict[str, Any] = {"type": "function_call", "call_id": "c1", "name": "bash", "arguments": ARGUMENTS}
MESSAGES: dict[str, Any] = {"type": "tool_use", "id": "c1", "name": "bash", "input": {"command": "echo hello"}}
TOLD = {
    "openai": {"role": "tool", "tool_call_id": "c1", "content": "hello"},
    "openai-responses": {"type": "function_call_output", "call_id": "c1", "output": "hello"},
    "anthropic": {"type": "tool_result", "tool_use_id": "c1", "content": "hello", "is_error": False},
    "mcp": {"content": [{"type": "text", "text": "hello"}], "isError": False},
}


@pytest.mark.parametrize(
    ("dialect", "call"),
    [
        ("openai", CHAT),
        ("openai", ChatCompletionMessageToolCall.model_validate(CHAT)),
        ("openai-responses", RESPONSES),
        ("openai-responses", ResponseFunctionToolCall.model_validate(RESPONSES)),
        ("anthropic", MESSAGES),
        ("anthropic", ToolUseBlock.model_validate(MESSAGES)),
        ("mcp", {"name": "bash", "arguments": {"command": "echo hello"}}),
    ],
)
def test_calls_as_the_sdks_have_them(live: LiveEpisode, dialect: str, call: Any) -> None:
    assert live.dispatch(call) == TOLD[dialect]


def test_tools_as_the_apis_want_them(live: LiveEpisode) -> None:
    shapes = {d: tools_in(d, live.driven.tools)[0] for d in DIALECTS}
    name = live.driven.tools[0].name
    assert shapes["openai"]["function"]["name"] == shapes["anthropic"]["name"] == shapes["mcp"]["name"] == name
    assert (shapes["openai-responses"]["type"], shapes["openai-responses"]["name"]) == ("function", name)
    assert "input_schema" in shapes["anthropic"]
    assert "inputSchema" in shapes["mcp"]
    with pytest.raises(UserError, match="there are: openai"):
        tools_in(cast(Dialect, "nope"), live.driven.tools)


@pytest.mark.parametrize("arguments", ["{no json", "[1]", "5", "nul"])
def test_arguments_that_are_none_are_the_results_error(live: LiveEpisode, arguments: str) -> None:
    told = live.dispatch({"id": "c1", "function": {"name": "bash", "arguments": arguments}})
    assert told["content"].startswith("Invalid arguments")
    assert live.events[-2]["fauxcorp.tool.refused"]


@given(st.recursive(st.none() | st.text() | st.integers(), lambda x: st.dictionaries(st.text(), x) | st.lists(x)))
def test_what_is_no_call(value: Any) -> None:
    with pytest.raises(UserError, match="not a call"):
        read_call(value)
