"""Reads the files of companies and scenarios, each once, whatever number of variants they are part of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from fauxcorp.content.layers import Layers
from fauxcorp.content.library import Library
from fauxcorp.content.mailfiles import Thread, ThreadsFile
from fauxcorp.content.officefiles import CalendarFile, ChannelFile, ContactsFile, WikiHead, page_parts
from fauxcorp.content.staff import Staff, StaffFile, load_staff
from fauxcorp.content.yamlfile import Document, Path_, parse, read, validate
from fauxcorp.lint.pieces import Event, Kind, Mail, Member, Page, Post, Text

MAX_TEXT = 256 * 1024
"""Bytes of a file of the server that are read as text."""
_TAG = re.compile(r"<(?:script|style)[^>]*>.*?</(?:script|style)>|<[^>]*>", re.DOTALL)


class Shelf:
    """Files by path, parsed once."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._kept: dict[tuple[str, Path], tuple[Any, ...]] = {}

    def show(self, path: Path) -> str:
        """A path as findings name it."""
        for root in self.library.roots:
            if path.is_relative_to(root.path):
                return root.show(path)
        return str(path)

    def mails(self, path: Path) -> tuple[Mail, ...]:
        """The messages of a thread file."""
        return self._once("mail", path, lambda: _mails(self._read(path), path.stem))

    def posts(self, path: Path) -> tuple[Post, ...]:
        """The posts of a channel's file."""
        return self._once("chat", path, lambda: _posts(self._read(path)))

    def events(self, path: Path) -> tuple[Event, ...]:
        """The appointments of a file."""
        return self._once("calendar", path, lambda: _events(self._read(path)))

    def pages(self, path: Path) -> tuple[Page, ...]:
        """A page of the wiki: one, or none if its head is missing."""
        return self._once("wiki", path, lambda: _pages(path, self.show(path)))

    def people(self, path: Path) -> tuple[Member, ...]:
        """The staff."""
        return self._once("people", path, lambda: _people(self._read(path)))

    def staff(self, layers: Layers) -> Staff:
        """Who is who, by the company's folder."""
        (found,) = self._once("staff", layers.base, lambda: [load_staff(layers)])
        return found  # type: ignore[no-any-return]

    def contacts(self, path: Path) -> tuple[Text, ...]:
        """The address books, as texts."""
        return self._once("contacts", path, lambda: _contacts(self._read(path)))

    def site(self, path: Path) -> tuple[Text, ...]:
        """A page of a site, without its tags."""
        return self._once("site", path, lambda: _plain(path, self.show(path), "site"))

    def file(self, path: Path, absolute: str) -> tuple[Text, ...]:
        """A file of the server, if it is text."""
        return self._once("file", path, lambda: _plain(path, self.show(path), "file", absolute))

    def strings(self, path: Path, kind: Kind, keys: Sequence[str]) -> tuple[Text, ...]:
        """All texts below the named keys of a YAML file."""
        return self._once(kind, path, lambda: _strings(self._read(path), kind, keys))

    def _read(self, path: Path) -> Document:
        return read(path, self.show(path))

    def _once(self, kind: str, path: Path, make: Any) -> tuple[Any, ...]:
        key = (kind, path)
        if key not in self._kept:
            self._kept[key] = tuple(make())
        return self._kept[key]


def _line(document: Document, where: Path_, text: str) -> int:
    """The line that a text begins at: below its key, if it is a block."""
    return document.line(where) + (1 if text.rstrip("\n").count("\n") or text.endswith("\n") else 0)


def _mails(document: Document, stem: str) -> Iterator[Mail]:
    data = document.data
    if isinstance(data, dict) and "threads" in data:
        threads: Iterable[tuple[Path_, Thread]] = (
            (("threads", n), thread) for n, thread in enumerate(validate(document, ThreadsFile).threads)
        )
    else:
        threads = [((), validate(document, Thread))]
    for where, thread in threads:
        done: list[Mail] = []
        for n, entry in enumerate(thread.messages):
            here = (*where, "messages", n)
            answered = (entry.answers or n) - 1
            done.append(Mail(
                file=document.shown,
                line=document.line(here),
                body_line=_line(document, (*here, "body"), entry.body),
                thread=f"{stem}/{where[-1]}" if where else stem,
                subject=entry.subject or (thread.subject if n == 0 else f"Re: {thread.subject}"),
                thread_subject=thread.subject,
                number=n,
                entry=entry,
                previous=done[answered] if 0 <= answered < n else None,
            ))  # fmt: skip
        yield from done


def _posts(document: Document) -> Iterator[Post]:
    channel = validate(document, ChannelFile)
    for n, entry in enumerate(channel.posts):
        yield Post(document.shown, document.line(("posts", n)), channel.name, entry)


def _events(document: Document) -> Iterator[Event]:
    for n, entry in enumerate(validate(document, CalendarFile).events):
        yield Event(document.shown, document.line(("events", n)), entry)


def _pages(path: Path, shown: str) -> Iterator[Page]:
    parts = page_parts(path.read_text(encoding="utf-8", errors="replace"))
    if parts is None:
        return
    head, body = parts
    document = parse(head, path, shown)
    found = validate(document, WikiHead)
    name = path.as_posix().rpartition("/wiki/")[2].removesuffix(".md")
    old = tuple(
        Text(shown, _line(document, ("history", n, "text"), v.text), v.text, "wiki", v.at, v.author)
        for n, v in enumerate(found.history)
        if v.text
    )
    yield Page(shown, name, found, Text(shown, head.count("\n") + 2, body, "wiki", found.updated, found.author), old)


def _people(document: Document) -> Iterator[Member]:
    for n, person in enumerate(validate(document, StaffFile).people):
        yield Member(document.shown, document.line(("people", n)), person)


def _contacts(document: Document) -> Iterator[Text]:
    for n, entry in enumerate(validate(document, ContactsFile).contacts):
        words = (entry.name, entry.email, entry.organisation, entry.title, entry.phone, entry.note)
        yield Text(document.shown, document.line(("contacts", n)), " | ".join(w for w in words if w), "contact")


def _plain(path: Path, shown: str, kind: Kind, absolute: str = "") -> Iterator[Text]:
    data = path.read_bytes()
    if b"\0" in data[:4096] or len(data) > MAX_TEXT:
        return
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return
    if path.suffix in (".html", ".htm"):
        text = _TAG.sub(_blank, text)
    yield Text(shown, 1, text, kind, path=absolute)


def _blank(match: re.Match[str]) -> str:
    """A space for a tag, and its line ends, so that lines keep their numbers; addresses in it are kept."""
    link = re.search(r"https?://[^\s\"'>]+", match[0])
    return f" {link[0] if link else ''} " + "\n" * match[0].count("\n")


def _strings(document: Document, kind: Kind, keys: Sequence[str]) -> Iterator[Text]:
    for where, text in _walk(document.data, ()):
        named = [part for part in where if isinstance(part, str)]
        if named and named[-1] in keys:
            yield Text(document.shown, _line(document, where, text), text, kind)


def _walk(data: Any, where: Path_) -> Iterator[tuple[Path_, str]]:
    if isinstance(data, str):
        yield where, data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from _walk(value, (*where, key))
    elif isinstance(data, list):
        for n, value in enumerate(data):
            yield from _walk(value, (*where, n))
