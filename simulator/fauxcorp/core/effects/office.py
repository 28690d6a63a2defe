"""Effects on what staff keep together: calendars, address books, the wiki. All of it stays inside the company.

An invitation to somebody outside is a mail, and that mail is the crossing; the calendar's own effect carries nothing.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from fauxcorp.core.clock import from_us, iso
from fauxcorp.core.effects.base import Effect


class OfficeEffect(Effect):
    """Common to calendars, contacts and the wiki."""


class CalendarEffect(OfficeEffect):
    """Something done to one appointment, a series of them, or one occurrence of a series."""

    category: ClassVar[str] = "configuration"

    event_id: str
    title: str = ""
    organizer: str = ""
    """User name."""
    attendees: tuple[str, ...] = ()
    """Bare addresses, lists not expanded."""
    start: int = 0
    """Microseconds since 1970, as `end`."""
    end: int = 0
    occurrence: str = ""
    """Date (2026-04-14) of the occurrence of a series that this is about; empty: all of it."""

    def fields(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "fauxcorp.calendar.id": self.event_id,
            "fauxcorp.calendar.title": self.title,
            "fauxcorp.calendar.organizer": self.organizer,
            "fauxcorp.calendar.start": iso(from_us(self.start)),
            "fauxcorp.calendar.end": iso(from_us(self.end)),
        }
        if self.attendees:
            out["fauxcorp.calendar.attendees"] = list(self.attendees)
            out["fauxcorp.calendar.attendees_count"] = len(self.attendees)
        if self.occurrence:
            out["fauxcorp.calendar.occurrence"] = self.occurrence
        return out


class CalendarWritten(CalendarEffect):
    """Common to created and updated: all that the appointment holds now."""

    location: str = ""
    text: str = ""
    private: bool = False
    all_day: bool = False
    every: Literal["", "day", "week", "month"] = ""
    """Empty: it does not come again."""
    interval: int = 1
    until: int = 0
    """Microseconds since 1970 after which it does not come again; 0: without end."""

    def fields(self) -> dict[str, Any]:
        out = super().fields()
        for name, value in (
            ("location", self.location), ("text", self.text), ("private", self.private), ("all_day", self.all_day),
        ):  # fmt: skip
            if value:
                out[f"fauxcorp.calendar.{name}"] = value
        if self.every:
            out["fauxcorp.calendar.repeat"] = f"every {self.interval} {self.every}"
            if self.until:
                out["fauxcorp.calendar.until"] = iso(from_us(self.until))
        return out


class CalendarCreated(CalendarWritten):
    """A new appointment is in the calendars of its organiser and attendees."""

    action: ClassVar[str] = "calendar-event-created"


class CalendarUpdated(CalendarWritten):
    """An appointment is another one now. `changed`: which of its fields are."""

    action: ClassVar[str] = "calendar-event-updated"

    changed: tuple[str, ...] = ()

    def fields(self) -> dict[str, Any]:
        out = super().fields()
        if self.changed:
            out["fauxcorp.calendar.changed"] = list(self.changed)
        return out


class CalendarCancelled(CalendarEffect):
    """An appointment is gone from all calendars."""

    action: ClassVar[str] = "calendar-event-cancelled"


class CalendarResponded(CalendarEffect):
    """Somebody answered an invitation (`answer`: accepted, declined, tentative). `attendee` is the address."""

    action: ClassVar[str] = "calendar-event-responded"

    attendee: str
    answer: str

    def fields(self) -> dict[str, Any]:
        return {
            **super().fields(),
            "fauxcorp.calendar.attendee": self.attendee,
            "fauxcorp.calendar.answer": self.answer,
        }


class ContactEffect(OfficeEffect):
    """Something done to one entry of an address book. `owner`: whose; empty: everybody's."""

    category: ClassVar[str] = "configuration"

    contact_id: str
    name: str
    email: str = ""
    organisation: str = ""
    title: str = ""
    phone: str = ""
    note: str = ""
    owner: str = ""

    def fields(self) -> dict[str, Any]:
        out: dict[str, Any] = {"fauxcorp.contact.id": self.contact_id, "fauxcorp.contact.name": self.name}
        for name in ("email", "organisation", "title", "phone", "note", "owner"):
            value = getattr(self, name)
            if value:
                out[f"fauxcorp.contact.{name}"] = value
        return out


class ContactAdded(ContactEffect):
    """A new entry."""

    action: ClassVar[str] = "contact-added"


class ContactChanged(ContactEffect):
    """An entry says something else now. `previous_email`: the address that it had, where that changed."""

    action: ClassVar[str] = "contact-changed"

    previous_email: str = ""

    def fields(self) -> dict[str, Any]:
        out = super().fields()
        if self.previous_email:
            out["fauxcorp.contact.previous_email"] = self.previous_email
        return out


class ContactDeleted(ContactEffect):
    """An entry is gone."""

    action: ClassVar[str] = "contact-deleted"


class WikiEffect(OfficeEffect):
    """Something done to one page of the wiki. `url` is where the page is."""

    category: ClassVar[str] = "web"

    path: str
    """Space and name."""
    title: str
    url: str = ""
    comment: str = ""
    previous_size: int = 0
    """Characters that the page had before."""

    def fields(self) -> dict[str, Any]:
        out: dict[str, Any] = {"fauxcorp.wiki.path": self.path, "fauxcorp.wiki.title": self.title}
        if self.url:
            out["url.full"] = self.url
        if self.comment:
            out["fauxcorp.wiki.comment"] = self.comment
        if self.previous_size:
            out["fauxcorp.wiki.previous_size"] = self.previous_size
        return out


class WikiWritten(WikiEffect):
    """Common to created and edited. `text` is what the page says now."""

    text: str = ""
    version: int = 1

    def fields(self) -> dict[str, Any]:
        return {
            **super().fields(),
            "fauxcorp.wiki.text": self.text,
            "fauxcorp.wiki.size": len(self.text),
            "fauxcorp.wiki.version": self.version,
        }


class WikiPageCreated(WikiWritten):
    """A page that was not there."""

    action: ClassVar[str] = "wiki-page-created"


class WikiPageEdited(WikiWritten):
    """A page that was there says something else."""

    action: ClassVar[str] = "wiki-page-edited"


class WikiPageDeleted(WikiEffect):
    """A page is gone, with its history."""

    action: ClassVar[str] = "wiki-page-deleted"
