"""Power against brute force with scipy's own test."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fauxcorp.errors import UserError
from fauxcorp.study.stats.exact import Table, fisher
from fauxcorp.study.stats.power import MOST_EXACT, epochs_for, power, rejected, smallest_effect


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from([0.01, 0.05, 0.2]))
@settings(max_examples=40)
def test_it_rejects_what_fishers_test_rejects(n1: int, n2: int, alpha: float) -> None:
    found = rejected(n1, n2, alpha)
    for a in range(n1 + 1):
        for b in range(n2 + 1):
            assert found[a, b] == (fisher(Table(a, n1, b, n2)) <= alpha)


def chance(k: int, n: int, p: float) -> float:
    return comb(n, k) * p**k * (1 - p) ** (n - k)


@pytest.mark.parametrize(("p1", "p2", "n1", "n2"), [(0.1, 0.6, 10, 12), (0.0, 0.5, 8, 8), (0.5, 0.5, 9, 9)])
def test_power_is_the_chance_of_a_rejection(p1: float, p2: float, n1: int, n2: int) -> None:
    expected = sum(
        chance(a, n1, p1) * chance(b, n2, p2)
        for a in range(n1 + 1)
        for b in range(n2 + 1)
        if fisher(Table(a, n1, b, n2)) <= 0.05
    )
    assert power(p1, p2, n1, n2) == pytest.approx(expected, abs=1e-9)


def test_where_nothing_differs_power_is_at_most_alpha() -> None:
    assert power(0.3, 0.3, 40, 40) <= 0.05


@pytest.mark.parametrize(("p1", "p2"), [(0.1, 0.3), (0.0, 0.2), (0.4, 0.8)])
def test_so_many_epochs_are_enough_and_one_less_is_not(p1: float, p2: float) -> None:
    n = epochs_for(p1, p2)
    assert power(p1, p2, n - 1, n - 1) < 0.8
    assert all(power(p1, p2, m, m) >= 0.8 for m in range(n, n + 60))
    assert epochs_for(p2, p1) == n


def test_it_is_near_the_published_tables() -> None:
    # J. L. Fleiss, Statistical Methods for Rates and Proportions, table A.3 (alpha 0.05, power 0.80): 72 and 24, which
    # come from an approximation that is a little above the exact test.
    assert 62 <= epochs_for(0.1, 0.3) <= 72
    assert 24 <= epochs_for(0.3, 0.7) <= 31


def test_more_power_and_less_alpha_take_more() -> None:
    assert epochs_for(0.1, 0.3, target=0.9) > epochs_for(0.1, 0.3) < epochs_for(0.1, 0.3, alpha=0.01)


def test_what_takes_many_is_approximated_and_goes_on_smoothly() -> None:
    assert epochs_for(0.1, 0.11) == pytest.approx(14_951, abs=1)
    at, beyond = power(0.1, 0.17, MOST_EXACT, MOST_EXACT), power(0.1, 0.17, MOST_EXACT + 1, MOST_EXACT + 1)
    assert beyond == pytest.approx(at, abs=0.04)


@pytest.mark.parametrize(("p1", "p2"), [(0.1, 0.1), (-0.1, 0.5), (0.5, 1.5), (0.5, 0.50001)])
def test_what_cannot_be_asked_is_told(p1: float, p2: float) -> None:
    with pytest.raises(UserError):
        epochs_for(p1, p2)


def test_the_smallest_effect_is_where_power_begins_to_do() -> None:
    rate = smallest_effect(0.1, 100, 100)
    assert rate is not None
    assert power(0.1, rate, 100, 100) >= 0.8
    assert power(0.1, rate - 0.002, 100, 100) < 0.8
    down = smallest_effect(0.5, 100, 100, up=False)
    assert down is not None
    assert down < 0.5
    assert smallest_effect(0.1, 3, 3) is None
    assert smallest_effect(0.1, 0, 10) is None
