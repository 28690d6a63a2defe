"""The parts of Chat Completions that SDKs pass over but other clients need."""

from __future__ import annotations

from fauxcorp.serve.standin.said import Answer, Made
from fauxcorp.serve.standin.say_chat import body, events

from .conftest import asked

CALLS = (Made("a", "one", '{"x":"' + "y" * 100 + '"}'), Made("b", "patch", "free text", kind="custom"))
ANSWER = Answer("t", 1, "Some words.", CALLS, tag="0a1b2c3d", digest="e" * 64)


def test_a_stream() -> None:
    request = asked("chat/completions", [("user", "Go.")], stream=True, stream_options={"include_usage": True})
    *chunks, end = [data for name, data in events(ANSWER, request) if not name]
    assert end == "[DONE]"
    assert {c["id"] for c in chunks} == {body(ANSWER, request)["id"]}
    *said, usage = chunks
    assert (usage["choices"], usage["usage"]["completion_tokens"]) == ([], ANSWER.tokens)
    assert all(c["usage"] is None and c["choices"][0]["index"] == 0 for c in said)
    assert said[0]["choices"][0]["delta"]["role"] == "assistant"
    assert [c["choices"][0]["finish_reason"] for c in said] == [None] * (len(said) - 1) + ["tool_calls"]
    parts = [t for c in said for t in c["choices"][0]["delta"].get("tool_calls", [])]
    firsts = [p for p in parts if "id" in p]
    assert [(p["index"], p["id"], p["type"]) for p in firsts] == [(0, "call_a", "function"), (1, "call_b", "custom")]
    assert "".join(p["function"]["arguments"] for p in parts if p["index"] == 0) == CALLS[0].arguments
    assert "".join(p["custom"]["input"] for p in parts if p["index"] == 1) == "free text"


def test_no_usage_unless_asked_for() -> None:
    request = asked("chat/completions", [("user", "Go.")], stream=True)
    assert not [d for _, d in events(ANSWER, request) if isinstance(d, dict) and "usage" in d]
    assert body(ANSWER, request)["usage"]["total_tokens"] == request.tokens + ANSWER.tokens


def test_in_one_piece() -> None:
    (choice,) = body(ANSWER, asked("chat/completions", []))["choices"]
    assert choice["message"]["content"] == "Some words."
    assert choice["message"]["tool_calls"][1]["custom"] == {"name": "patch", "input": "free text"}
    only = body(Answer("t", 1, calls=CALLS[:1]), asked("chat/completions", []))["choices"][0]["message"]
    assert only["content"] is None
