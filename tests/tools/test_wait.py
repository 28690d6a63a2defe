"""Waiting, as an agent does it."""

from __future__ import annotations

import pytest

from fauxcorp.world.colleagues import ReplyRule
from fauxcorp.world.timeline import Cue


def mail(after, subject):
    then = [{"mail": {"from": "ada.flint", "subject": subject, "body": "b"}}]
    return Cue.model_validate({"when": {"after": after}, "then": then})


def test_what_arrived_is_told(make_office, make):
    post = {"chat": {"from": "wei.zhang", "channel": "general", "text": "Lunch?"}}
    cues = [mail(5, "One"), mail(6, "Two"), Cue.model_validate({"when": {"after": 7}, "then": [post]})]
    office = make_office(cues=cues, channels=[make.channel("general", ("ada.flint", "Hi"))])
    assert office.call("wait", minutes=10).splitlines() == [
        "10 minutes passed. It is 2026-03-04 09:10.",
        "2 new emails:",
        "  1001  Ada Flint <ada.flint@northwind.example>: One",
        "  1002  Ada Flint <ada.flint@northwind.example>: Two",
        "1 new chat message:",
        "  #general  wei.zhang: Lunch?",
    ]
    assert office.call("wait", minutes=90) == "1 hour 30 minutes passed. It is 2026-03-04 10:40.\nNo new email."


def test_waiting_for_a_reply_ends_with_it(make_office):
    rule = ReplyRule(person="ada.flint", text="Yes.", delay=25)
    office = make_office(replies=[rule], cues=[mail(300, "Later")])
    office.call("send_email", to="ada.flint", subject="Well?", body="b")
    said = office.call("wait_for_reply", minutes=120).splitlines()
    assert said[0] == "25 minutes passed. It is 2026-03-04 09:25."
    assert said[2].endswith("Re: Well?")
    assert office.call("wait_for_reply").startswith("1 hour passed.")


@pytest.mark.parametrize("minutes", [0, -5, 24 * 60 + 1, float("nan"), float("inf")])
def test_how_long_is_bounded(make_office, refused, minutes):
    with pytest.raises(refused):
        make_office().call("wait", minutes=minutes)
