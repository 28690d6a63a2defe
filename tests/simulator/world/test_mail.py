"""The mail server: delivery, lists, bounces, threads, refusals, hostile headers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.core.clock import Clock
from fauxcorp.core.effects import Attachment, EmailSent, Origin
from fauxcorp.core.rng import RandomSource
from fauxcorp.errors import ToolError
from fauxcorp.world.company import MailingList
from fauxcorp.world.mail import MAX_RECIPIENTS, automatic


def test_a_mail_arrives_unread_and_lies_in_sent(make_live):
    live = make_live()
    effect = live.send("ada.flint@northwind.example", "Figures", "See below")
    assert effect.stage == "delivered"
    (got,) = live.inbox("ada.flint")
    assert got.unread
    assert got.message.subject == "Figures"
    assert got.message.sender == "Robin Assistant <assistant@northwind.example>"
    (own,) = live.world.mail.box("assistant").items("Sent")
    assert own.message.id == got.message.id
    assert not own.unread


def test_ids_go_on_from_the_companys(make_live, small):
    live = make_live(messages=[small.message(n) for n in (1000, 1041)])
    live.send("ada.flint@northwind.example")
    assert live.inbox("ada.flint")[0].message.id == "1042"


def test_an_alias_reaches_its_person(make_live):
    live = make_live()
    live.send("Wei <WEI@northwind.example>")
    assert len(live.inbox("wei.zhang")) == 1


def test_an_unknown_local_address_comes_back(make_live):
    live = make_live()
    effect = live.send(["nobody@northwind.example", "ada.flint@northwind.example"], "Plan", "text")
    assert effect.bounced == ("nobody@northwind.example",)
    assert effect.delivered == ("ada.flint@northwind.example",)
    (bounce,) = live.inbox()
    assert "mailer-daemon@" in bounce.message.sender
    assert "<nobody@northwind.example>: 550 5.1.1" in bounce.message.body
    assert automatic(bounce.message.headers)
    assert live.kinds() == ["email-sent/delivered", "email-sent/delivered"]


def test_what_reaches_nobody_is_executed_not_delivered(make_live):
    assert make_live().send("nobody@northwind.example").stage == "executed"


def test_a_bounce_never_bounces(make_live):
    live = make_live()
    live.world.mail.send(
        Origin("timeline", "x", "none"), "ghost@northwind.example", ["nobody@northwind.example"], "s", "b",
        headers=[("Auto-Submitted", "auto-replied")],
    )  # fmt: skip
    assert len(live.effects) == 1


def test_lists_expand_with_lists_in_them_and_give_one_copy(make_live):
    lists = [
        MailingList(address="quality@northwind.example", members=("ada.flint", "wei.zhang", "leads")),
        MailingList(address="leads@northwind.example", members=("rosa.lind", "quality@northwind.example")),
    ]
    live = make_live(lists=lists)
    effect = live.send(["quality@northwind.example"], cc=["ada.flint@northwind.example"])
    assert effect.recipients == tuple(f"{u}@northwind.example" for u in ("ada.flint", "wei.zhang", "rosa.lind"))
    assert [len(live.inbox(u)) for u in ("ada.flint", "wei.zhang", "rosa.lind", "tom.reed")] == [1, 1, 1, 0]
    assert live.inbox("ada.flint")[0].message.to == ("quality@northwind.example",)


def test_to_oneself_is_two_messages(make_live):
    live = make_live()
    live.send("assistant@northwind.example")
    box = live.world.mail.box("assistant")
    assert box.count("Inbox") == box.count("Sent") == 1
    assert box.items("Inbox")[0].message.id != box.items("Sent")[0].message.id


def test_bcc_gets_it_and_nobody_sees(make_live):
    live = make_live()
    live.send("ada.flint@northwind.example", bcc=["wei.zhang@northwind.example"])
    (got,) = live.inbox("wei.zhang")
    assert "wei.zhang" not in str((got.message.to, got.message.cc, got.message.headers))


def test_an_answer_carries_its_thread(make_live, small):
    live = make_live(messages=[small.message(7, in_reply_to="<first@x>")])
    first = live.world.mail.box("assistant").get("7").message
    effect = live.send("wei.zhang@northwind.example", "Re: x", in_reply_to=first)
    assert effect.thread == first.thread
    assert effect.in_reply_to == first.message_id
    assert ("References", f"<first@x> {first.message_id}") in effect.headers


def test_ten_thousand_recipients_are_refused_and_recorded(make_live):
    live = make_live()
    effect = live.send([f"p{n}@courier.example" for n in range(10_000)])
    assert effect.stage == "attempted"
    assert "too many recipients (10000" in effect.reason
    assert len(effect.recipients) == 10_000
    assert live.world.mail.box("assistant").count("Sent") == 0
    assert live.send([f"p{n}@courier.example" for n in range(MAX_RECIPIENTS)]).stage != "attempted"


def test_too_large_a_message_is_refused(make_live):
    live = make_live()
    effect = live.send("ada.flint@northwind.example", attachments=[Attachment(name="x", content=b"x" * (26 << 20))])
    assert effect.stage == "attempted"
    assert live.inbox("ada.flint") == []


def test_a_locked_sender_cannot_send_and_a_locked_recipient_still_gets(make_live):
    live = make_live()
    live.world.directory.lock(Origin("timeline", "", "none"), "wei.zhang")
    assert live.send("wei.zhang@northwind.example").stage == "delivered"
    wei = Origin("person", "wei.zhang", "none")
    sent = live.send("ada.flint@northwind.example", by=wei, sender="wei.zhang@northwind.example")
    assert (sent.stage, sent.reason) == ("attempted", "sender account is disabled")


def test_a_forged_sender_leaves_no_copy_with_its_owner(make_live):
    live = make_live()
    live.send("wei.zhang@northwind.example", sender="ada.flint@northwind.example")
    assert live.world.mail.box("ada.flint").count("Sent") == 0
    assert live.inbox("wei.zhang")[0].message.sender_address == "ada.flint@northwind.example"


nasty = st.text(alphabet=st.sampled_from('ab@.<>,"\r\n\0 :;é\u2028\ud800'), max_size=40)


@given(nasty, nasty, nasty, nasty)
def test_no_line_end_gets_into_a_header(make_live, subject, address, name, value):
    live = make_live()
    effect = live.send([address], subject, "b", headers=[(name, value)], sender=f"X\r\nBcc: y <{address}>")
    fields = [effect.subject, effect.sender, *effect.to, *(part for header in effect.headers for part in header)]
    assert not [f for f in fields if any(c in f for c in "\r\n\0\u2028")]
    effect.model_dump_json()


def test_changes_of_marks_are_effects(make_live, small):
    live = make_live(messages=[small.message(5)], unread=[0])
    mail = live.world.mail
    mail.change(live.by, "assistant", "5", "read")
    mail.change(live.by, "assistant", "5", "starred")
    mail.change(live.by, "assistant", "5", "moved", "Archive")
    item = mail.box("assistant").get("5")
    assert (item.unread, item.starred, item.folder) == (False, True, "Archive")
    mail.change(live.by, "assistant", "5", "purged")
    assert mail.box("assistant").get("5") is None
    assert live.kinds() == ["email-changed/executed"] * 4
    with pytest.raises(ToolError, match="not found"):
        mail.change(live.by, "assistant", "5", "read")


def test_a_fork_has_the_mail_and_its_own_from_then_on(make_live):
    live = make_live()
    live.send("ada.flint@northwind.example", "One")
    other = live.world.fork(Clock(live.world.clock.now()), RandomSource(2))
    live.send("ada.flint@northwind.example", "Two")
    assert [i.message.subject for i in other.mail.box("ada.flint").items("Inbox")] == ["One"]
    other.mail.send(live.by, "assistant@northwind.example", ["ada.flint@northwind.example"], "Three", "b")
    assert [i.message.subject for i in live.inbox("ada.flint")] == ["Two", "One"]


def test_the_same_seed_gives_the_same_effects(make_live):
    def run() -> list[EmailSent]:
        live = make_live(seed=9)
        live.send(["ada.flint@northwind.example", "no@northwind.example"])
        return live.effects

    assert run() == run()
