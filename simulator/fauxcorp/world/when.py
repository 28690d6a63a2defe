"""Instants as staff read them: in the company's time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fauxcorp.core.clock import from_us


@lru_cache(maxsize=64)
def zone(name: str) -> tzinfo:
    """The time zone of a name; UTC where this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def local(us: int, tz: str) -> datetime:
    """The instant of `us` microseconds since 1970 in a named time zone."""
    return from_us(us).astimezone(zone(tz))


@lru_cache(maxsize=4096)
def _minute(minutes: int, tz: str) -> str:
    return local(minutes * 60_000_000, tz).strftime("%Y-%m-%d %H:%M")


def minute(us: int, tz: str) -> str:
    """Date and time to the minute: 2026-03-04 09:12."""
    return _minute(us // 60_000_000, tz)


def spoken(us: int, tz: str) -> str:
    """As a mail program says it: Wed, 4 Mar 2026 at 09:12."""
    at = local(us, tz)
    return f"{at:%a}, {at.day} {at:%b %Y} at {at:%H:%M}"


def rfc5322(us: int, tz: str, offset: int | None = None) -> str:
    """As a mail header says it: Wed, 04 Mar 2026 09:12:00 +0100. `offset`: minutes east of UTC, in place of `tz`."""
    at = local(us, tz) if offset is None else from_us(us).astimezone(timezone(timedelta(minutes=offset)))
    return at.strftime("%a, %d %b %Y %H:%M:%S %z")


def span(seconds: float) -> str:
    """A duration in words: 1 hour 5 minutes."""
    minutes = round(seconds / 60)
    hours, minutes = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(f"{hours} hour{'s' if hours != 1 else ''}")
    if minutes or not hours:
        parts.append(f"{minutes} minute{'s' if minutes != 1 else ''}")
    return " ".join(parts)


def day_start(year: int, month: int, day: int, tz: str) -> int:
    """The first instant of a day in a zone, in microseconds since 1970. ValueError: no such day."""
    at = datetime(year, month, day, tzinfo=zone(tz))
    return round((at - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))
