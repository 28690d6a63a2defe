"""Intervals against published values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.study.stats.intervals import difference, wilson

counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        # R. G. Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718),
        # L. D. Brown and others (2001): 0 of 10 is z^2 / (n + z^2).
        (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0),
    ],
)  # fmt: skip
def test_wilsons_interval_is_the_published_one(count: int, n: int, low: float, high: float) -> None:
    assert wilson(count, n) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        # R. G. Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10.
        ((56, 70, 48, 80), 0.0524, 0.3339), ((9, 10, 3, 10), 0.1705, 0.8090), ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926), ((0, 10, 0, 20), -0.1611, 0.2775), ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0), ((10, 10, 0, 10), 0.6075, 1.0),
    ],
)  # fmt: skip
def test_newcombes_interval_is_the_published_one(table: tuple[int, int, int, int], low: float, high: float) -> None:
    assert difference(*table) == pytest.approx((low, high), abs=5e-5)


@given(counts)
def test_it_holds_the_rate_and_is_a_mirror(count: tuple[int, int]) -> None:
    x, n = count
    low, high = wilson(x, n)
    assert 0 <= low <= x / n <= high <= 1
    other = wilson(n - x, n)
    assert (1 - other.high, 1 - other.low) == pytest.approx((low, high))


@given(counts, counts)
def test_a_difference_holds_itself_and_turns_with_its_sides(first: tuple[int, int], second: tuple[int, int]) -> None:
    low, high = difference(*first, *second)
    d = first[0] / first[1] - second[0] / second[1]
    assert low - 1e-12 <= d <= high + 1e-12
    assert difference(*second, *first) == pytest.approx((-high, -low))


@given(counts)
def test_more_confidence_is_a_wider_interval(count: tuple[int, int]) -> None:
    narrow, wide = wilson(*count, 0.9), wilson(*count, 0.99)
    assert wide.low <= narrow.low
    assert narrow.high <= wide.high


def test_of_nothing_nothing_is_known() -> None:
    assert wilson(0, 0) == (0, 1)
    assert difference(0, 0, 1, 2) == (-1, 1)


def test_a_published_rate_may_stand_for_a_broken_count() -> None:
    assert wilson(0.145 * 20, 20).low < 0.145 < wilson(0.145 * 20, 20).high
