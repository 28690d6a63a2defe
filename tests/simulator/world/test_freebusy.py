"""When people have time, against a look at every minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.core.clock import from_us, to_us
from fauxcorp.world.freebusy import QUARTER, free, gaps, merged
from fauxcorp.world.office import CalendarEntry

MINUTE = 60_000_000
HOUR = 60 * MINUTE
spans = st.lists(st.tuples(st.integers(0, 600), st.integers(1, 200)).map(lambda s: (s[0], s[0] + s[1])), max_size=12)


@given(spans)
def test_merged_spans_take_the_same_time_and_do_not_touch(found: list[tuple[int, int]]) -> None:
    out = merged(found)
    assert {m for s in out for m in range(*s)} == {m for s in found for m in range(*s)}
    assert all(a[1] < b[0] for a, b in pairwise(out))


@given(spans, st.integers(0, 100), st.integers(1, 500), st.integers(1, 120))
def test_gaps_are_free_and_none_is_left_out(found: list[tuple[int, int]], start: int, length: int, least: int) -> None:
    busy = [(s * MINUTE, e * MINUTE) for s, e in found]
    window = (start * MINUTE, (start + length) * MINUTE)
    out = gaps(window, busy, least * MINUTE)
    taken = {m for s in found for m in range(*s)}
    for a, b in out:
        assert a % QUARTER == 0
        assert window[0] <= a < b <= window[1]
        assert b - a >= least * MINUTE
        assert not taken & set(range(a // MINUTE, b // MINUTE))
    for quarter in range(-(-start // 15) * 15, start + length - least + 1, 15):
        if not taken & set(range(quarter, quarter + least)):
            assert any(a <= quarter * MINUTE and (quarter + least) * MINUTE <= b for a, b in out)


def test_people_rooms_weekends_and_what_is_over(make_live: Callable[..., Any]) -> None:
    def at(day: int, hour: int) -> int:
        return to_us(datetime(2026, 3, day, hour, tzinfo=UTC))

    live = make_live(calendar=[
        CalendarEntry("a", "A", "ada.flint", (), at(4, 10), at(4, 12), "Room Oslo"),
        CalendarEntry("b", "B", "tom.reed", (), at(4, 13), at(4, 17), "Room Rome"),
        CalendarEntry("c", "C", "kit.moss", (), at(5, 8), at(5, 17), "Room Oslo"),
    ])  # fmt: skip
    days = (date(2026, 3, 4), date(2026, 3, 8))
    hours = (time(8), time(17))

    def shown(users: list[str], minutes: int, room: str = "") -> list[str]:
        found = free(live.world, users, days, minutes, hours, room)
        return [f"{from_us(a):%d %H:%M}-{from_us(b):%H:%M}" for a, b in found]

    assert shown(["ada.flint"], 30) == ["04 09:00-10:00", "04 12:00-17:00", "05 08:00-17:00", "06 08:00-17:00"]
    assert shown(["ada.flint", "tom.reed"], 60)[:2] == ["04 09:00-10:00", "04 12:00-13:00"]
    assert shown(["ada.flint", "tom.reed"], 61) == ["05 08:00-17:00", "06 08:00-17:00"]
    assert shown([], 240, "oslo") == ["04 12:00-17:00", "06 08:00-17:00"]
