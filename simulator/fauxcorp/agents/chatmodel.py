"""A client for chat completions as OpenAI's API has them, which most servers of models speak."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson

from fauxcorp.errors import ModelError, UserError

MAX_ANSWER = 400_000
"""Bytes of an answer that are read; a longer one is a failure."""


class ChatModel:
    """One model behind one base URL. `key` goes into the Authorization header and nowhere else."""

    __slots__ = ("_client", "_url", "model")

    def __init__(self, base_url: str, model: str, *, key: str = "", timeout: float = 30.0) -> None:
        """`timeout`: seconds for the whole of connecting, and for each wait. Raises UserError for a bad URL or key."""
        try:
            parts = urlsplit(base_url)
            wrong = parts.scheme not in ("http", "https") or not parts.hostname or bool(parts.username or parts.query)
        except ValueError:
            wrong = True
        if wrong:
            hint = "e.g. http://localhost:8000/v1, without a user, password or query"
            raise UserError(f"not a base URL: {base_url!r}; {hint}")
        if not key.isascii() or not key.isprintable():
            raise UserError("the key of the model is not plain text; look at the environment variable")
        self.model = model
        self._url = f"{base_url.rstrip('/')}/chat/completions"
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        # Redirects are not followed: the key is for this host only.
        self._client = httpx.Client(headers=headers, timeout=timeout, follow_redirects=False)

    def __repr__(self) -> str:
        return f"ChatModel({self.model!r})"

    def complete(self, messages: Sequence[dict[str, str]], *, max_tokens: int = 600) -> str:
        """The text that the model answers. Raises ModelError, its message the same for the same kind of failure."""
        body = {"model": self.model, "messages": list(messages), "temperature": 0, "max_tokens": max_tokens}
        try:
            with self._client.stream("POST", self._url, json=body) as response:
                if response.status_code != 200:
                    raise ModelError(f"status {response.status_code}")
                data = bytearray()
                for chunk in response.iter_bytes():
                    data += chunk
                    if len(data) > MAX_ANSWER:
                        raise ModelError("answer too long")
        except httpx.TimeoutException:
            raise ModelError("timeout") from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise ModelError("no connection") from None
        return _text(bytes(data))

    def close(self) -> None:
        """Close its connections."""
        self._client.close()


def _text(data: bytes) -> str:
    try:
        choice: Any = orjson.loads(data)["choices"][0]
        message = choice["message"]
        content, refusal = message.get("content"), message.get("refusal")
        stopped = choice.get("finish_reason")
    except (orjson.JSONDecodeError, KeyError, IndexError, TypeError, AttributeError):
        raise ModelError("not a completion") from None
    if refusal or stopped == "content_filter":
        raise ModelError("refused")
    if stopped == "length":
        raise ModelError("cut short")
    if not isinstance(content, str):
        raise ModelError("not a completion")
    return content
