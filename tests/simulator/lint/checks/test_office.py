"""Calendars."""

from __future__ import annotations

from typing import Any

from ..conftest import Cases


def events(*entries: dict[str, Any]) -> dict[str, Any]:
    plain = {
        "title": "Yard round",
        "organizer": "jostrup",
        "start": "2026-05-04T10:00:00+02:00",
        "minutes": 60,
        "location": "Loft",
    }
    return {"calendar/yard.yaml": {"events": [{**plain, **e} for e in entries]}}


def test_rooms(cases: Cases) -> None:
    weekly = {"repeat": {"every": "week"}, "start": "2026-04-06T09:30:00+02:00"}
    cases.fires("room", events(weekly, {"title": "Tar"}), "loft is taken by 'Yard round'", "2026-05-04 10:00")
    cases.silent("room", events({**weekly, "repeat": {"every": "week", "skip": ["2026-05-04"]}}, {"title": "Tar"}))
    cases.silent("room", events({}, {"location": "Tar house"}, {"location": "phone"}, {"location": "phone"}))


def test_guests(cases: Cases) -> None:
    cases.fires("guest", events({"attendees": ["a@no-such-tld.qqzz"]}), "no-such-tld")
    cases.silent("guest", events({"attendees": ["mkeitum", "all@brandis-ropewalk.de", "till@hafenkontor-list.de"]}))


def test_answers(cases: Cases) -> None:
    cases.fires(
        "answer-of-uninvited", events({"attendees": ["mkeitum"], "answers": {"tlornsen": "accepted"}}), "tlornsen"
    )
    cases.silent(
        "answer-of-uninvited", events({"attendees": ["all@brandis-ropewalk.de"], "answers": {"tlornsen": "accepted"}})
    )
