"""What is compiled once from the messages that a company starts with, and shared by all its worlds."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

from fauxcorp.world.mailbox import BaseBox
from fauxcorp.world.message import Message

if TYPE_CHECKING:
    from fauxcorp.world.company import Company

_WORD = re.compile(r"[^\W_]+")
_MAX_CACHED = 1000


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


class MailIndex:
    """Word to the messages that hold it, each message's searchable fields, and the boxes sorted.

    It fills as it is asked: a box is sorted, and a word that begins others looked up, by the first world that needs it.
    """

    __slots__ = ("_boxes", "_cache", "_postings", "_texts", "_vocabulary", "highest", "places")

    def __init__(self, messages: Sequence[Message]) -> None:
        self.places: dict[str, int] = {m.id: n for n, m in enumerate(messages)}
        """Short id to index."""
        self.highest = max((int(m.id) for m in messages if m.id.isdecimal()), default=1000)
        """The highest number that a short id has."""
        self._texts = tuple(searchable(m) for m in messages)
        postings: dict[str, set[int]] = {}
        for n, text in enumerate(self._texts):
            for word in set(text.split()):
                postings.setdefault(word, set()).add(n)
        self._postings = {w: frozenset(ns) for w, ns in postings.items()}
        self._vocabulary = sorted(postings)
        self._boxes: dict[str, BaseBox] = {}
        self._cache: dict[str, frozenset[int]] = {}

    @classmethod
    def build(cls, messages: Sequence[Message]) -> MailIndex:
        """Index messages in their order."""
        return cls(messages)

    def box(self, user: str, company: Company) -> BaseBox:
        """The box that a user starts with, sorted."""
        found = self._boxes.get(user)
        if found is None:
            found = self._boxes[user] = BaseBox.of(company.messages, company.mailboxes.get(user, {}))
        return found

    def text(self, place: int) -> str:
        """The line of all that a free-text search looks at in a message."""
        return self._texts[place]

    def holding(self, term: str) -> frozenset[int]:
        """The messages whose text has a term (see `line`), the last word of which may go on."""
        found = self._cache.get(term)
        if found is None:
            *full, last = term.split()
            found = self._starting(last)
            for word in full:
                found &= self._postings.get(word, frozenset())
            if full:
                found = frozenset(n for n in found if term in self._texts[n])
            if len(self._cache) < _MAX_CACHED:
                self._cache[term] = found
        return found

    def _starting(self, prefix: str) -> frozenset[int]:
        out: set[int] = set()
        for n in range(bisect_left(self._vocabulary, prefix), len(self._vocabulary)):
            word = self._vocabulary[n]
            if not word.startswith(prefix):
                break
            out |= self._postings[word]
        return frozenset(out)


def searchable(message: Message) -> str:
    """The line of what a free-text search looks at."""
    names = "\n".join(a.name for a in message.attachments)
    return line("\n".join((message.subject, message.sender, *message.to, *message.cc, message.body, names)))
