"""Appointments as calendar programs send them to each other: iCalendar (RFC 5545) with its scheduling (RFC 5546)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal, NamedTuple

from fauxcorp.core.clock import from_us
from fauxcorp.world.office import Answer, CalendarEntry, Repeat
from fauxcorp.world.when import zone

Method = Literal["REQUEST", "CANCEL", "REPLY"]

WIDTH = 75
"""Octets of a line, the end of the line not counted."""
_YEARS = 6
"""How far the rules of a time zone are looked at."""
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_STATES: dict[Answer, str] = {
    "accepted": "ACCEPTED", "declined": "DECLINED", "tentative": "TENTATIVE", "none": "NEEDS-ACTION",
}  # fmt: skip


class Attendee(NamedTuple):
    """Somebody who is invited."""

    name: str
    address: str
    answer: Answer = "none"


class Invitation(NamedTuple):
    """What is said about an appointment. `uid` is the same for all that is said about it and its series."""

    method: Method
    uid: str
    entry: CalendarEntry
    organizer: Attendee
    attendees: Sequence[Attendee]
    """Of a REPLY the one who answers."""
    tz: str
    now: int
    """Microseconds since 1970."""
    company: str


def write(said: Invitation) -> bytes:
    """The calendar file."""
    entry = said.entry
    local = entry.repeat is not None or entry.replaces > 0
    lines = [
        "BEGIN:VCALENDAR",
        f"PRODID:-//{escape(said.company)}//Calendar//EN",
        "VERSION:2.0",
        "CALSCALE:GREGORIAN",
        f"METHOD:{said.method}",
    ]
    if local and said.tz != "UTC" and not entry.all_day:
        lines += _timezone(said.tz, entry)
    lines += ["BEGIN:VEVENT", f"UID:{said.uid}", f"DTSTAMP:{_utc(said.now)}"]
    lines += [_moment("DTSTART", entry.start, said, local=local), _moment("DTEND", entry.end, said, local=local)]
    if entry.replaces:
        lines.append(_moment("RECURRENCE-ID", entry.replaces, said, local=True))
    if entry.repeat is not None:
        lines += _repeat(entry, entry.repeat, said)
    lines.append(f"ORGANIZER;CN={_parameter(said.organizer.name)}:mailto:{said.organizer.address}")
    lines += [_attendee(a, said.method) for a in said.attendees]
    lines += [
        f"SEQUENCE:{entry.sequence}",
        f"SUMMARY:{escape(entry.title)}",
        *([f"LOCATION:{escape(entry.location)}"] if entry.location else ()),
        *([f"DESCRIPTION:{escape(entry.text)}"] if entry.text and said.method != "REPLY" else ()),
        f"CLASS:{'PRIVATE' if entry.private else 'PUBLIC'}",
        f"STATUS:{'CANCELLED' if said.method == 'CANCEL' else 'CONFIRMED'}",
        f"TRANSP:{'TRANSPARENT' if entry.all_day else 'OPAQUE'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(fold(line) for line in lines).encode()


def escape(text: str) -> str:
    """A text as a value: backslashes, separators and line ends are told by a backslash, controls left out."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(c for c in text if c == "\t" or (c >= " " and c != "\x7f"))


def fold(line: str) -> str:
    """A content line with its end, cut into pieces of 75 octets that begin with a space; no letter is cut in two."""
    raw = line.encode("utf-8", "replace")
    if len(raw) <= WIDTH:
        return f"{raw.decode()}\r\n"
    out: list[str] = []
    at, room = 0, WIDTH
    while at < len(raw):
        end = min(at + room, len(raw))
        while end < len(raw) and raw[end] & 0xC0 == 0x80:
            end -= 1
        out.append(raw[at:end].decode())
        at, room = end, WIDTH - 1
    return "\r\n ".join(out) + "\r\n"


def _parameter(value: str) -> str:
    """A value in quotes; it may not hold any itself, nor controls."""
    return '"{}"'.format("".join(c for c in value.replace('"', "'") if c >= " " and c != "\x7f"))


def _attendee(who: Attendee, method: Method) -> str:
    about = f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={_STATES[who.answer]}"
    if method == "REQUEST":
        about += f";RSVP={'TRUE' if who.answer == 'none' else 'FALSE'}"
    return f"{about};CN={_parameter(who.name)}:mailto:{who.address}"


def _utc(us: int) -> str:
    return f"{from_us(us):%Y%m%dT%H%M%SZ}"


def _moment(name: str, us: int, said: Invitation, *, local: bool) -> str:
    if said.entry.all_day:
        return f"{name};VALUE=DATE:{from_us(us).astimezone(zone(said.tz)):%Y%m%d}"
    if not local or said.tz == "UTC":
        return f"{name}:{_utc(us)}"
    return f"{name};TZID={said.tz}:{from_us(us).astimezone(zone(said.tz)):%Y%m%dT%H%M%S}"


def _repeat(entry: CalendarEntry, repeat: Repeat, said: Invitation) -> list[str]:
    rule = f"RRULE:FREQ={({'day': 'DAILY', 'week': 'WEEKLY', 'month': 'MONTHLY'})[repeat.every]}"
    if repeat.interval > 1:
        rule += f";INTERVAL={repeat.interval}"
    if repeat.until:
        last = from_us(repeat.until).astimezone(zone(said.tz))
        rule += f";UNTIL={last:%Y%m%d}" if entry.all_day else f";UNTIL={_utc(repeat.until)}"
    out = [rule]
    at = from_us(entry.start).astimezone(zone(said.tz))
    for day in sorted(repeat.skip):
        digits = day.replace("-", "")
        if entry.all_day:
            out.append(f"EXDATE;VALUE=DATE:{digits}")
        elif said.tz == "UTC":
            out.append(f"EXDATE:{digits}T{at:%H%M%S}Z")
        else:
            out.append(f"EXDATE;TZID={said.tz}:{digits}T{at:%H%M%S}")
    return out


class _Turn(NamedTuple):
    """A change of clocks: the time on the wall before it, and the offsets."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str
    summer: bool


def _timezone(tz: str, entry: CalendarEntry) -> list[str]:
    """The rules of a zone, from the year before the appointment on."""
    where = zone(tz)
    first = from_us(min(entry.start, entry.replaces or entry.start)).year - 1
    turns = list(_turns(where, first))
    lines = ["BEGIN:VTIMEZONE", f"TZID:{tz}"]
    if not turns:
        start = datetime(first, 1, 1, tzinfo=UTC).astimezone(where)
        offset = start.utcoffset() or timedelta()
        turns = [_Turn(start.replace(tzinfo=None), offset, offset, start.tzname() or "", summer=False)]
    kinds = sorted({(t.summer, t.name, t.before, t.after) for t in turns})
    for kind in kinds:
        lines += _observance([t for t in turns if (t.summer, t.name, t.before, t.after) == kind])
    return [*lines, "END:VTIMEZONE"]


def _observance(turns: list[_Turn]) -> list[str]:
    part = "DAYLIGHT" if turns[0].summer else "STANDARD"
    dates = [t.at for t in turns]
    lines = [
        f"BEGIN:{part}",
        f"DTSTART:{dates[0]:%Y%m%dT%H%M%S}",
        f"TZOFFSETFROM:{_offset(turns[0].before)}",
        f"TZOFFSETTO:{_offset(turns[0].after)}",
        f"TZNAME:{turns[0].name}",
    ]
    rule = yearly(dates)
    if rule:
        lines.append(f"RRULE:{rule}")
    else:
        lines += [f"RDATE:{d:%Y%m%dT%H%M%S}" for d in dates[1:]]
    return [*lines, f"END:{part}"]


def yearly(dates: Sequence[datetime]) -> str:
    """The rule that dates of following years have in common, such as the last Sunday of March; empty if none."""
    first = dates[0]
    alike = {(d.month, d.weekday(), d.time()) for d in dates}
    if len(dates) < 3 or len(alike) > 1 or [d.year for d in dates] != list(range(first.year, first.year + len(dates))):
        return ""
    if all(d.day + 7 > monthrange(d.year, d.month)[1] for d in dates):
        which = "-1"
    elif len({(d.day - 1) // 7 for d in dates}) == 1:
        which = str((first.day - 1) // 7 + 1)
    else:
        return ""
    return f"FREQ=YEARLY;BYMONTH={first.month};BYDAY={which}{_DAYS[first.weekday()]}"


def _turns(where: tzinfo, year: int) -> Iterable[_Turn]:
    """The changes of clocks in some years."""
    day = datetime(year, 1, 1, tzinfo=UTC)
    end = datetime(year + _YEARS, 1, 1, tzinfo=UTC)
    while day < end:
        later = day + timedelta(days=1)
        if day.astimezone(where).utcoffset() != later.astimezone(where).utcoffset():
            yield _turn(day, later, where)
        day = later


def _turn(low: datetime, high: datetime, where: tzinfo) -> _Turn:
    before = low.astimezone(where).utcoffset() or timedelta()
    while high - low > timedelta(minutes=1):
        middle = low + timedelta(minutes=(high - low) // timedelta(minutes=2))
        if (middle.astimezone(where).utcoffset() or timedelta()) == before:
            low = middle
        else:
            high = middle
    after = high.astimezone(where)
    at = (high + before).replace(tzinfo=None)
    return _Turn(at, before, after.utcoffset() or timedelta(), after.tzname() or "", bool(after.dst()))


def _offset(delta: timedelta) -> str:
    minutes = delta // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}{rest:02d}"
