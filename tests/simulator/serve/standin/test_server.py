"""A server from `with` to its end."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from fauxcorp.errors import UserError
from fauxcorp.serve.standin.server import ModelServer, ProxyServer

from .conftest import body, made


def test_on_loopback_and_gone_afterwards() -> None:
    with ModelServer(made()) as server:
        assert server.url.startswith("http://127.0.0.1:")
        assert httpx.get(server.url).status_code == 200
        url = server.url
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_many_at_once() -> None:
    with ModelServer(made(), repeats=0) as server, ThreadPoolExecutor(8) as pool:

        def ask(stream: bool) -> Any:
            request = body("messages", [("user", "Go.")], stream=stream)
            return httpx.post(f"{server.url}/v1/messages", json=request, timeout=30).status_code

        assert set(pool.map(ask, [True, False] * 20)) == {200}
        assert server.report.requests == 40


def test_an_address_that_cannot_be_had() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UserError, match=f"cannot listen on 127.0.0.1 port {port}: "):
            ModelServer(made(), port=port).__enter__()
    with pytest.raises(UserError, match=r"cannot listen on no\.such\.host\.invalid"):
        ModelServer(made(), host="no.such.host.invalid").__enter__()
    with pytest.raises(UserError, match="has not been started"):
        _ = ModelServer(made()).url


def test_a_proxy_in_front_of_a_script(tmp_path: Path) -> None:
    with ModelServer(made()) as server, ProxyServer(server.url, tmp_path / "r.jsonl") as proxy:
        got = httpx.post(f"{proxy.url}/v1/messages", json=body("messages", [("user", "Go.")]))
        assert got.json()["stop_reason"] == "tool_use"
    assert (tmp_path / "r.jsonl").read_text().count("\n") == 1
