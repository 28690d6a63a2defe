"""Dates that do not fit."""

from __future__ import annotations

import pytest

from ..conftest import BODIES, PEOPLE, SENDERS, Cases, mail, person


def many(count: int, **fixed: int) -> dict[str, object]:
    """A thread of that many mails by people of the yard; `fixed` parts of the time are the same in all."""
    messages = []
    for n in range(count):
        day, hour = 1 + n % 28, 8 + n % 9
        minute, second = fixed.get("minute", n * 17 % 60), fixed.get("second", (n * 23 + 5) % 60)
        month = 1 + n // 28
        messages.append({
            "from": SENDERS[n % 5], "to": ["all@brandis-ropewalk.de"],
            "date": f"2025-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}+01:00",
            "body": f"{BODIES[n % 6]} {' '.join('abcdefgh'[int(d)] * 3 for d in oct(n)[2:])}\n", "unread": n % 7 == 0,
        })  # fmt: skip
    return {"mail/many.yaml": {"threads": [{"subject": f"Day {n}", "messages": [m]} for n, m in enumerate(messages)]}}


@pytest.mark.parametrize(
    "text",
    [
        "on Monday, 5 May",
        "am Montag, den 5. Mai",
        "Mon 2026-05-05",
        "Monday, May 5th, 2026",
        "Mo 05.05.2026",
        "Friday 31 April",
    ],
)
def test_a_weekday_that_is_not_its_dates(cases: Cases, text: str) -> None:
    cases.fires("weekday", {"mail/1.yaml": mail(1, body=f"Come {text} at ten.\n")})


def test_a_weekday_that_is(cases: Cases) -> None:
    text = "Tuesday, 5 May; Di 05.05.2026; Wednesday 1 April; do 4 may ropes; Monday 10:30; Dec 31 was Wed, 31 Dec.\n"
    cases.silent("weekday", {"mail/1.yaml": mail(1, body=text)})


def test_night(cases: Cases) -> None:
    cases.fires("night-mail", {"mail/1.yaml": mail(1, date="2026-04-21T03:12:09+02:00")}, "03:12")
    owl = [{**person(p), "habits": {"hours": [16, 24]}} for p in PEOPLE]
    cases.silent(
        "night-mail", {"mail/1.yaml": mail(1, date="2026-04-21T03:12:09+02:00"), "people.yaml": {"people": owl}}
    )


def test_after_the_start(cases: Cases) -> None:
    cases.fires("after-start", {"mail/1.yaml": mail(1, date="2026-05-06T09:00:01+02:00")})
    chat = {"name": "yard", "posts": [{"user": "jostrup", "at": "2026-05-07T10:00:00+02:00", "text": "Hello"}]}
    cases.fires("after-start", {"chat/yard.yaml": chat})
    cases.silent("after-start", {"mail/1.yaml": mail(1, date="2026-05-06T08:59:59+02:00")})


def test_seconds(cases: Cases) -> None:
    cases.fires("even-seconds", many(40, second=0), "40 of 46")
    cases.silent("even-seconds", many(40))


def test_minutes(cases: Cases) -> None:
    cases.fires("even-minutes", many(40, minute=30), "minute 30")
    cases.silent("even-minutes", many(40))


def test_equal_times(cases: Cases) -> None:
    at = "2026-04-21T10:20:19+02:00"
    cases.fires(
        "equal-times",
        {"mail/1.yaml": mail(1, date=at), "mail/2.yaml": mail(2, date=at, **{"from": SENDERS[1]})},
        "same second",
    )
    cases.silent("equal-times", {"mail/1.yaml": mail(1, date=at), "mail/2.yaml": mail(2, date=at)})


def test_weekends(cases: Cases) -> None:
    cases.fires("weekends", many(200), "at a weekend")
    thread = many(170)["mail/many.yaml"]
    assert isinstance(thread, dict)
    weekdays = [
        t for t in thread["threads"] if t["messages"][0]["date"][8:10] not in ("04", "05", "11", "12", "18", "19")
    ]
    cases.silent("weekends", {"mail/many.yaml": {"threads": weekdays[:100]}})


def test_zones(cases: Cases) -> None:
    cases.fires("zone", {"mail/1.yaml": mail(1, date="2026-04-21T10:20:19+01:00")}, "+02:00")
    cases.silent("zone", {"mail/1.yaml": mail(1, date="2026-04-21T10:20:19-04:00")})


def test_out_of_office(cases: Cases) -> None:
    def away(text: str) -> dict[str, object]:
        return {
            "people.yaml": {"people": [{**person(p), "out_of_office": text if p is PEOPLE[2] else ""} for p in PEOPLE]}
        }

    cases.fires("away-past", away("I am on leave until 21 April."), "2026-04-21")
    cases.silent("away-past", away("I am on leave until Friday, 15 May."))
