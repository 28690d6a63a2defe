"""Requests to a model's API: with patience for what passes, and a plain word for what does not."""

from __future__ import annotations

import os
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson

from fauxcorp.core.wall import sleep
from fauxcorp.errors import ModelError, UserError

MAX_ANSWER = 16 * 1024 * 1024
"""Bytes of an answer that are read; a longer one is a failure."""
FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0
"""Seconds before a request is sent again, if the answer names no time; doubled each time."""
PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
MAX_SAID = 300
"""Characters of an error's text that are told on."""


class Unreached(ModelError):
    """The model gave no answer at all."""


class Exchange:
    """One API behind one base URL. Keys go into its headers and nowhere else."""

    def __init__(self, base_url: str, headers: Mapping[str, str], *, timeout: float, retries: int) -> None:
        """`timeout`: seconds for each wait. Raises UserError for a bad URL or key."""
        try:
            parts = urlsplit(base_url)
            wrong = parts.scheme not in ("http", "https") or not parts.hostname or bool(parts.username or parts.query)
        except ValueError:
            wrong = True
        if wrong:
            raise UserError(f"not a base URL: {base_url!r}; e.g. http://localhost:8000/v1, without user or query")
        if not all(v.isascii() and v.isprintable() for v in headers.values()):
            raise UserError("the key of the model is not plain text; look at the environment variable")
        self._url, self._retries = base_url.rstrip("/"), retries
        self._secrets = [part for value in headers.values() for part in value.split() if len(part) >= 8]
        self._headers, self._timeout = dict(headers), timeout
        self._held: tuple[int, httpx.Client] | None = None

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """The answer's JSON. Raises ModelError for one that is none, Unreached once it is of no use to ask again."""
        try:
            content = orjson.dumps(body)
        except TypeError as error:
            raise ModelError(f"what it said cannot be sent back to it: {error}") from None
        for attempt in range(self._retries + 1):
            wait = min(FIRST_WAIT * 2**attempt, LONGEST_WAIT)
            try:
                status, headers, data = self._send(f"{self._url}{path}", content)
            except httpx.TimeoutException:
                trouble = "timeout"
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                trouble = f"no connection ({type(error).__name__})"
            else:
                if status == 200:
                    return _json(data)
                trouble = f"status {status}{self._said(data)}"
                if status not in PASSING:
                    raise Unreached(trouble)
                wait = min(_after(headers, wait), LONGEST_WAIT)
            if attempt < self._retries:
                sleep(wait)
        raise Unreached(f"{trouble}, {self._retries + 1} times")

    def close(self) -> None:
        """Close its connections."""
        if self._held is not None:
            self._held[1].close()
            self._held = None

    def _client(self) -> httpx.Client:
        """One for each process, as connections cannot be shared between them."""
        if self._held is None or self._held[0] != os.getpid():
            # Redirects are not followed: the key is for this host only.
            client = httpx.Client(headers=self._headers, timeout=self._timeout, follow_redirects=False)
            self._held = os.getpid(), client
        return self._held[1]

    def _send(self, url: str, content: bytes) -> tuple[int, httpx.Headers, bytes]:
        headers = {"Content-Type": "application/json"}
        with self._client().stream("POST", url, content=content, headers=headers) as response:
            data = bytearray()
            for chunk in response.iter_bytes():
                data += chunk
                if len(data) > MAX_ANSWER:
                    raise ModelError("answer too long")
            return response.status_code, response.headers, bytes(data)

    def _said(self, data: bytes) -> str:
        """What an error's body says, on one line and without keys."""
        try:
            error = orjson.loads(data)["error"]
            text = error["message"] if isinstance(error, dict) else error
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return ""
        text = " ".join(str(text).split())
        for secret in self._secrets:
            text = text.replace(secret, "[key]")
        return f": {text[:MAX_SAID]}"


def _json(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        raise ModelError("the answer is not JSON") from None


def _after(headers: httpx.Headers, usual: float) -> float:
    """Seconds that the answer asks to wait: a number, or a time, held against the answer's own."""
    text = headers.get("retry-after", "")
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(text) - parsedate_to_datetime(headers["date"])).total_seconds())
    except (ValueError, TypeError, KeyError):
        return usual
