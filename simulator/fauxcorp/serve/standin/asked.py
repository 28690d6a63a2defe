"""What a client asks of a model, in words that the three protocols share."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

MAX_DEPTH = 60
"""Levels of a body that are looked into."""
_TEXT_KEYS = ("text", "content", "output", "thinking")
_PASSING = ("metadata", "client_metadata", "prompt_cache_key", "user", "safety_identifier", "stream", "stream_options")
"""Fields that may differ where a request is sent again."""

Kind = Literal["function", "custom", "search"]


@dataclass(frozen=True, slots=True)
class Offered:
    """A tool as the client names it. `kind`: a function, free text, or the search of a client that defers its tools."""

    name: str
    schema: dict[str, Any] = field(default_factory=dict)
    namespace: str = ""
    kind: Kind = "function"
    about: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A call that stands in the request. `result` None: none is there; `failed` None: the protocol does not say."""

    id: str
    name: str
    result: str | None = None
    failed: bool | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    model: str
    stream: bool
    tools: tuple[Offered, ...]
    calls: tuple[Seen, ...]
    talk: tuple[tuple[str, str], ...]
    """Who and what, in order: `assistant`, `user`, `system` or `tool` and the text, `call` and the id of a call."""
    raw: bytes
    """The request as it came."""
    schema: dict[str, Any] | None = None
    """The JSON Schema that the answer must be of."""
    forced: str = ""
    """The one tool that must be called."""
    single: bool = False
    """Only one call at a time."""
    usage: bool = True
    """Whether a stream ends with the usage."""
    previous: str = ""
    """The id of the response that this request goes on from."""

    @property
    def digest(self) -> str:
        """The same for a request that is sent again."""
        return digest_of(self.raw)

    @property
    def tokens(self) -> int:
        """About how many tokens it has."""
        return len(self.raw) // 4 + 1


def digest_of(raw: bytes) -> str:
    """SHA-256 of a body without what may differ from one sending to the next."""
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        body = None
    if isinstance(body, dict):
        raw = orjson.dumps({k: v for k, v in body.items() if k not in _PASSING}, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(raw).hexdigest()


def squeeze(text: str) -> str:
    """Text with any white space as one blank."""
    return " ".join(text.split())


def items(value: Any) -> Iterator[dict[str, Any]]:
    """The objects of a list, whatever else stands in it."""
    if isinstance(value, list):
        yield from (v for v in value if isinstance(v, dict))


def obj(value: Any) -> dict[str, Any]:
    """An object, or an empty one in place of anything else."""
    return value if isinstance(value, dict) else {}


def word(value: Any) -> str:
    """A string, or an empty one in place of anything else."""
    return value if isinstance(value, str) else ""


def text_of(value: Any, depth: int = 0) -> str:
    """The text of a content that is a string, blocks, or blocks in blocks."""
    if isinstance(value, str):
        return value
    if depth > MAX_DEPTH:
        return ""
    if isinstance(value, list):
        return "\n".join(filter(None, (text_of(v, depth + 1) for v in value)))
    if isinstance(value, dict):
        return next((found for k in _TEXT_KEYS if (found := text_of(value.get(k), depth + 1))), "")
    return ""


def readings(text: str) -> list[str]:
    """A tool's result as it came, and unwrapped where a client hands over the protocol's blocks as JSON."""
    out = [text]
    starts = [0, *(n + 1 for n in (text.rfind("\n[", 0, 2_000), text.rfind("\n{", 0, 2_000)) if n >= 0)]
    for start in starts:
        part = text[start:].strip()
        if part[:1] not in ("[", "{"):
            continue
        try:
            inner = text_of(orjson.loads(part))
        except orjson.JSONDecodeError:
            continue
        if inner and len(inner) < len(text):
            out += [inner, *(r for r in readings(inner)[1:] if len(out) < 4)]
    return out
