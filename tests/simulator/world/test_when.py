"""Instants in the company's time zone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fauxcorp.core.clock import to_us
from fauxcorp.world.when import day_start, minute, rfc5322, span, spoken, zone

AT = to_us(datetime(2026, 7, 4, 22, 30, tzinfo=UTC))


def test_the_zone_decides_what_is_shown() -> None:
    assert minute(AT, "UTC") == "2026-07-04 22:30"
    assert minute(AT, "Europe/Berlin") == "2026-07-05 00:30"
    assert spoken(AT, "America/New_York") == "Sat, 4 Jul 2026 at 18:30"
    assert rfc5322(AT, "Asia/Kolkata") == "Sun, 05 Jul 2026 04:00:00 +0530"


def test_an_unknown_zone_is_utc() -> None:
    assert zone("Nowhere/At_All") is UTC


def test_a_day_begins_where_the_clock_says() -> None:
    assert day_start(2026, 3, 29, "Europe/Berlin") == to_us(datetime(2026, 3, 28, 23, tzinfo=UTC))
    assert day_start(2026, 3, 30, "Europe/Berlin") == to_us(datetime(2026, 3, 29, 22, tzinfo=UTC))
    with pytest.raises(ValueError, match="month"):
        day_start(2026, 13, 1, "UTC")


SPANS = [(0, "0 minutes"), (60, "1 minute"), (3900, "1 hour 5 minutes"), (7200, "2 hours")]


@pytest.mark.parametrize(("seconds", "words"), SPANS)
def test_spans(seconds: float, words: str) -> None:
    assert span(seconds) == words
