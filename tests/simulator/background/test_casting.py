"""Who plays which part, and the words that are put into slots."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fauxcorp.background.casting import Casting, Slots, spoken, steps

from .conftest import Grow

DAY = date(2026, 2, 12)
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture
def casting(grow: Grow) -> Casting:
    return grow().casting


def names(casting: Casting, cast: dict[str, str], day: date = DAY, label: str = "x") -> dict[str, str] | None:
    found = casting.people_of(cast, day, label)
    return None if found is None else {part: p.username for part, p in found.items()}


def test_a_boss_and_a_neighbour_are_those_of_the_other_part(casting: Casting) -> None:
    assert names(casting, {"b": "boss a", "a": "jon"}) == {"a": "jon", "b": "ole"}
    assert names(casting, {"a": "ida", "c": "near a"}) == {"a": "ida", "c": "ole"}


def test_a_part_may_hang_on_one_that_hangs_on_a_third(casting: Casting) -> None:
    cast = {"c": "near b", "b": "boss a", "a": "jon"}
    assert {p: steps(cast, p) for p in cast} == {"a": 0, "b": 1, "c": 2}
    assert names(casting, cast) == {"a": "jon", "b": "ole", "c": "ida"}


def test_parts_are_different_people(casting: Casting) -> None:
    for n in range(50):
        found = names(casting, {"a": "any", "b": "any", "c": "any"}, label=f"{n}")
        assert found is not None
        assert set(found.values()) == {"ida", "ole", "jon"}
    assert names(casting, {"a": "any", "b": "any", "c": "any", "d": "any"}) is None


def test_a_service_account_is_nobodys_neighbour_and_not_anybody(casting: Casting) -> None:
    assert all(names(casting, {"a": "any"}, label=f"{n}") != {"a": "tide-clock"} for n in range(60))
    assert names(casting, {"a": "jon", "b": "near a"}) is None
    assert names(casting, {"a": "tide-clock"}) == {"a": "tide-clock"}


def test_who_is_away_plays_no_part(casting: Casting) -> None:
    away = date(2026, 2, 4)
    assert names(casting, {"a": "ole"}, away) is None
    assert names(casting, {"a": "ida", "b": "boss a"}, away) is None
    assert all(names(casting, {"a": "any"}, away, f"{n}") != {"a": "ole"} for n in range(40))


def test_nobody_is_in_every_thread(casting: Casting) -> None:
    seen = Counter(str(names(casting, {"a": "any"}, label=f"{n}")) for n in range(90))
    assert len(seen) == 3
    assert max(seen.values()) - min(seen.values()) < 15


def test_what_a_company_cannot_cast(casting: Casting) -> None:
    assert casting.can({"a": "hands", "b": "boss a", "c": "ole", "d": "any"})
    assert not casting.can({"a": "hands", "b": "buyer"})


@shared
@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 3), st.integers(0, 3), st.text(max_size=3))
def test_a_number_lies_in_its_range(grow: Grow, one: int, two: int, places: int, others: int, label: str) -> None:
    low, high = sorted((one / 10**places, two / 10**others))
    words = f"{low:.{places}f}..{high:.{others}f}"
    least, most = map(float, words.split(".."))
    if most < least:
        return
    said = grow().casting.word(words, label)
    assert least <= float(said.replace(",", "")) <= most
    assert len(said.partition(".")[2]) == max(places, others)


def test_both_ends_of_a_range_are_drawn_and_thousands_are_parted(casting: Casting) -> None:
    assert {casting.word("3..5", "x") for _ in range(60)} == {"3", "4", "5"}
    assert {casting.word("1.5..1.75", "x") for _ in range(800)} >= {"1.50", "1.75"}
    assert casting.word("2890.00..2890.00", "x") == "2,890.00"


def test_words_that_are_no_range_are_said_as_they_stand(casting: Casting) -> None:
    assert casting.word("3...5", "x") == "3...5"
    assert casting.word(("a", "a"), "x") == "a"


def test_slots_hold_parts_words_and_what_always_stands(casting: Casting) -> None:
    cast = casting.people_of({"a": "ida", "b": "ole"}, DAY, "x")
    assert cast is not None
    slots = casting.slots({"n": "7..7"}, cast, DAY, "x")
    text = "{a} {a.last}, {b.title} {b.last}, {a.title}: {n} {company} {domain} {a.room} {month}/{lastmonth} {week} "
    assert text.format_map(slots) == "Ida Rohde, Mr Brix, Ms: 7 Quay quay-works.de Loft 2 February/January 7 "
    assert slots["pier"] in ("north pier", "south pier")


def test_a_slot_of_the_shape_goes_before_one_of_the_plan(casting: Casting) -> None:
    assert casting.slots({"pier": ["lock"]}, {}, DAY, "x")["pier"] == "lock"


@shared
@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(0, 60), st.booleans())
def test_days_are_counted_to_the_next_working_day(grow: Grow, day: date, ahead: int, back: bool) -> None:
    office = grow().office
    slots = Slots({}, day, office)
    found = date.fromisoformat(f"{{iso{'_' if back else ''}{ahead}}}".format_map(slots))
    goal = day - timedelta(days=ahead) if back else day + timedelta(days=ahead)
    step = -1 if back and ahead else 1
    assert office.workday(found)
    assert (found - goal).days * step >= 0
    skipped = [goal + timedelta(days=n * step) for n in range(abs((found - goal).days))]
    assert not any(office.workday(d) for d in skipped)


def test_a_day_is_said_in_five_ways(casting: Casting) -> None:
    slots = casting.slots({}, {}, DAY, "x")
    said = "{day4}|{d4}|{w4}|{num4}|{iso4}|{num_3}".format_map(slots)
    assert said == "Monday 16 February|16 February|Monday|16.02.|2026-02-16|09.02."
    assert spoken(date(2026, 3, 9)) == "9 March"


def test_what_is_no_slot_is_an_error(casting: Casting) -> None:
    with pytest.raises(KeyError):
        "{nothing}".format_map(casting.slots({}, {}, DAY, "x"))
