"""Requests are sent again as long as that may help, after the time that the answer asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fauxcorp.agents.model import chat, exchange, messages, responses
from fauxcorp.agents.model.api import Api as Dialect
from fauxcorp.agents.model.exchange import Exchange
from fauxcorp.agents.model.said import ModelSettings, Tokens
from fauxcorp.agents.model.trouble import Trouble
from fauxcorp.core.wall import monotonic
from fauxcorp.errors import UserError

from .conftest import KEY, Answer, Api, Stream, sse

MakeApi = Callable[..., Api]


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited, without waiting."""
    found: list[float] = []
    monkeypatch.setattr(exchange, "sleep", found.append)
    return found


def to(url: str, api: Dialect = chat.API, **more: Any) -> Exchange:
    return Exchange(api, KEY, ModelSettings(base_url=url, **{"retries": 4, "timeout": 5.0, **more}))


def failed(api: Api, seconds: float | None = None, **more: Any) -> Trouble:
    with pytest.raises(Trouble) as raised:
        to(api.url, **more).ask({}, seconds)
    return raised.value


def test_it_waits_as_it_is_asked_to(make_api: MakeApi, waits: list[float]) -> None:
    dated = (("Retry-After", "Mon, 02 Mar 2026 09:00:07 GMT"),)
    api = make_api(
        Answer("", 429, (("Retry-After", "3"),)), Answer("", 529), Answer("", 500, dated),
        Answer("", 429, (("Retry-After", "99999"),)), {"a": 1},
    )  # fmt: skip
    assert to(api.url).ask({"q": 1}).body == {"a": 1}
    assert waits == [3.0, 1.0, 0.0, 60.0]  # the date is long past for the server, whose clock counts
    assert len(api.asked) == 5
    assert api.headers[0]["authorization"] == f"Bearer {KEY}"


def test_it_gives_up(make_api: MakeApi, waits: list[float]) -> None:
    found = failed(make_api(None), retries=2)
    assert (found.kind, str(found)) == ("unreached", "no connection (RemoteProtocolError), 3 times")
    assert waits == [0.5, 1.0]
    assert str(failed(make_api(Answer("", 503)), retries=0)) == "status 503"


def test_what_asking_again_does_not_mend(make_api: MakeApi, waits: list[float]) -> None:
    api = make_api(Answer({"error": {"message": f"key {KEY}\nis wrong"}}, 401))
    assert str(failed(api)) == "status 401: key [key] is wrong"
    assert (len(api.asked), waits) == (1, [])


def test_streams_that_break_off_are_asked_for_again(make_api: MakeApi, waits: list[float]) -> None:
    piece = {"choices": [{"delta": {"content": "Hi"}, "finish_reason": None}]}
    end = {"choices": [{"delta": {}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 7, "completion_tokens": 2}}
    overloaded = {"error": {"message": "so", "code": 529}}
    api = make_api(
        Stream(sse(piece), whole=False), Stream(sse(piece)), Stream(sse(overloaded, "[DONE]")),
        Stream(sse(piece, end, "[DONE]")),
    )  # fmt: skip
    answered = to(api.url).ask({"q": 1})
    assert answered.body["choices"][0]["message"]["content"] == "Hi"
    assert answered.tokens == Tokens(7, 2)
    assert waits == [0.5, 1.0, 2.0]
    found = failed(make_api(Stream(sse(piece), whole=False)), retries=1)
    assert (found.kind, str(found)) == ("nonsense", "the stream broke off, 2 times")


REFUSED = Answer({"error": {"message": "Unknown field: stream_options", "param": "x"}}, 422)
NO_STREAM = Answer({"error": {"message": "'stream' does not support true with this model"}}, 400)
NO_CIPHER = Answer({"error": {"message": "Encrypted content is not supported with this model."}}, 400)
NO_REASON = Answer({"error": {"message": "Unsupported parameter: 'reasoning.summary'"}}, 400)


@pytest.mark.parametrize(
    ("api", "answers", "fields"),
    [
        (chat.API, [], {"stream", "stream_options"}),
        (chat.API, [REFUSED], {"stream"}),
        (chat.API, [REFUSED, NO_STREAM], set()),
        (chat.API, [NO_STREAM], set()),
        (messages.API, [NO_STREAM], set()),
        (responses.API, [], {"stream", "include", "reasoning"}),
        (responses.API, [NO_CIPHER, NO_REASON], {"stream"}),
    ],
)
def test_what_an_api_does_not_take_is_left_out(
    make_api: MakeApi, waits: list[float], api: Dialect, answers: list[Answer], fields: set[str]
) -> None:
    server = make_api(*answers, {"a": 1})
    asker = to(server.url, api)
    assert asker.ask({"q": 1}).body == {"a": 1}
    assert set(server.asked[-1]) == {"q", *fields}
    assert asker.ask({"q": 1}).body == {"a": 1}
    assert len(server.asked) == len(answers) + 2
    assert waits == []


def test_other_complaints_leave_nothing_out(make_api: MakeApi) -> None:
    api = make_api(Answer({"error": {"message": "the upstream provider is at fault"}}, 400), {"a": 1})
    asker = to(api.url)
    with pytest.raises(Trouble, match="status 400: the upstream provider"):
        asker.ask({})
    asker.ask({})
    assert api.asked[1]["stream"] is True


def test_without_streams_none_is_asked_for(make_api: MakeApi) -> None:
    api = make_api({"a": 1})
    to(api.url, stream=False).ask({"q": 1})
    to(api.url, responses.API, stream=False).ask({"q": 1})
    assert [set(a) for a in api.asked] == [{"q"}, {"q", "include", "reasoning"}]


def test_a_whole_answer_has_its_time(make_api: MakeApi, waits: list[float]) -> None:
    slow = Stream((b": so\n\n",) * 100_000, pause=0.01)
    found = failed(make_api(slow), answer_seconds=0.2, retries=1)
    assert (found.kind, str(found), waits) == ("unreached", "timeout, 2 times", [0.5])


def test_all_that_an_episode_may_wait(make_api: MakeApi) -> None:
    slow = Stream((b": so\n\n",) * 100_000, pause=0.01)
    began = monotonic()
    found = failed(make_api(slow), seconds=0.3)
    assert (found.kind, str(found)) == ("late", "its time is up; last: timeout")
    api = make_api(Answer("", 429, (("Retry-After", "30"),)))
    found = failed(api, seconds=5)
    assert (found.kind, str(found), len(api.asked)) == ("late", "its time is up; last: status 429", 1)
    assert monotonic() - began < 5  # there is no use in waiting for what comes too late
    api = make_api({"a": 1})
    assert (failed(api, seconds=0.0).kind, api.asked) == ("late", [])
    assert (failed(api, seconds=-1.0).kind, api.asked) == ("late", [])


def test_keys_are_taken_out_of_answers(make_api: MakeApi) -> None:
    spelt = "".join(f"\\u{ord(c):04x}" for c in KEY)
    for body in ({"a": [f"your key is {KEY}"], KEY: 1}, f'{{"a": ["your key is {spelt}"], "{KEY}": 1}}'):
        assert to(make_api(body).url).ask({}).body == {"a": ["your key is [key]"], "[key]": 1}


def test_what_is_too_deep(make_api: MakeApi) -> None:
    deep: Any = {}
    for _ in range(253):
        deep = {"a": deep}
    assert str(failed(make_api(deep))) == "the answer is too deep"
    api = make_api({"a": 1})
    for _ in range(3):
        deep = {"a": deep}
    with pytest.raises(Trouble, match="cannot be sent back"):
        to(api.url).ask(deep)
    assert api.asked == []


def test_what_an_answer_costs(make_api: MakeApi) -> None:
    used, told = make_api({"usage": {"prompt_tokens": 10, "completion_tokens": 4}}), make_api({"a": 1})
    for api, usd in ((used, 18.0), (told, None)):
        asker = Exchange(chat.API, KEY, ModelSettings(base_url=api.url), lambda t: t.into + 2.0 * t.out)
        assert asker.ask({}).usd == usd
    assert to(used.url).ask({}).usd is None


@pytest.mark.parametrize("url", ["x", "ftp://x", "http://u:p@x/", "http://x/?a=1", "http://[", "http:///v1"])
def test_urls_that_will_not_do(url: str) -> None:
    with pytest.raises(UserError, match="not a base URL"):
        to(url)


@pytest.mark.parametrize("key", ["a\nb", "kéy"])
def test_a_key_that_is_no_text(key: str) -> None:
    with pytest.raises(UserError, match=r"\$OPENAI_API_KEY is not plain text"):
        Exchange(chat.API, key, ModelSettings())


def test_a_request_is_the_body_and_what_is_wanted(make_api: MakeApi) -> None:
    api = make_api({"a": 1})
    body = {"model": "m", "messages": [{"role": "user", "content": "é"}]}
    Exchange(replace(chat.API, path="/other"), "", ModelSettings(base_url=f"{api.url}/")).ask(body)
    assert api.asked == [{**body, "stream": True, "stream_options": {"include_usage": True}}]
    assert "authorization" not in api.headers[0]
