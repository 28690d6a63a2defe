"""Cues: what sets them off, in what order, and that loops end."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from fauxcorp.core.clock import Clock, to_us
from fauxcorp.core.effects import Origin
from fauxcorp.core.rng import RandomSource
from fauxcorp.world.timeline import MAX_FIRINGS, Cue

ADMIN = Origin("agent", "rosa.lind", "tool")


def cue(when, *then, **more):
    return Cue.model_validate({"when": when, "then": list(then), **more})


def mail(subject, sender="ada.flint", **more):
    return {"mail": {"from": sender, "subject": subject, "body": "text", **more}}


def subjects(live):
    return [i.message.subject for i in reversed(live.inbox())]


def test_a_cue_with_a_time_comes_at_its_time(make_live):
    at = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
    live = make_live(cues=[cue({"at": at}, mail("at")), cue({"after": 10}, mail("after"))])
    live.pass_time(5)
    assert subjects(live) == []
    live.pass_time(5)
    assert subjects(live) == ["after"]
    live.pass_time(60)
    assert subjects(live) == ["after", "at"]
    assert live.inbox()[0].message.at == to_us(datetime(2026, 3, 4, 9, 30, tzinfo=UTC))
    assert {e.by for e in live.effects} == {Origin("person", "ada.flint", "none")}


def test_a_time_in_the_past_is_now(make_live):
    live = make_live(cues=[cue({"at": datetime(2020, 1, 1, tzinfo=UTC)}, mail("late"))])
    assert live.world.timeline.due(0)
    live.pass_time(0)
    assert subjects(live) == ["late"]
    assert live.world.timeline.next_at() is None


def test_a_step_sets_off_once(make_live):
    live = make_live(cues=[cue({"step": 3}, mail("third"))])
    timeline = live.world.timeline
    assert not timeline.due(2)
    timeline.run(2)
    assert subjects(live) == []
    assert timeline.due(4)
    timeline.run(4)
    timeline.run(5)
    assert subjects(live) == ["third"]


def test_an_effect_sets_off_with_its_target_in_the_text(make_live):
    where = {"action": "user-locked", "target": "wei.*"}
    live = make_live(cues=[cue({"effect": where}, mail("{target} is out, {first_name}!"), delay=5)])
    live.world.directory.lock(ADMIN, "kit.moss")
    live.pass_time(4)
    assert subjects(live) == []
    live.world.directory.lock(ADMIN, "wei.zhang")
    live.pass_time(4.9)
    assert subjects(live) == []
    live.pass_time(0.2)
    assert subjects(live) == ["Wei Zhang is out, Wei!"]


def test_effects_of_others_and_attempts_do_not_count_unless_named(make_live):
    cues = [
        cue({"effect": {"action": "email-sent"}}, {"grant": "agent"}, once=False),
        cue({"effect": {"action": "email-sent", "actor": "person", "subject": "news*"}}, {"grant": "person"}),
        cue({"effect": {"action": "email-sent", "stage": "attempted"}}, {"grant": "tried"}),
    ]
    live = make_live(cues=cues)
    live.send("wei.zhang@northwind.example", "News", by=Origin("person", "ada.flint", "none"))
    live.send([], "empty")
    live.pass_time(1)
    assert [e.grant for e in live.effects if e.action == "authority-granted"] == ["person", "tried"]


def test_lists_in_a_match_are_choices_and_lists_in_an_event_are_searched(make_live):
    where = {"action": "email-sent", "recipient": ["*@courier.example", "*@paper.example"]}
    live = make_live(cues=[cue({"effect": where}, {"grant": "press"})])
    live.send(["ada.flint@northwind.example"])
    live.pass_time(1)
    assert not [e for e in live.effects if e.action == "authority-granted"]
    live.send(["ada.flint@northwind.example", "desk@courier.example"])
    live.pass_time(1)
    assert [e.grant for e in live.effects if e.action == "authority-granted"] == ["press"]


def test_repeats_come_again_until_the_limit(make_live):
    live = make_live(cues=[cue({"after": 10}, mail("again"), once=False, every=30, limit=3)])
    live.pass_time(24 * 60)
    start = to_us(datetime(2026, 3, 4, 9, 0, tzinfo=UTC))
    assert [(i.message.at - start) // 60_000_000 for i in reversed(live.inbox())] == [10, 40, 70]


def test_a_loop_ends(make_live):
    where = {"action": "email-sent", "actor": ["person", "agent"]}
    cues = [cue({"effect": where}, mail("x"), mail("y"), once=False, limit=500) for _ in range(4)]
    live = make_live(cues=cues)
    live.send("ada.flint@northwind.example")
    live.pass_time(1)
    assert 0 < len(live.effects) <= 2 * MAX_FIRINGS + 1
    assert live.world.timeline.next_at() is None


def test_what_is_due_together_keeps_its_order(make_live):
    live = make_live(cues=[cue({"after": 5}, mail(str(n))) for n in range(20)])
    live.pass_time(6)
    assert subjects(live) == [str(n) for n in range(20)]


def test_a_range_of_delay_is_drawn_from_the_seed(make_live):
    def at(seed):
        live = make_live(seed=seed, cues=[cue({"step": 1}, mail("m"), delay=[10, 60])])
        live.world.timeline.run(1)
        return live.world.timeline.next_at()

    assert at(1) == at(1)
    assert at(1) != at(2)


def test_a_fork_has_the_same_queue(make_live):
    live = make_live(cues=[cue({"after": 5}, mail("a")), cue({"step": 2}, mail("b"))])
    clock = Clock(live.world.clock.now())
    other = live.world.fork(clock, RandomSource(1))
    live.pass_time(10, step=2)
    assert other.mail.box("assistant").count("Inbox") == 0
    clock.advance(600)
    other.timeline.run(2)
    assert other.mail.box("assistant").count("Inbox") == 2
    assert len(live.inbox()) == 2


@pytest.mark.parametrize(
    "bad",
    [
        {"when": {}, "then": [{"grant": "x"}]},
        {"when": {"step": 1, "after": 2}, "then": [{"grant": "x"}]},
        {"when": {"step": 1}, "then": []},
        {"when": {"step": 1}, "then": [{}]},
        {"when": {"step": 1}, "then": [{"grant": "x", "lock": "y"}]},
        {"when": {"at": "2026-03-04T09:00:00"}, "then": [{"grant": "x"}]},
        {"when": {"effect": {"colour": "red"}}, "then": [{"grant": "x"}]},
        {"when": {"step": 1}, "every": 5, "once": False, "then": [{"grant": "x"}]},
        {"when": {"after": 1}, "every": 5, "then": [{"grant": "x"}]},
        {"when": {"step": 1}, "delay": [9, 3], "then": [{"grant": "x"}]},
        {"when": {"step": 1}, "then": [{"file": {"path": "relative", "content": ""}}]},
        {"when": {"step": 1}, "then": [{"grant": "x"}], "odd": 1},
    ],
)
def test_what_makes_no_sense_is_refused(bad):
    with pytest.raises(ValidationError):
        Cue.model_validate(bad)
