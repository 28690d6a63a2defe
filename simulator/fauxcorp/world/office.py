"""Calendars, contacts and the wiki as a company starts with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Answer = Literal["accepted", "declined", "tentative", "none"]
"""What somebody said to an invitation."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """How an appointment comes again, in the company's time zone: every `interval` days, weeks or months."""

    every: Literal["day", "week", "month"]
    interval: int = 1
    until: int = 0
    """Microseconds since 1970 after which it does not come again; 0: without end."""
    skip: frozenset[str] = frozenset()
    """Dates (2026-04-14, the company's zone) on which it falls out."""


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """An appointment, or a series of them."""

    id: str
    title: str
    organizer: str
    """User name."""
    attendees: tuple[str, ...]
    """Bare lower-case addresses, lists not expanded; colleagues and outsiders."""
    start: int
    """Microseconds since 1970; of the first one, if it repeats."""
    end: int
    location: str = ""
    text: str = ""
    repeat: Repeat | None = None
    answers: tuple[tuple[str, Answer], ...] = ()
    """Address and answer; who is not here has not answered."""
    private: bool = False
    """Others see only that the time is taken."""
    all_day: bool = False
    sequence: int = 0
    """How often it was changed since it was sent out."""
    replaces: int = 0
    """Start of the occurrence of a series that it stands for; 0: of none. The series is the id before the last `_`."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody outside, in the address book of the company or of one person."""

    name: str
    email: str = ""
    organisation: str = ""
    title: str = ""
    phone: str = ""
    note: str = ""
    owner: str = ""
    """User name of whose entry it is; empty: everybody's."""


@dataclass(frozen=True, slots=True)
class WikiVersion:
    """Who saved a page when."""

    author: str
    """User name."""
    at: int
    """Microseconds since 1970."""
    comment: str = ""
    text: str = ""
    """What the page said then; empty: not kept."""


@dataclass(frozen=True, slots=True)
class WikiPage:
    """A page of the wiki, in Markdown."""

    path: str
    """Space and name, `Records/Handing-over-boxes`; also its place below the wiki's host."""
    title: str
    text: str
    versions: tuple[WikiVersion, ...]
    """Oldest first, at least one."""
    labels: tuple[str, ...] = ()
    editors: frozenset[str] = frozenset()
    """User names that may change it; empty: all staff."""
