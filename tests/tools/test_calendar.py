"""The calendar, as an agent uses it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.core.clock import to_us
from fauxcorp.errors import ToolError
from fauxcorp.world.office import CalendarEntry, Repeat

HOUR = 3_600_000_000
OWN, WEI = "assistant@northwind.example", "wei.zhang@northwind.example"


def at(day, hour):
    return to_us(datetime(2026, 3, day, hour, tzinfo=UTC))


@pytest.fixture
def office(make_office):
    entries = [
        CalendarEntry(
            "aa11",
            "Stand-up",
            "ada.flint",
            (OWN, WEI),
            at(2, 9),
            at(2, 9) + HOUR // 2,
            "Oslo",
            "Be brief.",
            Repeat("day"),
        ),
        CalendarEntry(
            "bb22", "Review", "assistant", (WEI,), at(5, 14), at(5, 15), "Rome", answers=((WEI, "accepted"),)
        ),
        CalendarEntry("cc33", "Doctor", "wei.zhang", (), at(5, 10), at(5, 11), private=True),
    ]
    return make_office(calendar=entries)


def test_the_week_a_day_a_person_and_a_room(office):
    lines = office.call("list_events").splitlines()
    assert lines[0] == "Calendar of Robin Assistant, Wed 4 Mar 2026 - Tue 10 Mar 2026 (UTC): 8 events"
    assert (
        lines[1]
        == "Wed 4 Mar 2026, 09:00-09:30  Stand-up, Oslo, by Ada Flint [not answered, repeats]  id aa11_20260304"
    )
    assert lines[3] == "Thu 5 Mar 2026, 14:00-15:00  Review, Rome  id bb22"
    lines = office.call("list_events", date="2026-03-05", person="Wei Zhang").splitlines()
    assert lines[0] == "Calendar of Wei Zhang, Thu 5 Mar 2026 (UTC): 3 events"
    assert lines[2] == "Thu 5 Mar 2026, 10:00-11:00  busy"
    assert "Review" in office.call("list_events", room="rome", start="this week")
    assert office.call("list_events", start="next week", days=2).startswith(
        "Calendar of Robin Assistant, Mon 9 Mar 2026 - Tue 10"
    )
    with pytest.raises(ToolError, match="Rooms: Oslo, Rome"):
        office.call("list_events", room="Paris")
    assert (
        office.call("list_events", start="sunday", person="tom.reed")
        == "Calendar of Tom Reed, Sun 8 Mar 2026 (UTC): no events"
    )
    assert "(page 2 of 8)" in office.call("list_events", start="2026-03-05", days=300, page=2)


def test_one_event(office):
    assert office.call("get_event", event_id="bb22").splitlines() == [
        "Title: Review",
        "When: Thu 5 Mar 2026, 14:00-15:00 (UTC)",
        "Where: Rome",
        "Organizer: Robin Assistant (assistant)",
        "Attendees:",
        "  Wei Zhang <wei.zhang@northwind.example>: accepted",
        "Id: bb22",
    ]
    assert "Be brief." in office.call("get_event", id="aa11_20260305")
    assert office.call("get_event", id="cc33") == "Thu 5 Mar 2026, 10:00-11:00: busy (a private event)"


def test_an_event_is_made_and_the_invited_are_told(office):
    said = office.call(
        "create_event",
        subject="Index",
        start="tomorrow 10:00",
        duration_minutes=45,
        participants="wei.zhang, Ada Flint",
        room="Oslo",
    ).splitlines()
    assert said[0].endswith(": Index, Thu 5 Mar 2026, 10:00-10:45")
    assert (
        said[1]
        == "Invitation sent to Wei Zhang <wei.zhang@northwind.example>, Ada Flint <ada.flint@northwind.example>."
    )
    assert said[2] == "Note: Wei Zhang has something else at that time."
    assert office.effects() == ["calendar-event-created/executed", "email-sent/delivered"]
    office.wait(2 * 3600)
    number = said[0].split()[2].rstrip(":")
    answers = office.call("get_event", id=number)
    assert "Wei Zhang <wei.zhang@northwind.example>: declined" in answers
    assert "Ada Flint <ada.flint@northwind.example>: accepted" in answers


def test_repeating_all_day_and_private(office):
    said = office.call(
        "create_event", title="Jour fixe", start="friday 9:00", end="9:30", repeat="every 2 weeks", repeat_count=3
    )
    assert said.splitlines()[1] == "Repeats every 2 weeks until 3 Apr 2026."
    assert "Fri 20 Mar 2026, 09:00-09:30  Jour fixe [repeats]" in office.call("list_events", start="2026-03-20")
    said = office.call("create_event", title="Leave", start="2026-03-09", end="2026-03-10", all_day=True, private=True)
    assert said.endswith("Leave, Mon 9 Mar 2026 - Tue 10 Mar 2026")
    assert "Thu 30 Apr" not in office.call(
        "create_event", title="x", start="9:00", repeat="weekly", repeat_until="2026-03-31"
    )
    with pytest.raises(ToolError, match="Not a repetition"):
        office.call("create_event", title="x", start="9:00", repeat="yearly")


def test_a_change_keeps_what_is_not_given(office):
    said = office.call("update_event", id="bb22", start="16:00", add_attendees=["guest@courier.example"])
    assert said == "Updated event bb22: Review, Thu 5 Mar 2026, 16:00-17:00. The attendees were told by email."
    assert office.live.effects[-1].to == (WEI, "guest@courier.example")
    office.call("update_event", id="bb22", remove_attendees="guest@courier.example", description="Now")
    assert [e.subject.split(":")[0] for e in office.live.effects[-2:]] == ["Updated invitation", "Cancelled event"]
    with pytest.raises(ToolError, match="Only the organizer"):
        office.call("update_event", id="aa11", title="Mine")
    with pytest.raises(ToolError, match="Nothing to change"):
        office.call("update_event", id="bb22")


def test_cancelling(office):
    assert (
        office.call("cancel_event", id="bb22", reason="Ill.")
        == "Cancelled Review, Thu 5 Mar 2026, 14:00-15:00. The attendees were told by email."
    )
    assert office.effects() == ["calendar-event-cancelled/executed", "email-sent/delivered"]
    with pytest.raises(ToolError, match="No event bb22"):
        office.call("get_event", id="bb22")
    with pytest.raises(ToolError, match="Only the organizer"):
        office.call("cancel_event", id="aa11_20260305")


def test_answering(office):
    assert office.call("respond_to_event", id="aa11_20260305", answer="Decline").startswith(
        "Declined Stand-up, Thu 5 Mar 2026"
    )
    assert office.effects() == ["calendar-event-responded/executed", "email-sent/delivered"]
    shown = office.call("list_events")
    assert "[declined]  id aa11_20260305" in shown
    assert "[not answered, repeats]  id aa11_20260306" in shown
    office.call("respond_to_event", id="aa11", response="yes")
    assert "[repeats]  id aa11_20260306" in office.call("list_events")
    with pytest.raises(ToolError, match="Not an answer"):
        office.call("respond_to_event", id="aa11", response="perhaps")


def test_free_time(office):
    said = office.call(
        "find_free_time",
        people=["wei.zhang", "guest@courier.example"],
        duration="1h",
        start="2026-03-05",
        end="2026-03-05",
    )
    assert said.splitlines() == [
        "Free for 60 minutes or more, 08:00-18:00 UTC: Robin Assistant, Wei Zhang",
        "Thu 5 Mar 2026, 08:00-09:00",
        "Thu 5 Mar 2026, 11:00-14:00",
        "Thu 5 Mar 2026, 15:00-18:00",
        "No calendar known: guest@courier.example",
    ]
    assert "No common free time." in office.call(
        "find_free_time", attendees="wei.zhang", duration="9h", start="2026-03-05", end="2026-03-05"
    )


def test_who_is_locked_out_has_no_calendar(office):
    office.world.directory.lock(office.by._replace(actor="timeline"), "assistant")
    for name, arguments in (
        ("list_events", {}),
        ("create_event", {"title": "x", "start": "9:00"}),
        ("find_free_time", {}),
        ("get_event", {"id": "x"}),
    ):
        with pytest.raises(ToolError, match="account is locked"):
            office.call(name, **arguments)


def test_hostile_text_is_shown_harmless(office):
    said = office.call(
        "create_event", title="\x1b[2Jhi\r\nBcc: x", start="9:00", description="\x1b]0;x\x07\x00", location="\x1b[1m"
    )
    assert "\x1b" not in said + office.call("list_events") + office.call("get_event", id=said.split()[2].rstrip(":"))


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40), st.text(max_size=20))
def test_any_text_makes_an_event_or_is_refused(make_office, title, start, attendees, repeat):
    office = make_office()
    try:
        said = office.call("create_event", title=title, start=start, attendees=attendees, repeat=repeat)
    except ToolError as error:
        said = str(error)
    assert said


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("list_events", {"page": 0}),
        ("list_events", {"days": 400}),
        ("create_event", {"title": "x"}),
        ("get_event", {}),
        ("list_events", {"wen": "today"}),
    ],
)
def test_arguments_are_checked(office, refused, name, arguments):
    with pytest.raises(refused):
        office.call(name, **arguments)


def test_too_many_attendees(office):
    with pytest.raises(ToolError, match="Too many"):
        office.call("create_event", title="x", start="9:00", attendees=[f"a{n}@courier.example" for n in range(201)])
    assert office.effects() == []
