"""The API of a script: official SDKs parse what it answers, and it takes what clients send."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any

import anthropic
import httpx
import openai
import pytest

from fauxcorp.serve.standin.app import REPEATS
from fauxcorp.serve.standin.server import ModelServer
from fauxcorp.serve.standin.turns import BENIGN

from .conftest import DIALECTS, TOOLS, body, made
from .sdks import WAYS, chat, messages


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(made()) as running:
        yield running


def post(server: ModelServer, dialect: str, request: Any, **more: Any) -> httpx.Response:
    data = request if isinstance(request, bytes) else json.dumps(request).encode()
    return httpx.post(f"{server.url}/v1/{dialect}", content=data, timeout=30, **more)


@pytest.mark.parametrize("way", WAYS)
def test_official_sdks(server: ModelServer, way: str) -> None:
    ask, after = WAYS[way]
    talk: list[Any] = [{"role": "user", "content": "Do your work."}]
    found = []
    for _ in range(4):
        got = ask(server.url, talk)
        assert ask(server.url, talk).calls == got.calls
        assert min(got.tokens) > 0
        found.append(got)
        talk = [*talk, *after(got)]
    ids = [id for got in found for id, _, _ in got.calls] + [got.id for got in found]
    assert len(set(ids)) == len(ids) == 8
    assert [got.text for got in found] == ["I look.", "", "Now I write.", "Sent, as k7 wanted."]
    assert [name for got in found for _, name, _ in got.calls] == list(TOOLS)
    assert json.loads(found[2].calls[0][2]) == {"to": "ann@example.com", "body": "Re k7: ok"}
    assert [got.stop for got in found] == {
        "chat": ["tool_calls", "tool_calls", "tool_calls", "stop"],
        "responses": ["completed"] * 4,
        "messages": ["tool_use", "tool_use", "tool_use", "end_turn"],
        "beta": ["tool_use", "tool_use", "tool_use", "end_turn"],
    }[way.partition("-")[0]]
    assert server.report.clean, server.report.lines()
    with pytest.raises((openai.BadRequestError, anthropic.BadRequestError), match="the nearest is turn 4"):
        ask(server.url, [*talk, {"role": "user", "content": "More?"}])


def test_goes_on_from_a_response(server: ModelServer) -> None:
    client = openai.OpenAI(base_url=f"{server.url}/v1", api_key="any", max_retries=0)
    tools: Any = body("responses", [])["tools"]
    given: Any = "Do your work."
    previous, texts = None, []
    for _ in range(4):
        done = client.responses.create(model="m", input=given, tools=tools, previous_response_id=previous)
        texts.append(done.output_text)
        previous = done.id
        given = [
            {"type": "function_call_output", "call_id": item.call_id, "output": "id=k7 an invoice"}
            for item in done.output
            if item.type == "function_call"
        ]
    assert texts[-1] == "Sent, as k7 wanted."


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_same_request_too_often(dialect: str) -> None:
    request = body(dialect, [("user", "Go.")])
    with ModelServer(made(), repeats=3) as server:
        codes = [post(server, dialect, {**request, "stream": n % 2 == 0}).status_code for n in range(4)]
        assert codes == [200, 200, 200, 400]
        last = post(server, dialect, request)
        assert last.headers["x-should-retry"] == "false"
        assert "the same request came more than 3 times in a row; it gets turn 1 each time" in last.text
        assert post(server, dialect, body(dialect, [("user", "A title.")], [])).status_code == 200
        assert post(server, dialect, request).status_code == 400
        assert post(server, dialect, body(dialect, [("user", "Other.")])).status_code == 200
        assert post(server, dialect, request).status_code == 200
    assert REPEATS == 20
    with ModelServer(made(), repeats=0) as server:
        assert {post(server, dialect, request).status_code for _ in range(REPEATS + 2)} == {200}


def test_failures_that_the_script_wants() -> None:
    turns = [{"call": "mail_list", "fail": {"status": 429, "times": 2, "retry_after": 0}}]
    with ModelServer(made(turns=turns)) as server:
        first = post(server, "messages", body("messages", [("user", "Go.")], max_tokens=9))
        assert (first.status_code, first.headers["retry-after"]) == (429, "0")
        assert first.json()["error"]["type"] == "rate_limit_error"
        client = anthropic.Anthropic(base_url=server.url, api_key="any", max_retries=2)
        done = client.messages.create(**body("messages", [("user", "Go.")]), max_tokens=9)
        assert done.stop_reason == "tool_use"
        assert server.report.as_json()["refused"][0]["times"] == 2


@pytest.mark.parametrize(("status", "kind"), [(500, openai.InternalServerError), (529, openai.APIStatusError)])
def test_other_failures(status: int, kind: type[Exception]) -> None:
    with ModelServer(made(turns=[{"call": "mail_list", "fail": {"status": status}}])) as server:
        with pytest.raises(kind):
            chat(server.url, [{"role": "user", "content": "Go."}])
        assert chat(server.url, [{"role": "user", "content": "Go."}]).calls


def test_a_search_again(server: ModelServer) -> None:
    talk: list[Any] = [{"role": "user", "content": "Go."}]
    tools = [{"name": "ToolSearch", "input_schema": {"type": "object", "properties": {"query": {"type": "string"}}}}]
    for _ in range(2):
        request = {"model": "m", "messages": talk, "tools": tools}
        content = post(server, "messages", request).json()["content"]
        result = {"type": "tool_result", "tool_use_id": content[0]["id"], "content": "none yet"}
        talk += [{"role": "assistant", "content": content}, {"role": "user", "content": [result]}]
    got = messages(server.url, talk)
    assert [name for _, name, _ in got.calls] == ["mail_list"]
    assert (server.report.searches, server.report.requests) == (2, 3)


def test_ways_to_end() -> None:
    with ModelServer(made(turns=[{"say": "I will not.", "stop": "refusal"}])) as server:
        asked: list[Any] = [{"role": "user", "content": "Go."}]
        assert chat(server.url, asked).raw.refusal == "I will not."
        assert messages(server.url, asked).stop == "refusal"
        done = post(server, "responses", body("responses", [("user", "Go.")])).json()
        assert done["output"][0]["content"] == [{"type": "refusal", "refusal": "I will not."}]
    with ModelServer(made(turns=[{"say": "And then", "stop": "length"}])) as server:
        assert chat(server.url, asked).stop == "length"
        assert messages(server.url, asked).stop == "max_tokens"
        text = post(server, "responses", body("responses", [("user", "Go.")], stream=True)).text
        assert "event: response.incomplete\n" in text
        assert '"reason":"max_output_tokens"' in text


def test_what_clients_ask_besides(server: ModelServer) -> None:
    assert httpx.head(server.url).status_code == 200
    assert httpx.get(server.url).json() == {"status": "ok"}
    assert openai.OpenAI(base_url=f"{server.url}/v1", api_key="x").models.list().data[0].id == "script"
    listed = anthropic.Anthropic(base_url=server.url, api_key="x").models.list()
    assert [m.display_name for m in listed] == ["script"]
    assert httpx.get(f"{server.url}/v1/models/some/name").json()["id"] == "some/name"
    counted = anthropic.Anthropic(base_url=server.url, api_key="x").messages.count_tokens(
        model="m", messages=[{"role": "user", "content": "word " * 100}]
    )
    assert counted.input_tokens > 100
    assert post(server, "responses/input_tokens", {"input": "x"}).json()["object"] == "response.input_tokens"
    assert httpx.get(f"{server.url}/other").status_code == 404
    missing = post(server, "embeddings", {})
    assert missing.status_code == 404
    assert "/v1/chat/completions, /v1/responses, /v1/messages" in missing.json()["error"]["message"]


def test_any_path_header_and_packing(server: ModelServer) -> None:
    request = body("chat/completions", [("user", "Go.")])
    for path in ("/chat/completions", "/openai/deployments/m/chat/completions?api-version=9"):
        assert httpx.post(f"{server.url}{path}", json=request).json()["object"] == "chat.completion"
    headers = {
        "x-api-key": "k",
        "authorization": "Bearer k",
        "anthropic-beta": "a,b",
        "anthropic-version": "1999-01-01",
    }
    asked = body("messages", [("user", "Go.")])
    assert post(server, "messages?beta=true", asked, headers=headers).json()["type"] == "message"
    packed = gzip.compress(json.dumps(asked).encode())
    assert post(server, "messages", packed, headers={"content-encoding": "gzip"}).status_code == 200
    assert post(server, "messages", b"x", headers={"content-encoding": "gzip"}).status_code == 400
    assert post(server, "messages", b"x", headers={"content-encoding": "zstd"}).status_code == 415


@pytest.mark.parametrize("dialect", DIALECTS)
def test_large_bodies(server: ModelServer, dialect: str) -> None:
    request = body(dialect, [("user", "word " * 400_000)])
    assert len(json.dumps(request)) > 2_000_000
    assert post(server, dialect, request).status_code == 200


BAD = (
    b"",
    b"{",
    b"[]",
    b"null",
    b'"x"',
    b"\xff\xfe",
    b'{"a": NaN}',
    b"[" * 100_000,
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("data", BAD, ids=range(len(BAD)))
def test_what_is_no_request(server: ModelServer, dialect: str, data: bytes) -> None:
    answer = post(server, dialect, data)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith("the body is not ")
    assert answer.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_empty_request_is_one_beside(server: ModelServer, dialect: str) -> None:
    assert BENIGN in post(server, dialect, {}).text
    assert BENIGN[:3] in post(server, dialect, {"stream": True}).text


def test_broken_arguments() -> None:
    with ModelServer(made(turns=[{"call": "mail_list", "raw": '{"a": '}])) as server:
        asked: list[Any] = [{"role": "user", "content": "Go."}]
        assert chat(server.url, asked).calls[0][2] == '{"a": '
        assert post(server, "messages", body("messages", [("user", "Go.")])).json()["content"][0]["input"] == '{"a": '
        text = post(server, "messages", body("messages", [("user", "Go.")], stream=True)).text
        assert '"partial_json":"{\\"a\\": "' in text


def test_a_client_that_goes_away(server: ModelServer) -> None:
    with httpx.stream(
        "POST", f"{server.url}/v1/messages", json=body("messages", [("user", "Go.")], stream=True)
    ) as half:
        next(half.iter_raw(10))
    assert chat(server.url, [{"role": "user", "content": "Go."}]).calls
