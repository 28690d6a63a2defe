"""Errors and streams as they go over the wire."""

from __future__ import annotations

import asyncio
import json
import zlib
from typing import Any

import pytest
from starlette.requests import Request

from fauxcorp.serve.standin import wire
from fauxcorp.serve.standin.wire import Refused, body_of, error, parsed, stream


def unpacked(data: bytes, packing: str) -> bytes:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": data, "more_body": False}

    scope = {"type": "http", "method": "POST", "headers": [(b"content-encoding", packing.encode())]}
    return asyncio.run(body_of(Request(scope, receive)))


def test_packed_bodies(monkeypatch: pytest.MonkeyPatch) -> None:
    assert unpacked(zlib.compress(b"{}"), "deflate") == b"{}"
    assert unpacked(b"{}", "identity") == b"{}"
    monkeypatch.setattr(wire, "MAX_BODY", 1_000)
    with pytest.raises(Refused, match="larger than 1000 bytes"):
        unpacked(zlib.compress(b"x" * 100_000), "deflate")
    with pytest.raises(Refused, match="larger than 1000 bytes"):
        unpacked(b"x" * 1_001, "")


def test_errors_of_both_families() -> None:
    ours = json.loads(bytes(error(529, "full", anthropic=True).body))
    assert (ours["type"], ours["error"]) == ("error", {"type": "overloaded_error", "message": "full"})
    theirs = error(429, "slow", anthropic=False, retry_after=3)
    assert json.loads(bytes(theirs.body))["error"]["type"] == "rate_limit_exceeded"
    assert theirs.headers["retry-after"] == "3"
    assert "x-should-retry" not in theirs.headers
    assert error(400, "no", anthropic=True).headers["x-should-retry"] == "false"


def test_streams() -> None:
    async def all_of() -> bytes:
        return b"".join([part async for part in stream([("a", {"b": "ü\n"}), ("", "[DONE]")])])

    assert asyncio.run(all_of()).decode() == 'event: a\ndata: {"b":"ü\\n"}\n\ndata: [DONE]\n\n'


def test_bodies_that_are_none() -> None:
    with pytest.raises(Refused, match="not a JSON object"):
        parsed(b"3")
