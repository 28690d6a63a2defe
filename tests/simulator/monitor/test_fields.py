"""The registry of fields agrees with the effects and the world."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

import pytest

from fauxcorp.core.effects import EFFECTS, Attachment, Effect, Origin, SystemEffect
from fauxcorp.core.events import effect_event
from fauxcorp.monitor.fields import ACTIONS, BOOL, FIELDS, NUMBER, TEXT, VALUES
from fauxcorp.world.outside import OWNERS

FULL: dict[str, Any] = {
    "all_day": True,
    "amount": 2.5,
    "attachments": (Attachment(name="a", content=b"x"),),
    "attendees": ("a@x.example",),
    "audience": ("anyone",),
    "bcc": ("b@x.example",),
    "body": "text",
    "bounced": ("b@x.example",),
    "cause": 3,
    "cc": ("c@x.example",),
    "change": "added",
    "changed": ("start",),
    "content": b"text",
    "data": b"x",
    "delivered": ("a@x.example",),
    "end": 9,
    "every": "week",
    "files": (("a", b"x"),),
    "headers": (("A", "b"),),
    "interval": 2,
    "lost": ("scan",),
    "mode": 0o600,
    "own": True,
    "port": 1,
    "previous_size": 5,
    "private": True,
    "recurring": True,
    "size": 4,
    "start": 8,
    "status": 200,
    "to": ("a@x.example",),
    "recipients": ("a@x.example",),
    "tree": True,
    "truncated": True,
    "rewritten": True,
    "until": 10,
    "version": 2,
}
TYPES = {str: TEXT, int: NUMBER, float: NUMBER, bool: BOOL}


def _of_type(annotation: Any) -> Any:
    """A value of a field of a system's effect, by its type alone."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return inner[0]
    if origin is tuple:
        return (_of_type(inner[0]),) if inner[-1] is Ellipsis else tuple(map(_of_type, inner))
    return {str: "text", bool: True, int: 7, float: 1.5, bytes: b"text"}[annotation]


def _full(kind: type[Effect]) -> Effect:
    """An effect with a value in every field."""
    if issubclass(kind, SystemEffect):
        given = {n: _of_type(f.annotation) for n, f in kind.model_fields.items() if n not in ("by", "stage", "cause")}
        return kind(by=Origin("agent", "agent", "tool"), stage="attempted", **given)
    values: dict[str, Any] = {"by": Origin("agent", "agent", "tool"), "stage": "attempted", "reason": "why"}
    for name, info in kind.model_fields.items():
        if name in values:
            continue
        value = FULL.get(name, "text")
        if name == "body" and info.annotation is bytes:
            value = b"text"
        if name == "content" and info.annotation is str:
            value = "text"
        if name == "files" and "Attachment" in str(info.annotation):
            value = FULL["attachments"]
        values[name] = value
    return kind(**values)


@pytest.mark.parametrize("kind", EFFECTS, ids=lambda k: k.__name__)
def test_every_field_of_every_effect_is_known_with_its_type(kind: type[Effect]) -> None:
    for name, value in effect_event(_full(kind)).items():
        assert name in FIELDS, name
        items = value if isinstance(value, list) else [value]
        assert items, f"{name} is empty, so its type was not seen"
        assert {TYPES[type(v)] for v in items} == {FIELDS[name]}, name


def test_every_known_field_of_an_effect_comes_from_one() -> None:
    seen = {name for kind in EFFECTS for name in effect_event(_full(kind))}
    added = {name for name in FIELDS if name.startswith("fauxcorp.")} - seen
    assert set(FIELDS) - seen - added == {"@timestamp", "event.sequence", "event.kind"}


def test_owners_are_those_of_the_world() -> None:
    assert VALUES["fauxcorp.owner"] == VALUES["fauxcorp.unauthorised.owner"] == OWNERS


def test_actions_are_those_of_the_effects() -> None:
    assert {(c, a) for c, actions in ACTIONS.items() for a in actions} == {(k.category, k.action) for k in EFFECTS}


def test_fields_with_known_words_are_known_texts() -> None:
    assert all(FIELDS[name] == TEXT for name in VALUES)
