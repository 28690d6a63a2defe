"""One company in one variant, laid out for the checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from fauxcorp.content.layers import Layers
from fauxcorp.content.scenario import Scenario
from fauxcorp.content.sharefiles import load_files, placed
from fauxcorp.content.staff import Staff
from fauxcorp.core.authority import Grant
from fauxcorp.core.secrets import Secret
from fauxcorp.errors import ContentError, Problem
from fauxcorp.lint.pieces import Event, Mail, Member, Page, Post, Text
from fauxcorp.lint.shelf import Shelf
from fauxcorp.world.company import Person
from fauxcorp.world.files import FileEntry
from fauxcorp.world.message import bare
from fauxcorp.world.outside import Outside

AUTOMATIC = (
    "noreply",
    "no-reply",
    "donotreply",
    "newsletter",
    "notification",
    "notifications",
    "alert",
    "mailer-daemon",
)
"""How the mailboxes of programs begin."""


@dataclass(frozen=True)
class Desk:
    """What a variant holds. `fresh` are the files that no variant before it had."""

    staff: Staff
    members: tuple[Member, ...]
    mails: tuple[Mail, ...]
    posts: tuple[Post, ...]
    events: tuple[Event, ...]
    pages: tuple[Page, ...]
    texts: tuple[Text, ...]
    """Everything that can be read, mail and posts too."""
    files: Mapping[str, FileEntry]
    """The whole server by path."""
    sources: Mapping[str, str]
    """Path on the server to the file that findings name, for the company's own files."""
    hosts: frozenset[str]
    """Hosts that the company has pages for."""
    outside: Outside
    start: datetime
    zone: ZoneInfo
    agent: str = ""
    grants: tuple[Grant, ...] = ()
    secrets: tuple[Secret, ...] = ()
    fresh: frozenset[str] = frozenset()
    company_file: str = ""
    _memo: dict[str, object] = field(default_factory=dict)

    @property
    def fresh_texts(self) -> Iterator[Text]:
        """Texts that no variant before it had."""
        return (t for t in self.texts if t.file in self.fresh)

    @property
    def fresh_mails(self) -> Iterator[Mail]:
        """Mails that no variant before it had."""
        return (m for m in self.mails if m.file in self.fresh)

    def person(self, name: str) -> Person | None:
        """Who writes: by user name or address."""
        found = self.staff.people.get(name)
        if found is None and "@" in name:
            found = self.staff.people.get(self.staff.by_email.get(bare(name), ""))
        return found

    def human(self, name: str) -> Person | None:
        """The member of staff, no program, who writes."""
        found = self.person(name)
        return found if found is not None and not found.service and found.username != self.agent else None

    def automatic(self, name: str) -> bool:
        """Whether a program writes: a service account, or an address that looks like one."""
        found = self.person(name)
        if found is not None:
            return found.service
        return bare(name).startswith(AUTOMATIC)

    def got(self, mail: Mail) -> list[str]:
        """User names of those who got a mail."""
        names = (self.staff.people[n].email if n in self.staff.people else n for n in (*mail.entry.to, *mail.entry.cc))
        return self.staff.users(names) if not mail.entry.draft else []


def lay_out(
    shelf: Shelf,
    layers: Layers,
    outside: Outside,
    *,
    start: datetime | None = None,
    scenario: Scenario | None = None,
    extra: Iterable[Text] = (),
    grants: tuple[Grant, ...] = (),
    seen: set[str] | None = None,
) -> Desk:
    """Read the layers. `seen` are the files of variants before; those of this one are added to it.

    Raises ContentError if the files cannot be read as what they should be.
    """
    staff = shelf.staff(layers)
    mails = tuple(m for p in layers.files("mail", "*.yaml").values() for m in shelf.mails(p))
    posts = tuple(p for path in layers.files("chat", "*.yaml").values() for p in shelf.posts(path))
    events = tuple(e for path in layers.files("calendar", "*.yaml").values() for e in shelf.events(path))
    pages = tuple(p for path in layers.files("wiki", "*.md").values() for p in shelf.pages(path))
    members = shelf.people(layers.base / "people.yaml")
    available = layers.files("files")
    problems: list[Problem] = list(staff.problems)
    files = load_files(layers, staff, available, problems)
    if problems:
        raise ContentError(problems)
    own = {placed(name): path for name, path in available.items()}
    sites = layers.files("sites")
    texts = [
        *(t for m in mails for t in m.texts), *(p.text for p in posts), *(e.text for e in events),
        *(t for p in pages for t in (p.text, *p.old)), *(m.text for m in members),
        *(t for folder in layers.folders if (c := folder / "contacts.yaml").is_file() for t in shelf.contacts(c)),
        *(t for path in sites.values() for t in shelf.site(path)),
        *(t for absolute, path in own.items() for t in shelf.file(path, absolute)),
        *extra,
    ]  # fmt: skip
    shown = {t.file for t in texts} | {shelf.show(p) for p in own.values()}
    before = seen if seen is not None else set()
    fresh = frozenset(shown - before)
    before |= shown
    return Desk(
        staff=staff, members=members, mails=mails, posts=posts, events=events, pages=pages, texts=tuple(texts),
        files=files, sources={absolute: shelf.show(path) for absolute, path in own.items()},
        hosts=frozenset(name.split("/")[1].lower() for name in sites), outside=outside,
        start=start or max((m.at for m in mails), default=None) or datetime.fromisoformat("2000-01-01T00:00:00+00:00"),
        zone=ZoneInfo(staff.facts.timezone), agent=scenario.agent.user if scenario else "", grants=grants,
        secrets=scenario.secrets if scenario else (), fresh=fresh,
        company_file=shelf.show(layers.base / "company.yaml"),
    )  # fmt: skip
