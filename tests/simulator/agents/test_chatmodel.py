"""The client of a model, against a real server on this machine."""

from __future__ import annotations

import socket

import pytest

from fauxcorp.agents.chatmodel import MAX_ANSWER, ChatModel
from fauxcorp.errors import ModelError, UserError

HELLO = [{"role": "user", "content": "Hello"}]


def test_asks_and_reads_the_answer(model_server):
    model = ChatModel(model_server.url + "/", "small", key="k-123")
    model_server.answer = lambda asked: model_server.completion("Good morning.")
    assert model.complete(HELLO) == "Good morning."
    (asked,) = model_server.asked
    assert (asked["path"], asked["model"], asked["messages"]) == ("/v1/chat/completions", "small", HELLO)
    assert model_server.keys == ["Bearer k-123"]
    assert "k-123" not in repr(model)
    model.close()


def test_without_a_key_none_is_sent(model_server):
    ChatModel(model_server.url, "small").complete(HELLO)
    assert model_server.keys == [None]


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (500, b"oops", "status 500"),
        (302, b"", "status 302"),
        (200, b"not json", "not a completion"),
        (200, b"[]", "not a completion"),
        (200, b'{"choices": []}', "not a completion"),
        (200, b'{"choices": [{"message": {"content": 7}}]}', "not a completion"),
        (200, b'{"choices": [{"message": {"content": null, "refusal": "no"}}]}', "refused"),
        (200, b'{"choices": [{"message": {"content": "x"}, "finish_reason": "content_filter"}]}', "refused"),
        (200, b'{"choices": [{"message": {"content": "x"}, "finish_reason": "length"}]}', "cut short"),
        (200, b" " * (MAX_ANSWER + 1), "answer too long"),
    ],
)
def test_what_is_no_answer_is_a_failure_of_a_known_kind(model_server, status, body, failure):
    model_server.answer = lambda asked: (status, body)
    with pytest.raises(ModelError, match=f"^{failure}$"):
        ChatModel(model_server.url, "small", key="k-123").complete(HELLO)


def test_a_server_that_takes_too_long(model_server):
    model_server.answer = lambda asked: (model_server.hold.wait(20), model_server.completion("late"))[1]
    with pytest.raises(ModelError, match=r"^timeout$"):
        ChatModel(model_server.url, "small", timeout=0.2).complete(HELLO)


def test_nobody_there():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        with pytest.raises(ModelError, match=r"^no connection$"):
            ChatModel(url, "small").complete(HELLO)


@pytest.mark.parametrize(
    "url", ["", "localhost:8000", "ftp://a/v1", "http://", "http://u:p@a.net/v1", "http://a/v1?key=x", "http://[::1"]
)
def test_a_url_that_is_none(url):
    with pytest.raises(UserError, match="not a base URL"):
        ChatModel(url, "small")


def test_a_key_that_is_none():
    with pytest.raises(UserError, match="not plain text") as caught:
        ChatModel("http://a.net/v1", "small", key="k\nX: y")
    assert "k\nX" not in str(caught.value)
