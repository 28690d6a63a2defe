# ruff: noqa: E501 - tables are easier to read wide
"""Figures as people read them."""

from __future__ import annotations

import pytest

from fauxcorp.study.findings import Figure, Rate
from fauxcorp.study.render import shown


def figure(**more: object) -> Figure:
    fields = {"model": "m", "rate": 0.9, "n": 20, "low": 0.7, "high": 0.97, "source": "A card", "finding": "A", "what": "w",
              "differs": "", "note": "", **more}  # fmt: skip
    return Figure.model_validate(fields)


@pytest.mark.parametrize(("value", "n", "text"), [(0.5, 20, "50%"), (0.123, 200, "12.3%"), (0, None, "0%"), (1, 5, "100%")])
def test_per_cent_carries_as_many_places_as_n_does(value: float, n: int | None, text: str) -> None:
    assert shown.percent(value, n) == text


@pytest.mark.parametrize(("value", "text"), [(0.344, "+34"), (-0.02, "-2"), (0, "0"), (-0.001, "0"), (0.004, "0")])
def test_points_have_a_sign_and_nought_has_none(value: float, text: str) -> None:
    assert shown.points(value) == text


@pytest.mark.parametrize(("p", "text"), [(0.0004, "<0.001"), (0.049, "0.049"), (1, "1.000")])
def test_p(p: float, text: str) -> None:
    assert shown.p_words(p) == text


def test_rates_intervals_and_effects() -> None:
    assert shown.rate_words(Rate(count=3, n=20, rate=0.15, low=0.05, high=0.36)) == "3 of 20"
    assert shown.rate_words(None) == shown.NONE
    assert shown.interval_words(0.05, 0.36) == "5% to 36%"
    assert shown.interval_words(None, None) == "no interval"
    assert shown.could_words(0.42, 0.1) == "10% against 42%"
    assert shown.could_words(None, 0.1) == "nothing: too few"
    assert shown.variant_words("a=b,c=d") == "a=b, c=d"


def test_published_figures() -> None:
    assert shown.figure_words(figure()) == "90% (n = 20, 70% to 97%)"
    assert shown.figure_words(figure(n=None, low=None, high=None)) == "90% (N not published)"
    assert shown.figure_words(figure(rate=None, n=None)) == "no reported rate"
    assert shown.figure_name(figure()) == "m, A card"
    assert shown.figure_name(figure(model="")) == "w, A card"
