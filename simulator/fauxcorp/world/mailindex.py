"""What is compiled once from the messages that a company starts with, and shared by all its worlds."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from fauxcorp.world.mailbox import BaseBox
from fauxcorp.world.message import Message

if TYPE_CHECKING:
    from fauxcorp.world.company import Company
    from fauxcorp.world.mailsearch import Node

FIELDS = ("text", "from", "to", "cc", "subject", "body", "filename")
"""What a search can look at; `text` is all of them together, `to` includes `cc`."""
MAX_BODY = 200_000
"""Characters of a body that a search looks at."""
_WORD = re.compile(r"[^\W_]+")
_MAX_CACHED = 2000


def fold(text: str) -> str:
    """Lower case, accents taken off: what a search compares."""
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The words of a text in order, folded."""
    return _WORD.findall(fold(text))


def line(text: str) -> str:
    """The words of a text with a space before each: a term is found where its own line occurs in it."""
    return "".join(f" {w}" for w in words(text))


def field_text(message: Message, field: str) -> str:
    """The line of one field of a message, with a space at its end."""
    match field:
        case "from":
            text = message.sender
        case "to":
            text = "\n".join((*message.to, *message.cc))
        case "cc":
            text = "\n".join(message.cc)
        case "subject":
            text = message.subject
        case "body":
            text = message.body[:MAX_BODY]
        case "filename":
            text = "\n".join(a.name for a in message.attachments)
        case _:
            names = (a.name for a in message.attachments)
            text = "\n".join(
                (message.subject, message.sender, *message.to, *message.cc, message.body[:MAX_BODY], *names)
            )
    return f"{line(text)} "


class _Field:
    """One field of all messages: word to the messages that hold it, and the lines that phrases are looked for in."""

    __slots__ = ("_lines", "_postings", "_vocabulary")

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = tuple(lines)
        found: dict[str, list[int]] = {}
        for n, text in enumerate(self._lines):
            for word in dict.fromkeys(text.split()):
                found.setdefault(word, []).append(n)
        self._postings = {word: frozenset(ns) for word, ns in found.items()}
        self._vocabulary = sorted(found)

    def holding(self, term: str, exact: bool) -> frozenset[int]:
        """The messages whose line has a term; its last word may go on unless `exact`."""
        *full, last = term.split()
        found = self._postings.get(last, frozenset()) if exact else self._starting(last)
        for word in full:
            found &= self._postings.get(word, frozenset())
        if not full:
            return found
        wanted = f"{term} " if exact else term
        return frozenset(n for n in found if wanted in self._lines[n])

    def _starting(self, prefix: str) -> frozenset[int]:
        out: set[int] = set()
        for n in range(bisect_left(self._vocabulary, prefix), len(self._vocabulary)):
            word = self._vocabulary[n]
            if not word.startswith(prefix):
                break
            out |= self._postings[word]
        return frozenset(out)


class MailIndex:
    """The base boxes, sorted, and the words of the messages by field.

    It fills as it is asked: a box is sorted, a field taken apart and a term looked up by the first world that needs it.
    """

    __slots__ = ("_boxes", "_cache", "_fields", "_messages", "highest", "ids", "places", "rows", "trees")

    def __init__(self, messages: Sequence[Message]) -> None:
        self._messages = tuple(messages)
        self.ids: tuple[str, ...] = tuple(m.id for m in messages)
        """Short id of each message."""
        self.places: dict[str, int] = {m.id: n for n, m in enumerate(messages)}
        """Short id to index."""
        self.highest = max((int(m.id) for m in messages if m.id.isdecimal()), default=1000)
        """The highest number that a short id has."""
        self.rows: dict[tuple[str, bool], str] = {}
        """What a list shows of a message, by short id and whether its sender looks; kept by whoever shows it."""
        self.trees: dict[tuple[str, str, str], Node] = {}
        """Searches that were taken apart, by text, time zone and own address; kept by the search."""
        self._boxes: dict[str, BaseBox] = {}
        self._fields: dict[str, _Field] = {}
        self._cache: dict[tuple[str, str, bool], frozenset[int]] = {}

    @classmethod
    def build(cls, messages: Sequence[Message]) -> MailIndex:
        """Index messages in their order."""
        return cls(messages)

    def box(self, user: str, company: Company) -> BaseBox:
        """The box that a user starts with, sorted."""
        found = self._boxes.get(user)
        if found is None:
            found = self._boxes[user] = BaseBox.of(
                company.messages,
                company.mailboxes.get(user, {}),
                company.unread.get(user, frozenset()),
                company.starred.get(user, frozenset()),
            )
        return found

    def holding(self, field: str, term: str, exact: bool = False) -> frozenset[int]:
        """The messages whose field has a term (see `line`), the last word of which may go on unless `exact`."""
        key = (field, term, exact)
        found = self._cache.get(key)
        if found is None:
            known = self._fields.get(field)
            if known is None:
                known = self._fields[field] = _Field(field_text(m, field) for m in self._messages)
            found = known.holding(term, exact)
            if len(self._cache) < _MAX_CACHED:
                self._cache[key] = found
        return found

    def which(self, key: str, holds: Callable[[Message], bool]) -> frozenset[int]:
        """The messages that a test holds for; `key` stands for the test."""
        known = ("", key, False)
        found = self._cache.get(known)
        if found is None:
            found = frozenset(n for n, m in enumerate(self._messages) if holds(m))
            if len(self._cache) < _MAX_CACHED:
                self._cache[known] = found
        return found
