"""Calendar files: what a reader of RFC 5545 makes of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.core.clock import to_us
from fauxcorp.world.icalendar import Attendee, Invitation, escape, fold, write, yearly
from fauxcorp.world.office import CalendarEntry, Repeat

START = to_us(datetime(2026, 4, 15, 12, tzinfo=UTC))
HOUR = 3_600_000_000
ADA = Attendee("Ada Flint", "ada@northwind.example")


def written(method: Any = "REQUEST", tz: str = "Europe/Berlin", attendees: Any = None, **more: Any) -> str:
    fields: dict[str, Any] = {
        "id": "e1", "title": "Index", "organizer": "ada", "attendees": (), "start": START, "end": START + HOUR, **more,
    }  # fmt: skip
    wei = Attendee('Wei "W" Zhang; R&D', "wei@northwind.example", "accepted")
    said = Invitation(
        method, "e1@northwind.example", CalendarEntry(**fields), ADA, attendees or [wei], tz, START, "Northwind"
    )
    return write(said).decode()


def unfolded(text: str) -> list[str]:
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def unescaped(value: str) -> str:
    out, at = [], 0
    while at < len(value):
        if value[at] == "\\":
            at += 1
            out.append({"n": "\n"}.get(value[at], value[at]))
        else:
            out.append(value[at])
        at += 1
    return "".join(out)


def test_an_invitation() -> None:
    lines = unfolded(written(location="Room 3, left", text="One\nTwo; three"))
    assert lines[:5] == [
        "BEGIN:VCALENDAR", "PRODID:-//Northwind//Calendar//EN", "VERSION:2.0", "CALSCALE:GREGORIAN", "METHOD:REQUEST",
    ]  # fmt: skip
    assert lines[-2:] == ["END:VEVENT", "END:VCALENDAR"]
    for line in (
        "UID:e1@northwind.example", "DTSTAMP:20260415T120000Z", "DTSTART:20260415T120000Z", "DTEND:20260415T130000Z",
        'ORGANIZER;CN="Ada Flint":mailto:ada@northwind.example', "SEQUENCE:0", "SUMMARY:Index",
        "LOCATION:Room 3\\, left", "DESCRIPTION:One\\nTwo\\; three", "STATUS:CONFIRMED", "CLASS:PUBLIC",
        "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE;"
        "CN=\"Wei 'W' Zhang; R&D\":mailto:wei@northwind.example",
    ):  # fmt: skip
        assert line in lines, line
    assert "BEGIN:VTIMEZONE" not in lines


def test_a_series_carries_its_zone_and_what_falls_out() -> None:
    repeat = Repeat("week", 2, START + 100 * 24 * HOUR, frozenset({"2026-04-29", "2026-05-13"}))
    lines = unfolded(written(repeat=repeat))
    for line in (
        "TZID:Europe/Berlin", "DTSTART;TZID=Europe/Berlin:20260415T140000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200",
        "RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20260724T120000Z", "EXDATE;TZID=Europe/Berlin:20260429T140000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "TZNAME:CEST",
        "DTSTART:20250330T020000", "DTSTART:20251026T030000",
    ):  # fmt: skip
        assert line in lines, line


@pytest.mark.parametrize(
    ("tz", "expected"),
    [
        ("America/New_York", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU"),
        ("Asia/Seoul", "TZOFFSETTO:+0900"),
        ("Australia/Lord_Howe", "TZOFFSETTO:+1030"),
        ("Africa/Casablanca", "RDATE:20260322T020000"),
        ("America/St_Johns", "TZOFFSETFROM:-0330"),
    ],
)
def test_zones_of_all_kinds(tz: str, expected: str) -> None:
    lines = unfolded(written(tz=tz, repeat=Repeat("week")))
    assert expected in lines
    assert lines.count("BEGIN:VTIMEZONE") == lines.count("END:VTIMEZONE") == 1


def test_utc_needs_no_zone_and_a_day_no_time() -> None:
    assert "BEGIN:VTIMEZONE" not in written(tz="UTC", repeat=Repeat("day", skip=frozenset({"2026-04-16"})))
    midnight = to_us(datetime(2026, 4, 15, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC))
    lines = unfolded(written(start=midnight, end=midnight + 24 * HOUR, all_day=True, repeat=Repeat("month")))
    assert "DTSTART;VALUE=DATE:20260415" in lines
    assert "DTEND;VALUE=DATE:20260416" in lines
    assert "RRULE:FREQ=MONTHLY" in lines


def test_a_cancellation_an_answer_and_one_day_of_a_series() -> None:
    gone = unfolded(written("CANCEL", sequence=2, replaces=START - HOUR))
    assert {"METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:2", "RECURRENCE-ID;TZID=Europe/Berlin:20260415T130000"} <= {
        *gone
    }
    answer = unfolded(written("REPLY", text="secret"))
    assert not [line for line in answer if line.startswith("DESCRIPTION") or "RSVP" in line]


@given(st.text(max_size=300))
def test_any_text_comes_through(text: str) -> None:
    lines = unfolded(written(title="x", text=f"a{text}"))
    value = next(line for line in lines if line.startswith("DESCRIPTION:")).removeprefix("DESCRIPTION:")
    plain = "".join(
        c for c in text.replace("\r\n", "\n").replace("\r", "\n") if c in "\t\n" or (c >= " " and c != "\x7f")
    )
    assert unescaped(value) == f"a{plain}"
    assert "\n" not in value


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=400))
def test_no_line_is_longer_than_seventy_five_octets(text: str) -> None:
    made = fold(text)
    assert all(len(line.encode()) <= 75 for line in made.split("\r\n"))
    assert made.replace("\r\n ", "").removesuffix("\r\n") == text


@given(st.text(max_size=100))
def test_a_name_cannot_end_its_line(name: str) -> None:
    lines = unfolded(written(attendees=[Attendee(name, "x@y.example")]))
    assert len([line for line in lines if line.startswith("ATTENDEE")]) == 1
    assert lines[-1] == "END:VCALENDAR"


def test_escape_and_rules() -> None:
    assert escape("a,b;c\\d\r\ne\x07") == "a\\,b\\;c\\\\d\\ne"
    sundays = [datetime(2026, 3, 29), datetime(2027, 3, 28), datetime(2028, 3, 26)]
    assert yearly(sundays) == "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"
    assert yearly(sundays[:2]) == ""
    assert yearly([d + timedelta(days=n) for n, d in enumerate(sundays)]) == ""
