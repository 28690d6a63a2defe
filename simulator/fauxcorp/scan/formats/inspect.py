"""Logs of Inspect: .eval archives (one entry a sample) and .json."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fauxcorp.scan.formats.base import Format, Place, as_text, moment, one, string, text_of
from fauxcorp.scan.formats.openai import of_entry
from fauxcorp.scan.items import Called, Head, Item, Returned, Said, Trajectory
from fauxcorp.scan.limits import MAX_DEPTH

_REFERENCES = ("attachment://", "tc://")


def _fits(value: Any) -> bool:
    if not isinstance(value, Mapping):
        return False
    return isinstance(value.get("eval"), Mapping) and ("samples" in value or "plan" in value)


def is_sample(value: Any) -> bool:
    """Whether a document is one sample of a log, as an entry of an archive is."""
    return isinstance(value, Mapping) and "epoch" in value and isinstance(value.get("messages"), list)


def _read(value: Any, place: Place) -> Iterator[Trajectory]:
    model = string(value["eval"].get("model"))
    task = string(value["eval"].get("task"))
    samples = value.get("samples")
    for n, sample in enumerate(samples if isinstance(samples, list) else []):
        if not is_sample(sample):
            raise place.inside(f"samples.{n}").fail("no sample: an object with id, epoch and messages is expected")
        yield from of_sample(sample, place.inside(f"samples.{n}"), model, task)


def of_sample(sample: Mapping[str, Any], place: Place, model: str = "", task: str = "") -> Iterator[Trajectory]:
    """The trajectory of one sample."""
    identity = f"{task or 'sample'}-{string(sample.get('id'))}-{string(sample.get('epoch'))}"
    head = Head("inspect", place.shown, place.line, identity, model)
    attachments = sample.get("attachments")
    texts: Mapping[str, Any] = attachments if isinstance(attachments, Mapping) else {}
    yield from one(head, _items(sample, texts))


def _items(sample: Mapping[str, Any], texts: Mapping[str, Any]) -> Iterator[Item]:
    """Events of tools tell more than messages do: times, and the calls of agents within agents."""
    events = [e for e in _list(sample.get("events")) if isinstance(e, Mapping)]
    tools = {string(e.get("id")): e for e in events if e.get("event") == "tool"}
    told: set[str] = set()
    for message in _list(sample.get("messages")):
        if not isinstance(message, Mapping):
            continue
        for item in of_entry(_resolved(message, texts)):
            if isinstance(item, Called) and item.id in tools:
                told.add(item.id)
                yield from _of_event(tools[item.id], texts)
            elif not (isinstance(item, Returned) and item.id in tools):
                yield item
        for thought in _thoughts(message):
            yield Said("thought", thought)
    for identity, event in tools.items():
        if identity not in told:
            yield from _of_event(event, texts)


def _of_event(event: Mapping[str, Any], texts: Mapping[str, Any]) -> Iterator[Item]:
    event = _resolved(event, texts)
    identity, at = string(event.get("id")), moment(event.get("timestamp"))
    yield Called(identity, string(event.get("function")), event.get("arguments"), at)
    error = event.get("error")
    pending = event.get("pending") is True
    if pending:
        return
    text = as_text(event.get("result"))
    if isinstance(error, Mapping):
        text = f"{text}\n{string(error.get('message'))}".strip()
        refused = error.get("type") == "approval"
        yield Returned(identity, text, True, refused=refused, at=moment(event.get("completed")) or at)
        return
    failed = True if event.get("failed") is True else None
    yield Returned(identity, text, failed, at=moment(event.get("completed")) or at)


def _thoughts(message: Mapping[str, Any]) -> Iterator[str]:
    for block in _list(message.get("content")):
        if isinstance(block, Mapping) and block.get("type") == "reasoning" and not block.get("redacted"):
            text = string(block.get("reasoning")) or text_of(block.get("summary"))
            if text:
                yield text


def _resolved(value: Any, texts: Mapping[str, Any], depth: int = 0) -> Any:
    """A value with the references to attachments replaced by what they stand for."""
    if isinstance(value, str):
        if value.startswith(_REFERENCES):
            found = texts.get(value.partition("://")[2])
            return found if isinstance(found, str) else value
        return value
    if depth > MAX_DEPTH:
        return value
    if isinstance(value, Mapping):
        return {k: _resolved(v, texts, depth + 1) for k, v in value.items()}
    if isinstance(value, list):
        return [_resolved(v, texts, depth + 1) for v in value]
    return value


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


FORMAT = Format("inspect", "logs of Inspect, .eval and .json", _fits, read=_read)
