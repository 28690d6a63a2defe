"""The parts of Anthropic Messages that SDKs pass over but other clients need."""

from __future__ import annotations

from fauxcorp.serve.standin.said import Answer, Made
from fauxcorp.serve.standin.say_messages import body, events

from .conftest import asked

ANSWER = Answer(
    "t", 1, "Words.", (Made("a", "one", '{"x":1}'), Made("b", "two", "{}")), tag="0a1b2c3d", digest="e" * 64
)


def test_a_stream() -> None:
    series = list(events(ANSWER, asked("messages", [("user", "Go.")])))
    assert all(name == data["type"] for name, data in series)
    kinds = [name for name, _ in series]
    assert (kinds[0], kinds[-2], kinds[-1]) == ("message_start", "message_delta", "message_stop")
    begun, ended = series[0][1]["message"], series[-2][1]
    for usage in (begun["usage"], ended["usage"]):
        assert usage["input_tokens"] > 0
        assert usage["output_tokens"] > 0
    assert (begun["stop_reason"], ended["delta"]["stop_reason"]) == (None, "tool_use")
    starts = [data for name, data in series if name == "content_block_start"]
    assert [s["index"] for s in starts] == [0, 1, 2]
    assert [s["content_block"].get("id") for s in starts] == [None, "toolu_a", "toolu_b"]
    assert [d["index"] for name, d in series if name == "content_block_stop"] == [0, 1, 2]


def test_in_one_piece() -> None:
    done = body(ANSWER, asked("messages", []))
    assert [b["type"] for b in done["content"]] == ["text", "tool_use", "tool_use"]
    assert done["content"][1]["input"] == {"x": 1}
    assert (done["type"], done["role"], done["stop_reason"], done["stop_sequence"]) == (
        "message", "assistant", "tool_use", None,
    )  # fmt: skip
    assert body(Answer("t", 0, ""), asked("messages", []))["content"] == [
        {"type": "text", "text": "", "citations": None}
    ]
