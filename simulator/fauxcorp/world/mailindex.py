"""An inverted index over the messages that a company starts with, compiled once and shared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fauxcorp.world.message import Message

_WORD = re.compile(r"[a-z0-9]+")


def words(text: str) -> set[str]:
    """The lower-case words of a text, as the index knows them."""
    return set(_WORD.findall(text.lower()))


@dataclass(frozen=True, slots=True)
class MailIndex:
    """Word to the indexes of the messages that hold it, and per message the text that phrases are looked for in."""

    postings: dict[str, frozenset[int]]
    text: tuple[str, ...]

    @classmethod
    def build(cls, messages: Sequence[Message]) -> MailIndex:
        """Index messages in their order."""
        found: dict[str, set[int]] = {}
        texts = []
        for n, message in enumerate(messages):
            text = searchable(message)
            texts.append(text)
            for word in words(text):
                found.setdefault(word, set()).add(n)
        return cls({w: frozenset(ns) for w, ns in found.items()}, tuple(texts))


def searchable(message: Message) -> str:
    """What a free-text search looks at, lower case."""
    names = " ".join(a.name for a in message.attachments)
    return "\n".join((message.subject, message.sender, ", ".join(message.to + message.cc), message.body, names)).lower()
