"""Bodies and answers on the wire: size limits, packed bodies, errors as each protocol words them, event streams."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from fauxcorp.errors import UserError

MAX_BODY = 64 * 1024 * 1024
"""Bytes of a request, unpacked."""
_ANTHROPIC = {
    400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error",
    413: "request_too_large", 429: "rate_limit_error", 529: "overloaded_error",
}  # fmt: skip
_OPENAI = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_exceeded"}


class Refused(UserError):
    """A request that cannot be answered. `status` is the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


async def body_of(request: Request) -> bytes:
    """The body of a request, unpacked. Raises Refused."""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > MAX_BODY:
            raise Refused(413, f"the request is larger than {MAX_BODY} bytes")
    packing = request.headers.get("content-encoding", "identity").strip().lower()
    if packing in ("", "identity"):
        return bytes(data)
    if packing not in ("gzip", "deflate"):
        raise Refused(415, f"a body packed by {packing[:40]} is not understood; send it plain or by gzip")
    unpacker = zlib.decompressobj(wbits=47 if packing == "gzip" else 15)
    try:
        plain = unpacker.decompress(bytes(data), MAX_BODY + 1)
    except zlib.error:
        raise Refused(400, f"the body is not {packing}") from None
    if len(plain) > MAX_BODY:
        raise Refused(413, f"the request is larger than {MAX_BODY} bytes")
    return plain


def parsed(raw: bytes) -> dict[str, Any]:
    """A body as the object that it must be. Raises Refused."""
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Refused(400, f"the body is not JSON: {error}"[:300]) from None
    if not isinstance(body, dict):
        raise Refused(400, "the body is not a JSON object")
    return body


def in_json(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer in JSON."""
    return Response(orjson.dumps(value), status, {"content-type": "application/json", **(headers or {})})


def error(status: int, message: str, *, anthropic: bool, retry_after: int | None = None) -> Response:
    """An error as the protocol has it. One for which the request is to blame says that it must not be sent again."""
    if anthropic:
        kind = _ANTHROPIC.get(status, "invalid_request_error" if status < 500 else "api_error")
        body: dict[str, Any] = {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_0"}
    else:
        kind = _OPENAI.get(status, "invalid_request_error" if status < 500 else "server_error")
        body = {"error": {"message": message, "type": kind, "param": None, "code": None}}
    headers = {} if status in (408, 409, 429) or status >= 500 else {"x-should-retry": "false"}
    if retry_after is not None:
        headers["retry-after"] = str(retry_after)
    return in_json(body, status, headers)


async def stream(events: Iterable[tuple[str, Any]]) -> AsyncIterator[bytes]:
    """Server-sent events: name (none: left out) and data."""
    for name, data in events:
        head = f"event: {name}\n".encode() if name else b""
        yield head + b"data: " + (data.encode() if isinstance(data, str) else orjson.dumps(data)) + b"\n\n"
