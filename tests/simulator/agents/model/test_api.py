"""What holds for every API: a stream is the answer in one piece, and both are read by what sends them."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.agents.model.api import Api
from fauxcorp.agents.model.make import APIS
from fauxcorp.agents.model.said import ModelSettings, Talk
from fauxcorp.agents.model.stream import gather
from fauxcorp.agents.model.trouble import Trouble
from fauxcorp.core.session import Brief, ToolResult, ToolSpec
from fauxcorp.errors import ModelError
from fauxcorp.serve.standin import reading, said

from . import dialects
from .conftest import sse

TOOL = ToolSpec("bash", "Runs a command.", {"type": "object", "properties": {"command": {"type": "string"}}})
ARGUMENTS = st.dictionaries(st.text(max_size=3), st.text(max_size=80), max_size=3).map(
    lambda d: orjson.dumps(d).decode()
)
GIVEN = st.builds(
    dialects.answer,
    text=st.text(max_size=90),
    calls=st.lists(
        st.tuples(st.sampled_from(["bash", "fly"]), ARGUMENTS | st.sampled_from(["{", "", "[1]"])), max_size=3
    ),
    stop=st.sampled_from(["", "length"]),
)
EVERY = pytest.mark.parametrize("provider", dialects.PROVIDERS)


def begun(api: Api) -> Talk:
    return api.talk("m", Brief("You are", "Do it"), [TOOL], ModelSettings())


@EVERY
@given(given=GIVEN)
def test_a_stream_is_the_answer_in_one_piece(provider: str, given: said.Answer) -> None:
    api = APIS[provider]
    body = dialects.whole(provider, given)
    gathered = gather(sse(*dialects.events(provider, given)), api.gathering())
    one, other = begun(api), begun(api)
    first, second = one.take(body), other.take(gathered)
    assert first == second
    for talk in (one, other):
        talk.results([ToolResult("out") for _ in first.calls])
    read = reading.READERS[dialects.PATHS[provider]]
    asked = [read(talk.body(), orjson.dumps(talk.body())) for talk in (one, other)]
    assert asked[0].calls == asked[1].calls
    assert [call.result for call in asked[0].calls] == ["out"] * len(given.calls)
    assert api.usage(body) == api.usage(gathered)
    assert getattr(api.usage(body), "into", 0) == dialects.TOKENS


@EVERY
@given(given=GIVEN, data=st.data())
def test_a_stream_that_ends_early_is_no_answer(provider: str, given: said.Answer, data: st.DataObject) -> None:
    events = dialects.events(provider, given)
    most = {"openai": len(events) - 3, "openai-responses": len(events) - 1, "anthropic": len(events) - 2}[provider]
    kept = data.draw(st.integers(0, max(0, most)))
    with pytest.raises(Trouble, match=r"broke off|empty stream"):
        gather(sse(*events[:kept]), APIS[provider].gathering())


@EVERY
def test_the_first_request_is_read_by_others(provider: str) -> None:
    api = APIS[provider]
    body = {**begun(api).body(), **{e.field: e.value for e in api.extras}}
    asked = reading.READERS[dialects.PATHS[provider]](body, orjson.dumps(body))
    assert (asked.model, asked.stream, asked.usage) == ("m", True, True)
    assert asked.talk == (("system", "You are"), ("user", "Do it"))
    assert [(t.name, t.about, t.schema) for t in asked.tools] == [("bash", "Runs a command.", TOOL.schema)]


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.sampled_from(["tool_use", "text_delta"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "type index delta choices message tool_calls function arguments name id content content_block item "
                "output output_index response usage input text summary finish_reason incomplete_details status".split()
            ),
            inner,
        )
    ),
    max_leaves=14,
)
KINDS = st.sampled_from(
    "message_start content_block_start content_block_delta message_delta message_stop response.completed "
    "response.output_item.done".split()
)


@EVERY
@given(answer=ODD, sent=st.lists(st.dictionaries(st.sampled_from(["choices", "message", "response"]), ODD), max_size=4),
       kinds=st.lists(KINDS, min_size=4, max_size=4))  # fmt: skip
def test_nothing_is_too_odd(provider: str, answer: Any, sent: list[Any], kinds: list[str]) -> None:
    api = APIS[provider]
    api.usage(answer)
    typed = [{"type": kind, **event} for kind, event in zip(kinds, sent, strict=False)]
    for events in (sent, typed, [answer]):
        try:
            begun(api).take(gather(sse(*events, "[DONE]"), api.gathering()))
        except ModelError:
            continue
    try:
        begun(api).take(answer)
    except ModelError:
        return


@EVERY
def test_keys_are_in_headers(provider: str) -> None:
    assert "k-123" in str(APIS[provider].headers("k-123"))
    assert not {"authorization", "x-api-key"} & {name.lower() for name in APIS[provider].headers("")}
