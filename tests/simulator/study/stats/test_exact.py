"""Exact tests against values that R and textbooks give, and against brute force."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.study.stats.exact import Table, fisher, holm, mcnemar, stratified

groups = st.integers(1, 12).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
tables = st.builds(lambda a, b: Table(*a, *b), groups, groups)


@pytest.mark.parametrize(
    ("table", "p"),
    [
        (Table(3, 4, 1, 4), 0.4857143),  # Fisher's tea: R's example TeaTasting, matrix(c(3, 1, 1, 3), 2)
        (Table(10, 13, 2, 17), 0.0005367),  # Fisher's twins: R's example Convictions, matrix(c(2, 10, 15, 3), 2)
        (Table(1, 10, 11, 14), 0.0027594),  # dieting men and women, the Wikipedia article's worked example
        (Table(0, 5, 5, 5), 2 / 252),
        (Table(8, 10, 1, 6), 0.0349650),
    ],
)  # fmt: skip
def test_fishers_p_is_the_known_one(table: Table, p: float) -> None:
    assert fisher(table) == pytest.approx(p, abs=5e-7)


def test_an_empty_group_shows_nothing() -> None:
    assert fisher(Table(0, 0, 3, 4)) == fisher(Table(3, 4, 0, 0)) == 1.0


def by_hand(tables: list[Table]) -> Fraction:
    """The sum of the chances of all results that are at most as likely, in whole numbers."""
    chances: dict[int, Fraction] = {0: Fraction(1)}
    for x1, n1, x2, n2 in tables:
        hits = x1 + x2
        ways = comb(n1 + n2, hits)
        one = {k: Fraction(comb(n1, k) * comb(n2, hits - k), ways) for k in range(max(0, hits - n2), min(n1, hits) + 1)}
        summed: dict[int, Fraction] = {}
        for a, p in chances.items():
            for b, q in one.items():
                summed[a + b] = summed.get(a + b, Fraction(0)) + p * q
        chances = summed
    seen = chances[sum(t.x1 for t in tables)]
    return sum((p for p in chances.values() if p <= seen), Fraction(0))


@given(tables)
def test_fisher_is_what_is_counted_by_hand(table: Table) -> None:
    assert fisher(table) == pytest.approx(float(by_hand([table])), abs=1e-9)
    assert fisher(table) == pytest.approx(fisher(Table(table.x2, table.n2, table.x1, table.n1)), abs=1e-9)


@given(st.lists(tables, min_size=1, max_size=4))
def test_strata_are_what_is_counted_by_hand(several: list[Table]) -> None:
    assert stratified(several) == pytest.approx(float(by_hand(several)), abs=1e-9)


@given(tables)
def test_one_stratum_is_fishers_test(table: Table) -> None:
    assert stratified([table]) == pytest.approx(fisher(table), abs=1e-9)


def test_the_penicillin_rabbits_are_as_in_r() -> None:
    # mantelhaen.test(Rabbits, exact = TRUE) of R's documentation, after Agresti (1990), p. 233: 0.03994; there the
    # strata without anybody cured or uncured say nothing.
    rabbits = [Table(0, 6, 0, 5), Table(3, 6, 0, 6), Table(6, 6, 2, 6), Table(5, 6, 6, 6), Table(2, 2, 5, 5)]
    assert stratified(rabbits) == pytest.approx(0.03994, abs=5e-6)


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [
        (0, 0, 1.0), (5, 15, 0.0413895), (1, 0, 1.0), (0, 6, 2 / 64), (10, 10, 1.0),
        (86, 150, 3.7e-05),  # approval of the president: binom.test(86, 236), R's example Performance
    ],
)  # fmt: skip
def test_mcnemars_p_is_the_known_one(first: int, second: int, p: float) -> None:
    assert mcnemar(first, second) == pytest.approx(p, rel=0.02, abs=5e-7)


@given(st.integers(0, 30), st.integers(0, 30))
def test_mcnemar_is_twice_the_smaller_tail(first: int, second: int) -> None:
    n, k = first + second, min(first, second)
    tail = Fraction(sum(comb(n, i) for i in range(k + 1)), 2**n)
    assert mcnemar(first, second) == pytest.approx(float(min(Fraction(1), 2 * tail)), abs=1e-9)
    assert mcnemar(first, second) == mcnemar(second, first)


def test_holms_correction_is_p_adjusts() -> None:
    # p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") in R
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=20))
def test_holm_keeps_the_order_and_the_smallest_is_bonferronis(values: list[float]) -> None:
    corrected = holm(values)
    for p, after in zip(values, corrected, strict=True):
        assert p <= after <= 1
    order = sorted(range(len(values)), key=values.__getitem__)
    assert [corrected[n] for n in order] == sorted(corrected)
    if values:
        assert min(corrected) == pytest.approx(min(1.0, len(values) * min(values)))
