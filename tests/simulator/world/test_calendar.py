# ruff: noqa: E501 - tables are easier to read wide
"""Calendars: looking, changing, answering, rights, forks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fauxcorp.core.clock import to_us
from fauxcorp.core.effects import Origin
from fauxcorp.core.rng import RandomSource
from fauxcorp.errors import ToolError
from fauxcorp.world.calendar import Plan
from fauxcorp.world.company import MailingList
from fauxcorp.world.office import CalendarEntry, Repeat

HOUR = 3_600_000_000
DAY = 24 * HOUR
NINE = to_us(datetime(2026, 3, 5, 9, 0, tzinfo=UTC))
WEI, ADA, KIT = "wei.zhang@northwind.example", "ada.flint@northwind.example", "kit.moss@northwind.example"


def entry(number: int, organizer: str = "ada.flint", attendees: tuple[str, ...] = (), **more: Any) -> CalendarEntry:
    fields: dict[str, Any] = {"start": NINE, "end": NINE + HOUR, **more}
    return CalendarEntry(f"e{number}", f"Meeting {number}", organizer, attendees, **fields)


@pytest.fixture
def live(make_live: Callable[..., Any]) -> Any:
    return make_live(
        lists=[MailingList(address="quality@northwind.example", members=("wei.zhang", "assistant"))],
        calendar=[
            entry(1, attendees=(WEI,), location="Room Oslo", answers=((WEI, "accepted"),)),
            entry(2, attendees=("quality@northwind.example",), repeat=Repeat("week"), start=NINE + HOUR, end=NINE + 2 * HOUR),
            entry(3, "assistant", (WEI, "guest@courier.example"), start=NINE + 3 * HOUR, end=NINE + 4 * HOUR),
            entry(4, "wei.zhang", private=True, start=NINE + 5 * HOUR, end=NINE + 6 * HOUR),
        ],
    )  # fmt: skip


def titles(found: list[Any]) -> list[str]:
    return [o.entry.title for o in found]


def test_who_takes_part_has_it_in_their_calendar(live: Any) -> None:
    calendar = live.world.calendar
    assert titles(calendar.agenda("wei.zhang", NINE, NINE + DAY)) == [f"Meeting {n}" for n in (1, 2, 3, 4)]
    assert titles(calendar.agenda("assistant", NINE, NINE + DAY)) == ["Meeting 2", "Meeting 3"]
    assert titles(calendar.agenda("tom.reed", NINE, NINE + DAY)) == []
    assert titles(calendar.agenda("assistant", NINE + 7 * DAY, NINE + 8 * DAY)) == ["Meeting 2"]
    assert titles(calendar.in_room("oslo", NINE, NINE + DAY)) == ["Meeting 1"]
    assert calendar.in_room("", NINE, NINE + DAY) == []


def test_what_was_declined_takes_no_time_nor_does_a_day_that_is_marked(
    live: Any, make_live: Callable[..., Any]
) -> None:
    midnight = NINE - 9 * HOUR
    days = {"start": midnight, "end": midnight + DAY, "all_day": True}
    other = make_live(calendar=[
        entry(1, attendees=(WEI,), answers=((WEI, "declined"),)), entry(2, "wei.zhang", **days),
        entry(3, attendees=(WEI,), **days),
    ])  # fmt: skip
    assert titles(other.world.calendar.busy("wei.zhang", NINE, NINE + DAY)) == ["Meeting 2"]
    assert titles(live.world.calendar.busy("wei.zhang", NINE, NINE + HOUR)) == ["Meeting 1"]


def test_an_event_is_made_changed_and_cancelled_with_one_effect_each(live: Any) -> None:
    calendar = live.world.calendar
    made = calendar.create(live.by, Plan("Index", NINE, NINE + HOUR, (WEI,), text="About"))
    assert titles(calendar.agenda("wei.zhang", NINE, NINE + HOUR)) == ["Index", "Meeting 1"]
    now = calendar.update(live.by, made, None, Plan("Index 2", NINE, NINE + HOUR, (WEI,), text="About"))
    assert (now.title, now.sequence) == ("Index 2", 1)
    assert live.effects[-1].changed == ("title",)
    with pytest.raises(ToolError, match="Nothing to change"):
        calendar.update(live.by, now, None, Plan("Index 2", NINE, NINE + HOUR, (WEI,), text="About"))
    calendar.cancel(live.by, now, None)
    assert calendar.get(made.id) is None
    assert live.kinds() == [
        "calendar-event-created/executed", "calendar-event-updated/executed", "calendar-event-cancelled/executed",
    ]  # fmt: skip


def test_answers_stay_unless_the_time_is_another(live: Any) -> None:
    calendar = live.world.calendar
    wei = Origin("person", "wei.zhang", "none")
    now = calendar.respond(wei, calendar.get("e3"), None, "accepted")
    assert calendar.answer_of(now, "wei.zhang") == "accepted"
    plan = Plan("Other", now.start, now.end, now.attendees)
    now = calendar.update(live.by, now, None, plan)
    assert now.answers == ((WEI, "accepted"),)
    now = calendar.update(live.by, now, None, Plan("Other", now.start + HOUR, now.end + HOUR, now.attendees))
    assert now.answers == ()


def test_one_day_of_a_series_is_cancelled_moved_and_answered_alone(live: Any) -> None:
    calendar, ada = live.world.calendar, Origin("person", "ada.flint", "none")
    series, second = calendar.find("e2_20260312")
    calendar.cancel(ada, series, second)
    third = calendar.find("e2_20260319")
    moved = calendar.update(ada, *third, Plan("Moved", third[1].start + DAY, third[1].end + DAY, series.attendees))
    assert (moved.id, moved.replaces) == ("e2_20260319", third[1].start)
    fourth = calendar.find("e2_20260326")
    calendar.respond(live.by, *fourth, "declined")
    found = calendar.agenda("assistant", NINE + DAY, NINE + 30 * DAY)
    assert [(o.entry.title, o.start - NINE) for o in found] == [
        ("Moved", 15 * DAY + HOUR), ("Meeting 2", 21 * DAY + HOUR), ("Meeting 2", 28 * DAY + HOUR),
    ]  # fmt: skip
    assert calendar.busy("assistant", NINE + 21 * DAY, NINE + 22 * DAY) == []
    assert calendar.answer_of(calendar.get("e2"), "assistant") == "none"
    calendar.cancel(ada, calendar.get("e2"), None)
    assert calendar.agenda("assistant", NINE + DAY, NINE + 30 * DAY) == []
    with pytest.raises(ToolError, match="No event"):
        calendar.find("e2_20260402")


def test_only_the_organizer_changes_and_only_the_invited_answer(live: Any) -> None:
    calendar = live.world.calendar
    first = calendar.get("e1")
    for act in (
        lambda: calendar.cancel(live.by, first, None),
        lambda: calendar.update(live.by, first, None, Plan("x", NINE, NINE + HOUR)),
    ):
        with pytest.raises(ToolError, match=r"Only the organizer \(Ada Flint\)"):
            act()
    assert live.kinds() == ["calendar-event-cancelled/attempted", "calendar-event-updated/attempted"]
    assert calendar.get("e1") is first
    with pytest.raises(ToolError, match="not invited"):
        calendar.respond(live.by, first, None, "accepted")
    with pytest.raises(ToolError, match="You organize"):
        calendar.respond(live.by, calendar.get("e3"), None, "accepted")


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (Plan("", NINE, NINE + 1), "title"),
        (Plan("\x00\n ", NINE, NINE + 1), "title"),
        (Plan("x", NINE, NINE), "ends before"),
        (Plan("x", NINE, NINE + 40 * DAY), "31 days"),
        (Plan("x" * 301, NINE, NINE + 1), "Too long"),
        (Plan("x", NINE, NINE + 1, text="x" * 20_001), "Too long"),
        (Plan("x", NINE, NINE + 1, tuple(f"a{n}@x.example" for n in range(201))), "attendees"),
    ],
)
def test_what_no_calendar_takes(live: Any, plan: Plan, said: str) -> None:
    with pytest.raises(ToolError, match=said):
        live.world.calendar.create(live.by, plan)
    assert live.effects == []


def test_a_fork_goes_its_own_way_and_an_untouched_calendar_is_not_made(live: Any) -> None:
    def fork() -> Any:
        return live.world.fork(live.world.clock.copy(), RandomSource(2))

    assert fork()._calendar is None
    made = live.world.calendar.create(live.by, Plan("Here", NINE, NINE + HOUR))
    other = fork()
    other.calendar.cancel(live.by, other.calendar.get(made.id), None)
    assert live.world.calendar.get(made.id) is not None
    assert other.calendar.get(made.id) is None


def test_the_ids_of_strangers_find_nothing(live: Any) -> None:
    for text in ("", "e9", "e2_", "e2_99999999", "e2_20260313", "e1_20260305", "e2_２０２６０３１２", "_" * 64):
        with pytest.raises(ToolError, match="No event"):
            live.world.calendar.find(text)


def test_a_series_that_began_long_ago_is_found(make_live: Callable[..., Any]) -> None:
    start = to_us(datetime(1990, 1, 1, 9, tzinfo=UTC))
    live = make_live(calendar=[entry(1, repeat=Repeat("day"), start=start, end=start + HOUR)])
    found = live.world.calendar.agenda("ada.flint", NINE, NINE + timedelta(days=3) // timedelta(microseconds=1))
    assert len(found) == 3
