"""Hands requests on over HTTP, to one server: a program's tools, or its model with the key that it does not have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from threading import Lock
from urllib.parse import urlsplit

import httpx

from fauxcorp.core.inside import Answered, Asked, Place
from fauxcorp.errors import UserError

MAX_ANSWER = 32 * 1024 * 1024
"""Bytes of an answer that are handed back; a longer one is a failure of the server."""
SECONDS = 600.0
"""How long a model may think."""
MODEL_PATHS = (
    r"(?:/v\d[a-z0-9]{0,10})?/(?:chat/completions|completions|responses(?:/[\w-]{1,200})?|messages(?:/count_tokens)?"
    r"|embeddings|models(?:/(?!\.\.?(?:/|$))[\w.:@-]{1,200}){0,3})"
)
"""What models are asked by, below their base URL: no files, no batches, nothing that keeps what it gets."""
_ASKED = re.compile(
    r"(?:accept|content-type|user-agent|anthropic-[\w-]+|openai-[\w-]+|mcp-[\w-]+|x-stainless-[\w-]+)", re.IGNORECASE
)
_ANSWERED = re.compile(
    r"(?:content-type|retry-after(?:-ms)?|request-id|x-request-id|x-ratelimit-[\w-]+|anthropic-[\w-]+|openai-[\w-]+"
    r"|mcp-[\w-]+|x-should-retry)", re.IGNORECASE
)  # fmt: skip
_KEYS = re.compile(r"authorization|x-api-key|api-key|x-goog-api-key", re.IGNORECASE)


class Forward:
    """One server's origin, and what stands in place of tokens on the way to it."""

    def __init__(self, base_url: str, keys: Mapping[str, str] | None = None) -> None:
        """`keys`: by the tokens that the program has instead. Raises UserError for a URL that will not do."""
        try:
            parts = urlsplit(base_url)
            wrong = parts.scheme not in ("http", "https") or not parts.hostname or bool(parts.username or parts.query)
        except ValueError:
            wrong = True
        if wrong:
            raise UserError(f"not a base URL: {base_url!r}; e.g. http://localhost:8000/v1, without user or query")
        self._origin, self.path = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
        self._keys = dict(keys or {})
        # Redirects are not followed: the key is for this host only.
        self._client = httpx.Client(timeout=SECONDS, follow_redirects=False)
        self._lock = Lock()
        self.asked = self.answered = 0
        """Requests that came, and those that were answered without an error."""

    def __call__(self, asked: Asked) -> Answered:
        """What the server answers; 502 where it does not."""
        headers = [(k, v) for k, v in asked.headers if _ASKED.fullmatch(k)]
        headers += [(k, self._key(v)) for k, v in asked.headers if _KEYS.fullmatch(k) and self._keys]
        with self._lock:
            self.asked += 1
        try:
            status, answer, body = self._send(asked, headers)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, RuntimeError):
            return Answered(502)
        with self._lock:
            self.answered += status < 400
        return Answered(status, tuple((k, self._plain(v)) for k, v in answer if _ANSWERED.fullmatch(k)), body)

    def close(self) -> None:
        """Close its connections; what is being answered is given up."""
        with suppress(RuntimeError):
            self._client.close()

    def _send(self, asked: Asked, headers: list[tuple[str, str]]) -> tuple[int, list[tuple[str, str]], bytes]:
        url = f"{self._origin}{asked.target}"
        with self._client.stream(asked.method, url, headers=headers, content=asked.body or None) as response:
            data = bytearray()
            for chunk in response.iter_bytes():
                data += chunk
                if len(data) > MAX_ANSWER:
                    return 502, [], b""
            return response.status_code, response.headers.multi_items(), self._without_keys(bytes(data))

    def _key(self, value: str) -> str:
        scheme, gap, token = value.rpartition(" ")
        return f"{scheme}{gap}{self._keys.get(token, token)}"

    def _plain(self, value: str) -> str:
        for token, key in self._keys.items():
            value = value.replace(key, token)
        return value

    def _without_keys(self, body: bytes) -> bytes:
        for token, key in self._keys.items():
            body = body.replace(key.encode(), token.encode())
        return body


def model_place(host: str, forward: Forward, tokens: Mapping[str, str]) -> Place:
    """A model behind a name of the sealed network."""
    path = f"{re.escape(forward.path)}{MODEL_PATHS}"
    return Place(host, frozenset({"GET", "HEAD", "POST"}), path, frozenset(tokens), forward)


def tools_place(host: str, forward: Forward) -> Place:
    """An MCP server whose path has the token in it."""
    return Place(host, frozenset({"GET", "POST", "DELETE"}), re.escape(forward.path), frozenset(), forward)
