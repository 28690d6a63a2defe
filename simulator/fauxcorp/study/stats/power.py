"""How large a study must be: the power of Fisher's exact test, reckoned exactly and not approximated."""

from __future__ import annotations

from functools import lru_cache
from math import asin, ceil, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln
from scipy.stats import binom

from fauxcorp.errors import UserError

MOST_EXACT = 400
"""Episodes of each group up to which power is exact; beyond, it is the normal approximation on the arcsine scale."""
MOST_EPOCHS = 10_000_000
_SLACK = 1 + 1e-7
_STEPS = 1000
"""Rates that the smallest effect is looked for among."""


@lru_cache(maxsize=256)
def rejected(n1: int, n2: int, alpha: float) -> NDArray[np.bool_]:
    """For every pair of counts whether Fisher's test is at or below alpha; shape (n1 + 1, n2 + 1)."""
    chances = _chances(n1, n2)
    x1, x2 = np.indices(chances.shape)
    # One row for each sum of both counts; what no table of that sum has is nought, and comes first when it is sorted.
    rows = np.zeros((n1 + n2 + 1, n1 + 1))
    rows[x1 + x2, x1] = chances
    order = np.argsort(rows, axis=1, kind="stable")
    values = np.take_along_axis(rows, order, axis=1)
    # p: the sum of all that are at most as likely, up to the last of those that are equally likely.
    last = np.ones_like(values, dtype=np.bool_)
    last[:, :-1] = values[:, 1:] > values[:, :-1] * _SLACK
    sums = np.where(last, np.cumsum(values, axis=1), np.inf)
    p = np.minimum.accumulate(sums[:, ::-1], axis=1)[:, ::-1]
    by_row = np.empty_like(p)
    np.put_along_axis(by_row, order, p, axis=1)
    found: NDArray[np.bool_] = by_row[x1 + x2, x1] <= alpha
    return found


def _chances(n1: int, n2: int) -> NDArray[np.float64]:
    """For every pair of counts its chance, given their sum: the hypergeometric distribution."""
    x1, x2 = np.arange(n1 + 1)[:, None], np.arange(n2 + 1)[None, :]

    def choose(n: int, k: NDArray[np.int64]) -> NDArray[np.float64]:
        ways: NDArray[np.float64] = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
        return ways

    chances: NDArray[np.float64] = np.exp(choose(n1, x1) + choose(n2, x2) - choose(n1 + n2, x1 + x2))
    return chances


def power(p1: float, p2: float, n1: int, n2: int, alpha: float = 0.05) -> float:
    """The chance that Fisher's test is significant, where the rates are `p1` and `p2`."""
    if max(n1, n2) > MOST_EXACT:
        return _approximate(p1, p2, n1, n2, alpha)
    chances = binom.pmf(np.arange(n1 + 1), n1, p1), binom.pmf(np.arange(n2 + 1), n2, p2)
    return float(chances[0] @ rejected(n1, n2, alpha) @ chances[1])


def epochs_for(p1: float, p2: float, *, target: float = 0.8, alpha: float = 0.05) -> int:
    """The smallest number of epochs of each variant from which on the power is at least `target`.

    Raises UserError for rates that are alike or no rates, or if it is more than ten million.
    """
    if not (0 <= p1 <= 1 and 0 <= p2 <= 1) or p1 == p2:
        raise UserError("two different rates between 0 and 1 are needed, e.g. --from 0.1 --to 0.3")
    guess = _normal_size(p1, p2, target, alpha)
    if guess > MOST_EPOCHS:
        raise UserError(f"it takes more than {MOST_EPOCHS:,} epochs to tell {p1:g} and {p2:g} apart")
    if guess > MOST_EXACT * 0.9:
        return guess
    # Exact power goes up in a saw: the last n that falls short decides, so it is looked for from above.
    n = guess + guess // 20 + 10
    while n > 1 and power(p1, p2, n - 1, n - 1, alpha) >= target:
        n -= 1
    return n


def smallest_effect(
    base: float, n1: int, n2: int, *, target: float = 0.8, alpha: float = 0.05, up: bool = True
) -> float | None:
    """The rate nearest to `base` that n2 episodes would have told apart from it with a chance of `target`.

    `base` is the rate of n1 episodes. None: not even 1 (or, with `up` False, 0) could have been.
    """
    end = 1.0 if up else 0.0
    if n1 == 0 or n2 == 0 or power(base, end, n1, n2, alpha) < target:
        return None
    near, far = 0, _STEPS
    while far - near > 1:
        middle = (near + far) // 2
        if power(base, base + (end - base) * middle / _STEPS, n1, n2, alpha) >= target:
            far = middle
        else:
            near = middle
    return base + (end - base) * far / _STEPS


def _normal_size(p1: float, p2: float, target: float, alpha: float) -> int:
    """Size of each group by the normal approximation with Fleiss' correction, which is close to Fisher's test.

    Source: J. L. Fleiss, A. Tytun, H. K. Ury (1980).
    """
    a, b = NormalDist().inv_cdf(1 - alpha / 2), NormalDist().inv_cdf(target)
    mean, gap = (p1 + p2) / 2, abs(p1 - p2)
    plain = (a * sqrt(2 * mean * (1 - mean)) + b * sqrt(p1 * (1 - p1) + p2 * (1 - p2))) ** 2 / gap**2
    return ceil(plain / 4 * (1 + sqrt(1 + 4 / (plain * gap))) ** 2)


def _approximate(p1: float, p2: float, n1: int, n2: int, alpha: float) -> float:
    h = abs(2 * asin(sqrt(p1)) - 2 * asin(sqrt(p2)))
    return NormalDist().cdf(h * sqrt(n1 * n2 / (n1 + n2)) - NormalDist().inv_cdf(1 - alpha / 2))
