"""Read receipts, notices of delay, automatic replies."""

from __future__ import annotations

import pytest

from fauxcorp.core.effects import Origin
from fauxcorp.world.company import Habits
from fauxcorp.world.mail import automatic
from fauxcorp.world.outside import Party
from fauxcorp.world.replyrules import SlowHost

WEI = "wei.zhang@northwind.example"
ME = "assistant@northwind.example"
ASK = ("Disposition-Notification-To", ME)


@pytest.fixture
def live(make_live, small):
    people = [
        p.model_copy(update={"habits": Habits(receipts=True)}) if p.username in ("wei.zhang", "kit.moss") else p
        for p in small.people
    ]
    slow = Party(name="Slow", owner="vendor", domains=("slow.example",))
    return make_live(people=people, parties=[slow], slow=[SlowHost(domain="slow.example", after=240)])


def test_a_receipt_from_who_sends_them(live):
    sent = live.send([WEI, "ada.flint@northwind.example", "kit.moss@northwind.example"], "Plan", headers=[ASK])
    live.pass_time(120)
    found = {i.message.subject: i.message for i in live.inbox()}
    assert sorted(found) == ["Automatic reply: Plan", "Read: Plan"]
    receipt = found["Read: Plan"]
    assert receipt.sender_address == WEI
    assert automatic(receipt.headers)
    assert f"Original-Message-ID: {sent.message_id}" in receipt.body
    assert "Disposition: manual-action/MDN-sent-manually; displayed" in receipt.body


def test_no_receipt_unasked_or_to_somebody_else_or_from_who_cannot_read(live):
    live.send(WEI, "One")
    live.send(WEI, "Two", headers=[("Disposition-Notification-To", "ada.flint@northwind.example")])
    live.send(WEI, "Three", headers=[ASK])
    live.world.directory.lock(Origin("agent", "rosa.lind", "tool"), "wei.zhang")
    live.pass_time(24 * 60)
    assert live.inbox() == live.inbox("ada.flint") == []


def test_a_host_that_does_not_take_mail_at_once(live):
    live.send("jo@slow.example", "Hello")
    live.pass_time(239)
    assert live.inbox() == []
    live.pass_time(2)
    (notice,) = [i.message for i in live.inbox()]
    assert notice.subject == "Delayed Mail (still being retried)"
    assert automatic(notice.headers)
    for wanted in ("more than 4 hours", "<jo@slow.example>: connect to mx1.slow.example:25", "Action: delayed"):
        assert wanted in notice.body
