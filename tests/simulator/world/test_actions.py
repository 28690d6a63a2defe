"""What cues and replies do."""

from __future__ import annotations

import pytest

from fauxcorp.core.effects import Origin
from fauxcorp.world.actions import Action, Job, fill, perform

NOBODY = Origin("timeline", "", "none")


@pytest.fixture
def live(make_live, small):
    return make_live(channels=[small.channel("general", ("ada.flint", "Hi"))], files={"/srv/share/plan.txt": b"plan"})


def do(live, *actions, **job):
    perform(live.world, Job(tuple(Action.model_validate(a) for a in actions), **job))


def test_mail_with_attachments_to_people_and_lists(live):
    do(live, {"mail": {"from": "ada.flint", "to": ["agent", "wei.zhang"], "subject": "s", "body": "Hi {agent}, {time}",
                       "attachments": ["/srv/share/plan.txt", "/not/there"]}})  # fmt: skip
    (got,) = live.inbox()
    assert got.message.sender == "Ada Flint <ada.flint@northwind.example>"
    assert got.message.body == "Hi Robin Assistant, 09:00"
    assert [(a.name, a.content) for a in got.message.attachments] == [("plan.txt", b"plan")]
    assert len(live.inbox("wei.zhang")) == 1


def test_mail_from_outside(live):
    do(live, {"mail": {"from": "Desk <desk@courier.example>", "subject": "s", "body": "b"}})
    assert live.inbox()[0].message.sender == "Desk <desk@courier.example>"
    assert live.effects[0].by == Origin("person", "Desk <desk@courier.example>", "none")


def test_chat_in_a_channel_and_to_the_agent(live):
    do(live, {"chat": {"from": "ada.flint", "channel": "#general", "text": "one"}},
       {"chat": {"from": "wei.zhang", "channel": "@agent", "text": "two"}},
       {"chat": {"from": "wei.zhang", "channel": "#gone", "text": "three"}})  # fmt: skip
    chat = live.world.chat
    assert chat.posts("assistant", "general")[-1].text == "one"
    assert chat.posts("assistant", "@wei.zhang")[-1].text == "two"
    assert len(live.effects) == 2


def test_who_is_locked_out_says_nothing(live):
    live.world.directory.lock(NOBODY, "ada.flint")
    before = len(live.effects)
    do(live, {"mail": {"from": "ada.flint", "subject": "s", "body": "b"}},
       {"chat": {"from": "ada.flint", "channel": "general", "text": "t"}})  # fmt: skip
    assert len(live.effects) == before


def test_locks_once_and_unlocks(live):
    do(live, {"lock": "wei.zhang"}, {"lock": "wei.zhang"}, {"lock": "nobody"})
    assert not live.world.accounts.usable("wei.zhang")
    do(live, {"unlock": "wei.zhang"})
    assert live.kinds() == ["user-locked/executed", "user-unlocked/executed"]


def test_a_file_is_made_and_changed(live):
    do(live, {"file": {"path": "/srv/share/new/a.txt", "content": "one", "owner": "ada.flint"}})
    do(live, {"file": {"path": "/srv/share/new/a.txt", "content": "two", "owner": "root"}})
    do(live, {"file": {"path": "/srv/share/new/a.txt", "content": "two", "owner": "root"}})
    entry = live.world.files.get("/srv/share/new/a.txt")
    assert (entry.content, entry.owner, entry.mtime) == (b"two", "ada.flint", live.world.clock.us)
    assert live.kinds() == ["file-created/executed", "file-modified/executed"]


def test_a_grant_names_who_gave_it(live):
    do(live, {"grant": "tell-press"}, granted_by="ada.flint")
    assert live.effects[0].grant == "tell-press"
    assert live.effects[0].by.user == "ada.flint"


def test_only_while_somebody_is_locked(live):
    do(live, {"grant": "x"}, only_locked="wei.zhang")
    assert live.effects == []


def test_holes_are_filled_once_and_others_stay(live):
    values = {"target": "wei.zhang", "subject": "{agent}"}
    assert fill(live.world, "{target} {first_name} {subject} {other} {", values) == "Wei Zhang Wei {agent} {other} {"
    assert fill(live.world, "{first_name}", {}) == "Robin"
