from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.core.clock import Clock, from_us, iso, to_us

START = datetime(2026, 3, 2, 9, 0, tzinfo=timezone(timedelta(hours=1)))
AWARE = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))


def test_it_starts_where_it_is_told_in_utc() -> None:
    clock = Clock(START)
    assert clock.now() == START
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.iso() == "2026-03-02T08:00:00.000Z"


def test_a_naive_start_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        Clock(datetime(2026, 3, 2))


def test_advance_moves_and_the_text_follows() -> None:
    clock = Clock(START)
    assert clock.iso().endswith("08:00:00.000Z")
    clock.advance(1.5)
    assert clock.iso() == "2026-03-02T08:00:01.500Z"
    assert clock.seconds() == START.timestamp() + 1.5


@pytest.mark.parametrize("seconds", [-1, -0.001, float("-inf")])
def test_time_never_runs_back(seconds: float) -> None:
    clock = Clock(START)
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(seconds)
    assert clock.now() == START


def test_advance_to_the_past_changes_nothing() -> None:
    clock = Clock(START)
    clock.advance_to(clock.us - 5)
    assert clock.now() == START
    clock.advance_to(clock.us + 1_000)
    assert clock.iso() == "2026-03-02T08:00:00.001Z"


def test_a_copy_moves_on_its_own() -> None:
    clock = Clock(START)
    other = clock.copy()
    other.advance(10)
    clock.advance(1)
    assert (clock.iso(), other.iso()) == ("2026-03-02T08:00:01.000Z", "2026-03-02T08:00:10.000Z")


@given(AWARE)
def test_microseconds_come_back(moment: datetime) -> None:
    assert from_us(to_us(moment)) == moment


@given(AWARE, AWARE)
def test_text_sorts_as_time_does(a: datetime, b: datetime) -> None:
    if a <= b:
        assert iso(a) <= iso(b)


@given(st.lists(st.floats(0, 1e6), max_size=30))
def test_many_small_moves_never_go_back(moves: list[float]) -> None:
    clock = Clock(START)
    for seconds in moves:
        before = clock.us
        clock.advance(seconds)
        assert clock.us >= before
    assert isinstance(clock.us, int)
