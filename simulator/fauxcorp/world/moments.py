"""Dates, times and durations as people type them, read in the company's time zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from fauxcorp.core.clock import from_us, to_us
from fauxcorp.errors import ToolError
from fauxcorp.world.when import zone

FIRST, LAST = 1990, 2099
"""Years that a calendar takes."""
MAX_TEXT = 100
MAX_MINUTES = 31 * 24 * 60

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?:[:.](\d{2}))?(?:\.\d{1,9})? ?([ap])?\.?(?:m\.?)?")
_ISO_TIME = re.compile(r"(?<=\d)t(?=\d)")
_OFFSET = re.compile(r"(?:z|utc|gmt|[+-]\d{2}:?\d{2})")
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})?")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_PART = re.compile(r"(\d{1,5}(?:\.\d{1,3})?) ?(minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?)?")
_UNITS = {"m": 1.0, "h": 60.0, "d": 1440.0, "w": 10080.0}
_HOW = "Write it as 2026-04-16 14:00"


def read_moment(text: str, now: int, tz: str, *, day: date | None = None) -> int:
    """The instant of a date and time, in microseconds since 1970: `2026-04-16 14:00`, `tomorrow 9:30`, `Fri 2pm`.

    A time alone is on `day`, or today. Raises ToolError for what is no date and time, or out of reach.
    """
    words = _plain(text)
    local = from_us(now).astimezone(zone(tz))
    after = _in_a_while(words, now)
    if after is not None:
        return after
    where: tzinfo = zone(tz)
    offset = words.split()[-1] if words else ""
    clock = words
    if len(words.split()) > 1 and _OFFSET.fullmatch(offset):
        where, clock = _zone_of(offset), words[: -len(offset)].strip()
    rest, at = _split_time(clock)
    if at is None:
        raise ToolError(f"No time of day in {text[:MAX_TEXT]!r}. {_HOW}")
    wanted = _date(rest, local.date()) if rest else day or local.date()
    if wanted is None:
        raise ToolError(f"Not a date and time: {text[:MAX_TEXT]!r}. {_HOW}")
    return _instant(wanted, at, where)


def read_day(text: str, now: int, tz: str) -> date:
    """The day of a text: `2026-04-16`, `today`, `next monday`, `16 April`; a time of day behind it is passed over.

    Raises ToolError.
    """
    words = _plain(text)
    local = from_us(now).astimezone(zone(tz))
    found = _date(words, local.date())
    if found is None:
        found = _date(_split_time(_without_offset(words))[0], local.date())
    if found is None:
        raise ToolError(f"Not a date: {text[:MAX_TEXT]!r}. Write it as 2026-04-16")
    return found


def read_span(text: str, now: int, tz: str) -> tuple[date, date] | None:
    """First and last day of `this week`, `next week`, `this month` and `next month`; None for anything else."""
    words = _plain(text)
    today = from_us(now).astimezone(zone(tz)).date()
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    match words:
        case "week" | "this week" | "current week":
            return monday, monday + timedelta(days=6)
        case "next week":
            return monday + timedelta(days=7), monday + timedelta(days=13)
        case "last week":
            return monday - timedelta(days=7), monday - timedelta(days=1)
        case "month" | "this month":
            return first, after - timedelta(days=1)
        case "next month":
            return after, (after + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        case _:
            return None


def read_minutes(value: str | float) -> int:
    """A duration in minutes: 45, `45`, `1h`, `1h 30m`, `1:30`, `2 hours`, `PT45M`. Raises ToolError."""
    if isinstance(value, int | float):
        minutes = float(value)
    else:
        words = _plain(value).removeprefix("pt").replace(",", " ").replace(" and ", " ")
        clock = re.fullmatch(r"(\d{1,2}):(\d{2})", words)
        minutes = int(clock[1]) * 60 + int(clock[2]) if clock else _sum(words, value)
    if not 1 <= minutes <= MAX_MINUTES:
        raise ToolError("The duration must be between 1 minute and 31 days")
    return round(minutes)


def midnight(day: date, tz: str) -> int:
    """The first instant of a day in a zone, in microseconds since 1970."""
    return to_us(datetime.combine(day, time(), zone(tz)).astimezone(UTC))


def _plain(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise ToolError(f"Not a date: {text[:MAX_TEXT]!r}...")
    words = _ISO_TIME.sub(" ", text.casefold().replace(",", " ").replace("\u202f", " "))
    words = re.sub(r"(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(z|[+-]\d{2}:?\d{2})$", r"\1 \2", words.strip())
    return " ".join(w for w in words.replace(" at ", " ").replace(" um ", " ").split() if w not in ("at", "on", "uhr"))


def _without_offset(words: str) -> str:
    head, _, last = words.rpartition(" ")
    return head if head and _OFFSET.fullmatch(last) else words


def _zone_of(offset: str) -> tzinfo:
    if offset in ("z", "utc", "gmt"):
        return UTC
    found = datetime.strptime(offset.replace(":", ""), "%z").tzinfo
    return found if found is not None else UTC


def _split_time(words: str) -> tuple[str, time | None]:
    """The words before a time of day at the end, and it."""
    named = {"noon": time(12), "midday": time(12), "midnight": time(0)}
    parts = words.split()
    if parts and parts[-1] in named:
        return " ".join(parts[:-1]), named[parts[-1]]
    for count in (2, 1):
        tail = " ".join(parts[-count:])
        found = _TIME.fullmatch(tail) if len(parts) >= count else None
        if found is None or not (found[2] or found[4]):
            continue
        hour = int(found[1])
        if found[4]:
            if not 1 <= hour <= 12:
                return words, None
            hour = hour % 12 + (12 if found[4] == "p" else 0)
        minute, second = int(found[2] or 0), int(found[3] or 0)
        if hour > 23 or minute > 59 or second > 59:
            return words, None
        return " ".join(parts[:-count]), time(hour, minute, second)
    return words, None


def _date(words: str, today: date) -> date | None:
    known = {"today": 0, "tonight": 0, "heute": 0, "now": 0, "tomorrow": 1, "morgen": 1, "yesterday": -1,
             "day after tomorrow": 2, "the day after tomorrow": 2}  # fmt: skip
    if words in known:
        return today + timedelta(days=known[words])
    parts = [p for p in words.split() if p not in ("of", "the")]
    if len(parts) > 1 and _weekday(parts[0]) is not None:
        # `Thu 16 April`: the name of the day says nothing new.
        return _numbered(parts[1:], today)
    later = 0
    if len(parts) == 2 and parts[0] in ("next", "this", "coming"):
        later, parts = (7 if parts[0] == "next" else 0), parts[1:]
    if len(parts) == 1:
        weekday = _weekday(parts[0])
        if weekday is not None:
            days = (weekday - today.weekday()) % 7
            if later:
                # Next Friday, said on a Tuesday: the one of the week after.
                days = weekday - today.weekday() + 7
            return today + timedelta(days=days)
    return None if later else _numbered(parts, today)


def _numbered(parts: list[str], today: date) -> date | None:
    if len(parts) == 1:
        iso = _ISO.fullmatch(parts[0])
        dotted = _DOTTED.fullmatch(parts[0])
        if iso:
            return _day(int(iso[1]), int(iso[2]), int(iso[3]))
        if dotted:
            return _near(int(dotted[2]), int(dotted[1]), dotted[3], today)
        return None
    if len(parts) not in (2, 3):
        return None
    first, second = (parts[1], parts[0]) if _month(parts[1].rstrip(".")) else (parts[0], parts[1])
    month, number = _month(first.rstrip(".")), _ORDINAL.fullmatch(second.rstrip("."))
    year = parts[2] if len(parts) == 3 else ""
    if not month or number is None or (year and not re.fullmatch(r"\d{4}", year)):
        return None
    return _near(month, int(number[1]), year, today)


def _near(month: int, day: int, year: str | None, today: date) -> date | None:
    """A day without a year is the next one that there is, or one of the last weeks."""
    if year:
        return _day(int(year), month, day)
    found = _day(today.year, month, day)
    if found is not None and found < today - timedelta(days=120):
        found = _day(today.year + 1, month, day)
    return found


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if FIRST <= year <= LAST else None
    except ValueError:
        return None


def _weekday(word: str) -> int | None:
    word = word.rstrip(".")
    return next((n for n, name in enumerate(_DAYS) if len(word) >= 3 and name.startswith(word)), None)


def _month(word: str) -> int:
    return next((n for n, name in enumerate(_MONTHS, 1) if len(word) >= 3 and name.startswith(word)), 0)


def _in_a_while(words: str, now: int) -> int | None:
    """`now`, `in 2 hours`."""
    if words == "now":
        return now
    if not words.startswith("in "):
        return None
    return now + round(_sum(words[3:], words) * 60) * 1_000_000


def _sum(words: str, shown: str) -> float:
    """The minutes of `1h 30m`; a number alone is minutes."""
    total, at = 0.0, 0
    while at < len(words):
        found = _PART.match(words, at)
        if found is None or (not found[2] and (at or found.end() < len(words))):
            raise ToolError(f"Not a duration: {shown[:MAX_TEXT]!r}. Give minutes, or for instance 1h 30m")
        total += float(found[1]) * _UNITS[(found[2] or "m")[0]]
        at = found.end()
        while at < len(words) and words[at] == " ":
            at += 1
    if total > 400 * 1440:
        raise ToolError(f"Too far away: {shown[:MAX_TEXT]!r}")
    return total


def _instant(day: date, at: time, where: tzinfo) -> int:
    return to_us(datetime.combine(day, at, where).astimezone(UTC))
