"""When people are at work: days, hours, and the gaps between what they write."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from fauxcorp.background.plan import Absence, Plan
from fauxcorp.core.rng import RandomSource
from fauxcorp.world.company import Person

WEEKEND_WRITERS = 0.03
"""Share of those who write on the phone that do so at a weekend."""


class Office:
    """The working days of a company."""

    def __init__(self, plan: Plan, zone: str, rng: RandomSource) -> None:
        self.zone = ZoneInfo(zone)
        self.end = plan.end.astimezone(self.zone)
        self.first = plan.start
        self.holidays = frozenset(plan.holidays)
        self._rng = rng
        self._away: dict[str, list[Absence]] = {}
        for absence in plan.absences:
            self._away.setdefault(absence.who, []).append(absence)

    def workday(self, day: date) -> bool:
        """Whether the office is open."""
        return day.weekday() < 5 and day not in self.holidays

    def away(self, user: str, day: date) -> bool:
        """Whether somebody is not there."""
        return any(a.start <= day <= a.to for a in self._away.get(user, ()))

    def next_workday(self, day: date, user: str = "") -> date:
        """That day, or the next on which the office is open and the person there."""
        for n in range(60):
            found = day + timedelta(days=n)
            if self.workday(found) and not (user and self.away(user, found)):
                return found
        return day

    def days(self, start: date, end: date, weekdays: Iterable[int] = ()) -> list[date]:
        """Working days from start to end, both included."""
        wanted = tuple(weekdays) or range(7)
        span = (start + timedelta(days=n) for n in range((end - start).days + 1))
        return [d for d in span if self.workday(d) and d.weekday() in wanted]

    def first_time(self, day: date, person: Person | None, label: str, at: str = "", zone: str = "") -> datetime:
        """When somebody writes on a day: at `at`, give or take, or in their hours."""
        tz = ZoneInfo(zone) if zone else self.zone
        if at:
            low, _, high = at.partition("..")
            first = datetime.combine(day, time.fromisoformat(low), tz)
            last = datetime.combine(day, time.fromisoformat(high or low), tz)
            return first + timedelta(seconds=self._rng.integer(label, 0, round((last - first).total_seconds()) + 59))
        opens, closes = person.habits.hours if person is not None else (7.5, 17.0)
        # Two draws: the middle of the day is busier than its edges.
        share = (self._rng.uniform(label, 0, 1) + self._rng.uniform(label, 0, 1)) / 2
        seconds = round((opens + (closes - opens) * share) * 3600)
        return datetime.combine(day, time(0), tz) + timedelta(seconds=seconds)

    def later(self, before: datetime, gap: tuple[int, int], person: Person | None, label: str) -> datetime:
        """When an answer comes: minutes of the answerer's own working time after `before`."""
        low, high = gap
        # The least of two draws: most answers come soon, some late.
        minutes = min(self._rng.uniform(label, low, high), self._rng.uniform(label, low, high))
        moment = before.astimezone(self.zone) + timedelta(seconds=round(minutes * 60))
        if person is None or person.service:
            return moment
        opens, closes = person.habits.hours
        hour = moment.hour + moment.minute / 60
        if "phone" in person.habits.style and self._rng.uniform(label, 0, 1) < WEEKEND_WRITERS:
            return moment
        day = moment.date()
        if hour > closes:
            day += timedelta(days=1)
        found = self.next_workday(day, person.username)
        if found == moment.date() and opens <= hour <= closes:
            return moment
        start = opens * 60 + self._rng.uniform(label, 3, 95)
        return datetime.combine(found, time(0), self.zone) + timedelta(seconds=round(start * 60))
