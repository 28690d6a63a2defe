"""When several people have time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from fauxcorp.core.clock import to_us
from fauxcorp.world.when import zone

if TYPE_CHECKING:
    from fauxcorp.world.world import World

Span = tuple[int, int]
"""Microseconds since 1970: from, to."""
MAX_DAYS = 62
QUARTER = 15 * 60_000_000


def merged(spans: Iterable[Span]) -> list[Span]:
    """The time that spans take all together, in order, none touching the next."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def gaps(window: Span, busy: Iterable[Span], least: int) -> list[Span]:
    """What is left of a window, in pieces of at least `least` that begin on a quarter of an hour."""
    out: list[Span] = []
    at, end = window
    for start, until in [*merged(busy), (end, end)]:
        begin = -(-at // QUARTER) * QUARTER
        if min(start, end) - begin >= least:
            out.append((begin, min(start, end)))
        at = max(at, until)
        if at >= end:
            break
    return out


def free(
    world: World, users: Sequence[str], days: tuple[date, date], minutes: int, hours: tuple[time, time], rooms: str = ""
) -> list[Span]:
    """The stretches of working days, from now on, in which all of `users` and a room have `minutes` to spare."""
    tz = zone(world.company.facts.timezone)
    first, last = days
    out: list[Span] = []
    for n in range(min((last - first).days + 1, MAX_DAYS)):
        day = first + timedelta(days=n)
        if day.weekday() >= 5:
            continue
        start, end = (to_us(datetime.combine(day, at, tz).astimezone(UTC)) for at in hours)
        start = max(start, world.clock.us)
        if end - start < minutes * 60_000_000:
            continue
        taken = [(o.start, o.end) for user in users for o in world.calendar.busy(user, start, end)]
        taken += [(o.start, o.end) for o in world.calendar.in_room(rooms, start, end)]
        out += gaps((start, end), taken, minutes * 60_000_000)
    return out
