"""What lies on the desk: mails, posts and other pieces of text, each with its file and line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from fauxcorp.content.mailfiles import InlineFile, MailEntry
from fauxcorp.content.officefiles import ChatPost, EventEntry, WikiHead
from fauxcorp.world.company import Person

Kind = Literal[
    "mail", "subject", "attachment", "chat", "calendar", "contact", "wiki", "site", "file", "person", "brief", "cast"
]

_PATH = re.compile(r"(?<![\w:/.~$}@-])/(?:srv|home|etc|opt|var|usr|tmp|mnt)/[^\s\"'`<>(){}\[\],;:*|\\?&]+")
_BELOW = re.compile(
    r"^(?:-{3,} ?(?:Original|Ursprüngliche|Forwarded|Weitergeleitete).*|"
    r"(?:From|Von): .+\n(?:Sent|Gesendet|Date|Datum): )",
    re.MULTILINE,
)
"""Where what a mail answers begins, when it stands below without marks."""
_URL = re.compile(r"https?://([a-z0-9.-]+\.[a-z]{2,})(/[^\s\"'<>)\]`|]*)?", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Text:
    """A piece of text that somebody in the company can read."""

    file: str
    line: int
    """Of its first line."""
    text: str
    kind: Kind
    at: datetime | None = None
    author: str = ""
    """User name."""
    path: str = ""
    """Of a file of the server."""

    def at_offset(self, offset: int) -> int:
        """The line in the file at which a character of the text stands."""
        return self.line + self.text.count("\n", 0, offset) if self.line else 0

    @cached_property
    def paths(self) -> tuple[tuple[str, int], ...]:
        """Absolute paths that it names, with their offsets."""
        return tuple((m[0].rstrip(".!-_…/"), m.start()) for m in _PATH.finditer(self.text) if "…" not in m[0])

    @cached_property
    def urls(self) -> tuple[tuple[str, str, int], ...]:
        """Hosts and paths of addresses of the web that it names, with their offsets."""
        found = _URL.finditer(self.text) if "://" in self.text else ()
        return tuple((m[1].lower(), (m[2] or "").rstrip(".,;:!?"), m.start()) for m in found)


@dataclass(frozen=True, eq=False)
class Mail:
    """One message of a thread file."""

    file: str
    line: int
    body_line: int
    thread: str
    subject: str
    thread_subject: str
    number: int
    """Its place in the thread, from 0."""
    entry: MailEntry
    previous: Mail | None
    """The one that it answers."""

    @property
    def at(self) -> datetime:
        """When it was sent, in the sender's zone."""
        return self.entry.date

    @property
    def sender(self) -> str:
        """User name or address, as the file has it."""
        return self.entry.sender

    @cached_property
    def own(self) -> str:
        """The body without what it quotes."""
        lines = _BELOW.split(self.entry.body, maxsplit=1)[0].split("\n")
        return "\n".join(line for line in lines if not line.lstrip().startswith(">"))

    @cached_property
    def text(self) -> Text:
        """Its body."""
        return Text(self.file, self.body_line, self.entry.body, "mail", self.at, self.sender)

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """Its body, its subject, and the attachments whose text stands in its file."""
        out = [self.text, Text(self.file, self.line, self.subject, "subject", self.at, self.sender)]
        for item in self.entry.attachments:
            if isinstance(item, InlineFile):
                out.append(Text(self.file, self.line, item.text, "attachment", self.at, self.sender))
        return tuple(out)

    @cached_property
    def attached(self) -> tuple[str, ...]:
        """Names of its attachments."""
        given = self.entry.attachments
        return tuple(a.name if isinstance(a, InlineFile) else a.rpartition("/")[2] for a in given)


@dataclass(frozen=True, eq=False)
class Post:
    """One post of a channel."""

    file: str
    line: int
    channel: str
    entry: ChatPost

    @cached_property
    def text(self) -> Text:
        """What it says."""
        return Text(self.file, self.line, self.entry.text, "chat", self.entry.at, self.entry.user)


@dataclass(frozen=True, eq=False)
class Event:
    """One appointment."""

    file: str
    line: int
    entry: EventEntry

    @cached_property
    def text(self) -> Text:
        """Title, place and text."""
        words = "\n".join((self.entry.title, self.entry.location, self.entry.text))
        return Text(self.file, self.line, words, "calendar", None, self.entry.organizer)


@dataclass(frozen=True, eq=False)
class Page:
    """One page of the wiki."""

    file: str
    path: str
    head: WikiHead
    text: Text
    old: tuple[Text, ...] = ()
    """What it said in versions before, as far as that was kept."""


@dataclass(frozen=True, eq=False)
class Member:
    """One person, with the line in people.yaml."""

    file: str
    line: int
    person: Person

    @cached_property
    def text(self) -> Text:
        """What others can read of them."""
        found = self.person
        words = (found.name, found.email, found.title, found.department, found.phone, found.location)
        return Text(self.file, self.line, " | ".join((*words, found.out_of_office)), "person", None, found.username)
