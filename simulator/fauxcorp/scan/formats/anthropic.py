"""Lists of messages as Anthropic's Messages API has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fauxcorp.scan.formats.base import MAX_BLOCKS, Format, Place, as_text, moment, one, string, text_of
from fauxcorp.scan.items import Called, Head, Item, Returned, Said, Trajectory

_BLOCKS = frozenset({"tool_use", "tool_result", "thinking", "redacted_thinking", "server_tool_use", "mcp_tool_use"})


def _messages(value: Any) -> list[Any]:
    found = value.get("messages") if isinstance(value, Mapping) else value
    return found if isinstance(found, list) else []


def _fits(value: Any) -> bool:
    """Told from OpenAI's by the blocks that only Anthropic's messages have."""
    return any(
        isinstance(block, Mapping) and string(block.get("type")) in _BLOCKS
        for message in _messages(value)[:200]
        if isinstance(message, Mapping) and isinstance(message.get("content"), list)
        for block in message["content"][:50]
    )


def _read(value: Any, place: Place) -> Iterator[Trajectory]:
    about = value if isinstance(value, Mapping) else {}
    head = Head("anthropic", place.shown, place.line, string(about.get("id")), string(about.get("model")))
    yield from one(head, _items(about, _messages(value), place))


def _items(about: Mapping[str, Any], messages: list[Any], place: Place) -> Iterator[Item]:
    if about.get("system"):
        yield Said("system", text_of(about["system"]))
    for n, message in enumerate(messages):
        if not isinstance(message, Mapping):
            raise place.inside(f"messages.{n}").fail("no message: an object with role and content is expected")
        yield from of_message(message, moment(message.get("timestamp")))


def of_message(message: Mapping[str, Any], at: int | None, cwd: str = "") -> Iterator[Item]:
    """The items of one message."""
    role = message.get("role")
    content = message.get("content")
    blocks = content if isinstance(content, list) else [{"type": "text", "text": text_of(content)}]
    for block in blocks[:MAX_BLOCKS]:
        if isinstance(block, str):
            block = {"type": "text", "text": block}
        if not isinstance(block, Mapping):
            continue
        kind = block.get("type")
        if kind in ("tool_use", "server_tool_use", "mcp_tool_use"):
            yield Called(string(block.get("id")), string(block.get("name")), block.get("input"), at, cwd)
        elif isinstance(kind, str) and kind.endswith("tool_result"):
            failed = block.get("is_error")
            told = failed if isinstance(failed, bool) else None
            yield Returned(string(block.get("tool_use_id")), as_text(block.get("content")), told, at=at)
        elif kind == "thinking":
            yield Said("thought", string(block.get("thinking")), at)
        else:
            text = string(block.get("text"))
            if text:
                yield Said("agent" if role == "assistant" else "system" if role == "system" else "user", text, at)


FORMAT = Format("anthropic", "messages of Anthropic's Messages API", _fits, read=_read)
