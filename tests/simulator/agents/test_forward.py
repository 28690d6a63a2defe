"""Requests that are handed on: to one server, with the key that the program does not have, and nothing of it back."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.agents import forward
from fauxcorp.agents.forward import Forward, model_place, tools_place
from fauxcorp.core.inside import Answered, Asked
from fauxcorp.errors import UserError

TOKEN, KEY = "sk-stand-in", "sk-the-real-key"


class Model:
    """A server; what it was asked, and with which headers."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.body = b"data: {}\n\n"
        self.status = 200
        self.url = ""


@pytest.fixture
def model() -> Iterator[Model]:
    made = Model()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            made.asked.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(made.status)
            for name, value in (
                ("Content-Type", "text/event-stream"), ("Request-Id", f"r-{KEY}"), ("Set-Cookie", "a=b"),
                ("Location", "http://elsewhere.example/"), ("Content-Length", str(len(made.body))),
            ):  # fmt: skip
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(made.body)

        do_GET = do_HEAD = do_POST

        def log_message(self, *arguments: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


def asked(target: str = "/v1/messages?beta=true", **headers: str) -> Asked:
    named = tuple((k.replace("_", "-"), v) for k, v in headers.items())
    return Asked("POST", target, named, b'{"model":"m"}')


def test_the_key_is_put_in_and_never_given_back(model: Model) -> None:
    model.body = f'{{"error": "bad key {KEY}"}}'.encode()
    sender = Forward(model.url, {TOKEN: KEY})
    said = sender(asked(Authorization=f"Bearer {TOKEN}", anthropic_beta="tools", Cookie="c=d", Host="models.x"))
    ((method, path, headers, body),) = model.asked
    assert (method, path, body) == ("POST", "/v1/messages?beta=true", b'{"model":"m"}')
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["anthropic-beta"] == "tools"
    assert headers["host"].startswith("127.0.0.1")
    assert "cookie" not in headers
    assert said.status == 200
    assert said.body == f'{{"error": "bad key {TOKEN}"}}'.encode()
    assert dict(said.headers) == {"content-type": "text/event-stream", "request-id": f"r-{TOKEN}"}
    sender.close()


def test_each_way_to_send_a_key(model: Model) -> None:
    sender = Forward(model.url, {TOKEN: KEY, "sk-other": "none"})
    sender(asked(x_api_key=TOKEN))
    sender(asked(api_key="sk-other", Authorization=f"Bearer {TOKEN}"))
    assert model.asked[0][2]["x-api-key"] == KEY
    assert (model.asked[1][2]["api-key"], model.asked[1][2]["authorization"]) == ("none", f"Bearer {KEY}")
    assert (sender.asked, sender.answered) == (2, 2)


def test_tools_get_no_key_at_all(model: Model) -> None:
    Forward(model.url)(asked(Authorization="Bearer x", mcp_protocol_version="2025-06-18"))
    headers = model.asked[0][2]
    assert "authorization" not in headers
    assert headers["mcp-protocol-version"] == "2025-06-18"


def test_failures_are_answers(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    sender = Forward(model.url, {TOKEN: KEY})
    model.status = 302
    said = sender(asked())
    assert (said.status, "location" in dict(said.headers), len(model.asked)) == (302, False, 1)
    model.status = 529
    assert sender(asked()).status == 529
    assert (sender.asked, sender.answered) == (2, 1)
    model.status, model.body = 200, b"x" * 101
    monkeypatch.setattr(forward, "MAX_ANSWER", 100)
    assert sender(asked()) == Answered(502)
    assert Forward("http://127.0.0.1:9/v1")(asked()) == Answered(502)
    sender.close()
    assert sender(asked()) == Answered(502)


@pytest.mark.parametrize("url", ["", "localhost:8000", "ftp://h/v1", "http://", "http://u:p@h/v1", "http://h/?k=v"])
def test_bad_urls(url: str) -> None:
    with pytest.raises(UserError, match="not a base URL"):
        Forward(url)


GOOD = """/v1/chat/completions /v1/responses /v1/responses/resp_1 /v1/messages /v1/messages/count_tokens /v1/models
/v1/models/org/name:free /v1/embeddings /v1/v1/messages /v1/v1beta/models/m:generate""".split()
BAD = """/ /v1 /v1/files /v1/batches /v2/messages /messages /v1/models/../files /v1/messages/ /v1/models/./x
/v1/messages/batches /v1/organizations/api_keys /v1/fine_tuning/jobs /v1x/messages""".split()


@pytest.mark.parametrize("path", GOOD)
def test_paths_of_a_model(path: str) -> None:
    place = model_place("models.x", Forward("http://h/v1"), {TOKEN: KEY})
    assert re.fullmatch(place.path, path)
    assert place.tokens == {TOKEN}


@pytest.mark.parametrize("path", BAD)
def test_paths_that_keep_what_they_get(path: str) -> None:
    place = model_place("models.x", Forward("http://h/v1"), {TOKEN: KEY})
    assert not re.fullmatch(place.path, path)


@given(st.text(max_size=40))
def test_no_path_leads_out_of_the_base(path: str) -> None:
    place = model_place("models.x", Forward("http://h/base/v1"), {})
    if re.fullmatch(place.path, path):
        assert path.startswith("/base/v1/")
        assert ".." not in path.split("/")


def test_the_tools_have_their_token_in_the_path() -> None:
    place = tools_place("tools.x", Forward("http://127.0.0.1:1/0a.b/mcp"))
    assert re.fullmatch(place.path, "/0a.b/mcp")
    assert not re.fullmatch(place.path, "/0axb/mcp")
    assert (place.tokens, sorted(place.methods)) == (frozenset(), ["DELETE", "GET", "POST"])
