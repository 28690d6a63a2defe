"""Intervals for rates and for differences of rates."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple


class Interval(NamedTuple):
    """Both ends, included."""

    low: float
    high: float


def wilson(count: float, n: int, confidence: float = 0.95) -> Interval:
    """Wilson's score interval for a rate of `count` in `n`.

    `count` may be broken, where a rate was published rounded. With `n` 0 nothing is known: 0 to 1.

    Source: E. B. Wilson (1927); recommended for small n by Brown, Cai and DasGupta (2001).
    """
    if n == 0:
        return Interval(0.0, 1.0)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    rate = count / n
    middle = (rate + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    # At both ends the formula gives the rate itself, but for rounding.
    low = 0.0 if count <= 0 else max(0.0, middle - half)
    high = 1.0 if count >= n else min(1.0, middle + half)
    return Interval(low, high)


def difference(x1: int, n1: int, x2: int, n2: int, confidence: float = 0.95) -> Interval:
    """Interval for the difference of two independent rates, the first less the second.

    Source: R. G. Newcombe (1998), method 10: from the Wilson intervals of both.
    """
    if n1 == 0 or n2 == 0:
        return Interval(-1.0, 1.0)
    p1, p2 = x1 / n1, x2 / n2
    (l1, u1), (l2, u2) = wilson(x1, n1, confidence), wilson(x2, n2, confidence)
    d = p1 - p2
    return Interval(d - sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2), d + sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2))
