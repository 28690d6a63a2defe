from __future__ import annotations

import socket

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from fauxcorp.errors import UserError
from fauxcorp.serve.served import Served, listen


async def hello(request: Request) -> Response:
    return PlainTextResponse("hello")


APP = Starlette(routes=[Route("/", hello)])


def test_it_serves_from_with_to_its_end() -> None:
    served = Served(APP)
    with pytest.raises(UserError, match="not been started"):
        _ = served.url
    with served:
        assert httpx.get(served.url).text == "hello"
        url = served.url
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_addresses_that_cannot_be_had() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UserError, match="cannot listen"):
        listen("127.0.0.1", taken.getsockname()[1])
    for host, port in (("256.0.0.1", 0), ("127.0.0.1", 70_000), ("x" * 300, 0)):
        with pytest.raises(UserError, match="cannot listen"):
            listen(host, port)


def test_ipv6() -> None:
    with Served(APP, "::1") as served:
        assert served.url.startswith("http://[::1]:")
        assert httpx.get(served.url).text == "hello"
