"""The conversation in the form of Responses."""

from __future__ import annotations

from typing import Any

import pytest

from fauxcorp.agents.model.responses import ResponsesGathering, ResponsesTalk, usage
from fauxcorp.agents.model.said import ModelSettings, Tokens
from fauxcorp.agents.model.stream import gather
from fauxcorp.agents.model.trouble import Again, Trouble
from fauxcorp.core.session import Brief, ToolResult, ToolSpec
from fauxcorp.errors import ModelError

from .conftest import sse

TOOL = ToolSpec("bash", "Runs a command.", {"type": "object", "properties": {}})
REASONING = {
    "id": "rs_1", "type": "reasoning", "encrypted_content": "cipher",
    "summary": [{"type": "summary_text", "text": "I look"}, {"type": "summary_text", "text": "first."}],
}  # fmt: skip
MESSAGE = {
    "id": "msg_1", "type": "message", "role": "assistant", "status": "completed",
    "content": [{"type": "output_text", "text": "hm", "annotations": []}],
}  # fmt: skip
CALL = {
    "id": "fc_1", "type": "function_call", "status": "completed", "call_id": "call_1", "name": "bash",
    "arguments": '{"command": "id"}',
}  # fmt: skip


def talk() -> ResponsesTalk:
    return ResponsesTalk("m", Brief("You are", "Do it"), [TOOL], ModelSettings())


def response(*items: Any, status: str = "completed", **more: Any) -> dict[str, Any]:
    return {"id": "resp_1", "object": "response", "status": status, "error": None, "output": list(items), **more}


def done(*items: Any) -> list[dict[str, Any]]:
    """The events that say that items are done."""
    return [{"type": "response.output_item.done", "output_index": n, "item": item} for n, item in enumerate(items)]


def test_the_first_request() -> None:
    body = talk().body()
    assert (body["instructions"], body["input"], body["store"]) == (
        "You are",
        [{"role": "user", "content": "Do it"}],
        False,
    )
    tool = {"type": "function", "name": "bash", "description": "Runs a command.", "parameters": TOOL.schema}
    assert body["tools"] == [{**tool, "strict": False}]
    assert set(ResponsesTalk("m", Brief("", "Do it"), [], ModelSettings()).body()) == {"model", "input", "store"}


def test_all_items_go_back_as_they_came() -> None:
    """Reasoning above all: the API refuses a call without the reasoning that led to it."""
    begun = talk()
    said = begun.take(response(REASONING, MESSAGE, CALL))
    assert (said.text, said.thoughts, said.stop) == ("hm", ("I look\n\nfirst.",), "completed")
    assert [(c.call.id, c.call.name, c.call.arguments) for c in said.calls] == [("call_1", "bash", {"command": "id"})]
    begun.results([ToolResult("out")])
    output = {"type": "function_call_output", "call_id": "call_1", "output": "out"}
    assert begun.body()["input"][1:] == [REASONING, MESSAGE, CALL, output]


def test_reasoning_in_full_where_a_server_gives_it() -> None:
    item = {**REASONING, "content": [{"type": "reasoning_text", "text": "I look, as I was asked to."}]}
    assert talk().take(response(item, MESSAGE)).thoughts == ("I look, as I was asked to.",)
    assert talk().take(response({"type": "reasoning", "summary": []}, MESSAGE)).thoughts == ()


@pytest.mark.parametrize("output", [[], [{**REASONING, "encrypted_content": "not all"}, CALL], None])
def test_the_items_of_a_stream_are_those_that_were_done(output: Any) -> None:
    """The last event has them once more, or has none, or a cipher that is not whole."""
    begun = {"type": "response.created", "response": response(status="in_progress")}
    early = {"type": "response.output_item.added", "output_index": 0, "item": {**REASONING, "encrypted_content": "c"}}
    last = {"type": "response.completed", "response": {**response(), "output": output}}
    answer = gather(sse(begun, early, *done(REASONING, CALL), last), ResponsesGathering())
    assert answer["output"] == [REASONING, CALL]
    whole = {"type": "response.completed", "response": response(REASONING, CALL)}
    assert gather(sse(whole), ResponsesGathering())["output"] == [REASONING, CALL]


@pytest.mark.parametrize(
    ("error", "kind", "passes"),
    [
        ({"code": "server_error", "message": "sorry"}, "unreached", True),
        ({"code": "rate_limit_exceeded", "message": "slow"}, "unreached", True),
        ({"code": "invalid_prompt", "message": "no"}, "refused", False),
        ({"code": "image_too_small", "message": "no"}, "unreached", False),
    ],
)
def test_what_failed(error: dict[str, Any], kind: str, passes: bool) -> None:
    failed = {"type": "response.failed", "response": response(status="failed", error=error)}
    for event in (failed, {"type": "error", **error}):
        with pytest.raises(Trouble) as raised:
            gather(sse(event), ResponsesGathering())
        assert (raised.value.kind, isinstance(raised.value, Again)) == (kind, passes)
    with pytest.raises(ModelError, match="the response has failed"):
        talk().take(response(status="failed"))


def test_refusals_and_ends() -> None:
    refusal = {**MESSAGE, "content": [{"type": "refusal", "refusal": "I will not."}]}
    said = talk().take(response(refusal))
    assert (said.refusal, said.text) == ("I will not.", "I will not.")
    for reason, refused, cut in (
        ("content_filter", "a filter of the provider", False),
        ("max_output_tokens", "", True),
    ):
        said = talk().take(response(MESSAGE, status="incomplete", incomplete_details={"reason": reason}))
        assert (said.refusal, said.cut, said.stop) == (refused, cut, reason)
    with pytest.raises(ModelError, match="not a response"):
        talk().take({"choices": []})


def test_tokens() -> None:
    told = {"input_tokens": 9, "output_tokens": 2, "input_tokens_details": {"cached_tokens": 4}}
    assert usage({"usage": told}) == Tokens(9, 2, 4)
    assert usage({"usage": None}) is None
