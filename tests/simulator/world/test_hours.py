"""When people work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.core.clock import from_us, to_us
from fauxcorp.core.rng import RandomSource
from fauxcorp.world.company import Habits, Person
from fauxcorp.world.hours import at_work, when_at_work
from fauxcorp.world.when import zone


def person(hours=(8.0, 17.0), tz=""):
    return Person(
        username="kit", name="Kit Moss", email="kit@x.org", title="Clerk", department="Office", uid=1001, zone=tz,
        habits=Habits(hours=hours),
    )  # fmt: skip


def due(at, **more):
    return from_us(when_at_work(to_us(at), person(**more), "Europe/Berlin", RandomSource(1)))


@pytest.mark.parametrize(
    ("at", "earliest"),
    [
        ("2026-04-14T10:00:00+02:00", "2026-04-14T10:00:00+02:00"),
        ("2026-04-14T17:20:00+02:00", "2026-04-14T17:20:00+02:00"),
        ("2026-04-14T19:00:00+02:00", "2026-04-15T08:00:00+02:00"),
        ("2026-04-14T05:00:00+02:00", "2026-04-14T08:00:00+02:00"),
        ("2026-04-17T18:00:00+02:00", "2026-04-20T08:00:00+02:00"),
        ("2026-04-18T10:00:00+02:00", "2026-04-20T08:00:00+02:00"),
        ("2026-03-27T18:00:00+01:00", "2026-03-30T08:00:00+02:00"),
    ],
)
def test_the_next_time_at_work(at, earliest):
    asked, wanted = datetime.fromisoformat(at), datetime.fromisoformat(earliest)
    found = due(asked)
    assert found == asked if asked == wanted else wanted < found < wanted + timedelta(hours=1)


def test_hours_are_those_of_the_persons_own_zone():
    at = datetime(2026, 4, 14, 7, 0, tzinfo=UTC)
    assert due(at) == at
    assert due(at, tz="America/New_York").astimezone(zone("America/New_York")).hour == 8


@given(
    st.integers(0, 4_000_000_000), st.floats(0, 12), st.floats(0, 11.9), st.integers(0, 5),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"]),
)  # fmt: skip
def test_never_before_and_always_soon(seconds, begin, length, seed, tz):
    kit = person((begin, begin + length), tz)
    at = seconds * 1_000_000
    found = when_at_work(at, kit, "UTC", RandomSource(seed))
    assert at <= found <= at + 5 * 86_400_000_000
    assert found == at or from_us(found).astimezone(zone(tz)).weekday() < 5
    assert at_work(at, kit, "UTC") == (found == at)
