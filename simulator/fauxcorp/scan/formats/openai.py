"""Lists of messages and items as OpenAI's APIs have them: Chat Completions and Responses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fauxcorp.scan.formats.base import Format, Place, arguments_of, as_text, moment, number, one, string, text_of
from fauxcorp.scan.items import Called, Head, Item, Returned, Said, Trajectory

_ITEMS = frozenset({
    "message", "function_call", "function_call_output", "custom_tool_call", "custom_tool_call_output", "reasoning",
    "local_shell_call", "local_shell_call_output", "shell_call", "shell_call_output", "apply_patch_call",
    "apply_patch_call_output", "mcp_call", "computer_call", "computer_call_output", "web_search_call",
    "code_interpreter_call", "file_search_call", "tool_search_call", "tool_search_output",
})  # fmt: skip
_ROLES = {"system": "system", "developer": "system", "user": "user"}


def entries(value: Any) -> list[Any] | None:
    """The list of messages or items that a document holds, or None."""
    if isinstance(value, list):
        return value
    if not isinstance(value, Mapping):
        return None
    for name in ("messages", "conversation", "items", "traj", "trajectory"):
        if isinstance(value.get(name), list):
            return list(value[name])
    start, rest = value.get("input"), value.get("output")
    if isinstance(rest, list):
        before = start if isinstance(start, list) else [{"role": "user", "content": start}] if start else []
        return [*before, *rest]
    return None


def _fits(value: Any) -> bool:
    found = entries(value)
    if not found or not all(isinstance(e, Mapping) for e in found[:20]):
        return False
    return all(_is_entry(e) for e in found[:20])


def _is_entry(entry: Mapping[str, Any]) -> bool:
    if entry.get("role") in ("system", "developer", "user", "assistant", "tool", "function"):
        return "content" in entry or "tool_calls" in entry or "function_call" in entry
    return string(entry.get("type")) in _ITEMS


def _read(value: Any, place: Place) -> Iterator[Trajectory]:
    about = value if isinstance(value, Mapping) else {}
    identity = next(
        (string(about.get(n)) for n in ("id", "session_id", "conversation_id", "task_id") if about.get(n)), ""
    )
    head = Head("openai", place.shown, place.line, identity, string(about.get("model")), string(about.get("agent")))
    yield from one(head, _items(about, entries(value) or [], place))


def _items(about: Mapping[str, Any], found: list[Any], place: Place) -> Iterator[Item]:
    for name in ("instructions", "system"):
        if about.get(name):
            yield Said("system", text_of(about[name]))
    for n, entry in enumerate(found):
        if not isinstance(entry, Mapping):
            raise place.inside(str(n)).fail("neither a message nor an item: an object is expected")
        yield from of_entry(entry, str(n))


def of_entry(entry: Mapping[str, Any], number_: str = "", at: int | None = None) -> Iterator[Item]:
    """The items that one message of Chat Completions, or one item of Responses, stands for."""
    at = at if at is not None else moment(entry.get("timestamp") or entry.get("created_at"))
    kind = entry.get("type")
    if kind in _ITEMS and kind != "message":
        yield from _item(str(kind), entry, at)
        return
    role = entry.get("role")
    if role in ("tool", "function"):
        call = string(entry.get("tool_call_id")) or string(entry.get("name"))
        yield returned(call, entry.get("content"), at, error=entry.get("error") or entry.get("is_error"))
        return
    text = text_of(entry.get("content"))
    if role in _ROLES:
        if text:
            yield Said("user" if role == "user" else "system", text, at)
        return
    thought = entry.get("reasoning_content") or entry.get("reasoning")
    if isinstance(thought, str) and thought:
        yield Said("thought", thought, at)
    if text:
        yield Said("agent", text, at)
    yield from _calls(entry, number_, at)


def _calls(entry: Mapping[str, Any], number_: str, at: int | None) -> Iterator[Item]:
    calls = entry.get("tool_calls")
    for n, call in enumerate(calls if isinstance(calls, list) else []):
        if not isinstance(call, Mapping):
            continue
        function = call.get("function") or call.get("custom") or call
        if isinstance(function, str):
            # AgentDojo, Inspect and others keep the name there, and the arguments beside it.
            function = {"name": function, "arguments": call.get("arguments", call.get("args"))}
        if isinstance(function, Mapping):
            arguments = function.get("arguments", function.get("input", function.get("args")))
            identity = string(call.get("id")) or f"{number_}.{n}"
            yield Called(identity, string(function.get("name")), arguments_of(arguments), at)
    old = entry.get("function_call")
    if isinstance(old, Mapping):
        name = string(old.get("name"))
        yield Called(name, name, arguments_of(old.get("arguments")), at)


def _item(kind: str, item: Mapping[str, Any], at: int | None) -> Iterator[Item]:
    identity = string(item.get("call_id")) or string(item.get("id"))
    if kind.endswith("_output"):
        status = item.get("status")
        yield returned(identity, item.get("output"), at, error=status == "failed" or None)
        return
    match kind:
        case "function_call":
            yield Called(identity, string(item.get("name")), arguments_of(item.get("arguments")), at)
        case "custom_tool_call":
            yield Called(identity, string(item.get("name")), {"input": as_text(item.get("input"))}, at)
        case "reasoning":
            text = text_of(item.get("summary")) or text_of(item.get("content"))
            if text:
                yield Said("thought", text, at)
        case "mcp_call":
            yield Called(identity, string(item.get("name")), arguments_of(item.get("arguments")), at)
            yield returned(identity, item.get("output"), at, error=item.get("error"))
        case "code_interpreter_call":
            yield Called(identity, kind, {"code": as_text(item.get("code"))}, at)
            if item.get("outputs") is not None:
                yield returned(identity, item.get("outputs"), at, error=item.get("status") == "failed" or None)
        case _:
            action = item.get("action") or item.get("operation") or {}
            yield Called(identity, kind, dict(action) if isinstance(action, Mapping) else {"action": action}, at)


def returned(identity: str, output: Any, at: int | None, error: Any = None) -> Returned:
    """What came back of a call; an exit code is taken where it stands in a structure of its own."""
    code = None
    value = arguments_of(output) if isinstance(output, str) and output.startswith("{") else output
    if isinstance(value, Mapping):
        meta = value.get("metadata")
        for holder in (value, meta if isinstance(meta, Mapping) else {}):
            code = number(holder.get("exit_code")) if code is None else code
        if code is not None:
            parts = [as_text(value.get(n)) for n in ("output", "stdout", "stderr") if value.get(n)]
            output = "\n".join(parts)
    text = as_text(output)
    if error and error is not True:
        told = as_text(error.get("message", error) if isinstance(error, Mapping) else error)
        text = f"{text}\n{told}" if text else told
    return Returned(identity, text, True if error else None, code, at=at)


FORMAT = Format("openai", "messages of Chat Completions, items of Responses", _fits, read=_read)
