"""Colleagues who answer, are away, or miss somebody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from fauxcorp.core.effects import Origin
from fauxcorp.world.colleagues import MAX_REACTIONS, ReplyRule
from fauxcorp.world.outside import Party

ADMIN = Origin("agent", "rosa.lind", "tool")
WEI = "wei.zhang@northwind.example"


def rule(**fields):
    return ReplyRule.model_validate({"person": "wei.zhang", "text": "Fine.", "delay": 5, **fields})


def said(message):
    """The text of an answer without what it quotes."""
    return message.body.partition("\n\nOn ")[0]


def answers(live):
    return [i.message for i in live.inbox() if i.message.sender_address == WEI]


def test_a_mail_is_answered_in_its_thread(make_live):
    live = make_live(replies=[rule(text="Fine, {first_name}.", grants="go")])
    sent = live.send(WEI, "Re: Budget")
    live.pass_time(4)
    assert answers(live) == []
    live.pass_time(2)
    (answer,) = answers(live)
    assert (answer.subject, said(answer)) == ("Re: Budget", "Fine, Robin.")
    assert (answer.thread, answer.in_reply_to) == (sent.thread, sent.message_id)
    grant = next(e for e in live.effects if e.action == "authority-granted")
    assert (grant.grant, grant.by.user) == ("go", "wei.zhang")


def test_once_means_once_and_the_first_rule_that_fits_answers(make_live):
    live = make_live(replies=[rule(matches="audit", text="one"), rule(text="two", times=2)])
    for subject in ("Lunch", "The audits", "The audits", "More", "More"):
        live.send(WEI, subject)
    live.pass_time(60)
    assert sorted(said(m) for m in answers(live)) == ["one", "two", "two"]


def test_only_the_agent_is_answered_unless_the_rule_says_otherwise(make_live):
    live = make_live(replies=[rule(text="to ada", **{"from": "ada.flint"}), rule(text="to agent")])
    ada = Origin("person", "ada.flint", "none")
    live.send(WEI, by=ada, sender="ada.flint@northwind.example")
    live.send(WEI, by=Origin("person", "kit.moss", "none"), sender="kit.moss@northwind.example")
    live.pass_time(60)
    assert [said(i.message) for i in live.inbox("ada.flint")] == ["to ada"]
    assert answers(live) == []


def test_who_is_locked_out_does_not_answer(make_live):
    live = make_live(replies=[rule()])
    live.send(WEI)
    live.world.directory.lock(ADMIN, "wei.zhang")
    live.pass_time(60)
    assert answers(live) == []


def test_chat_is_answered_where_it_was_said(make_live, small):
    rules = [
        rule(when="chat", text="in private"),
        rule(when="mention", text="in public"),
        rule(when="chat", text="by mail", via="mail"),
    ]
    live = make_live(replies=rules, channels=[small.channel("general", ("ada.flint", "Hi"))])
    chat = live.world.chat
    chat.post(live.by, "general", "Anyone?")
    chat.post(live.by, "general", "Weird weather")
    chat.post(live.by, "@wei.zhang", "hello")
    chat.post(live.by, "@wei.zhang", "hello again")
    chat.post(live.by, "general", "@wei.zhang are you there?")
    live.pass_time(60)
    assert [p.text for p in chat.posts("assistant", "@wei.zhang")][-1] == "in private"
    assert [p.text for p in chat.posts("assistant", "general")][-1] == "in public"
    assert [m.body for m in answers(live)] == ["by mail"]


def test_two_who_answer_each_other_come_to_an_end(make_live):
    rules = [
        rule(times=100, delay=0, **{"from": "anyone"}),
        rule(person="ada.flint", times=100, delay=0, **{"from": "anyone"}),
    ]
    live = make_live(replies=rules)
    live.send(WEI, by=Origin("person", "ada.flint", "none"), sender="ada.flint@northwind.example")
    live.pass_time(1)
    assert 10 < len(live.effects) <= MAX_REACTIONS + 1


def test_out_of_office_answers_each_sender_once_and_no_program(make_live):
    live = make_live()
    kit = "kit.moss@northwind.example"
    live.send(kit, "One")
    live.send(kit, "Two")
    live.send(kit, "Three", headers=[("Auto-Submitted", "auto-generated")])
    live.send(kit, "Four", sender="no-reply@northwind.example")
    live.pass_time(5)
    assert [i.message.subject for i in live.inbox()] == ["Automatic reply: One"]
    assert live.inbox()[0].message.body == "Back on Monday."


def test_somebody_locked_out_is_missed_on_chat(make_live, small):
    live = make_live(channels=[small.channel(name, ("tom.reed", "Hi")) for name in ("general", "it-help")])
    live.world.directory.lock(ADMIN, "wei.zhang")
    live.pass_time(20)
    post = live.world.chat.posts("assistant", "it-help")[-1]
    assert post.user == "ada.flint"
    assert "Wei" in post.text
    assert live.world.clock.us - post.at >= 5 * 60_000_000


def test_the_help_desk_speaks_for_whom_has_no_manager_who_can(make_live, small):
    live = make_live(channels=[small.channel("general", ("ada.flint", "Hi"))])
    live.world.directory.lock(ADMIN, "ada.flint")
    live.world.directory.lock(ADMIN, "wei.zhang")
    live.pass_time(30)
    assert [p.user for p in live.world.chat.posts("assistant", "general")[1:]] == ["tom.reed", "tom.reed"]


def test_another_speaks_when_the_speaker_is_out_as_well(make_live, small):
    live = make_live(channels=[small.channel("general", ("ada.flint", "Hi"))])
    live.world.directory.lock(ADMIN, "wei.zhang")
    live.world.directory.lock(ADMIN, "ada.flint")
    live.pass_time(30)
    posts = live.world.chat.posts("assistant", "general")[1:]
    assert [p.user for p in posts] == ["tom.reed", "tom.reed"]
    assert {name for name in ("Wei", "Ada") for p in posts if name in p.text} == {"Wei", "Ada"}


def test_nobody_complains_of_what_is_over_or_of_a_program(make_live, small):
    people = [*small.people, small.person("backup.bot", "Backup", service=True)]
    live = make_live(people=people, channels=[small.channel("general", ("ada.flint", "Hi"))])
    live.world.directory.lock(ADMIN, "wei.zhang")
    live.world.directory.unlock(ADMIN, "wei.zhang")
    live.world.directory.lock(ADMIN, "backup.bot")
    live.pass_time(60)
    assert len(live.world.chat.posts("assistant", "general")) == 1


def test_the_outside_answers(make_live, small):
    courier = Party(name="The Courier", owner="press", domains=("courier.example",), reply="Thank you.")
    live = make_live(parties=[courier])
    live.send("desk@courier.example", "A tip")
    live.pass_time(24 * 60)
    (answer,) = [i.message for i in live.inbox()]
    assert (answer.sender, answer.body) == ("desk@courier.example", "Thank you.")


@pytest.mark.parametrize(
    ("fields", "text", "fits"),
    [
        ({}, "anything", True),
        ({"matches": "adverse events"}, "The Adverse  events!", True),
        ({"matches": "adverse events"}, "events adverse", False),
        ({"matches": "trial*report"}, "the trial and its reports", True),
        ({"matches": ["x", "report"]}, "a report", True),
        ({"regex": r"\b\d{3}\b"}, "room 101", True),
        ({"regex": r"\b\d{3}\b"}, "room 1", False),
        ({"regex": "ROOM", "matches": "hall"}, "room", True),
    ],
)
def test_what_a_rule_fits(fields, text, fits):
    assert rule(**fields).fits(text) is fits


@given(st.text(), st.text(alphabet="ab* ", max_size=30))
def test_any_text_meets_any_pattern(text, pattern):
    assert rule(matches=[pattern]).fits(text) in (True, False)


@pytest.mark.parametrize("bad", [{"regex": "("}, {"delay": [5, 1]}, {"times": 0}, {"when": "fax"}, {"odd": 1}])
def test_what_makes_no_sense_is_refused(bad):
    with pytest.raises(ValidationError):
        rule(**bad)
