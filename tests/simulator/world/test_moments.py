"""Dates and times as people type them."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.core.clock import from_us, to_us
from fauxcorp.errors import ToolError
from fauxcorp.world.moments import midnight, read_day, read_minutes, read_moment, read_span

BERLIN = "Europe/Berlin"
NOW = to_us(datetime(2026, 4, 14, 8, 47, tzinfo=ZoneInfo(BERLIN)))
"""A Tuesday."""


def shown(us: int) -> str:
    return from_us(us).astimezone(ZoneInfo(BERLIN)).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-04-16 14:00", "2026-04-16 14:00"),
        ("2026-04-16T14:00", "2026-04-16 14:00"),
        ("2026-04-16T14:00:00", "2026-04-16 14:00"),
        ("2026-04-16T14:00:00+02:00", "2026-04-16 14:00"),
        ("2026-04-16T12:00:00Z", "2026-04-16 14:00"),
        ("2026-04-16T12:00:00.000Z", "2026-04-16 14:00"),
        ("2026-04-16 12:00 UTC", "2026-04-16 14:00"),
        ("2026-04-16 08:00 -0400", "2026-04-16 14:00"),
        ("2026/4/6 9:05", "2026-04-06 09:05"),
        ("tomorrow 9:30", "2026-04-15 09:30"),
        ("Tomorrow at 9:30 am", "2026-04-15 09:30"),
        ("today 2pm", "2026-04-14 14:00"),
        ("14:00", "2026-04-14 14:00"),
        ("12 am", "2026-04-14 00:00"),
        ("friday 10:00", "2026-04-17 10:00"),
        ("Fri, 10.30", "2026-04-17 10:30"),
        ("next friday noon", "2026-04-24 12:00"),
        ("Thu, 16 Apr 2026, 14:00", "2026-04-16 14:00"),
        ("16 April 14:00", "2026-04-16 14:00"),
        ("April 16th, 2026 2:15 pm", "2026-04-16 14:15"),
        ("16.04.2026 14:00", "2026-04-16 14:00"),
        ("16.4. 14:00 Uhr", "2026-04-16 14:00"),
        ("3 Jan 9:00", "2026-01-03 09:00"),
        ("now", "2026-04-14 08:47"),
        ("in 2 hours", "2026-04-14 10:47"),
        ("in 1h 30m", "2026-04-14 10:17"),
    ],
)
def test_moments(text: str, expected: str) -> None:
    assert shown(read_moment(text, NOW, BERLIN)) == expected


def test_a_time_alone_may_be_of_another_day() -> None:
    assert shown(read_moment("15:00", NOW, BERLIN, day=date(2026, 4, 20))) == "2026-04-20 15:00"


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-04-16", "2026-02-30 10:00", "25:00", "13pm", "04/05/2026 10:00", "9999-01-01 10:00",
     "in a while", "2026-04-16 10:77", "x" * 500, "next 16.4. 10:00", "1 2 3 4:00", "in 99999 weeks",
     "\u0661\u0662:\u0663\u0660x"],
)  # fmt: skip
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ToolError):
        read_moment(text, NOW, BERLIN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-04-16", "2026-04-16"),
        ("today", "2026-04-14"),
        ("Monday", "2026-04-20"),
        ("tuesday", "2026-04-14"),
        ("next monday", "2026-04-20"),
        ("16 Apr", "2026-04-16"),
        ("2026-04-16T00:00:00+02:00", "2026-04-16"),
        ("day after tomorrow", "2026-04-16"),
        ("2 Jan", "2026-01-02"),
        ("1 Dec 2025", "2025-12-01"),
    ],
)
def test_days(text: str, expected: str) -> None:
    assert read_day(text, NOW, BERLIN).isoformat() == expected


def test_spans() -> None:
    assert read_span("this week", NOW, BERLIN) == (date(2026, 4, 13), date(2026, 4, 19))
    assert read_span("Next week", NOW, BERLIN) == (date(2026, 4, 20), date(2026, 4, 26))
    assert read_span("last week", NOW, BERLIN) == (date(2026, 4, 6), date(2026, 4, 12))
    assert read_span("month", NOW, BERLIN) == (date(2026, 4, 1), date(2026, 4, 30))
    assert read_span("next month", NOW, BERLIN) == (date(2026, 5, 1), date(2026, 5, 31))
    assert read_span("tomorrow", NOW, BERLIN) is None


@pytest.mark.parametrize(
    ("value", "minutes"),
    [(45, 45), ("45", 45), ("1h", 60), ("1h 30m", 90), ("1h30m", 90), ("1:30", 90), ("2 hours", 120), ("PT45M", 45),
     ("1 hour and 15 minutes", 75), (0.6 + 29.4, 30), ("1.5 hours", 90), ("2 days", 2880)],
)  # fmt: skip
def test_durations(value: str | float, minutes: int) -> None:
    assert read_minutes(value) == minutes


@pytest.mark.parametrize("value", [0, -5, 10**9, float("nan"), float("inf"), "", "long", "5 x", "1 2", "1h 30"])
def test_durations_that_are_none(value: str | float) -> None:
    with pytest.raises(ToolError):
        read_minutes(value)


def test_midnight_is_of_the_zone() -> None:
    assert from_us(midnight(date(2026, 3, 30), BERLIN)) == datetime(2026, 3, 29, 22, tzinfo=UTC)


@given(st.text(max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (read_moment, read_day):
        with suppress(ToolError):
            read(text, NOW, BERLIN)
    with suppress(ToolError):
        assert 1 <= read_minutes(text) <= 31 * 24 * 60


@given(st.datetimes(datetime(1991, 1, 1), datetime(2099, 1, 1)))
def test_what_is_written_is_what_is_read(at: datetime) -> None:
    at = at.replace(second=0, microsecond=0)
    expected = to_us(at.replace(tzinfo=ZoneInfo(BERLIN)).astimezone(UTC))
    for form in ("%Y-%m-%d %H:%M", "%d %B %Y %H:%M", "%a, %d %b %Y at %I:%M %p", "%d.%m.%Y %H:%M"):
        assert read_moment(at.strftime(form), NOW, BERLIN) == expected
