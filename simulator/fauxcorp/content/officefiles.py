"""Chat, calendars, contacts, wiki and sites of a company, from their files."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Literal

from pydantic import Field, model_validator

from fauxcorp.content.layers import Layers
from fauxcorp.content.staff import ContentModel, Moment, Staff
from fauxcorp.content.yamlfile import Document, parse, read, validate
from fauxcorp.core.clock import to_us
from fauxcorp.errors import ContentError, Problem
from fauxcorp.world.company import Channel, ChannelPost, Page
from fauxcorp.world.message import bare
from fauxcorp.world.office import Answer, CalendarEntry, Contact, Repeat, WikiPage, WikiVersion

_TITLE = re.compile(r"<title>([^<]{1,200})</title>")


class ChatPost(ContentModel):
    """One post of a channel."""

    user: str
    at: Moment
    text: str


class ChannelFile(ContentModel):
    """chat/*.yaml. Files of the same name of channel are one channel."""

    name: str
    topic: str = ""
    members: tuple[str, ...] | None = None
    """User names; `*`, or nothing in any of its files, is all staff."""
    posts: tuple[ChatPost, ...] = ()


class RepeatEntry(ContentModel):
    """How an appointment comes again."""

    every: Literal["day", "week", "month"]
    interval: int = Field(default=1, ge=1, le=60)
    until: date | None = None
    skip: tuple[date, ...] = ()


class EventEntry(ContentModel):
    """One appointment."""

    title: str
    organizer: str
    attendees: tuple[str, ...] = ()
    """User names, list addresses, addresses of outsiders."""
    start: Moment
    minutes: int = Field(default=30, ge=1, le=60 * 24 * 31)
    location: str = ""
    text: str = ""
    repeat: RepeatEntry | None = None
    answers: dict[str, Answer] = Field(default_factory=dict)
    """User name or address to answer."""
    private: bool = False
    all_day: bool = False


class CalendarFile(ContentModel):
    """calendar/*.yaml."""

    events: tuple[EventEntry, ...]


class ContactEntry(ContentModel):
    """One entry of an address book."""

    name: str
    email: str = ""
    organisation: str = ""
    title: str = ""
    phone: str = ""
    note: str = ""
    owner: str = ""
    """User name; empty: everybody's."""


class ContactsFile(ContentModel):
    """contacts.yaml."""

    contacts: tuple[ContactEntry, ...]


class WikiVersionEntry(ContentModel):
    """A version before the one that the file holds."""

    author: str
    at: Moment
    comment: str = ""


class WikiHead(ContentModel):
    """What stands between the `---` lines at the head of wiki/<Space>/<Page>.md."""

    title: str
    author: str
    updated: Moment
    comment: str = ""
    labels: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    """User names that may change it; empty: all staff."""
    history: tuple[WikiVersionEntry, ...] = ()
    """Oldest first."""

    @model_validator(mode="after")
    def _in_order(self) -> WikiHead:
        times = [*(v.at for v in self.history), self.updated]
        if times != sorted(times):
            raise ValueError("history: versions must stand in the order of their times, before `updated`")
        return self


class OfficeFiles:
    """Reads them; what is wrong is added to `problems`."""

    def __init__(self, layers: Layers, staff: Staff, problems: list[Problem]) -> None:
        self.layers = layers
        self.staff = staff
        self.problems = problems

    def channels(self) -> dict[str, Channel]:
        """Name to channel."""
        out: dict[str, Channel] = {}
        people = self.staff.people
        for path in self.layers.files("chat", "*.yaml").values():
            document = read(path, self.layers.show(path))
            try:
                channel = validate(document, ChannelFile)
            except ContentError as error:
                self.problems += error.problems
                continue
            earlier = out.get(channel.name, Channel(channel.name, "", frozenset(people), ()))
            members = earlier.members if channel.members is None else frozenset(channel.members)
            members = frozenset(people) if "*" in members else members
            for user in sorted({*members, *(p.user for p in channel.posts)} - set(people)):
                self.problems.append(document.problem((), f"no such person: {user}"))
            posts = [*earlier.posts, *(ChannelPost("", p.user, to_us(p.at), p.text) for p in channel.posts)]
            posts.sort(key=lambda p: p.at)
            numbered = (ChannelPost(f"{channel.name}-{n}", p.user, p.at, p.text) for n, p in enumerate(posts, 1))
            out[channel.name] = Channel(channel.name, channel.topic or earlier.topic, members, tuple(numbered))
        return out

    def calendar(self) -> dict[str, CalendarEntry]:
        """Id to appointment, by start."""
        entries = []
        for path in self.layers.files("calendar", "*.yaml").values():
            document = read(path, self.layers.show(path))
            try:
                events = validate(document, CalendarFile).events
            except ContentError as error:
                self.problems += error.problems
                continue
            entries += [self._event(document, n, event, path.stem) for n, event in enumerate(events)]
        return {e.id: e for e in sorted(entries, key=lambda e: (e.start, e.id))}

    def contacts(self) -> tuple[Contact, ...]:
        """All address books, by name."""
        out = []
        for path in (folder / "contacts.yaml" for folder in self.layers.folders):
            if not path.is_file():
                continue
            document = read(path, self.layers.show(path))
            try:
                entries = validate(document, ContactsFile).contacts
            except ContentError as error:
                self.problems += error.problems
                continue
            for n, entry in enumerate(entries):
                if entry.owner and entry.owner not in self.staff.people:
                    self.problems.append(document.problem(("contacts", n, "owner"), f"no such person: {entry.owner}"))
                out.append(Contact(**entry.model_dump()))
        return tuple(sorted(out, key=lambda c: (c.name.casefold(), c.email)))

    def wiki(self) -> dict[str, WikiPage]:
        """Path to page."""
        out = {}
        for name, path in self.layers.files("wiki", "*.md").items():
            shown = self.layers.show(path)
            text = path.read_text(encoding="utf-8", errors="replace")
            first, head, body = [*text.split("---\n", 2), "", ""][:3]
            if first or not body.strip():
                self.problems.append(Problem(shown, 1, "", "needs a head between two lines of ---, and text below"))
                continue
            document = parse(head, path, shown)
            try:
                page = self._page(document, validate(document, WikiHead), name, body)
            except ContentError as error:
                self.problems += error.problems
                continue
            out[page.path] = page
        return out

    def pages(self) -> dict[str, Page]:
        """URL without scheme to page of the company's own sites."""
        out = {}
        for name, path in self.layers.files("sites").items():
            url = name.removeprefix("sites/").removesuffix("index.html").rstrip("/")
            text = path.read_text(encoding="utf-8", errors="replace")
            kind = "text/html" if path.suffix in (".html", ".htm") else "text/plain"
            title = _TITLE.search(text)
            out[url] = Page(url, title[1].strip() if title else path.stem, text, kind)
        return out

    def _event(self, document: Document, n: int, event: EventEntry, stem: str) -> CalendarEntry:
        here = ("events", n)
        if event.organizer not in self.staff.people:
            self.problems.append(document.problem((*here, "organizer"), f"no such person: {event.organizer}"))
        attendees = []
        for text in (*event.attendees, *event.answers):
            address = self.staff.address(text)
            if address is None:
                self.problems.append(document.problem((*here, "attendees"), f"no such person or list: {text}"))
            else:
                attendees.append(bare(address))
        answers = tuple((bare(self.staff.address(who) or who), said) for who, said in event.answers.items())
        return CalendarEntry(
            id=sha256(f"{stem}\0{n}\0{event.title}".encode()).hexdigest()[:10],
            title=event.title,
            organizer=event.organizer,
            attendees=tuple(dict.fromkeys(attendees)),
            start=to_us(event.start),
            end=to_us(event.start + timedelta(minutes=event.minutes)),
            location=event.location,
            text=event.text,
            repeat=_repeat(event),
            answers=answers,
            private=event.private,
            all_day=event.all_day,
        )

    def _page(self, document: Document, head: WikiHead, name: str, body: str) -> WikiPage:
        for field, users in (("author", [head.author, *(v.author for v in head.history)]), ("editors", head.editors)):
            for user in users:
                if user not in self.staff.people:
                    self.problems.append(document.problem((field,), f"no such person: {user}"))
        versions = [WikiVersion(v.author, to_us(v.at), v.comment) for v in head.history]
        versions.append(WikiVersion(head.author, to_us(head.updated), head.comment))
        path = name.removeprefix("wiki/").removesuffix(".md")
        return WikiPage(path, head.title, body.strip("\n") + "\n", tuple(versions), head.labels,
                        frozenset(head.editors))  # fmt: skip


def _repeat(event: EventEntry) -> Repeat | None:
    found, start = event.repeat, event.start
    if found is None:
        return None
    until = 0
    if found.until is not None:
        # The last instant of that day, in the zone of the first appointment.
        until = to_us(datetime.combine(found.until, time(23, 59, 59), start.tzinfo))
    return Repeat(found.every, found.interval, until, frozenset(d.isoformat() for d in found.skip))
