"""The recording proxy: everything goes through, everything is written down but what is secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anthropic
import httpx
import openai
import pytest

from fauxcorp.errors import UserError
from fauxcorp.serve.standin.server import ModelServer, ProxyServer

from .conftest import body, made
from .sdks import WAYS

KEY = "very-secret-key-4711"


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return tmp_path / "record.jsonl"


@pytest.fixture
def proxy(record: Path) -> Iterator[ProxyServer]:
    with ModelServer(made()) as model, ProxyServer(f"{model.url}/v1", record) as running:
        yield running


def lines(record: Path) -> list[Any]:
    return [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("way", WAYS)
def test_sdks_through_it(proxy: ProxyServer, record: Path, way: str) -> None:
    got = WAYS[way][0](proxy.url, [{"role": "user", "content": "Do your work."}])
    assert [name for _, name, _ in got.calls] == ["mail_list"]
    proxy.__exit__(None, None, None)
    (line,) = lines(record)
    assert (line["status"], line["whole"], line["method"]) == (200, True, "POST")
    assert line["request"]["model"] == "m"
    assert isinstance(line["answer"], str if "stream" in way else dict)


def test_no_key_is_written(proxy: ProxyServer, record: Path) -> None:
    asked: Any = [{"role": "user", "content": f"My key is {KEY}, another sk-ant-{'a1' * 20}."}]
    openai.OpenAI(base_url=f"{proxy.url}/v1", api_key=KEY).chat.completions.create(model="m", messages=asked)
    anthropic.Anthropic(base_url=proxy.url, api_key=KEY).messages.create(model="m", max_tokens=9, messages=asked)
    httpx.post(f"{proxy.url}/v1/messages?key={KEY}&beta=true", json={"a": KEY}, headers={"cookie": f"s={KEY}"})
    text = record.read_text(encoding="utf-8")
    assert KEY not in text
    assert "a1a1" not in text
    assert lines(record)[2]["query"] == {"key": "[key]", "beta": "true"}
    assert record.stat().st_mode & 0o777 == 0o600


def test_errors_go_through(proxy: ProxyServer, record: Path) -> None:
    answer = httpx.post(f"{proxy.url}/v1/chat/completions", content=b"{")
    assert (answer.status_code, answer.headers["x-should-retry"]) == (400, "false")
    assert httpx.get(f"{proxy.url}/v1/models").json()["object"] == "list"
    assert [line["status"] for line in lines(record)] == [400, 200]


def test_a_provider_that_is_not_there(record: Path) -> None:
    with ModelServer(made()) as model:
        gone = model.url
    with ProxyServer(gone, record) as proxy:
        answer = httpx.post(f"{proxy.url}/v1/messages", json=body("messages", []))
        assert answer.status_code == 502
        assert "the provider did not answer: ConnectError" in answer.text


@pytest.mark.parametrize("url", ["", "ftp://x", "http://", "http://u:p@x", "https://x/?a=1", "http://[", "x"])
def test_base_urls_that_will_not_do(url: str, record: Path) -> None:
    with pytest.raises(UserError, match="not a base URL"):
        ProxyServer(url, record)


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot write"):
        ProxyServer("http://localhost:1", tmp_path)
