"""Exact tests of counts, all two-sided, and the correction for many of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import binomtest, fisher_exact, hypergeom

_SLACK = 1 + 1e-7
"""What counts as equally likely, as in R's fisher.test."""


class Table(NamedTuple):
    """Two groups: `x1` of `n1`, and `x2` of `n2`."""

    x1: int
    n1: int
    x2: int
    n2: int


def fisher(table: Table) -> float:
    """Fisher's exact test of two independent rates. 1 where a group is empty."""
    x1, n1, x2, n2 = table
    if n1 == 0 or n2 == 0:
        return 1.0
    return float(fisher_exact([[x1, n1 - x1], [x2, n2 - x2]]).pvalue)


def stratified(tables: Sequence[Table]) -> float:
    """The exact test that two rates are alike in each of several strata, against a common odds ratio.

    The exact conditional form of the Cochran-Mantel-Haenszel test (`mantelhaen.test(exact = TRUE)` in R); with one
    stratum it is Fisher's.
    """
    total = np.ones(1)
    seen = 0
    for x1, n1, x2, n2 in tables:
        hits = x1 + x2
        low, high = max(0, hits - n2), min(n1, hits)
        total = np.convolve(total, hypergeom.pmf(np.arange(low, high + 1), n1 + n2, hits, n1))
        seen += x1 - low
    return float(min(1.0, total[total <= total[seen] * _SLACK].sum()))


def mcnemar(only_first: int, only_second: int) -> float:
    """McNemar's exact test of pairs: of those that differ, how many in which direction."""
    n = only_first + only_second
    return float(binomtest(only_first, n, 0.5).pvalue) if n else 1.0


def holm(values: Sequence[float]) -> list[float]:
    """p values after Holm's correction (1979), in their order: each is held against alpha as it is."""
    order = sorted(range(len(values)), key=values.__getitem__)
    out = [0.0] * len(values)
    worst = 0.0
    for place, n in enumerate(order):
        worst = max(worst, min(1.0, (len(values) - place) * values[n]))
        out[n] = worst
    return out
