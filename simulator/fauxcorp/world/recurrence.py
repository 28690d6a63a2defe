"""When an appointment takes place: its occurrences, by the clock on the wall of the company's time zone."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from fauxcorp.core.clock import from_us, to_us
from fauxcorp.world.office import CalendarEntry, Repeat
from fauxcorp.world.when import zone

MAX_OCCURRENCES = 1000
"""Of one series in one look."""
_DAYS = {"day": 1, "week": 7}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time at which an appointment takes place, in microseconds since 1970."""

    entry: CalendarEntry
    start: int
    end: int

    def overlaps(self, start: int, end: int) -> bool:
        """Whether it takes some of a span of time; one without length takes the instant."""
        return self.start < end and (self.end > start or self.start == self.end == start)


def occurrences(entry: CalendarEntry, start: int, end: int, tz: str) -> list[Occurrence]:
    """Those that take some of the time from `start` to `end`, in order; at most MAX_OCCURRENCES."""
    if entry.start >= end:
        return []
    if entry.repeat is None:
        only = Occurrence(entry, entry.start, entry.end)
        return [only] if only.overlaps(start, end) else []
    out: list[Occurrence] = []
    for found in _series(entry, entry.repeat, start, zone(tz)):
        if found.start >= end or len(out) >= MAX_OCCURRENCES:
            break
        if found.overlaps(start, end):
            out.append(found)
    return out


def on_day(entry: CalendarEntry, day: date, tz: str) -> Occurrence | None:
    """The occurrence that begins on a day, if there is one."""
    where = zone(tz)
    try:
        start = to_us(datetime(day.year, day.month, day.day, tzinfo=where).astimezone(UTC))
    except OverflowError:
        return None
    found = occurrences(entry, start, start + 26 * 3_600_000_000, tz)
    return next((o for o in found if from_us(o.start).astimezone(where).date() == day), None)


def last_of(start: int, repeat: Repeat, count: int, tz: str) -> int:
    """When the `count`th occurrence begins, for a series that is to come so often."""
    entry = CalendarEntry("", "", "", (), start, start, repeat=Repeat(repeat.every, repeat.interval))
    last = start
    for n, found in enumerate(_series(entry, repeat, start, zone(tz)), 1):
        last = found.start
        if n >= count:
            break
    return last


def _series(entry: CalendarEntry, repeat: Repeat, start: int, where: tzinfo) -> Iterator[Occurrence]:
    """The occurrences that end after `start`, and maybe some before, in order, for as long as there are any.

    A time of day that the clocks leave out is told by the offset before the change, one that comes twice is the first
    of the two (RFC 5545, 3.3.5).
    """
    first = from_us(entry.start).astimezone(where).replace(tzinfo=None)
    days = _whole_days(entry, first, where) if entry.all_day else 0
    length = entry.end - entry.start
    for at in _times(first, repeat, from_us(max(start - length, 0)).astimezone(where).replace(tzinfo=None)):
        begins = to_us(at.replace(tzinfo=where).astimezone(UTC))
        if repeat.until and begins > repeat.until:
            return
        if at.date().isoformat() in repeat.skip:
            continue
        ends = to_us((at + timedelta(days=days)).replace(tzinfo=where).astimezone(UTC)) if days else begins + length
        yield Occurrence(entry, begins, ends)


def _whole_days(entry: CalendarEntry, first: datetime, where: tzinfo) -> int:
    """How many days an all-day appointment takes; 0 if it does not run from one midnight to another."""
    last = from_us(entry.end).astimezone(where).replace(tzinfo=None)
    days = (last.date() - first.date()).days
    return days if last.time() == first.time() else 0


def _times(first: datetime, repeat: Repeat, since: datetime) -> Iterator[datetime]:
    """The times on the wall, from about `since` on."""
    interval = max(repeat.interval, 1)
    if repeat.every in _DAYS:
        step = _DAYS[repeat.every] * interval
        n = max((since.date() - first.date()).days // step - 1, 0)
        while True:
            try:
                yield first + timedelta(days=n * step)
            except OverflowError:
                return
            n += 1
    months = (since.year - first.year) * 12 + since.month - first.month
    n = max(months // interval - 1, 0)
    while True:
        year, month = divmod(first.year * 12 + first.month - 1 + n * interval, 12)
        if year >= 9999:
            return
        # A month without that day has none.
        if first.day <= monthrange(year, month + 1)[1]:
            yield first.replace(year=year, month=month + 1)
        n += 1
