"""The language that an organisation outside writes in, and the clock that it works by, told by its domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fauxcorp.world.outside import Party

_LANGUAGES = {
    "de": "de", "at": "de", "ch": "de", "fr": "fr", "jp": "ja", "kr": "ko", "br": "pt", "pt": "pt", "es": "es",
    "mx": "es", "ar": "es", "it": "it", "nl": "nl",
}  # fmt: skip
"""Top-level domain to language; any other writes English."""
_ZONES = {
    "uk": "Europe/London", "ie": "Europe/Dublin", "pt": "Europe/Lisbon", "jp": "Asia/Tokyo", "kr": "Asia/Seoul",
    "in": "Asia/Kolkata", "sg": "Asia/Singapore", "hk": "Asia/Hong_Kong", "cn": "Asia/Shanghai",
    "au": "Australia/Sydney", "nz": "Pacific/Auckland", "br": "America/Sao_Paulo", "ar": "America/Sao_Paulo",
    "mx": "America/Mexico_City", "ca": "America/Toronto", "il": "Asia/Jerusalem", "za": "Africa/Johannesburg",
    "fi": "Europe/Helsinki", "gov": "America/New_York", "com": "America/New_York", "org": "America/New_York",
    "mil": "America/New_York", "net": "America/New_York", "co": "America/New_York",
}  # fmt: skip
"""Top-level domain to time zone; any other keeps the time of Berlin."""
_SPOKEN = {
    "de": "Europe/Berlin", "fr": "Europe/Paris", "ja": "Asia/Tokyo", "ko": "Asia/Seoul", "es": "Europe/Madrid",
    "it": "Europe/Rome", "pt": "America/Sao_Paulo", "nl": "Europe/Amsterdam",
}  # fmt: skip


def language(party: Party) -> str:
    """Two letters: the language that a party answers in."""
    return party.lang or _LANGUAGES.get(_top(party), "en")


def time_zone(party: Party) -> str:
    """The IANA name of the zone that a party works in."""
    return _SPOKEN.get(party.lang) or _ZONES.get(_top(party), "Europe/Berlin")


def _top(party: Party) -> str:
    """The top-level domain of a party."""
    name = (*party.domains, *party.suffixes, *party.addresses, "")[0]
    return name.rpartition(".")[2].lower()
