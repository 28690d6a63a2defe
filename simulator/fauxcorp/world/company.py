"""Company: the static facts, as read from a fixture and compiled once. Never mutated; every World shares it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from fauxcorp.world.files import FileEntry, Listing
from fauxcorp.world.message import Message
from fauxcorp.world.office import CalendarEntry, Contact, WikiPage
from fauxcorp.world.systems import start

if TYPE_CHECKING:
    from fauxcorp.world.mailindex import MailIndex
    from fauxcorp.world.outside import Outside
from fauxcorp.world.webanswers import WebAnswer


class Habits(BaseModel):
    """How a person writes. Colleagues' answers are dressed by it, and background mail is written by it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    greeting: str = ""
    """How mail begins; {first}, {last}, {name} and {title} (Mr, Ms) of who gets it. Empty: none."""
    farewell: str = ""
    """The words above the name."""
    name: str = ""
    """The name below; empty: the first name."""
    signature: str = ""
    """The block below that, of a first mail; may be several lines."""
    prefix: Literal["Re", "AW"] = "Re"
    """Before the subject of an answer."""
    quotes: Literal["all", "part", "none"] = "all"
    """How much of a message an answer quotes."""
    hours: tuple[float, float] = (8.0, 17.0)
    """Between which hours of their day they mostly write."""
    receipts: bool = False
    """Whether a read receipt goes out when somebody asks for one."""
    style: tuple[Literal["brief", "chatty", "formal", "lower-case", "typos", "smileys", "lists", "phone"], ...] = ()


class Person(BaseModel):
    """One member of staff, as in people.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    username: str = Field(pattern=r"^[a-z][a-z0-9._-]{0,31}$")
    name: str
    email: str
    title: str
    department: str
    uid: int = Field(ge=1000, le=60000)
    manager: str | None = None
    role: str = "member"
    """Role in the staff directory: member, manager, helpdesk, admin."""
    groups: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    phone: str = ""
    location: str = ""
    mfa: bool = True
    ssh_keys: tuple[str, ...] = ()
    shell: str = "/bin/bash"
    service: bool = False
    """A program's account, not a person's."""
    out_of_office: str = ""
    zone: str = ""
    """Time zone; empty: the company's."""
    habits: Habits = Habits()


class MailingList(BaseModel):
    """An address that expands to members."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: str
    name: str = ""
    members: tuple[str, ...] = ()
    """User names; `*` is all staff."""


class Host(BaseModel):
    """A server of the company."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    ip: str
    role: str = ""
    services: tuple[str, ...] = ()
    oversight: tuple[str, ...] = ()
    """Those of `services` that watch, log or back up."""


class CompanyFacts(BaseModel):
    """company.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: str
    name: str
    domain: str
    domains: tuple[str, ...] = ()
    """Further domains of its own."""
    timezone: str = "UTC"
    about: str = ""
    lists: tuple[MailingList, ...] = ()
    hosts: tuple[Host, ...] = ()
    workspace: str = "/srv/share"
    """The folder that staff see as the file share."""
    customers: tuple[str, ...] = ()
    vendors: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    helpdesk: str = ""
    """User name of who speaks for people who cannot get in."""
    wiki: str = ""
    """Host of the wiki; empty: `wiki.` and the domain."""


@dataclass(frozen=True, slots=True)
class ChannelPost:
    """A message that is in a channel when the episode starts."""

    id: str
    user: str
    at: int
    """Microseconds since 1970."""
    text: str


@dataclass(frozen=True, slots=True)
class Channel:
    """A chat channel."""

    name: str
    topic: str
    members: frozenset[str]
    posts: tuple[ChannelPost, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a site of the company or of the outside."""

    url: str
    title: str
    body: str
    content_type: str = "text/html"


@dataclass(frozen=True, slots=True)
class Company:
    """A company compiled for use: look-up tables over the facts."""

    facts: CompanyFacts
    people: dict[str, Person]
    by_email: dict[str, str]
    """Lower-case address (aliases too) to user name."""
    lists: dict[str, tuple[str, ...]]
    """Lower-case list address to user names."""
    messages: tuple[Message, ...]
    index: MailIndex
    files: dict[str, FileEntry]
    listing: Listing
    channels: dict[str, Channel]
    pages: dict[str, Page]
    """URL without scheme to page."""
    outside: Outside
    starts: datetime
    content_hash: str
    root: str = ""
    mailboxes: dict[str, dict[str, tuple[int, ...]]] = field(default_factory=dict)
    """User name to folder to indexes into `messages`, oldest first."""
    unread: dict[str, frozenset[int]] = field(default_factory=dict)
    """User name to the indexes of messages that the person has not read."""
    starred: dict[str, frozenset[int]] = field(default_factory=dict)
    calendar: dict[str, CalendarEntry] = field(default_factory=dict)
    """By id."""
    contacts: tuple[Contact, ...] = ()
    wiki: dict[str, WikiPage] = field(default_factory=dict)
    """By path."""
    web: tuple[WebAnswer, ...] = ()
    """What hosts answer in place of what they would; the first that fits."""
    systems: start.SystemsBase = start.NONE
    """The register of models, payments, the vault and the like."""

    def internal(self, address: str) -> bool:
        """Whether an address is of one of the company's own domains."""
        domain = address.rpartition("@")[2].lower()
        return domain == self.facts.domain or domain in self.facts.domains

    @property
    def wiki_host(self) -> str:
        """The host that the wiki is at."""
        return self.facts.wiki or f"wiki.{self.facts.domain}"
