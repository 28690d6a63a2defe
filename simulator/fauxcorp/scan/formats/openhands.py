"""Trajectories of OpenHands: lists of events, folders of events, and the output of its evaluations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fauxcorp.scan.formats.base import Format, Numbered, Place, as_text, moment, number, one, string, text_of
from fauxcorp.scan.items import Called, Head, Item, Returned, Said, Trajectory

_TALK = frozenset({"message", "finish", "reject", "system", "recall", "think", "task_tracking"})
_STATE = frozenset({"agent_state_changed", "change_agent_state", "null", "condensation", "condensation_request", ""})
_REJECTED = frozenset({"user_rejected", "UserRejectObservation"})


def _events(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, Mapping):
        for name in ("history", "trajectory", "events"):
            if isinstance(value.get(name), list):
                return list(value[name])
    return []


def is_event(value: Any) -> bool:
    """Whether an object is one event, of the first generation or of the software agent SDK."""
    if not isinstance(value, Mapping):
        return False
    if "source" in value and ("action" in value or "observation" in value) and not isinstance(value.get("kind"), str):
        return "args" in value or "content" in value or "extras" in value or "message" in value
    kind = value.get("kind")
    return isinstance(kind, str) and (kind.endswith(("Event", "Observation"))) and "source" in value


def _fits(value: Any) -> bool:
    found = _events(value)
    return bool(found) and any(is_event(e) or _is_pair(e) for e in found[:20])


def _is_pair(value: Any) -> bool:
    """Older histories pair each action with its observation."""
    return isinstance(value, list) and len(value) == 2 and is_event(value[0])


def _read(value: Any, place: Place) -> Iterator[Trajectory]:
    about = value if isinstance(value, Mapping) else {}
    identity = string(about.get("instance_id")) or string(about.get("id"))
    meta = about.get("metadata")
    llm = meta.get("llm_config") if isinstance(meta, Mapping) else None
    model = string(llm.get("model")) if isinstance(llm, Mapping) else ""
    found: list[Any] = []
    for entry in _events(value):
        found += entry if _is_pair(entry) else [entry]
    head = Head("openhands", place.shown, place.line, identity, model, "openhands")
    yield from one(head, _items(iter(found)))


def _join(lines: Numbered, place: Place) -> Iterator[Trajectory]:
    """Events one a line, or one a file of a folder."""
    head = Head("openhands", place.shown, 0, "", "", "openhands")
    yield from one(head, _items(value for _, value in lines))


def _items(events: Iterator[Any]) -> Iterator[Item]:
    for n, event in enumerate(events):
        if not is_event(event):
            continue
        at = moment(event.get("timestamp"))
        if isinstance(event.get("kind"), str):
            yield from _modern(event, at)
        elif "action" in event:
            yield from _action(event, string(event.get("id")) or str(n), at)
        else:
            yield from _observation(event, at)


def _action(event: Mapping[str, Any], identity: str, at: int | None) -> Iterator[Item]:
    kind = string(event.get("action"))
    args = event.get("args")
    arguments: Mapping[str, Any] = args if isinstance(args, Mapping) else {}
    thought = string(arguments.get("thought"))
    if thought:
        yield Said("agent", thought, at)
    if kind in _STATE:
        return
    if kind in _TALK:
        text = string(arguments.get("content")) or string(event.get("message"))
        source = event.get("source")
        role = "system" if kind == "system" else "user" if source == "user" else "agent"
        if text and kind != "recall":
            yield Said("user" if role == "user" else "system" if role == "system" else "agent", text, at)
        return
    name = string(arguments.get("name")) if kind in ("call_tool_mcp", "mcp") else kind
    given = arguments.get("arguments") if kind in ("call_tool_mcp", "mcp") else dict(arguments)
    yield Called(identity, name or kind, given, at)
    if arguments.get("confirmation_state") == "rejected":
        yield Returned(identity, "rejected by the user", True, refused=True, at=at)


def _observation(event: Mapping[str, Any], at: int | None) -> Iterator[Item]:
    kind = string(event.get("observation"))
    cause = event.get("cause")
    if kind in _STATE or cause is None:
        return
    extras = event.get("extras")
    more: Mapping[str, Any] = extras if isinstance(extras, Mapping) else {}
    meta = more.get("metadata")
    code = number(more.get("exit_code"))
    if code is None and isinstance(meta, Mapping):
        code = number(meta.get("exit_code"))
    text = text_of(event.get("content"))
    failed = True if kind == "error" or (kind == "edit" and text.startswith("ERROR")) else None
    yield Returned(string(cause), text, failed, code, kind in _REJECTED, at)


def _modern(event: Mapping[str, Any], at: int | None) -> Iterator[Item]:
    """Events of the software agent SDK."""
    kind = string(event.get("kind"))
    identity = string(event.get("tool_call_id")) or string(event.get("action_id"))
    if kind == "ActionEvent":
        action = event.get("action")
        arguments = {k: v for k, v in action.items() if k != "kind"} if isinstance(action, Mapping) else {}
        thought = text_of(event.get("thought"))
        if thought:
            yield Said("agent", thought, at)
        name = string(event.get("tool_name")) or (string(action.get("kind")) if isinstance(action, Mapping) else "")
        yield Called(identity, name, arguments, at)
    elif kind == "ObservationEvent":
        found = event.get("observation")
        observation: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
        text = text_of(observation.get("content")) or as_text(observation.get("output"))
        code = number(observation.get("exit_code"))
        if code is None and isinstance(observation.get("metadata"), Mapping):
            code = number(observation["metadata"].get("exit_code"))
        error = observation.get("is_error") is True or bool(observation.get("error"))
        yield Returned(identity, text, True if error else None, code, at=at)
    elif kind in _REJECTED:
        yield Returned(identity, string(event.get("rejection_reason")), True, refused=True, at=at)
    elif kind == "AgentErrorEvent":
        yield Returned(identity, string(event.get("error")), True, at=at)
    elif kind in ("MessageEvent", "SystemPromptEvent"):
        message = event.get("llm_message") or event.get("system_prompt")
        text = text_of(message.get("content", message.get("text")) if isinstance(message, Mapping) else message)
        source = event.get("source")
        if text:
            role = "system" if kind == "SystemPromptEvent" else "user" if source == "user" else "agent"
            yield Said("user" if role == "user" else "system" if role == "system" else "agent", text, at)


FORMAT = Format("openhands", "trajectories of OpenHands", _fits, read=_read)
EVENTS = Format("openhands", "events of OpenHands, one a line or a file", is_event, join=_join)
