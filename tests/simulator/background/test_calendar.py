"""Appointments: the plan's, talks of managers with their people, absences, rooms."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fauxcorp.background.calendar import Diary
from fauxcorp.background.write import background, write
from fauxcorp.content.company import load_company
from fauxcorp.content.layers import Layers

from .conftest import PEOPLE, Grow

BERLIN = ZoneInfo("Europe/Berlin")
PLAN = {
    "events": [{"title": "Stand-up", "organizer": "ole", "attendees": ["ida"], "start": "2026-02-12T09:00:00+01:00"}],
    "one_to_ones": 14, "until": "2026-05-29", "bookings": {"rooms": ["Loft", "Hold"], "titles": ["Talk"], "count": 120},
}  # fmt: skip


def files(grow: Grow, **more: Any) -> dict[str, list[dict[str, Any]]]:
    parts = grow(plan=more.pop("plan", None), calendar={**PLAN, **more})
    return Diary(parts.material, parts.office, parts.rng).files()


def test_there_is_a_file_of_each_kind_and_none_of_nothing(grow: Grow) -> None:
    assert list(files(grow)) == ["team", "one-to-one", "absences", "rooms"]
    bare = files(grow, events=[], one_to_ones=0, bookings=None, plan={"absences": []})
    assert bare == {}


def test_what_the_plan_names_stands_as_it_is(grow: Grow) -> None:
    [event] = files(grow)["team"]
    start = datetime(2026, 2, 12, 9, tzinfo=BERLIN)
    assert event == {"title": "Stand-up", "organizer": "ole", "attendees": ("ida",), "start": start}


def test_managers_talk_with_each_of_their_people(grow: Grow) -> None:
    talks = files(grow)["one-to-one"]
    assert [(t["organizer"], t["attendees"]) for t in talks] == [("ole", ["ida"]), ("ole", ["jon"])]
    for talk in talks:
        assert talk["repeat"] == {"every": "week", "interval": 2, "until": date(2026, 5, 29)}
        assert talk["start"].weekday() < 5
        assert date(2026, 2, 2) <= talk["start"].date() < date(2026, 2, 16)
    assert len({(t["start"].weekday(), t["start"].time()) for t in talks}) == 2
    assert "until" not in files(grow, until=None)["one-to-one"][0]["repeat"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 47).flatmap(lambda low: st.tuples(st.just(low), st.integers(low + 1, 48))), st.integers(0, 20))
def test_a_talk_lies_in_the_day_whatever_the_hours(grow: Grow, firm: Path, half: tuple[int, int], seed: int) -> None:
    (firm / "people.yaml").write_text(PEOPLE.replace("[9, 17]", f"[{half[0] / 2}, {half[1] / 2}]"))
    for talk in files(grow, plan={"seed": seed})["one-to-one"]:
        assert talk["start"].weekday() < 5
        assert talk["start"].minute in (0, 30)


def test_an_absence_lasts_whole_days(grow: Grow) -> None:
    away = [{"who": "ole", "from": "2026-02-02", "to": "2026-02-06"},
            {"who": "ida", "from": "2026-02-09", "to": "2026-05-09", "kind": "parental leave"},
            {"who": "jon", "from": "2026-02-09", "to": "2026-02-09", "kind": "sick", "note": "Teeth"}]  # fmt: skip
    found = files(grow, plan={"absences": away})["absences"]
    assert [(e["organizer"], e["title"], e["minutes"], e["all_day"]) for e in found] == [
        ("ole", "Vacation", 5 * 1440, True), ("ida", "Parental leave", 31 * 1440, True), ("jon", "Teeth", 1440, True),
    ]  # fmt: skip
    assert found[0]["start"] == datetime(2026, 2, 2, tzinfo=BERLIN)


@pytest.mark.parametrize("seed", range(6))
def test_no_room_is_taken_twice_and_nobody_books_who_is_away(grow: Grow, seed: int) -> None:
    parts = grow(plan={"seed": seed}, calendar=PLAN)
    events = Diary(parts.material, parts.office, parts.rng).files()["rooms"]
    assert 40 < len(events) <= 120
    assert events == sorted(events, key=lambda e: e["start"])
    taken: dict[str, list[tuple[datetime, datetime]]] = {}
    for event in events:
        start, end = event["start"], event["start"] + timedelta(minutes=event["minutes"])
        assert parts.office.workday(start.date())
        assert not parts.office.away(event["organizer"], start.date())
        assert event["organizer"] not in event.get("attendees", ())
        assert all(end <= s or e <= start for s, e in taken.get(event["location"], ()))
        taken.setdefault(event["location"], []).append((start, end))


def test_what_is_written_loads(grow: Grow, firm: Path) -> None:
    grow(calendar=PLAN)
    write(firm, background(firm))
    company = load_company(Layers((firm,)), ())
    assert {"Stand-up", "Vacation", "Talk"} <= {e.title for e in company.calendar.values()}
