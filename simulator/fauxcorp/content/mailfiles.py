"""Mail of a company: thread files into messages, and into the boxes that hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator

from fauxcorp.content.layers import Layers, stem_of
from fauxcorp.content.staff import ContentModel, Moment, Staff, bare
from fauxcorp.content.yamlfile import Document, Path_, read, validate
from fauxcorp.core.clock import to_us
from fauxcorp.core.effects import Attachment
from fauxcorp.errors import ContentError, Problem
from fauxcorp.world.message import Message
from fauxcorp.world.text import guess_type


class InlineFile(ContentModel):
    """An attachment whose text stands in the mail's file."""

    name: str
    text: str


class MailEntry(ContentModel):
    """One message of a thread. People are user names, list addresses or addresses of outsiders."""

    sender: str = Field(alias="from")
    to: tuple[str, ...] = Field(min_length=1)
    cc: tuple[str, ...] = ()
    date: Moment
    subject: str = ""
    """Empty: the thread's, with `Re: ` before it in an answer."""
    body: str
    attachments: tuple[str | InlineFile, ...] = ()
    """Paths of the company's files, or files with their text."""
    unread: bool | tuple[str, ...] = False
    """By nobody who got it, or the user names of those who have not read it."""
    starred: tuple[str, ...] = ()
    folder: str | dict[str, str] = "Inbox"
    """Folder of those who got it; or user name to folder, `*` for the rest. `Sent` for its sender in any case."""
    draft: bool = False
    """Never sent: it lies with its sender, in Drafts."""
    answers: int | None = Field(default=None, ge=1)
    """Which message of the thread it answers, counted from 1; empty: the one before."""
    headers: dict[str, str] = Field(default_factory=dict)

    @field_validator("to", "cc", "starred", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("unread", mode="before")
    @classmethod
    def _name_or_names(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value


class Thread(ContentModel):
    """mail/*.yaml: one thread."""

    subject: str
    messages: tuple[MailEntry, ...]


class ThreadsFile(ContentModel):
    """mail/*.yaml: several threads in one file."""

    threads: tuple[Thread, ...]


@dataclass(frozen=True, slots=True)
class MailStore:
    """All mail of a company, compiled."""

    messages: tuple[Message, ...]
    """Oldest first."""
    mailboxes: dict[str, dict[str, tuple[int, ...]]]
    """User name to folder to indexes into `messages`."""
    unread: dict[str, frozenset[int]]
    starred: dict[str, frozenset[int]]


@dataclass(frozen=True, slots=True)
class _Raw:
    mail: MailEntry
    message_id: str
    thread: str
    subject: str
    attachments: tuple[Attachment, ...]
    addresses: tuple[str, ...]
    """Sender, to, cc, as headers show them."""
    previous: str


def load_mail(layers: Layers, staff: Staff, files: Mapping[str, Path], problems: list[Problem]) -> MailStore:
    """Read mail/. `files` are the company's files by `files/...`, for attachments; problems are added to `problems`."""
    raw: list[_Raw] = []
    for name, path in layers.files("mail", "*.yaml").items():
        try:
            document = read(path, layers.show(path))
            threads = _threads(document)
        except ContentError as error:
            problems += error.problems
            continue
        for where, thread in threads:
            stem = stem_of(name) if not where else f"{stem_of(name)}/{where[-1]}"
            raw += _Reader(document, staff, files, problems).thread(thread, stem, where)
    raw.sort(key=lambda r: (r.mail.date, r.thread, r.message_id))
    return _stored(raw, staff)


@lru_cache(maxsize=1024)
def _threads(document: Document) -> tuple[tuple[Path_, Thread], ...]:
    if isinstance(document.data, dict) and "threads" in document.data:
        return tuple((("threads", n), t) for n, t in enumerate(validate(document, ThreadsFile).threads))
    return (((), validate(document, Thread)),)


class _Reader:
    """Reads the threads of one file."""

    def __init__(self, document: Document, staff: Staff, files: Mapping[str, Path], problems: list[Problem]) -> None:
        self.document = document
        self.staff = staff
        self.files = files
        self.problems = problems

    def thread(self, thread: Thread, stem: str, where: Path_) -> list[_Raw]:
        """The messages of a thread in their order; what is wrong is noted."""
        out: list[_Raw] = []
        for n, mail in enumerate(thread.messages):
            here = (*where, "messages", n)
            names = (mail.sender, *mail.to, *mail.cc)
            addresses = [self.staff.address(a) for a in names]
            for text, found in zip(names, addresses, strict=True):
                if found is None:
                    self._problem(here, f"no such person or list: {text}")
            self._check_users(mail, here)
            if mail.answers is not None and mail.answers > n:
                self._problem((*here, "answers"), f"message {mail.answers} does not come before this one")
            answered = (mail.answers or n) - 1
            out.append(_Raw(
                mail=mail,
                message_id=self._message_id(addresses[0] or "", stem, n),
                thread=stem,
                subject=mail.subject or (thread.subject if n == 0 else f"Re: {thread.subject}"),
                attachments=self._attachments(mail, here),
                addresses=tuple(a or "" for a in addresses),
                previous=out[answered].message_id if 0 <= answered < n else "",
            ))  # fmt: skip
        return out

    def _check_users(self, mail: MailEntry, here: Path_) -> None:
        named = {"unread": mail.unread, "starred": mail.starred, "folder": mail.folder}
        for field, users in named.items():
            for user in users if isinstance(users, tuple | dict) else ():
                if user != "*" and user not in self.staff.people:
                    self._problem((*here, field), f"no such person: {user}")

    def _message_id(self, sender: str, stem: str, n: int) -> str:
        token = sha256(f"{stem}\0{n}".encode()).hexdigest()
        host = bare(sender).rpartition("@")[2] or self.staff.facts.domain
        return f"<{token[:8]}.{token[8:12]}.{token[12:24]}@{host}>"

    def _attachments(self, mail: MailEntry, here: Path_) -> tuple[Attachment, ...]:
        out = []
        for item in mail.attachments:
            if isinstance(item, InlineFile):
                out.append(Attachment(name=item.name, content=item.text.encode(), content_type=guess_type(item.name)))
                continue
            path = self.files.get(f"files/{item.lstrip('/')}")
            if path is None:
                self._problem((*here, "attachments"), f"no such file: {item}")
            else:
                out.append(Attachment(name=path.name, content=path.read_bytes(), content_type=guess_type(path.name)))
        return tuple(out)

    def _problem(self, where: Path_, message: str) -> None:
        self.problems.append(self.document.problem(where, message))


def _stored(raw: Sequence[_Raw], staff: Staff) -> MailStore:
    boxes: dict[str, dict[str, list[int]]] = {}
    unread: dict[str, set[int]] = {}
    starred: dict[str, set[int]] = {}
    for n, entry in enumerate(raw):
        mail = entry.mail
        sender = staff.by_email.get(bare(entry.addresses[0]))
        if sender is not None:
            boxes.setdefault(sender, {}).setdefault("Drafts" if mail.draft else "Sent", []).append(n)
        for user in mail.starred:
            starred.setdefault(user, set()).add(n)
        for user in staff.users(entry.addresses[1:]) if not mail.draft else ():
            if user == sender:
                continue
            boxes.setdefault(user, {}).setdefault(_folder(mail, user), []).append(n)
            if mail.unread is True or (isinstance(mail.unread, tuple) and user in mail.unread):
                unread.setdefault(user, set()).add(n)
    return MailStore(
        messages=tuple(_message(n, entry) for n, entry in enumerate(raw)),
        mailboxes={u: {f: tuple(ns) for f, ns in folders.items()} for u, folders in boxes.items()},
        unread={user: frozenset(ns) for user, ns in unread.items()},
        starred={user: frozenset(ns) for user, ns in starred.items()},
    )


def _folder(mail: MailEntry, user: str) -> str:
    if isinstance(mail.folder, str):
        return mail.folder
    return mail.folder.get(user) or mail.folder.get("*") or "Inbox"


def _message(number: int, raw: _Raw) -> Message:
    mail = raw.mail
    offset = mail.date.utcoffset()
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
        headers=tuple(mail.headers.items()),
        zone=None if offset is None else round(offset.total_seconds() / 60),
    )
