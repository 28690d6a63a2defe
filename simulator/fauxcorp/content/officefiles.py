"""Chat, calendars, contacts, wiki and sites of a company, from their files."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Literal

from pydantic import Field, model_validator

from fauxcorp.content.layers import Layers, stem_of
from fauxcorp.content.staff import ContentModel, Moment, Staff
from fauxcorp.content.yamlfile import Document, Path_, parse, read, validate
from fauxcorp.core.clock import to_us
from fauxcorp.errors import ContentError, Problem
from fauxcorp.world.company import Channel, ChannelPost, Page
from fauxcorp.world.message import bare
from fauxcorp.world.office import Answer, CalendarEntry, Contact, Repeat, WikiPage, WikiVersion

_TITLE = re.compile(r"<title>([^<]{1,200})</title>")
_RULE = re.compile(r"^---\n", re.MULTILINE)


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
    text: str = ""
    """What the page said then; empty: it was not kept."""


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


def page_parts(text: str) -> tuple[str, str] | None:
    """The head of a page's file, from its first line on, and the page below it; None if one of them is missing."""
    first, head, body = [*_RULE.split(text, 2), "", ""][:3]
    return None if first or not body.strip() else (f"---\n{head}", body)


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
            try:
                document = read(path, self.layers.show(path))
                channel = validate(document, ChannelFile)
            except ContentError as error:
                self.problems += error.problems
                continue
            earlier = out.get(channel.name, Channel(channel.name, "", frozenset(people), ()))
            members = earlier.members if channel.members is None else frozenset(channel.members)
            members = frozenset(people) if "*" in members else members
            self._check_channel(document, channel)
            posts = [*earlier.posts, *(ChannelPost("", p.user, to_us(p.at), p.text) for p in channel.posts)]
            posts.sort(key=lambda p: p.at)
            numbered = (ChannelPost(f"{channel.name}-{n}", p.user, p.at, p.text) for n, p in enumerate(posts, 1))
            out[channel.name] = Channel(channel.name, channel.topic or earlier.topic, members, tuple(numbered))
        return out

    def calendar(self) -> dict[str, CalendarEntry]:
        """Id to appointment, by start."""
        entries = []
        for name, path in self.layers.files("calendar", "*.yaml").items():
            try:
                document = read(path, self.layers.show(path))
                events = validate(document, CalendarFile).events
            except ContentError as error:
                self.problems += error.problems
                continue
            entries += [self._event(document, n, event, stem_of(name)) for n, event in enumerate(events)]
        return {e.id: e for e in sorted(entries, key=lambda e: (e.start, e.id))}

    def contacts(self) -> tuple[Contact, ...]:
        """All address books, by name."""
        out = []
        for path in (folder / "contacts.yaml" for folder in self.layers.folders):
            if not path.is_file():
                continue
            try:
                document = read(path, self.layers.show(path))
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
            parts = page_parts(text)
            if parts is None:
                self.problems.append(Problem(shown, 1, "", "needs a head between two lines of ---, and text below"))
                continue
            head, body = parts
            try:
                document = parse(head, path, shown)
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

    def _check_channel(self, document: Document, channel: ChannelFile) -> None:
        named: list[tuple[Path_, str]] = [(("members", n), user) for n, user in enumerate(channel.members or ())]
        named += [(("posts", n, "user"), post.user) for n, post in enumerate(channel.posts)]
        for where, user in named:
            if user not in self.staff.people and (user != "*" or where[0] == "posts"):
                self.problems.append(document.problem(where, f"no such person: {user}"))

    def _event(self, document: Document, n: int, event: EventEntry, stem: str) -> CalendarEntry:
        here = ("events", n)
        if event.organizer not in self.staff.people:
            self.problems.append(document.problem((*here, "organizer"), f"no such person: {event.organizer}"))
        named: list[tuple[Path_, str]] = [(("attendees", i), text) for i, text in enumerate(event.attendees)]
        named += [(("answers", text), text) for text in event.answers]
        attendees = []
        for where, text in named:
            address = self.staff.address(text)
            if address is None:
                self.problems.append(document.problem((*here, *where), f"no such person or list: {text}"))
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
        named: list[tuple[Path_, str]] = [(("author",), head.author)]
        named += [(("history", n, "author"), v.author) for n, v in enumerate(head.history)]
        named += [(("editors", n), user) for n, user in enumerate(head.editors)]
        for where, user in named:
            if user not in self.staff.people:
                self.problems.append(document.problem(where, f"no such person: {user}"))
        versions = [WikiVersion(v.author, to_us(v.at), v.comment, _ended(v.text)) for v in head.history]
        versions.append(WikiVersion(head.author, to_us(head.updated), head.comment))
        path = name.removeprefix("wiki/").removesuffix(".md")
        return WikiPage(path, head.title, _ended(body), tuple(versions), head.labels,
                        frozenset(head.editors))  # fmt: skip


def _ended(text: str) -> str:
    """A page's text with one line end below it and none above; '' if it says nothing."""
    return text.strip("\n") + "\n" if text.strip() else ""


def _repeat(event: EventEntry) -> Repeat | None:
    found, start = event.repeat, event.start
    if found is None:
        return None
    until = 0
    if found.until is not None:
        # The last instant of that day, in the zone of the first appointment.
        until = to_us(datetime.combine(found.until, time(23, 59, 59), start.tzinfo))
    return Repeat(found.every, found.interval, until, frozenset(d.isoformat() for d in found.skip))
