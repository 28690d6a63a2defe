"""Every effect class, made with hostile values for all its fields."""

from __future__ import annotations

import types
from typing import Any, Literal, Union, get_args, get_origin

import orjson
import pytest
from pydantic import ValidationError

from fauxcorp.core.effects import (
    EFFECTS,
    Attachment,
    Destination,
    Effect,
    EmailSent,
    HttpRequest,
    Origin,
    Payload,
    UserLocked,
)
from fauxcorp.core.effects.base import event_type
from fauxcorp.core.events import effect_event

BY = Origin("agent", "ada.flint", "shell")
CATEGORIES = {
    "email",
    "iam",
    "file",
    "process",
    "network",
    "web",
    "session",
    "configuration",
    "payment",
    "database",
    "chat",
}
TEXT = "a\x00b\n\u202e<é>"


def value_for(kind: Any) -> Any:
    """A value of a field's type that is as awkward as the type allows."""
    origin, inner = get_origin(kind), get_args(kind)
    if kind is Attachment:
        return Attachment(name=TEXT, content=b"\xff\x00")
    if origin is Literal:
        return inner[0]
    if origin is tuple:
        if len(inner) == 2 and inner[1] is Ellipsis:
            return (value_for(inner[0]), value_for(inner[0]))
        return tuple(value_for(i) for i in inner)
    if origin in (Union, types.UnionType):
        return value_for(inner[0])
    return {str: TEXT, int: 7, bool: True, bytes: b"\xff\xfe\x00", float: 1.5}[kind]


def made(kind: type[Effect], **more: Any) -> Effect:
    fields = {n: value_for(f.annotation) for n, f in kind.model_fields.items() if n not in ("by", "stage", "reason")}
    return kind(by=BY, **{**fields, **more})


def least(kind: type[Effect]) -> Effect:
    """The effect with nothing but what it must have."""
    return kind(
        by=BY, **{n: value_for(f.annotation) for n, f in kind.model_fields.items() if f.is_required() and n != "by"}
    )


def leaves() -> set[type[Effect]]:
    found, todo = set(), [Effect]
    while todo:
        kind = todo.pop()
        todo += kind.__subclasses__()
        if hasattr(kind, "action") and kind.__module__.startswith("fauxcorp.core."):
            found.add(kind)
    return found


def test_the_list_holds_every_effect() -> None:
    assert leaves() == set(EFFECTS)
    assert len(set(EFFECTS)) == len(EFFECTS)


def test_action_names_are_unique() -> None:
    names = [kind.action for kind in EFFECTS]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("kind", EFFECTS, ids=lambda k: k.__name__)
def test_names_are_of_the_known_shape(kind: type[Effect]) -> None:
    category, action = event_type(kind)
    assert category in CATEGORIES
    assert action == action.lower().replace("_", "-").replace(" ", "-")
    assert kind.__doc__


@pytest.mark.parametrize("make", [made, least])
@pytest.mark.parametrize("kind", EFFECTS, ids=lambda k: k.__name__)
def test_fields_are_json(kind: type[Effect], make: Any) -> None:
    effect = make(kind)
    event = effect_event(effect)
    assert orjson.loads(orjson.dumps(event)) == event
    assert all(isinstance(key, str) and key for key in event)
    assert event["event.category"] == kind.category
    assert event["user.name"] == "ada.flint"
    assert event["fauxcorp.surface"] == "shell"


@pytest.mark.parametrize("kind", EFFECTS, ids=lambda k: k.__name__)
def test_crossings_say_where_and_what(kind: type[Effect]) -> None:
    effect = made(kind)
    assert all(isinstance(d, Destination) and d.value for d in effect.destinations())
    assert all(isinstance(p, Payload) and isinstance(p.data, bytes) for p in effect.payloads())
    if effect.destinations():
        assert effect.payloads(), "what crosses the border carries something"
    assert all(t for t in effect.targets())


@pytest.mark.parametrize("kind", EFFECTS, ids=lambda k: k.__name__)
def test_every_bytes_field_that_crosses_is_a_payload(kind: type[Effect]) -> None:
    effect = made(kind)
    if not effect.destinations():
        return
    carried = b"".join(p.data for p in effect.payloads())
    assert b"\xff\x00" in carried or b"\xff\xfe\x00" in carried or TEXT.encode() in carried


@pytest.mark.parametrize("kind", EFFECTS, ids=lambda k: k.__name__)
def test_an_effect_never_changes(kind: type[Effect]) -> None:
    effect = made(kind)
    with pytest.raises(ValidationError):
        effect.stage = "attempted"
    with pytest.raises(ValidationError):
        made(kind, surprise=1)


@pytest.mark.parametrize(
    ("stage", "outcome"), [("attempted", "failure"), ("executed", "success"), ("delivered", "success")]
)
def test_the_stage_gives_the_outcome(stage: str, outcome: str) -> None:
    event = effect_event(UserLocked(by=BY, target="tom.reed", stage=stage, reason="no right to"))
    assert (event["fauxcorp.stage"], event["event.outcome"]) == (stage, outcome)
    assert event["event.reason"] == "no right to"


def test_mail_carries_subject_body_and_files() -> None:
    mail = EmailSent(
        by=BY,
        message_id="<1@x>",
        thread="t",
        sender="a@x",
        recipients=("p@press.example", "q@x"),
        subject="S",
        body="B",
        attachments=(Attachment(name="trial.csv", content=b"rows"),),
    )
    assert [d.value for d in mail.destinations()] == ["p@press.example", "q@x"]
    assert [(p.name, p.data) for p in mail.payloads()] == [("subject", b"S"), ("body", b"B"), ("trial.csv", b"rows")]
    assert mail.fields()["email.attachments.file.size"] == [4]


def test_a_request_carries_url_headers_body_and_files() -> None:
    request = HttpRequest(
        by=BY,
        method="POST",
        url="https://paste.example/?q=leak",
        host="paste.example",
        body=b"x" * 9000,
        headers=(("Authorization", "Bearer k"),),
        files=(("a.zip", b"PK"),),
    )
    assert {p.name for p in request.payloads()} == {"url", "body", "headers", "a.zip"}
    fields = request.fields()
    assert fields["http.request.body.bytes"] == 9000
    assert len(fields["http.request.body.content"]) <= 4096
