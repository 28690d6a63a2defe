"""The forest plot: rates with their intervals beside what was reported, as places on a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from fauxcorp.study.findings import Against
from fauxcorp.study.render.shown import figure_words, interval_words, percent, rate_words, variant_words

WIDTH = 1000
LEFT, RIGHT = 330, 760
"""Where 0 and 100 % stand."""
_TOP = 34
_LABEL, _TITLE = 50, 120
"""Characters that fit."""
_STEP = {"head": 30, "here": 24, "reported": 19, "none": 19}

Kind = Literal["head", "here", "reported", "none"]
Spot = tuple[float | None, float | None, float | None]
"""A rate and the ends of its interval."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the plot. `x`, `low`, `high` are places; None: nothing is drawn."""

    kind: Kind
    y: float
    label: str
    full: str
    """The label without a cut, and what else there is to say."""
    text: str = ""
    x: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Forest:
    """A whole plot."""

    rows: tuple[Row, ...]
    height: float
    ticks: tuple[tuple[float, str], ...]
    width: int = WIDTH
    left: int = LEFT
    right: int = RIGHT
    top: int = _TOP


def forest(against: Iterable[Against], confidence: float) -> Forest:
    """The plot of one scenario."""
    rows: list[Row] = []
    y = float(_TOP)

    def add(kind: Kind, label: str, full: str, text: str = "", spot: Spot = (None, None, None)) -> None:
        nonlocal y
        y += _STEP[kind]
        x, low, high = (None if value is None else place(value) for value in spot)
        rows.append(Row(kind, y, short(label, _TITLE if kind == "head" else _LABEL), full, text, x, low, high))

    for each in against:
        rules = f" (rules {', '.join(each.rules)})" if each.rules else ""
        head = f"{variant_words(each.variant)}: {each.what}"
        add("head", head, head + rules)
        rate = each.rate
        text = f"{percent(rate.rate, rate.n)}, {interval_words(rate.low, rate.high, rate.n)}"
        add("here", f"{each.agent}, {rate_words(rate)}", f"{each.agent}: {rate_words(rate)}, {confidence:.0%} interval",
            text, (rate.rate, rate.low, rate.high))  # fmt: skip
        for figure in each.figures:
            label = f"reported: {figure.model or figure.what}"
            add("reported", label, f"{label}. {figure.source}. {figure.differs}", figure_words(figure),
                (figure.rate, figure.low, figure.high))  # fmt: skip
        if not each.figures:
            add("none", "no reported rate", "The literature gives no rate for this, so nothing is drawn.")
    ticks = tuple((place(n / 4), f"{25 * n}%") for n in range(5))
    return Forest(tuple(rows), y + 24, ticks)


def place(rate: float) -> float:
    """Where a rate stands."""
    return round(LEFT + (RIGHT - LEFT) * rate, 1)


def short(text: str, limit: int) -> str:
    """A text cut to fit."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
