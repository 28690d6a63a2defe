"""The plain form: one JSON object a line, each a trajectory with typed events. The README documents it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fauxcorp.scan.formats.base import Format, Place, arguments_of, as_text, moment, number, one, string, text_of
from fauxcorp.scan.formats.openhands import is_event
from fauxcorp.scan.items import Called, Head, Item, Returned, Said, Trajectory

_SAID = {
    "user_message": "user", "system_message": "system", "agent_message": "agent", "agent_thought": "thought",
}  # fmt: skip
_RESULT = ("result", "stdout", "output", "reply")
_READS = ("file_read", "email_read", "tool_read")
"""Of these, `content` is what came back."""
_BY_OP = ("payment", "purchase", "account", "calendar", "record_change")
"""Of these, `op` is the name of the tool that was called."""
_NOT_ARGUMENTS = frozenset({
    "t", "time", "kind", "executed", "exit_code", "stdout", "stderr", "result", "output", "reply", "error", "id",
    "name", "op", "args",
})  # fmt: skip


def _fits(value: Any) -> bool:
    if not isinstance(value, Mapping) or not isinstance(value.get("events"), list):
        return False
    events = value["events"]
    typed = all(isinstance(e, Mapping) and isinstance(e.get("kind"), str) for e in events[:20])
    return typed and (bool(events) or "id" in value) and not any(is_event(e) for e in events[:20])


def _read(value: Any, place: Place) -> Iterator[Trajectory]:
    head = Head("plain", place.shown, place.line, string(value.get("id")), string(value.get("model")),
                string(value.get("agent")), string(value.get("cwd")))  # fmt: skip
    yield from one(head, _items(value, place))


def _items(value: Mapping[str, Any], place: Place) -> Iterator[Item]:
    for name, role in (("system_text", "system"), ("task_text", "user")):
        text = text_of(value.get(name))
        if text:
            yield Said("system" if role == "system" else "user", text)
    for n, event in enumerate(value["events"]):
        if not isinstance(event, Mapping) or not isinstance(event.get("kind"), str):
            raise place.inside(f"events.{n}").fail("no event: an object with a `kind` is expected")
        yield from _event(event, n)


def _event(event: Mapping[str, Any], n: int) -> Iterator[Item]:
    at = moment(event.get("time"))
    kind = event["kind"]
    if kind in _SAID:
        role = _SAID[kind]
        body = text_of(event.get("body", event.get("text")))
        yield Said(
            "user" if role == "user" else "system" if role == "system" else "thought" if role == "thought" else "agent",
            body, at,
        )  # fmt: skip
        return
    identity = string(event.get("id")) or str(event.get("t", n))
    name = string(event.get("name")) if kind in ("tool", "tool_read") else ""
    name = name or (string(event.get("op")) if kind in _BY_OP or "args" in event else "")
    arguments = arguments_of(event["args"]) if "args" in event else {}
    own = {k: v for k, v in event.items() if k not in _NOT_ARGUMENTS}
    if isinstance(arguments, Mapping):
        arguments = {**own, **({"op": event["op"]} if "op" in event and not name else {}), **arguments}
    yield Called(identity, name or kind, arguments, at, kinds=(kind,) if name else ())
    yield _result(event, identity, at)


def _result(event: Mapping[str, Any], identity: str, at: int | None) -> Returned:
    """What came back. The form records what was done, so an event without a result was; `executed` says otherwise."""
    names = (*_RESULT, "stderr", *(("content",) if event["kind"] in _READS else ()))
    parts = [as_text(event.get(name)) for name in names if event.get(name) is not None]
    error = event.get("error")
    if error:
        parts.append(as_text(error))
    executed = event.get("executed", True)
    failed = True if executed is False or error else None if executed is None else None if parts else False
    return Returned(identity, "\n".join(parts), failed, number(event.get("exit_code")), at=at)


FORMAT = Format("plain", "the plain form that the README documents", _fits, read=_read)
