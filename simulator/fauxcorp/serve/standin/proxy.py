"""A recording proxy in front of a real provider. Headers are not recorded, and keys nowhere."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from fauxcorp.errors import UserError
from fauxcorp.serve.standin.wire import Refused, body_of, error

TIMEOUT = httpx.Timeout(600.0, connect=20.0)
MAX_RECORDED = 32 * 1024 * 1024
"""Bytes of an answer that are recorded; all of it is handed on."""
_HOP = {
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding",
    "upgrade", "host", "content-length", "content-encoding", "accept-encoding",
}  # fmt: skip
_SECRET_HEADER = re.compile(r"auth|key|token|cookie|secret", re.IGNORECASE)
_SECRET_FIELD = re.compile(r"key|token|secret|auth|sig", re.IGNORECASE)
_KEY = re.compile(r"\b(?:sk|pk|rk|gsk|xai|hf|AIza)[-_A-Za-z0-9]{16,}")
MIN_SECRET = 8
GONE = "[key]"


def proxy_app(base_url: str, record: Path) -> Starlette:
    """The proxy. Raises UserError for a URL or a file that will not do."""
    base = _base(base_url)
    try:
        # Only its owner reads what models were asked.
        os.close(os.open(record, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    except OSError as problem:
        raise UserError(f"cannot write {record}: {problem.strerror}") from None

    async def entry(request: Request) -> Response:
        try:
            return await _pass_on(request, base, record)
        except ClientDisconnect:
            return Response(status_code=400)
        except Refused as refused:
            return error(refused.status, str(refused), anthropic=request.url.path.endswith("/messages"))

    return Starlette(routes=[Route("/{path:path}", entry, methods=["GET", "HEAD", "POST", "DELETE", "PUT", "PATCH"])])


def _base(url: str) -> str:
    try:
        parts = urlsplit(url)
        wrong = parts.scheme not in ("http", "https") or not parts.hostname or bool(parts.username or parts.query)
    except ValueError:
        wrong = True
    if wrong:
        raise UserError(f"not a base URL: {url!r}; e.g. https://api.example.com, without a user, password or query")
    return url.rstrip("/")


async def _pass_on(request: Request, base: str, record: Path) -> Response:
    body = await body_of(request)
    path = request.url.path
    if base.endswith("/v1") and path.startswith("/v1/"):
        path = path.removeprefix("/v1")
    headers = [(k, v) for k, v in request.headers.items() if k.lower() not in _HOP]
    secrets = _secrets(request)
    client = httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False)
    url = f"{base}{path}" + (f"?{request.url.query}" if request.url.query else "")
    try:
        outgoing = client.build_request(
            request.method, url, headers=[*headers, ("accept-encoding", "identity")], content=body or None
        )
        answer = await client.send(outgoing, stream=True)
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as problem:
        await client.aclose()
        raise Refused(502, f"the provider did not answer: {type(problem).__name__}") from None
    entry = {
        "method": request.method,
        "path": request.url.path,
        "query": {k: GONE if _SECRET_FIELD.search(k) else v for k, v in request.query_params.items()},
        "request": _readable(body),
        "status": answer.status_code,
        "content_type": answer.headers.get("content-type", ""),
    }
    back = {k: v for k, v in answer.headers.items() if k.lower() not in _HOP and k.lower() != "set-cookie"}
    return StreamingResponse(_copied(client, answer, entry, secrets, record), answer.status_code, back)


async def _copied(
    client: httpx.AsyncClient, answer: httpx.Response, entry: dict[str, Any], secrets: list[str], record: Path
) -> AsyncIterator[bytes]:
    """The answer as it comes, recorded when it ends or breaks off."""
    kept, whole = bytearray(), False
    try:
        with suppress(httpx.HTTPError):
            async for chunk in answer.aiter_bytes():
                if len(kept) < MAX_RECORDED:
                    kept += chunk
                yield chunk
            whole = True
    finally:
        entry |= {"answer": _readable(bytes(kept[:MAX_RECORDED])), "whole": whole and len(kept) <= MAX_RECORDED}
        line = _clean(entry, secrets)
        with record.open("ab") as file:
            file.write(orjson.dumps(line, option=orjson.OPT_SORT_KEYS) + b"\n")
        await answer.aclose()
        await client.aclose()


def _readable(data: bytes) -> Any:
    """JSON as it is, anything else as text."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return data.decode("utf-8", "replace")


def _secrets(request: Request) -> list[str]:
    """All that a request proves itself with, longest first."""
    found = {v.strip() for k, v in request.headers.items() if _SECRET_HEADER.search(k)}
    found |= {part for value in set(found) for part in value.split()}
    found |= {v for k, v in request.query_params.items() if _SECRET_FIELD.search(k)}
    return sorted((s for s in found if len(s) >= MIN_SECRET), key=lambda s: (-len(s), s))


def _clean(value: Any, secrets: list[str]) -> Any:
    """The value without secrets, at any depth."""
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, GONE)
        return _KEY.sub(GONE, value)
    if isinstance(value, list):
        return [_clean(v, secrets) for v in value]
    if isinstance(value, dict):
        return {_clean(k, secrets): _clean(v, secrets) for k, v in value.items()}
    return value
