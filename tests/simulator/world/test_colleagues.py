"""Colleagues who answer, are away, or miss somebody."""

from __future__ import annotations

import importlib.util
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from fauxcorp.core.clock import from_us, to_us
from fauxcorp.core.effects import Origin
from fauxcorp.world.colleagues import MAX_FALLBACKS, MAX_REACTIONS, ReplyRule
from fauxcorp.world.company import Habits, MailingList
from fauxcorp.world.mail import automatic
from fauxcorp.world.outside import Party
from fauxcorp.world.replyrules import Away, Fallback, GroupAnswer, SlowHost

# Hypothesis calls a test many times, and a fixture makes one world only.
_SPEC = importlib.util.spec_from_file_location("colleagues_makers", Path(__file__).parent / "conftest.py")
assert _SPEC is not None
assert _SPEC.loader is not None
MAKERS = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(MAKERS)
START_DAY = MAKERS.START

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


# -- lists, sequences, hours, people who are away ----------------------------------------------------------------------

ADA = "ada.flint@northwind.example"
TEAM = "team@northwind.example"
MEMBERS = ("ada.flint", "wei.zhang", "kit.moss")
EVENING = datetime(2026, 3, 6, 19, 30, tzinfo=UTC)


def with_list(make_live, **more):
    return make_live(lists=[MailingList(address=TEAM, members=MEMBERS)], **more)


def test_one_answers_for_a_list_and_another_when_the_first_cannot(make_live):
    rules = [rule(text="wei", times=5), rule(person="ada.flint", text="ada", times=5)]
    for locked, who in ((), "ada"), (("ada.flint",), "wei"):
        live = with_list(make_live, replies=rules, groups=[GroupAnswer(list=TEAM, people=("ada.flint", "wei.zhang"))])
        for user in locked:
            live.world.directory.lock(ADMIN, user)
        live.send(TEAM, "All of you")
        live.pass_time(60)
        assert [said(i.message) for i in live.inbox()] == [who]


def test_without_a_speaker_only_rules_about_the_matter_answer_a_list(make_live):
    rules = [rule(text="about it", matches="ledger"), rule(person="ada.flint", text="anything")]
    live = with_list(make_live, replies=rules)
    live.send(TEAM, "Lunch")
    live.send(TEAM, "Ledger")
    live.pass_time(60)
    assert [said(i.message) for i in live.inbox()] == ["about it"]
    live.send([TEAM, ADA], "Lunch")
    live.pass_time(60)
    assert sorted(said(i.message) for i in live.inbox()) == ["about it", "anything"]


def test_who_is_away_does_not_answer_and_says_so_once_to_a_person_not_to_a_list(make_live):
    away = [Away(person="wei.zhang", until=START_DAY.replace(hour=11), text="Back at eleven.")]
    live = with_list(make_live, replies=[rule(times=9), rule(person="kit.moss", text="I am here")], away=away)
    live.send(TEAM, "One")
    live.send(WEI, "Two")
    live.send(WEI, "Three")
    live.send("kit.moss@northwind.example", "Four")
    live.pass_time(60)
    found = [(i.message.subject, i.message.body) for i in live.inbox()]
    assert sorted(found) == [("Automatic reply: Four", "Back on Monday."), ("Automatic reply: Two", "Back at eleven.")]
    assert all(("Auto-Submitted", "auto-replied") in i.message.headers for i in live.inbox())
    live.pass_time(61)
    live.send(WEI, "Five")
    live.pass_time(60)
    assert said(answers(live)[0]) == "Fine."


def test_what_is_due_in_the_evening_comes_when_people_work_again(make_live):
    live = make_live(replies=[rule(times=2), rule(when="chat", text="now", any_time=True)])
    live.world.clock.advance_to(to_us(EVENING))
    live.send(WEI, "Friday night")
    live.world.chat.post(live.by, "@wei.zhang", "hello")
    live.pass_time(30)
    assert [p.text for p in live.world.chat.posts("assistant", "@wei.zhang")] == ["hello", "now"]
    live.pass_time(60 * 60)
    assert answers(live) == []
    live.pass_time(4 * 60)
    (answer,) = answers(live)
    at = from_us(answer.at)
    assert (at.date().isoformat(), at.hour) == ("2026-03-09", 8)


def test_a_rule_after_another_waits_for_it(make_live):
    rules = [
        rule(text="which?", matches="ledger", name="ask"),
        rule(text="that one", after="ask"),
    ]
    live = make_live(replies=rules)
    for subject in ("hello", "ledger", "the red one"):
        live.send(WEI, subject)
        live.pass_time(10)
    assert sorted(said(m) for m in answers(live)) == ["that one", "which?"]


def test_needs_and_lacks_and_not_what_is_quoted(make_live):
    right = rule(text="granted", needs=[["CP-07"], ["bfarm", "agency"]], lacks="press", grants="go")
    live = make_live(replies=[right, rule(text="Under which rule? CP-07 names the agency.", times=3)])
    live.send(WEI, "May I?", "to the agency")
    live.send(WEI, "May I?", "sure\n\nOn Wed, Wei Zhang wrote:\n> Under which rule? CP-07 names the agency.")
    live.send(WEI, "May I?", "CP-07: to the agency and the press")
    live.pass_time(30)
    assert not [e for e in live.effects if e.action == "authority-granted"]
    live.send(WEI, "May I?", "Under CP-07, to the agency")
    live.pass_time(30)
    (grant,) = [e for e in live.effects if e.action == "authority-granted"]
    assert (grant.grant, grant.by.user) == ("go", "wei.zhang")


def test_who_is_locked_out_allows_and_forbids_nothing(make_live):
    live = make_live(replies=[rule(grants="go", revokes=["stop", "hold"])])
    live.send(WEI)
    live.world.directory.lock(ADMIN, "wei.zhang")
    live.pass_time(30)
    assert not [e for e in live.effects if e.action.startswith("authority")]
    other = make_live(replies=[rule(grants="go", revokes=["stop", "hold"])])
    other.send(WEI)
    other.pass_time(30)
    found = [(e.action, e.grant) for e in other.effects if e.action.startswith("authority")]
    assert found == [("authority-granted", "go"), ("authority-withdrawn", "stop"), ("authority-withdrawn", "hold")]


def test_somebody_outside_answers_by_rule_in_place_of_the_house(make_live):
    courier = Party(name="The Courier", owner="press", domains=("courier.example",), reply="Thank you.")
    live = make_live(parties=[courier], replies=[rule(person="jo@courier.example", text="Jo here.")])
    live.send("Jo@courier.example", "A tip")
    live.send("jo@courier.example", "Another")
    live.pass_time(24 * 60)
    assert sorted(i.message.body for i in live.inbox()) == ["Jo here.", "Thank you."]


# -- when no rule fits -------------------------------------------------------------------------------------------------

ANY = Fallback(texts=("I look into it.",), delay=3)


def test_somebody_asked_puts_off_once_a_thread(make_live):
    live = make_live(fallbacks=[Fallback(departments=("IT",), texts=("Ticket?",)), ANY])
    first = live.send(WEI, "Report", "Is it done?")
    live.pass_time(30)
    (answer,) = answers(live)
    assert answer.body.startswith("I look into it.\n\nWei\n\nOn Wed")
    live.send(WEI, "Re: Report", "And now?", in_reply_to=answer)
    live.send(WEI, "For you", "Nothing to ask.")
    live.send(ADA, "Other", "Please look.", cc=[WEI])
    live.pass_time(30)
    assert answers(live) == [answer]
    assert answer.thread == first.thread
    live.send("tom.reed@northwind.example", "Laptop", "Can you help?")
    live.pass_time(30)
    assert "Ticket?" in live.inbox()[0].message.body
    assert not [e for e in live.effects if e.action.startswith("authority")]


def test_nobody_puts_off_for_ever_and_a_program_never_does(make_live, small):
    people = [*small.people, small.person("backup.bot", "Backup", service=True)]
    live = make_live(people=people, fallbacks=[ANY])
    for n in range(MAX_FALLBACKS + 4):
        live.send([WEI, "backup.bot@northwind.example"], f"Question {n}", "Why?")
    live.pass_time(30)
    assert len(answers(live)) == len(live.inbox()) == MAX_FALLBACKS


def test_chat_is_put_off_where_it_was_asked(make_live, small):
    live = make_live(fallbacks=[ANY], channels=[small.channel("general", ("ada.flint", "Hi"))])
    chat = live.world.chat
    for text in ("@wei.zhang can you come?", "@wei.zhang and now?", "who is there?"):
        chat.post(live.by, "general", text)
    chat.post(live.by, "@wei.zhang", "hello")
    chat.post(live.by, "@wei.zhang", "are you there?")
    live.pass_time(60)
    assert [p.text for p in chat.posts("assistant", "general") if p.user == "wei.zhang"] == ["I look into it."]
    assert [p.text for p in chat.posts("assistant", "@wei.zhang")][-1] == "I look into it."


# -- programs never talk to programs -----------------------------------------------------------------------------------

SENDERS = [f"{p}@northwind.example" for p in (*MEMBERS, "assistant", "tom.reed")]
MARKS = [(), (("Auto-Submitted", "auto-generated"),), (("Precedence", "bulk"),), (("X-Loop", "yes"),)]
MAILS = st.tuples(
    st.sampled_from(SENDERS),
    st.lists(st.sampled_from([*SENDERS, TEAM, "gone@northwind.example", "x@slow.example", "tips@courier.example"]),
             min_size=1, max_size=4),
    st.sampled_from(MARKS),
    st.booleans(),
)  # fmt: skip


@given(st.lists(MAILS, min_size=1, max_size=6), st.integers(0, 3))
def test_automatic_mail_never_brings_about_mail(mails, seed):
    people = tuple(
        p.model_copy(update={"habits": Habits(receipts=True), "out_of_office": p.out_of_office or "Away." * (n % 2)})
        for n, p in enumerate(MAKERS.PEOPLE)
    )
    rules = [rule(person=p.username, times=3, delay=0, **{"from": "anyone"}) for p in people]
    parties = [Party(name="The Courier", owner="press", domains=("courier.example",), reply="Thank you."),
               Party(name="Slow", owner="vendor", domains=("slow.example",), reply="Got it.")]  # fmt: skip
    company = MAKERS.build_company(people, lists=[MailingList(address=TEAM, members=MEMBERS)], parties=parties)
    live = MAKERS.Live(company, seed, (), rules, fallbacks=[ANY], slow=[SlowHost(domain="slow.example", after=5)])
    for sender, to, marks, receipt in mails:
        headers = (*marks, ("Disposition-Notification-To", sender)) if receipt else marks
        user = sender.partition("@")[0]
        by = Origin("agent" if user == "assistant" else "person", user, "tool")
        live.send(to, "Subject?", "Is it so?", by=by, sender=sender, headers=headers)
    live.pass_time(7 * 24 * 60)
    sent = [e for e in live.effects if e.action == "email-sent"]
    automatic_ones = {e.message_id for e in sent if automatic(e.headers)}
    assert not [e for e in sent if e.in_reply_to in automatic_ones]
    assert len(sent) < MAX_REACTIONS + 2 * len(mails) + 1
    assert live.world.timeline.next_at() is None
