"""Small companies and worlds, made by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from fauxcorp.core.clock import Clock, to_us
from fauxcorp.core.effects import Attachment, Effect, EmailSent, Origin
from fauxcorp.core.events import effect_event
from fauxcorp.core.rng import RandomSource
from fauxcorp.world.baseline import base_files
from fauxcorp.world.colleagues import ReplyRule, RuleBook
from fauxcorp.world.company import Channel, ChannelPost, Company, CompanyFacts, MailingList, Person
from fauxcorp.world.files import FileEntry, listing_of
from fauxcorp.world.mailbox import Item
from fauxcorp.world.mailindex import MailIndex
from fauxcorp.world.message import Message
from fauxcorp.world.office import CalendarEntry, Contact, WikiPage
from fauxcorp.world.outside import Outside, Party
from fauxcorp.world.systems.records import SystemFile
from fauxcorp.world.systems.start import SystemsBase
from fauxcorp.world.timeline import Cue
from fauxcorp.world.world import World

START = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
DOMAIN = "northwind.example"

PARTIES = (
    Party(name="The Courier", owner="press", domains=("courier.example",)),
    Party(name="Blue Harbour", owner="customer", domains=("blueharbour.example",)),
)


def person(username: str, name: str, title: str = "Analyst", **more: Any) -> Person:
    uid = more.pop("uid", 1000 + sum(username.encode()) * 7 % 5000)
    fields = {"department": "Quality", "email": f"{username}@{DOMAIN}", **more}
    return Person(username=username, name=name, title=title, uid=uid, **fields)


PEOPLE = (
    person("ada.flint", "Ada Flint", "Head of Quality", uid=1001, role="manager", groups=("quality", "staff")),
    person("wei.zhang", "Wei Zhang", uid=1002, manager="ada.flint", groups=("quality",), aliases=(f"wei@{DOMAIN}",)),
    person("tom.reed", "Tom Reed", "IT Support", uid=1003, department="IT", role="helpdesk", groups=("staff",)),
    person("rosa.lind", "Rosa Lind", "IT Director", uid=1004, department="IT", role="admin", groups=("staff", "sudo")),
    person("kit.moss", "Kit Moss", uid=1005, manager="ada.flint", groups=("staff",), out_of_office="Back on Monday."),
    person("assistant", "Robin Assistant", "Office Assistant", uid=1006, role="helpdesk", groups=("staff",)),
)


def message(number: int, sender: str = "wei.zhang@northwind.example", **more: Any) -> Message:
    fields: dict[str, Any] = {
        "id": str(number),
        "message_id": f"<m{number}@northwind.example>",
        "thread": f"t{number}",
        "at": to_us(START) - (1000 - number) * 60_000_000,
        "sender": sender,
        "to": ("assistant@northwind.example",),
        "cc": (),
        "subject": f"Note {number}",
        "body": f"Body of note {number}",
        **more,
    }
    return Message(**fields)


def attachment(name: str, content: bytes = b"data") -> Attachment:
    return Attachment(name=name, content=content)


def build_company(
    people: Sequence[Person] = PEOPLE,
    messages: Sequence[Message] = (),
    mailboxes: Mapping[str, Mapping[str, Sequence[int]]] | None = None,
    files: Mapping[str, bytes] | None = None,
    channels: Iterable[Channel] = (),
    lists: Iterable[MailingList] = (),
    parties: Sequence[Party] = PARTIES,
    unread: Iterable[int] = (),
    calendar: Iterable[CalendarEntry] = (),
    contacts: Iterable[Contact] = (),
    wiki: Iterable[WikiPage] = (),
    systems: Iterable[SystemFile] = (),
    **facts: Any,
) -> Company:
    """A company of the people given; all messages are in the assistant's Inbox unless `mailboxes` says otherwise.

    `unread`: indexes of the messages that the assistant has not read.
    """
    boxes = mailboxes if mailboxes is not None else {"assistant": {"Inbox": tuple(range(len(messages)))}}
    values = {"slug": "northwind", "name": "Northwind", "domain": DOMAIN, "helpdesk": "tom.reed", **facts}
    known = CompanyFacts(lists=tuple(lists), **values)
    entries = base_files(known, people)
    further = SystemsBase.build(systems, known)
    for path, content in {**further.made, **(files or {})}.items():
        parts = path.strip("/").split("/")
        for n in range(1, len(parts)):
            entries.setdefault("/" + "/".join(parts[:n]), FileEntry(kind="dir", mode=0o777, mtime=to_us(START)))
        entries[path] = FileEntry(content, "assistant", "staff", 0o664, to_us(START))
    everyone = tuple(p.username for p in people)
    values = {"slug": "northwind", "name": "Northwind", "domain": DOMAIN, "helpdesk": "tom.reed", **facts}
    return Company(
        facts=known,
        people={p.username: p for p in people},
        by_email={a.lower(): p.username for p in people for a in (p.email, *p.aliases)},
        lists={li.address.lower(): everyone if "*" in li.members else li.members for li in lists},
        messages=tuple(messages),
        index=MailIndex.build(messages),
        files=entries,
        listing=listing_of(entries),
        channels={c.name: c for c in channels},
        pages={},
        outside=Outside.build(parties, [values["domain"], *values.get("domains", ())]),
        starts=START,
        content_hash="0",
        mailboxes={u: {f: tuple(ns) for f, ns in folders.items()} for u, folders in boxes.items()},
        unread={"assistant": frozenset(unread)},
        calendar={e.id: e for e in calendar},
        contacts=tuple(contacts),
        wiki={p.path: p for p in wiki},
        systems=further,
    )


class Live:
    """A world with the effects that it told of, its timeline told of each as an episode does."""

    def __init__(
        self,
        company: Company,
        seed: int = 1,
        cues: Sequence[Cue] = (),
        replies: Sequence[ReplyRule] = (),
        **more: Any,
    ) -> None:
        cast = SimpleNamespace(cues=tuple(cues), book=RuleBook(replies, **more))
        self.world = World(company, Clock(company.starts), RandomSource(seed), cast=cast, agent="assistant")
        self.effects: list[Effect] = []
        self.world.sink = self.sink
        self.by = Origin("agent", "assistant", "tool")

    def sink(self, effect: Effect) -> None:
        self.effects.append(effect)
        self.world.timeline.on_effect(effect, effect_event(effect))

    def kinds(self) -> list[str]:
        return [f"{e.action}/{e.stage}" for e in self.effects]

    def pass_time(self, minutes: float, step: int = 1) -> None:
        """Move the clock on, stopping where something is due."""
        timeline, clock = self.world.timeline, self.world.clock
        until = clock.us + round(minutes * 60_000_000)
        timeline.run(step)
        while (due := timeline.next_at()) is not None and due <= until:
            clock.advance_to(due)
            timeline.run(step)
        clock.advance_to(until)

    def send(self, to: str | Sequence[str], subject: str = "Hello", body: str = "Text", **more: Any) -> EmailSent:
        by = more.pop("by", self.by)
        sender = more.pop("sender", f"assistant@{DOMAIN}")
        return self.world.mail.send(by, sender, [to] if isinstance(to, str) else to, subject, body, **more)

    def inbox(self, user: str = "assistant") -> list[Item]:
        return self.world.mail.box(user).items("Inbox")


def channel(name: str, *posts: tuple[str, str], members: Iterable[str] = ()) -> Channel:
    made = tuple(
        ChannelPost(f"p{n}", user, to_us(START) - (len(posts) - n) * 3_600_000_000, text)
        for n, (user, text) in enumerate(posts)
    )
    return Channel(name, f"About {name}", frozenset(members), made)


@pytest.fixture(scope="session")
def small() -> SimpleNamespace:
    """The makers of this file."""
    return SimpleNamespace(
        attachment=attachment, channel=channel, company=build_company, domain=DOMAIN, Live=Live, message=message,
        people=PEOPLE, person=person, start=START,
    )  # fmt: skip


@pytest.fixture
def make_live() -> Callable[..., Live]:
    """Make a world from what `build_company` takes, with cues and rules of reply."""

    def make(seed: int = 1, cues: Sequence[Cue] = (), replies: Sequence[ReplyRule] = (), **company: Any) -> Live:
        more = {name: company.pop(name) for name in ("fallbacks", "groups", "away", "slow") if name in company}
        return Live(build_company(**company), seed, cues, replies, **more)

    return make
