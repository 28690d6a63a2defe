"""What generated matchers call."""

from __future__ import annotations

import pytest
import re2

from fauxcorp.monitor import runtime


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("A", ("A",)),
        (None, ()),
        (3, ("3",)),
        (3.0, ("3",)),
        (0.5, ("0.5",)),
        (True, ("true",)),
        (["A", None, False], ("A", "false")),
    ],
)
def test_texts(value: object, expected: tuple[str, ...]) -> None:
    assert runtime.raws(value) == expected
    assert runtime.lows(value) == tuple(t.lower() for t in expected)


def test_numbers() -> None:
    assert runtime.numbers([1, True, "2", 2.5, None]) == (1, 2.5)
    assert runtime.numbers(False) == runtime.numbers("1") == runtime.numbers(None) == ()


def test_patterns_are_of_the_linear_engine() -> None:
    assert runtime.search(("x\nY",), "^y$", "im")
    with pytest.raises(re2.error):
        runtime.pattern("(?=a)", "")


def test_time_of_an_event() -> None:
    assert runtime.milliseconds({"@timestamp": "1970-01-02T00:00:00.250Z"}) == 86_400_250
