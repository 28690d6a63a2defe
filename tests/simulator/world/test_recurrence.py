"""Occurrences of appointments, against a count day by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.core.clock import from_us, to_us
from fauxcorp.world.office import CalendarEntry, Repeat
from fauxcorp.world.recurrence import MAX_OCCURRENCES, last_of, occurrences, on_day

BERLIN = "Europe/Berlin"
DAY = 86_400_000_000
ZONES = (BERLIN, "America/New_York", "Asia/Seoul", "Australia/Lord_Howe", "UTC")


def entry(start: datetime, minutes: int = 60, repeat: Repeat | None = None, **more: Any) -> CalendarEntry:
    begins = to_us(start)
    return CalendarEntry("e1", "Jour fixe", "ada", (), begins, begins + minutes * 60_000_000, repeat=repeat, **more)


def walls(found: list[Any], tz: str = BERLIN) -> list[str]:
    return [from_us(o.start).astimezone(ZoneInfo(tz)).strftime("%m-%d %H:%M") for o in found]


def by_counting(made: CalendarEntry, start: int, end: int, tz: str) -> list[int]:
    """The same, by going through all days one by one."""
    where, repeat = ZoneInfo(tz), made.repeat
    assert repeat is not None
    first = from_us(made.start).astimezone(where).replace(tzinfo=None)
    out = []
    for n in range(0, (from_us(end).date() - first.date()).days + 3):
        at = first + timedelta(days=n)
        months = (at.year - first.year) * 12 + at.month - first.month
        fits = {
            "day": n % repeat.interval == 0,
            "week": n % (7 * repeat.interval) == 0,
            "month": at.day == first.day and months % repeat.interval == 0,
        }[repeat.every]
        begins = to_us(at.replace(tzinfo=where).astimezone(UTC))
        if not fits or at.date().isoformat() in repeat.skip or (repeat.until and begins > repeat.until):
            continue
        if begins < end and begins + (made.end - made.start) > start:
            out.append(begins)
    return out


@given(
    start=st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)),
    minutes=st.integers(1, 3 * 24 * 60),
    every=st.sampled_from(["day", "week", "month"]),
    interval=st.integers(1, 5),
    days=st.integers(0, 500),
    until=st.one_of(st.just(0), st.integers(0, 500)),
    skip=st.frozensets(st.integers(0, 500), max_size=5),
    ahead=st.integers(-100, 500),
    span=st.integers(1, 120),
    tz=st.sampled_from(ZONES),
)
def test_occurrences_are_those_that_a_count_finds(
    start: datetime, minutes: int, every: Any, interval: int, days: int, until: int, skip: frozenset[int], ahead: int,
    span: int, tz: str,
) -> None:  # fmt: skip
    begin = start.replace(second=0, microsecond=0, tzinfo=ZoneInfo(tz)).astimezone(UTC)
    first = to_us(begin)
    dates = frozenset((start.date() + timedelta(days=n)).isoformat() for n in skip)
    repeat = Repeat(every, interval, first + until * DAY if until else 0, dates)
    made = entry(begin, minutes, repeat)
    since = first + ahead * DAY
    found = occurrences(made, since, since + span * DAY, tz)
    assert [o.start for o in found] == by_counting(made, since, since + span * DAY, tz)


def test_a_weekly_meeting_keeps_its_time_of_day_over_the_change_of_clocks() -> None:
    berlin = ZoneInfo(BERLIN)
    made = entry(datetime(2026, 3, 17, 9, 30, tzinfo=berlin), 30, Repeat("week"))
    found = occurrences(made, made.start, made.start + 20 * DAY, BERLIN)
    assert walls(found) == ["03-17 09:30", "03-24 09:30", "03-31 09:30"]
    assert found[2].start - found[1].start == 7 * DAY - 3_600_000_000
    assert all(o.end - o.start == 30 * 60_000_000 for o in found)


def test_a_time_that_the_clocks_leave_out_is_an_hour_later() -> None:
    made = entry(datetime(2026, 3, 28, 2, 30, tzinfo=ZoneInfo(BERLIN)), 60, Repeat("day"))
    assert walls(occurrences(made, made.start, made.start + 3 * DAY - 4_000_000_000, BERLIN)) == [
        "03-28 02:30", "03-29 03:30", "03-30 02:30",
    ]  # fmt: skip


def test_days_that_a_month_has_not_are_passed_over() -> None:
    made = entry(datetime(2026, 1, 31, 8, 0, tzinfo=UTC), 60, Repeat("month"))
    found = occurrences(made, made.start, made.start + 200 * DAY, "UTC")
    assert walls(found, "UTC") == ["01-31 08:00", "03-31 08:00", "05-31 08:00", "07-31 08:00"]


def test_an_all_day_series_runs_from_midnight_to_midnight() -> None:
    berlin = ZoneInfo(BERLIN)
    made = entry(datetime(2026, 3, 28, tzinfo=berlin), 24 * 60, Repeat("day"), all_day=True)
    found = occurrences(made, made.start, made.start + 3 * DAY - 4_000_000_000, BERLIN)
    assert [(o.end - o.start) // 3_600_000_000 for o in found] == [24, 23, 24]


def test_one_occurrence_by_its_day() -> None:
    made = entry(datetime(2026, 3, 17, 23, 45, tzinfo=UTC), 60, Repeat("week", skip=frozenset({"2026-03-31"})))
    found = on_day(made, date(2026, 3, 24), "UTC")
    assert found is not None
    assert found.start == made.start + 7 * DAY
    assert on_day(made, date(2026, 3, 25), "UTC") is None
    assert on_day(made, date(2026, 3, 31), "UTC") is None
    assert on_day(made, date(1, 1, 1), BERLIN) is None


def test_a_series_without_end_gives_so_many_and_no_more() -> None:
    made = entry(datetime(2026, 1, 1, tzinfo=UTC), 60, Repeat("day"))
    assert len(occurrences(made, made.start, made.start + 4000 * DAY, "UTC")) == MAX_OCCURRENCES
    assert occurrences(made, to_us(datetime(9998, 1, 1, tzinfo=UTC)), to_us(datetime(9999, 12, 31, tzinfo=UTC)), "UTC")


@given(count=st.integers(1, 60), interval=st.integers(1, 6), day=st.integers(1, 31))
def test_so_many_times_is_until_the_last_of_them(count: int, interval: int, day: int) -> None:
    start = to_us(datetime(2026, 1, day, 10, 0, tzinfo=ZoneInfo(BERLIN)))
    for every in ("day", "week", "month"):
        last = last_of(start, Repeat(every, interval), count, BERLIN)
        made = CalendarEntry("e", "t", "o", (), start, start + 1, repeat=Repeat(every, interval, last))
        assert len(occurrences(made, start, last + 400 * DAY, BERLIN)) == count
