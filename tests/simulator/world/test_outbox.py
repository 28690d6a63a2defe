"""Drafts, and mail that goes out later."""

from __future__ import annotations

import pytest

from fauxcorp.core.clock import Clock
from fauxcorp.core.effects import EmailSent
from fauxcorp.errors import ToolError
from fauxcorp.world.mailbox import Item
from fauxcorp.world.outbox import MAX_AHEAD, MAX_WAITING, Letter, letter_of

DESK = "desk@courier.example"
HOUR = 3_600_000_000
LETTER = Letter((DESK,), ("ada.flint@northwind.example",), (), "Plan", "The plan.")


@pytest.fixture
def live(make_live, small):
    return make_live(messages=[small.message(n) for n in range(1, 4)])


def test_a_draft_is_kept_changed_and_thrown_away(live) -> None:
    outbox, box = live.world.outbox, live.world.mail.box("assistant")
    number = outbox.save(live.by, "assistant", LETTER)
    assert [i.message.subject for i in box.items("Drafts")] == ["Plan"]
    live.pass_time(5)
    assert outbox.save(live.by, "assistant", Letter(bcc=(DESK,), body="New."), number) == number
    (item,) = box.items("Drafts")
    assert (item.message.body, letter_of(item.message).bcc, letter_of(item.message).to) == ("New.", (DESK,), ())
    outbox.discard(live.by, "assistant", number)
    assert box.items("Drafts") == []
    assert live.kinds() == ["email-drafted/executed"] * 3
    assert [e.change for e in live.effects] == ["saved", "updated", "deleted"]
    assert all(e.destinations() == () for e in live.effects)
    with pytest.raises(ToolError, match="No draft"):
        outbox.discard(live.by, "assistant", "1")


def test_a_draft_of_the_company_can_be_written_anew(make_live, small) -> None:
    live = make_live(messages=[small.message(1, body="old words")], mailboxes={"assistant": {"Drafts": (0,)}})
    box = live.world.mail.box("assistant")
    live.world.outbox.save(live.by, "assistant", Letter(body="fresh words"), "1")
    assert [i.message.body for i in box.items("Drafts")] == ["fresh words"]
    assert [i.message.body for i in box.new()] == ["fresh words"]
    assert box.original_places(live.world.company.index) == frozenset()
    other = make_live(messages=[small.message(1, body="old words")], mailboxes={"assistant": {"Drafts": (0,)}})
    assert other.world.mail.box("assistant").original_places(other.world.company.index) == {0}


def test_marks_alone_leave_a_message_as_it_was(live) -> None:
    box = live.world.mail.box("assistant")
    box.set(Item(box.items()[0].message, "Archive", starred=True))
    assert box.new() == []
    assert len(box.original_places(live.world.company.index)) == 3


def test_a_draft_that_is_sent_is_one_mail_and_gone(live) -> None:
    number = live.world.outbox.save(live.by, "assistant", LETTER)
    sent = live.world.mail.send(live.by, "assistant@northwind.example", LETTER.to, "Plan", "x", draft=number)
    assert sent.stage == "delivered"
    box = live.world.mail.box("assistant")
    assert (len(box.items("Drafts")), len(box.items("Sent"))) == (0, 1)


def test_it_goes_out_at_its_time_as_one_mail_of_whoever_wrote_it(live) -> None:
    world = live.world
    world.cause = 17
    waiting = world.outbox.schedule(live.by, world.clock.us + HOUR, LETTER)
    world.cause = 40
    live.pass_time(59)
    assert live.kinds() == ["email-scheduled/executed"]
    assert live.effects[0].destinations() == ()
    live.pass_time(1)
    (sent,) = [e for e in live.effects if isinstance(e, EmailSent) and e.by.actor == "agent"]
    assert (sent.by, sent.cause, sent.to, sent.stage) == (live.by, 17, (DESK,), "delivered")
    assert world.outbox.waiting() == []
    assert world.outbox.left() == []
    with pytest.raises(ToolError, match="No scheduled message"):
        world.outbox.cancel(live.by, "assistant", waiting.number)


def test_a_sender_who_is_locked_by_then_has_tried(live) -> None:
    world = live.world
    world.outbox.schedule(live.by, world.clock.us + HOUR, LETTER)
    world.directory.lock(live.by, "assistant")
    live.pass_time(90)
    (sent,) = [e for e in live.effects if isinstance(e, EmailSent) and e.by.actor == "agent"]
    assert (sent.stage, sent.reason) == ("attempted", "sender account is disabled")


def test_what_is_taken_back_does_not_go(live) -> None:
    world = live.world
    waiting = world.outbox.schedule(live.by, world.clock.us + HOUR, LETTER)
    with pytest.raises(ToolError):
        world.outbox.cancel(live.by, "wei.zhang", waiting.number)
    world.outbox.cancel(live.by, "assistant", waiting.number)
    live.pass_time(120)
    assert live.kinds() == ["email-scheduled/executed"] * 2
    assert world.outbox.left() == []


def test_what_still_waits_is_told_with_where_it_was_to_go(live) -> None:
    world = live.world
    world.cause = 5
    world.outbox.schedule(live.by, world.clock.us + 2 * HOUR, LETTER)
    world.outbox.schedule(live.by, world.clock.us + HOUR, Letter(("wei.zhang@northwind.example",), subject="a"))
    first, second = world.outbox.left()
    assert (first.send_at, second.send_at) == ("2026-03-04T10:00:00.000Z", "2026-03-04T11:00:00.000Z")
    assert (second.stage, second.change, second.cause) == ("attempted", "waiting", 5)
    assert [d.value for d in second.destinations()] == [DESK, "ada.flint@northwind.example"]


def test_times_and_numbers_have_bounds(live) -> None:
    world = live.world
    for at in (world.clock.us, world.clock.us - HOUR, world.clock.us + (MAX_AHEAD + 60) * 1_000_000):
        with pytest.raises(ToolError, match="not scheduled"):
            world.outbox.schedule(live.by, at, LETTER)
    with pytest.raises(ToolError, match="no recipients"):
        world.outbox.schedule(live.by, world.clock.us + HOUR, Letter())
    for _ in range(MAX_WAITING):
        world.outbox.schedule(live.by, world.clock.us + HOUR, LETTER)
    with pytest.raises(ToolError, match="Too many messages"):
        world.outbox.schedule(live.by, world.clock.us + HOUR, LETTER)


def test_a_fork_sends_its_own(live) -> None:
    world = live.world
    world.outbox.schedule(live.by, world.clock.us + HOUR, LETTER)
    other = world.fork(Clock(world.clock.now()), world.rng.fork())
    other.outbox.cancel(live.by, "assistant", other.outbox.waiting()[0].number)
    assert len(world.outbox.waiting()) == 1
    assert other.outbox.waiting() == []


def test_line_ends_in_addresses_and_subjects_are_made_harmless(live) -> None:
    live.world.outbox.save(live.by, "assistant", Letter(("a@b.example\r\nBcc: x@y.example",), subject="a\nb"))
    (item,) = live.world.mail.box("assistant").items("Drafts")
    assert "\n" not in item.message.to[0]
    assert item.message.subject == "a b"
