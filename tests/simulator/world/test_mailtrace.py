"""The headers of a message on its way."""

from __future__ import annotations

import email
import re
from email.utils import parsedate_to_datetime

import pytest

from fauxcorp.world.mailbox import Item
from fauxcorp.world.mailtrace import header_text, trace

OUT = "Jo Ray <jo.ray@courier.example>"


def item(small, sender=OUT, folder="Inbox", **more):
    return Item(small.message(7, sender, **more), folder)


@pytest.fixture
def world(make_live):
    return make_live().world


def read(text: str):
    return email.message_from_string(text)


def test_from_outside_it_was_taken_checked_and_signed(world, small) -> None:
    text = header_text(world, "assistant", item(small, zone=-300))
    head = read(text)
    assert head["Return-Path"] == "<jo.ray@courier.example>"
    assert head["Delivered-To"] == "assistant@northwind.example"
    first, last = head.get_all("Received")
    assert "by mail.northwind.example (Postfix) with ESMTPS id" in first
    assert "for <assistant@northwind.example>" in first
    relay = re.search(r"from (\S+) ", first)[1]
    assert relay.endswith(".courier.example")
    assert f"by {relay} with ESMTP" in last
    assert "spf=pass smtp.mailfrom=jo.ray@courier.example" in head["Authentication-Results"]
    assert head["Date"].endswith("-0500")
    when = [parsedate_to_datetime(line.rpartition(";")[2].strip()) for line in (last, first)]
    assert parsedate_to_datetime(head["Date"]) <= when[0] <= when[1]
    assert head["Message-ID"] == "<m7@northwind.example>"


def test_a_signature_goes_with_its_check(world, small) -> None:
    for host in [f"firm{n}.example" for n in range(12)]:
        head = read(header_text(world, "assistant", item(small, f"a@{host}")))
        assert ("dkim=pass" in head["Authentication-Results"]) == (head["DKIM-Signature"] is not None)
        assert f"header.from={host}" in head["Authentication-Results"]


def test_a_colleague_s_comes_from_a_desk(world, small) -> None:
    head = read(header_text(world, "assistant", item(small, "Wei Zhang <wei.zhang@northwind.example>")))
    (line,) = head.get_all("Received")
    assert "(Authenticated sender: wei.zhang)" in line
    assert "DKIM-Signature" not in head
    again = read(header_text(world, "assistant", Item(small.message(8, "wei.zhang@northwind.example"), "Inbox")))
    assert again.get_all("Received")[0].split("(")[0] == line.split("(")[0]
    assert again["X-Mailer"] == head["X-Mailer"]


def test_the_copy_that_was_sent_has_not_been_anywhere(world, small) -> None:
    for folder in ("Sent", "Drafts"):
        head = read(header_text(world, "assistant", item(small, folder=folder)))
        assert "Received" not in head
        assert "Return-Path" not in head


def test_what_a_message_brings_is_left_as_it_is(world, small) -> None:
    own = (("Authentication-Results", "mail.northwind.example; dkim=fail"), ("X-Mailer", "Sendy 4"))
    head = read(header_text(world, "assistant", item(small, headers=own)))
    assert head.get_all("Authentication-Results") == ["mail.northwind.example; dkim=fail"]
    assert head.get_all("X-Mailer") == ["Sendy 4"]
    assert trace(world.company, small.message(7, OUT, headers=(("Received", "from a by b"),)), "assistant") == []


def test_it_is_the_same_every_time_and_bounces_have_no_sender(world, small) -> None:
    assert header_text(world, "assistant", item(small)) == header_text(world, "assistant", item(small))
    daemon = "Mail Delivery System <mailer-daemon@northwind.example>"
    assert read(header_text(world, "assistant", item(small, daemon)))["Return-Path"] == "<>"


def test_attachments_are_not_in_it(world, small) -> None:
    text = header_text(world, "assistant", item(small, attachments=(small.attachment("a.bin", b"x" * 100_000),)))
    assert "multipart/mixed" in text
    assert len(text) < 5000
