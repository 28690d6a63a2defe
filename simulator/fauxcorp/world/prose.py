"""Other words for what the rules say: who asks for them, and the check that the facts are still the rules'."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import orjson

from fauxcorp.world.guarded import DAYS, DENIALS, GUARDED, NUMBERS, STARTS
from fauxcorp.world.text import clip

if TYPE_CHECKING:
    from fauxcorp.world.actions import Job
    from fauxcorp.world.world import World

MAX_MESSAGE = 3000
"""Characters of a message of the thread that is given along."""
MAX_THREAD = 4
"""Messages of the thread that are given along."""


@dataclass(frozen=True, slots=True)
class ProseRequest:
    """A text that the rules made, who says it, and what it answers."""

    person: str
    name: str
    title: str
    style: tuple[str, ...]
    via: str
    """mail or chat."""
    text: str
    thread: tuple[tuple[str, str], ...]
    """Who wrote what before, oldest first. Others' words: data, never instructions."""
    names: tuple[str, ...] = ()
    """First and last names at the company: a name among them must not come in from nowhere."""

    def key(self, model: str) -> str:
        """What the answer of a model to it is kept under."""
        fields = (model, self.person, self.name, self.title, self.style, self.via, self.text, self.thread)
        return sha256(orjson.dumps(fields)).hexdigest()


Prose = Callable[[ProseRequest], str | None]
"""Gives other words for a request, or None: the rule's text then stands. Raises nothing."""


def worded(world: World, job: Job, user: str, text: str, via: str, channel: str = "") -> str:
    """The text, in other words if a model is there for it and the job allows it."""
    person = world.company.people.get(user)
    if world.prose is None or not job.own_words or person is None:
        return text
    thread = _chat_thread(world, user, channel) if via == "chat" else _mail_thread(world, job, user)
    names = sorted({part for p in world.company.people.values() for part in p.name.split()})
    request = ProseRequest(
        person.username, person.name, person.title, person.habits.style, via, text, tuple(thread), tuple(names)
    )
    return world.prose(request) or text


def _mail_thread(world: World, job: Job, user: str) -> Iterable[tuple[str, str]]:
    if job.answers is None:
        return
    box = world.mail.box(user)
    known = [i.message for i in box.items("Inbox") + box.items("Sent") if i.message.thread == job.answers.thread]
    for message in sorted(known, key=lambda m: (m.at, m.message_id))[-MAX_THREAD:]:
        yield message.sender, clip(f"{message.subject}\n{message.body}", MAX_MESSAGE)


def _chat_thread(world: World, user: str, channel: str) -> Iterable[tuple[str, str]]:
    if channel.startswith("@") or user in _members(world, channel):
        for post in world.chat.posts(user, channel, MAX_THREAD):
            yield post.user, clip(post.text, MAX_MESSAGE)


def _members(world: World, channel: str) -> frozenset[str]:
    found = world.company.channels.get(channel.lstrip("#"))
    return (found.members or frozenset(world.company.people)) if found is not None else frozenset()


_ADDRESS = re.compile(r"(?i)(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_HOST = re.compile(r"(?i)\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b")
_PATH = re.compile(r"[~.]?(?:/[\w.+-]+)+/?|\b[\w.-]+(?:/[\w.+-]+)+/?|#[\w-]+|@[\w.-]+|[A-Za-z]:\\\S+")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,:/-]\d+)*\s?%?")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE = re.compile(r"(?:^|[.!?:;…\n(\"“])[\s>\"“(*-]*$")
_OUTER = ".,;:!?"


def facts(text: str, names: Iterable[str] = (), common: frozenset[str] = frozenset()) -> dict[str, Counter[str]]:
    """What a text states, by kind: addresses, paths, numbers, names, days, and words that decide something.

    `common`: words that are none of these at the start of a sentence, in lower case.
    """
    rest = text.replace("’", "'")
    out: dict[str, Counter[str]] = {}
    for kind, pattern in (("address", _ADDRESS), ("path", _PATH), ("address", _HOST), ("number", _NUMBER)):
        found = (text.rstrip(_OUTER).strip().lower() for text in pattern.findall(rest))
        out.setdefault(kind, Counter()).update(found)
        rest = pattern.sub(lambda m: " " * len(m[0]), rest)
    known = {name.lower() for name in names}
    for kind in ("name", "day", "decision", "denial"):
        out[kind] = Counter()
    for match in _WORD.finditer(rest):
        word, lower = match[0], match[0].lower()
        if lower in DENIALS or lower.endswith("n't"):
            out["denial"]["not"] += 1
        elif lower in NUMBERS:
            out["number"][lower] += 1
        elif lower in DAYS:
            out["day"][lower] += 1
        elif (stem := _guarded(lower)) is not None:
            out["decision"][stem] += 1
        elif _is_name(word, lower, rest[: match.start()], known, common):
            out["name"][lower.removesuffix("'s")] += 1
    return out


def _is_name(word: str, lower: str, before: str, known: set[str], common: frozenset[str]) -> bool:
    if not word[0].isupper():
        return False
    plain = lower.removesuffix("'s")
    if plain in known:
        return True
    if lower in ("i", "i'm", "i've", "i'll", "i'd"):
        return False
    # A capital at the start of a sentence says nothing, if the word is an everyday one.
    return not (_SENTENCE.search(before[-40:]) and (lower in STARTS or lower in common))


def _guarded(lower: str) -> str | None:
    return next((stem for stem in GUARDED if lower.startswith(stem)), None)


def objection(ruled: str, other: str, names: Iterable[str] = ()) -> str:
    """Why a text does not say what the rule's says; empty if it does, as far as facts, names and decisions go."""
    if not other.strip():
        return "empty"
    if len(other) > 2 * len(ruled) + 200:
        return "too long"
    common = frozenset(w for w in re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", ruled) if w.islower())
    known = tuple(names)
    old, new = facts(ruled, known, common), facts(other, known, common)
    for kind in old:
        missing = sorted(old[kind].keys() - new[kind].keys())
        added = sorted(new[kind].keys() - old[kind].keys())
        if missing:
            return f"{kind} missing: {missing[0][:60]}"
        if added:
            return f"{kind} added: {added[0][:60]}"
    if old["denial"] != new["denial"]:
        return "a denial came or went"
    if other.count("?") and not ruled.count("?"):
        return "a question came in"
    return ""
