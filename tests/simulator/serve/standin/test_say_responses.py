"""The parts of Responses that SDKs pass over but other clients need."""

from __future__ import annotations

from fauxcorp.serve.standin.said import Answer, Made
from fauxcorp.serve.standin.say_responses import body, events

from .conftest import asked

CALLS = (
    Made("a", "one", '{"x":1}', namespace="mcp__office__"),
    Made("b", "patch", "free text", kind="custom"),
    Made("c", "tool_search", '{"query":"q"}', kind="search"),
)
ANSWER = Answer("t", 1, "Words.", CALLS, tag="0a1b2c3d", digest="e" * 64)


def test_the_whole_series() -> None:
    series = list(events(ANSWER, asked("responses", [("user", "Go.")])))
    assert all(name == data["type"] for name, data in series)
    assert [data["sequence_number"] for _, data in series] == list(range(len(series)))
    assert [name.removeprefix("response.") for name, _ in series] == [
        "created", "in_progress",
        "output_item.added", "content_part.added", "output_text.delta", "output_text.done", "content_part.done",
        "output_item.done",
        "output_item.added", "function_call_arguments.delta", "function_call_arguments.done", "output_item.done",
        "output_item.added", "custom_tool_call_input.delta", "custom_tool_call_input.done", "output_item.done",
        "output_item.added", "output_item.done",
        "completed",
    ]  # fmt: skip
    done = [data["item"] for name, data in series if name == "response.output_item.done"]
    assert done == series[-1][1]["response"]["output"] == body(ANSWER, asked("responses", [("user", "Go.")]))["output"]
    assert series[0][1]["response"]["status"] == "in_progress"
    assert series[0][1]["response"]["usage"] is None


def test_items() -> None:
    message, function, custom, search = body(ANSWER, asked("responses", []))["output"]
    assert message["content"][0] == {"type": "output_text", "text": "Words.", "annotations": [], "logprobs": []}
    assert (function["namespace"], function["name"], function["call_id"]) == ("mcp__office__", "one", "call_a")
    assert (custom["type"], custom["input"]) == ("custom_tool_call", "free text")
    assert (search["type"], search["execution"], search["arguments"]) == ("tool_search_call", "client", {"query": "q"})
    assert len({i["id"] for i in (message, function, custom, search)}) == 4
