"""ATIF, the Agent Trajectory Interchange Format: one JSON document a trajectory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fauxcorp.scan.formats.base import Format, Place, arguments_of, moment, one, string, text_of
from fauxcorp.scan.formats.openai import returned
from fauxcorp.scan.items import Called, Head, Item, Said, Trajectory


def _fits(value: Any) -> bool:
    if not isinstance(value, Mapping) or not isinstance(value.get("steps"), list):
        return False
    version = value.get("schema_version")
    return (isinstance(version, str) and version.startswith("ATIF")) or isinstance(value.get("agent"), Mapping)


def _read(value: Any, place: Place) -> Iterator[Trajectory]:
    agent = value.get("agent")
    about: Mapping[str, Any] = agent if isinstance(agent, Mapping) else {}
    head = Head("atif", place.shown, place.line, string(value.get("session_id")), string(about.get("model_name")),
                string(about.get("name")))  # fmt: skip
    yield from one(head, _items(value["steps"], place))


def _items(steps: list[Any], place: Place) -> Iterator[Item]:
    for n, step in enumerate(steps):
        if not isinstance(step, Mapping):
            raise place.inside(f"steps.{n}").fail("no step: an object is expected")
        at = moment(step.get("timestamp"))
        source = step.get("source")
        thought = string(step.get("reasoning_content"))
        if thought:
            yield Said("thought", thought, at)
        text = text_of(step.get("message"))
        if text:
            yield Said("user" if source == "user" else "system" if source == "system" else "agent", text, at)
        yield from _acts(step, n, at)


def _acts(step: Mapping[str, Any], n: int, at: int | None) -> Iterator[Item]:
    calls = step.get("tool_calls")
    made: list[str] = []
    for k, call in enumerate(calls if isinstance(calls, list) else []):
        if isinstance(call, Mapping):
            identity = string(call.get("tool_call_id")) or f"{n}.{k}"
            made.append(identity)
            name = string(call.get("function_name")) or string(call.get("name"))
            yield Called(identity, name, arguments_of(call.get("arguments")), at)
    observation = step.get("observation")
    results = observation.get("results") if isinstance(observation, Mapping) else None
    for k, result in enumerate(results if isinstance(results, list) else []):
        if isinstance(result, Mapping):
            # A result of no call's belongs to the call in its place.
            call_id = string(result.get("source_call_id")) or (made[k] if k < len(made) else "")
            extra = result.get("extra")
            error = result.get("is_error") or (extra.get("is_error") if isinstance(extra, Mapping) else None)
            yield returned(call_id, result.get("content"), at, error=error)


FORMAT = Format("atif", "ATIF trajectories", _fits, read=_read)
