"""When people are at work, and when they answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.background.hours import Office
from fauxcorp.background.plan import Plan
from fauxcorp.core.rng import RandomSource
from fauxcorp.world.company import Habits, Person

BERLIN = ZoneInfo("Europe/Berlin")
HOLIDAY = date(2026, 4, 3)


def office(seed: int = 1) -> Office:
    plan = Plan.model_validate({
        "seed": seed, "from": "2026-02-02", "to": "2026-04-30T10:00:00+00:00", "holidays": [HOLIDAY],
        "absences": [{"who": "ida", "from": "2026-02-10", "to": "2026-02-12"},
                     {"who": "ida", "from": "2026-03-02", "to": "2026-03-02"}],
    })  # fmt: skip
    return Office(plan, "Europe/Berlin", RandomSource(seed))


def person(low: float = 8, high: float = 16, **more: object) -> Person:
    return Person.model_validate({
        "username": "ida", "name": "Ida Rohde", "email": "ida@quay-works.de", "title": "Clerk", "department": "Office",
        "uid": 1001, "habits": Habits(hours=(low, high)), **more,
    })  # fmt: skip


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
hours = st.floats(0, 22).flatmap(lambda low: st.tuples(st.just(low), st.floats(low + 1, 24)))
moments = st.datetimes(datetime(2026, 2, 2), datetime(2026, 4, 30), timezones=st.just(UTC))
gaps = st.tuples(st.integers(0, 3000), st.integers(0, 3000)).map(lambda two: (min(two), max(two)))


def test_the_end_is_told_in_the_zone_of_the_company() -> None:
    assert office().end == datetime(2026, 4, 30, 12, tzinfo=BERLIN)
    assert office().end.utcoffset() == timedelta(hours=2)


def test_the_office_is_open_on_weekdays_that_are_no_holidays() -> None:
    week = [date(2026, 3, 30) + timedelta(days=n) for n in range(7)]
    assert [d.day for d in week if office().workday(d)] == [30, 31, 1, 2]


def test_the_first_and_the_last_day_of_an_absence_belong_to_it() -> None:
    away = [n for n in range(1, 29) if office().away("ida", date(2026, 2, n))]
    assert away == [10, 11, 12]
    assert office().away("ida", date(2026, 3, 2))
    assert not office().away("ole", date(2026, 2, 11))


@given(days)
def test_the_next_workday_is_the_first_on_which_one_is_there(day: date) -> None:
    found = office().next_workday(day, "ida")
    between = [day + timedelta(days=n) for n in range((found - day).days)]
    assert office().workday(found)
    assert not office().away("ida", found)
    assert not any(office().workday(d) and not office().away("ida", d) for d in between)


@given(days, st.integers(-5, 40), st.lists(st.integers(0, 6)))
def test_days_are_working_days_of_the_weekdays_asked_for(start: date, span: int, weekdays: list[int]) -> None:
    end = start + timedelta(days=span)
    found = office().days(start, end, weekdays)
    every = [start + timedelta(days=n) for n in range(max(0, span + 1))]
    assert found == [d for d in every if office().workday(d) and d.weekday() in (weekdays or range(7))]


@given(days, hours, st.text(max_size=4))
def test_a_person_writes_in_their_hours(day: date, span: tuple[float, float], label: str) -> None:
    at = office().first_time(day, person(*span), label)
    hour = (at.replace(tzinfo=None) - datetime(day.year, day.month, day.day)).total_seconds() / 3600
    assert span[0] - 0.001 <= hour <= span[1] + 0.001
    assert at.tzinfo == BERLIN


@given(days, st.text(max_size=4))
def test_a_given_time_is_kept_give_or_take_a_minute(day: date, label: str) -> None:
    exact = office().first_time(day, None, label, "07:45")
    assert (exact.hour, exact.minute) == (7, 45)
    some = office().first_time(day, None, label, "07:10..08:30")
    assert (7, 10) <= (some.hour, some.minute) <= (8, 30)


def test_a_given_time_is_in_the_zone_of_the_sender() -> None:
    at = office().first_time(date(2026, 2, 3), None, "x", "03:17", "Africa/Lagos")
    assert (at.hour, at.minute, at.utcoffset()) == (3, 17, timedelta(hours=1))


@given(moments, gaps, hours, st.text(max_size=4))
def test_an_answer_is_not_too_soon_and_in_working_time(
    before: datetime, gap: tuple[int, int], span: tuple[float, float], label: str
) -> None:
    who = person(*span)
    at = office().later(before, gap, who, label)
    assert at >= before + timedelta(minutes=gap[0], seconds=-1)
    start = at - timedelta(hours=span[0]) if at.hour + at.minute / 60 < span[0] else at
    assert office().workday(start.date())
    assert not office().away("ida", start.date())


@given(moments, gaps, st.text(max_size=4))
def test_a_program_answers_at_any_hour(before: datetime, gap: tuple[int, int], label: str) -> None:
    waited = office().later(before, gap, None, label) - before
    assert timedelta(minutes=gap[0], seconds=-1) <= waited <= timedelta(minutes=gap[1], seconds=1)
    service = person(service=True)
    assert office().later(before, gap, service, label) - before == waited


@given(moments, gaps, st.integers(0, 9))
def test_the_same_seed_answers_at_the_same_time(before: datetime, gap: tuple[int, int], seed: int) -> None:
    assert office(seed).later(before, gap, person(), "x") == office(seed).later(before, gap, person(), "x")


def test_most_answers_come_soon() -> None:
    waits = [office().later(datetime(2026, 3, 3, 9, tzinfo=BERLIN), (0, 240), person(), f"{n}") for n in range(400)]
    early = sum(at.hour < 11 for at in waits)
    assert 0.62 < early / len(waits) < 0.88
    assert any(at.hour >= 12 for at in waits)


def test_one_who_writes_on_the_phone_does_so_at_a_weekend_now_and_then() -> None:
    phone = person().model_copy(update={"habits": Habits(hours=(8, 16), style=("phone",))})
    saturday = datetime(2026, 3, 7, 11, tzinfo=BERLIN)
    found = [office().later(saturday, (1, 60), phone, f"{n}").weekday() >= 5 for n in range(600)]
    assert 0 < sum(found) < 60
    assert not any(office().later(saturday, (1, 60), person(), f"{n}").weekday() >= 5 for n in range(600))
