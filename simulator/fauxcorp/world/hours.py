"""When people work: office hours in their own zone, no weekends."""

from __future__ import annotations

from datetime import datetime, timedelta

from fauxcorp.core.clock import to_us
from fauxcorp.core.rng import RandomSource
from fauxcorp.world.company import Person
from fauxcorp.world.when import local

_BEFORE, _AFTER = 0.25, 0.5
"""Hours by which people write before and after their own."""
SATURDAY = 5


def at_work(at: int, person: Person, timezone: str) -> bool:
    """Whether a person works at an instant, in microseconds since 1970. `timezone` is the company's."""
    return _within(local(at, person.zone or timezone), person.habits.hours)


def when_at_work(at: int, person: Person, timezone: str, rng: RandomSource) -> int:
    """The instant itself if the person works then; else some time into their next working day, in microseconds."""
    moment = local(at, person.zone or timezone)
    hours = person.habits.hours
    if _within(moment, hours):
        return at
    day = moment
    if moment.hour + moment.minute / 60 > hours[0]:
        day += timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    minutes = round(hours[0] * 60) + rng.integer("next-morning", 3, 55)
    start = datetime(day.year, day.month, day.day, tzinfo=moment.tzinfo)
    seconds = rng.integer("next-morning", 0, 59)
    # Wall time of that day, whatever the clocks did in the night.
    return max(at, to_us(start.replace(hour=minutes // 60 % 24, minute=minutes % 60, second=seconds)))


def _within(moment: datetime, hours: tuple[float, float]) -> bool:
    hour = moment.hour + moment.minute / 60
    return moment.weekday() < SATURDAY and hours[0] - _BEFORE <= hour <= hours[1] + _AFTER
