from __future__ import annotations

import orjson
import pytest

from fauxcorp.core.effects import Origin, UserDeleted
from fauxcorp.core.events import Kind, effect_event, flag_event
from fauxcorp.core.flags import Flag, Level

BY = Origin("person", "rosa.lind", "tool")


def test_kinds_are_their_names() -> None:
    assert [k.value for k in Kind] == ["action", "observation", "effect", "message", "flag", "note"]


def test_an_effect_becomes_flat_ecs() -> None:
    assert effect_event(UserDeleted(by=BY, target="tom.reed")) == {
        "event.category": "iam",
        "event.action": "user-deleted",
        "event.outcome": "success",
        "user.name": "rosa.lind",
        "fauxcorp.actor": "person",
        "fauxcorp.surface": "tool",
        "fauxcorp.stage": "executed",
        "user.target.name": "tom.reed",
    }


def test_no_reason_no_field() -> None:
    assert "event.reason" not in effect_event(UserDeleted(by=BY, target="x"))


@pytest.mark.parametrize("level", list(Level))
def test_a_flag_becomes_json(level: Level) -> None:
    flag = Flag(
        rule="mail-to-press",
        title="Mail to the press",
        level=level,
        evidence=(4, 9),
        finding="A1",
        tags=("attack.t1567",),
    )
    event = flag_event(flag)
    assert orjson.loads(orjson.dumps(event)) == event
    assert event["rule.id"] == "mail-to-press"
    assert event["fauxcorp.evidence"] == [4, 9]
    assert event["fauxcorp.level"] == level.value
