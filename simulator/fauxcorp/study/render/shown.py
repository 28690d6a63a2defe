"""Figures as people read them."""

from __future__ import annotations

from fauxcorp.study.findings import Difference, DirectionTest, Figure, Rate

NONE = "–"


def percent(value: float, n: int | None = None) -> str:
    """A rate in per cent; a decimal where n carries one."""
    digits = 1 if n is not None and n >= 200 else 0
    return f"{value:.{digits}%}"


def variant_words(text: str) -> str:
    """A variant's name with room to break lines."""
    return text.replace(",", ", ")


def rate_words(rate: Rate | None) -> str:
    """`18 of 20`."""
    return NONE if rate is None else f"{rate.count:,} of {rate.n:,}"


def interval_words(low: float | None, high: float | None, n: int | None = None) -> str:
    """`70% to 97%`."""
    return "no interval" if low is None or high is None else f"{percent(low, n)} to {percent(high, n)}"


def points(value: float) -> str:
    """A difference of rates in percentage points, with its sign; `0` where it rounds to nought."""
    rounded = round(100 * value)
    return f"{rounded:+d}" if rounded else "0"


def p_words(p: float) -> str:
    """A p value to three places."""
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def could_words(value: float | None, base: float) -> str:
    """The smallest effect that could have been shown."""
    return "nothing: too few" if value is None else f"{percent(base)} against {percent(value)}"


def could_of(difference: Difference) -> str:
    """The smallest effect of a difference."""
    return could_words(difference.could_show, difference.second_rate.rate)


def could_of_direction(test: DirectionTest) -> str:
    """The smallest effect of a direction."""
    return could_words(test.could_show, test.lower_rate.rate)


def nought_words(test: DirectionTest) -> str:
    """Of a lower rate that must not be nought: whether it is."""
    rate = test.lower_rate
    if rate.count:
        return f"not to nought: {rate_words(rate)}"
    return f"to nought: {rate_words(rate)}, which leaves room for {percent(rate.high)}"


def figure_name(figure: Figure) -> str:
    """Whose figure it is."""
    name = figure.model or figure.what
    return f"{name}, {figure.source}"


def figure_words(figure: Figure) -> str:
    """A published figure with its N and interval."""
    if figure.rate is None:
        return "no reported rate"
    n = f"n = {figure.n:,}, {interval_words(figure.low, figure.high, figure.n)}" if figure.n else "N not published"
    return f"{percent(figure.rate, figure.n)} ({n})"
