"""Reads a company's folder, with a scenario's overlays, and compiles it."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from fauxcorp.content.layers import Layers
from fauxcorp.content.roots import hash_folder
from fauxcorp.content.yamlfile import Document, read, validate
from fauxcorp.core.clock import from_us, to_us
from fauxcorp.core.effects import Attachment
from fauxcorp.errors import ContentError, Problem
from fauxcorp.world.baseline import base_files
from fauxcorp.world.company import Channel, ChannelPost, Company, CompanyFacts, Page, Person
from fauxcorp.world.files import FileEntry, listing_of
from fauxcorp.world.mailindex import MailIndex
from fauxcorp.world.message import Message, bare, display
from fauxcorp.world.outside import Outside, Party
from fauxcorp.world.personas import Persona

MAX_CONTENT = 16 * 1024 * 1024
"""Bytes of one file of a company."""


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("needs a time zone, e.g. 2026-02-23T16:41:00+01:00")
    return value


Moment = Annotated[datetime, AfterValidator(_aware)]

_TITLE = re.compile(r"<title>([^<]{1,200})</title>")


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Staff(_Model):
    people: tuple[Person, ...] = Field(min_length=1)


class _InlineFile(_Model):
    name: str
    text: str


class _Mail(_Model):
    sender: str = Field(alias="from")
    to: tuple[str, ...] = Field(min_length=1)
    cc: tuple[str, ...] = ()
    date: Moment
    subject: str = ""
    body: str
    attachments: tuple[str | _InlineFile, ...] = ()
    unread: bool = False
    folder: str = "Inbox"
    """Folder of those who got it."""

    @field_validator("to", "cc", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value


class _Thread(_Model):
    subject: str
    messages: tuple[_Mail, ...]


class _Post(_Model):
    user: str
    at: Moment
    text: str


class _Channel(_Model):
    name: str
    topic: str = ""
    members: tuple[str, ...] = ("*",)
    posts: tuple[_Post, ...] = ()


class _Meta(_Model):
    """files.yaml: owners, modes and times of files, the last entry that matches a path wins."""

    path: str
    """A pattern over absolute paths."""
    owner: str | None = None
    group: str | None = None
    mode: int | None = Field(default=None, ge=0, le=0o7777)
    mtime: Moment | None = None

    @field_validator("mode", mode="before")
    @classmethod
    def _octal(cls, value: Any) -> Any:
        return int(value, 8) if isinstance(value, str) else value


class _Files(_Model):
    files: tuple[_Meta, ...] = ()


def load_company(layers: Layers, parties: Iterable[Party], personas: Iterable[Persona] = ()) -> Company:
    """Read and compile. Raises ContentError with every problem that was found."""
    builder = _Builder(layers)
    return builder.build(parties, personas)


@dataclass(frozen=True, slots=True)
class _Raw:
    """A mail of a thread file, its addresses resolved: sender, to, cc."""

    mail: _Mail
    message_id: str
    thread: str
    subject: str
    attachments: tuple[Attachment, ...]
    addresses: tuple[str, ...]
    previous: str


class _Builder:
    def __init__(self, layers: Layers) -> None:
        self.layers = layers
        self.problems: list[Problem] = []
        self.available = layers.files("files")
        base = layers.folders[0]
        facts = self._read(base / "company.yaml")
        self.facts = validate(facts, CompanyFacts)
        staff = self._read(base / "people.yaml")
        self.people = {p.username: p for p in validate(staff, _Staff).people}
        self._check_people(staff)
        self._check_facts(facts)
        self.by_email = {a.lower(): p.username for p in self.people.values() for a in (p.email, *p.aliases)}
        self.lists = {
            entry.address.lower(): tuple(sorted(self.people) if "*" in entry.members else entry.members)
            for entry in self.facts.lists
        }

    def build(self, parties: Iterable[Party], personas: Iterable[Persona]) -> Company:
        messages = self._messages()
        channels = self._channels()
        files = self._files()
        pages = self._pages()
        if self.problems:
            raise ContentError(self.problems)
        own = (self.facts.domain, *self.facts.domains)
        starts = max((m.at for m in messages), default=0)
        return Company(
            facts=self.facts,
            people=self.people,
            by_email=self.by_email,
            lists=self.lists,
            messages=tuple(messages),
            index=MailIndex.build(messages),
            files=files,
            listing=listing_of(files),
            channels=channels,
            pages=pages,
            outside=Outside.build((*parties, *_partners(self.facts)), own, personas),
            starts=from_us(starts),
            content_hash=hash_folder(*self.layers.folders),
            root=str(self.layers.folders[0]),
            mailboxes=self._mailboxes(messages),
        )

    def _read(self, path: Path) -> Document:
        return read(path, self._show(path))

    def _show(self, path: Path) -> str:
        for folder in self.layers.folders:
            if path.is_relative_to(folder):
                return f"{folder.name}/{path.relative_to(folder).as_posix()}"
        return str(path)

    def _check_people(self, staff: Document) -> None:
        seen: dict[str, str] = {}
        for n, entry in enumerate(staff.data["people"]):
            person = Person.model_validate(entry)
            keys = {"username": person.username, "uid": str(person.uid), "email": person.email.lower()}
            for kind, value in keys.items():
                if value in seen:
                    self.problems.append(staff.problem(("people", n, kind), f"{value} is {seen[value]}'s already"))
                seen[value] = person.username
            if person.manager is not None and person.manager not in self.people:
                self.problems.append(staff.problem(("people", n, "manager"), f"no such person: {person.manager}"))

    def _check_facts(self, document: Document) -> None:
        for n, mailing in enumerate(self.facts.lists):
            for member in mailing.members:
                if member != "*" and member not in self.people:
                    message = f"{mailing.address}: no such person: {member}"
                    self.problems.append(document.problem(("lists", n, "members"), message))
        if self.facts.helpdesk and self.facts.helpdesk not in self.people:
            self.problems.append(document.problem(("helpdesk",), f"no such person: {self.facts.helpdesk}"))
        try:
            ZoneInfo(self.facts.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.problems.append(document.problem(("timezone",), f"no such time zone: {self.facts.timezone}"))

    def _address(self, text: str) -> str | None:
        """A user name, list or address as a header shows it; None if it dangles."""
        person = self.people.get(text)
        if person is not None:
            return display(person.name, person.email)
        if "@" not in text:
            return None
        user = self.by_email.get(bare(text))
        own = bare(text).rpartition("@")[2] in (self.facts.domain, *self.facts.domains)
        if own and user is None and bare(text) not in self.lists:
            return None
        return text

    def _messages(self) -> list[Message]:
        raw: list[_Raw] = []
        for path in self.layers.files("mail", "*.yaml").values():
            document = self._read(path)
            try:
                thread = validate(document, _Thread)
            except ContentError as error:
                self.problems += error.problems
                continue
            raw += self._thread(document, thread, path.stem)
        raw.sort(key=lambda r: (r.mail.date, r.message_id))
        return [_message(n, entry) for n, entry in enumerate(raw)]

    def _thread(self, document: Document, thread: _Thread, stem: str) -> list[_Raw]:
        out: list[_Raw] = []
        previous = ""
        for n, mail in enumerate(thread.messages):
            addresses = [self._address(a) for a in (mail.sender, *mail.to, *mail.cc)]
            for text, found in zip((mail.sender, *mail.to, *mail.cc), addresses, strict=True):
                if found is None:
                    self.problems.append(document.problem(("messages", n), f"no such person or list: {text}"))
            attachments = self._attachments(document, mail, n)
            subject = mail.subject or (thread.subject if n == 0 else f"Re: {thread.subject}")
            message_id = f"<{stem}.{n + 1}@{self.facts.domain}>"
            known = tuple(a or "" for a in addresses)
            out.append(_Raw(mail, message_id, stem, subject, attachments, known, previous))
            previous = message_id
        return out

    def _attachments(self, document: Document, mail: _Mail, n: int) -> tuple[Attachment, ...]:
        out = []
        for item in mail.attachments:
            if isinstance(item, _InlineFile):
                out.append(Attachment(name=item.name, content=item.text.encode(), content_type="text/plain"))
                continue
            path = self.available.get(f"files/{item.lstrip('/')}")
            if path is None:
                self.problems.append(document.problem(("messages", n, "attachments"), f"no such file: {item}"))
            else:
                out.append(Attachment(name=path.name, content=path.read_bytes()))
        return tuple(out)

    def _mailboxes(self, messages: Sequence[Message]) -> dict[str, dict[str, tuple[int, ...]]]:
        boxes: dict[str, dict[str, list[int]]] = {}
        for n, message in enumerate(messages):
            sender = self.by_email.get(message.sender_address)
            if sender is not None:
                boxes.setdefault(sender, {}).setdefault("Sent", []).append(n)
            folder = dict(message.headers).get("X-Folder", "Inbox")
            getters: dict[str, None] = {}
            for address in (*message.to, *message.cc):
                plain = bare(address)
                users = self.lists.get(plain) or ((self.by_email[plain],) if plain in self.by_email else ())
                getters.update((u, None) for u in users)
            for user in getters:
                if user != sender:
                    boxes.setdefault(user, {}).setdefault(folder, []).append(n)
        return {u: {f: tuple(ns) for f, ns in folders.items()} for u, folders in boxes.items()}

    def _channels(self) -> dict[str, Channel]:
        out: dict[str, Channel] = {}
        for path in self.layers.files("chat", "*.yaml").values():
            document = self._read(path)
            try:
                channel = validate(document, _Channel)
            except ContentError as error:
                self.problems += error.problems
                continue
            members = frozenset(self.people if "*" in channel.members else channel.members)
            for user in sorted({*members, *(p.user for p in channel.posts)} - set(self.people)):
                self.problems.append(document.problem((), f"no such person: {user}"))
            posts = sorted(channel.posts, key=lambda p: p.at)
            out[channel.name] = Channel(
                channel.name, channel.topic, members,
                tuple(ChannelPost(f"{channel.name}-{n}", p.user, to_us(p.at), p.text) for n, p in enumerate(posts, 1)),
            )  # fmt: skip
        return out

    def _files(self) -> dict[str, FileEntry]:
        newest = 0
        metas: list[_Meta] = []
        for path in (folder / "files.yaml" for folder in self.layers.folders):
            if path.is_file():
                metas += validate(self._read(path), _Files).files
        files = base_files(self.facts, self.people.values())
        newest = max((e.mtime for e in files.values()), default=0)
        for name, path in self.available.items():
            data = path.read_bytes()
            if len(data) > MAX_CONTENT:
                self.problems.append(Problem(self._show(path), 0, "", f"larger than {MAX_CONTENT} bytes"))
            absolute = "/" + name.removeprefix("files/")
            _folders(files, absolute, newest)
            files[absolute] = _described(absolute, FileEntry(data, mtime=newest), metas)
        for absolute, entry in list(files.items()):
            if entry.kind == "dir":
                files[absolute] = _described(absolute, entry, metas)
        return dict(sorted(files.items()))

    def _pages(self) -> dict[str, Page]:
        out = {}
        for name, path in self.layers.files("sites").items():
            url = name.removeprefix("sites/").removesuffix("index.html").rstrip("/")
            text = path.read_text(encoding="utf-8", errors="replace")
            kind = "text/html" if path.suffix in (".html", ".htm") else "text/plain"
            title = _TITLE.search(text)
            out[url] = Page(url, title[1].strip() if title else path.stem, text, kind)
        return out


def _message(number: int, raw: _Raw) -> Message:
    mail = raw.mail
    return Message(
        id=str(1000 + number),
        message_id=raw.message_id,
        thread=raw.thread,
        at=to_us(mail.date),
        sender=raw.addresses[0],
        to=raw.addresses[1 : 1 + len(mail.to)],
        cc=raw.addresses[1 + len(mail.to) :],
        subject=raw.subject,
        body=mail.body,
        attachments=raw.attachments,
        in_reply_to=raw.previous,
        headers=(("X-Folder", mail.folder),) if mail.folder != "Inbox" else (),
        unread=mail.unread,
    )


def _partners(facts: CompanyFacts) -> list[Party]:
    """The customers, vendors and rivals of the company, as parties of the outside."""
    kinds = (("customer", facts.customers), ("vendor", facts.vendors), ("competitor", facts.rivals))
    return [Party(name=domain, owner=owner, domains=(domain,)) for owner, domains in kinds for domain in domains]


def _folders(files: dict[str, FileEntry], path: str, mtime: int) -> None:
    parts = path.strip("/").split("/")[:-1]
    here = ""
    for part in parts:
        here = f"{here}/{part}"
        files.setdefault(here, FileEntry(mode=0o755, mtime=mtime, kind="dir"))


def _described(path: str, entry: FileEntry, metas: Sequence[_Meta]) -> FileEntry:
    """The entry with the owner, mode and time that files.yaml gives it; homes belong to their people."""
    known: dict[str, Any] = {}
    if path.startswith("/home/"):
        known = {"owner": path.split("/")[2], "group": path.split("/")[2]}
    for meta in metas:
        if fnmatch.fnmatchcase(path, meta.path):
            values: Mapping[str, Any] = {
                "owner": meta.owner, "group": meta.group, "mtime": meta.mtime and to_us(meta.mtime),
                "mode": (meta.mode | 0o111 if entry.kind == "dir" and meta.mode is not None else meta.mode),
            }  # fmt: skip
            known.update((k, v) for k, v in values.items() if v is not None)
    return FileEntry(entry.content, known.get("owner", entry.owner), known.get("group", entry.group),
                     known.get("mode", entry.mode), known.get("mtime", entry.mtime), entry.kind)  # fmt: skip
