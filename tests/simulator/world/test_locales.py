"""Languages and clocks of organisations outside."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from fauxcorp.content.library import Library
from fauxcorp.world.locales import language, time_zone
from fauxcorp.world.outside import Party


@pytest.mark.parametrize(
    ("domains", "lang", "spoken", "zone"),
    [
        (("spiegel.de",), "", "de", "Europe/Berlin"),
        (("nytimes.com", "nyti.ms"), "", "en", "America/New_York"),
        (("chosun.com",), "ko", "ko", "Asia/Seoul"),
        (("mhra.gov.uk",), "", "en", "Europe/London"),
        (("nhk.or.jp",), "", "ja", "Asia/Tokyo"),
        (("who.int",), "", "en", "Europe/Berlin"),
        ((), "", "en", "Europe/Berlin"),
    ],
)
def test_told_by_the_domain(domains: tuple[str, ...], lang: str, spoken: str, zone: str) -> None:
    party = Party(name="x", owner="press", domains=domains, lang=lang)
    assert (language(party), time_zone(party)) == (spoken, zone)


def test_every_zone_of_the_registry_exists() -> None:
    for party in Library().parties():
        assert ZoneInfo(time_zone(party)).key
