"""A text as one person writes it: greeting, name, signature, quotes, slips of the finger."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fauxcorp.core.rng import RandomSource
from fauxcorp.world.company import Habits, Person
from fauxcorp.world.message import bare

_SENTENCE = re.compile(r"(^|[.!?:]\s+|\n)([A-Z])(?=[a-zäöü])")
_WORD = re.compile(r"(?<![\w/@.:-])[a-z]{5,}(?![\w/@.-])")
_DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_MONTHS = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
           "Dezember")  # fmt: skip
_SMILES = (":)", ":-)", ";)", ":D")
_WIDTH = 94
_QUOTED_LINES = 46


@dataclass(frozen=True, slots=True)
class Sent:
    """What an answer sees of the message before."""

    sender: str
    """As the header shows it."""
    to: tuple[str, ...]
    cc: tuple[str, ...]
    at: datetime
    subject: str
    body: str
    own: str
    """The body without greeting, name and quotes."""


def shown_name(address: str) -> str:
    """The name in front of an address, or the address."""
    name = address.partition("<")[0].strip().strip('"')
    return name or bare(address)


class Pen:
    """Writes as people do."""

    def __init__(self, rng: RandomSource, mr: Iterable[str], names: Iterable[str]) -> None:
        self._rng = rng
        self._mr = frozenset(mr)
        self._names = frozenset(word for name in names for word in name.split())

    def body(self, person: Person, text: str, target: Person | str, *, first: bool, label: str) -> str:
        """The text, slips and all, with greeting, name and signature. `target` is a colleague, or words for others."""
        habits = person.habits
        parts = [self._greeting(habits, target, first=first, label=label), text]
        parts.append(self._close(person, first=first, label=label))
        if first and habits.signature and "phone" not in habits.style:
            parts.append(habits.signature)
        return "\n\n".join(p for p in parts if p)

    def slips(self, person: Person, text: str, label: str) -> str:
        """The text with the person's carelessness."""
        style = person.habits.style
        if "typos" in style:
            text = self._typos(text, label)
        if "lower-case" in style:
            text = _SENTENCE.sub(self._lowered, text)
        if "smileys" in style and self._chance(f"{label}/smile", 0.3) and text[-1:] in (".", "!"):
            text = f"{text[:-1] if text.endswith('.') else text} {self._rng.choice(f'{label}/smile', _SMILES)}"
        if "phone" not in style and person.habits.prefix == "Re":
            text = "\n".join(wrapped(line) for line in text.split("\n"))
        return text

    def quote(self, person: Person, before: Sent, text: str, label: str) -> str:
        """An answer with as much of the message before as the person quotes."""
        habits = person.habits
        if habits.quotes == "none":
            return text
        if habits.quotes == "part":
            lines = [line for line in before.own.split("\n") if line.strip()]
            some = lines[: 1 + self._rng.integer(label, 0, 1)]
            if not some or self._chance(label, 0.35):
                return text
            quoted = "\n".join(f"> {line}" for line in some)
            when = f"{before.at:%d.%m.%Y} um {before.at:%H:%M}"
            if self._chance(label, 0.5):
                return f"{text}\n{quoted}"
            head = f"Am {when} schrieb" if habits.prefix == "AW" else f"On {before.at:%d/%m/%Y} at {before.at:%H:%M},"
            tail = ":" if habits.prefix == "AW" else " wrote:"
            return f"{text}\n\n{head} {shown_name(before.sender)}{tail}\n{quoted}"
        if habits.prefix == "AW":
            return f"{text}\n\n\n{block(before)}\n\n{clipped(before.body)}"
        stamp = f"On {before.at:%a, %d %b %Y} at {before.at:%H:%M}, {shown_name(before.sender)} wrote:"
        return f"{text}\n\n{stamp}\n" + "\n".join(f"> {line}".rstrip() for line in clipped(before.body).split("\n"))

    def forwarded(self, person: Person, before: Sent, text: str) -> str:
        """A text above the message that it passes on."""
        if person.habits.prefix == "AW":
            return f"{text}\n\n\n{block(before)}\n\n{clipped(before.body)}"
        head = (
            f"---------- Forwarded message ----------\nFrom: {before.sender}\nDate: {before.at:%a, %d %b %Y at %H:%M}\n"
            f"Subject: {before.subject}\nTo: {', '.join(before.to)}"
        )
        return f"{text}\n\n{head}\n\n{clipped(before.body)}"

    def _greeting(self, habits: Habits, target: Person | str, *, first: bool, label: str) -> str:
        keep = 1.0 if first else 0.9 if "formal" in habits.style else 0.25 if "brief" in habits.style else 0.55
        if not habits.greeting or not self._chance(f"{label}/greet", keep):
            return ""
        if isinstance(target, str):
            if target == "all":
                plain = re.sub(r"\{title\} \{last\}|\{first\}|\{name\}|\{last\}", "all", habits.greeting)
                return plain[:1].upper() + plain[1:]
            return f"Dear {target},"
        given, _, last = target.name.partition(" ")
        if target.service:
            return re.sub(r"\{title\} \{last\}|\{\w+\}", target.name, habits.greeting)
        title = "Mr" if target.username in self._mr else "Ms"
        return habits.greeting.format(first=given, last=last or given, name=target.name, title=title)

    def _close(self, person: Person, *, first: bool, label: str) -> str:
        habits = person.habits
        name = habits.name or person.name.partition(" ")[0]
        if not first and "brief" in habits.style and self._chance(f"{label}/initial", 0.35):
            return f"{person.name[0]}."
        if not first and "formal" not in habits.style and self._chance(f"{label}/noname", 0.12):
            return ""
        if habits.farewell and (first or self._chance(f"{label}/bye", 0.55)):
            return f"{habits.farewell}\n{name}"
        return name

    def _lowered(self, found: re.Match[str]) -> str:
        rest = found.string[found.end(2) :]
        word = found[2] + re.split(r"\W", rest, maxsplit=1)[0]
        return found[0] if word in self._names else f"{found[1]}{found[2].lower()}"

    def _typos(self, text: str, label: str) -> str:
        words = list(_WORD.finditer(text))
        for n in range(min(3, 1 + len(words) // 30)):
            if len(words) < 6 or not self._chance(f"{label}/typo{n}", 0.65):
                continue
            word = self._rng.choice(f"{label}/typo{n}", words)
            at = word.start() + self._rng.integer(f"{label}/typo{n}", 1, len(word[0]) - 3)
            if text[at] == text[at + 1]:
                text = text[:at] + text[at + 1 :]
                words = list(_WORD.finditer(text))
            else:
                text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        return text

    def _chance(self, label: str, share: float) -> bool:
        return self._rng.uniform(label, 0, 1) < share


def block(before: Sent) -> str:
    """The head of a message as one mail program sets it above what it quotes."""
    at = before.at
    stamp = f"{_DAYS[at.weekday()]}, {at.day}. {_MONTHS[at.month - 1]} {at.year} {at:%H:%M}"
    lines = [f"Von: {before.sender}", f"Gesendet: {stamp}", f"An: {'; '.join(shown_name(a) for a in before.to)}"]
    if before.cc:
        lines.append(f"Cc: {'; '.join(shown_name(a) for a in before.cc)}")
    return "\n".join([*lines, f"Betreff: {before.subject}"])


def wrapped(line: str) -> str:
    """A line of a text, broken where a mail program breaks it."""
    if len(line) <= _WIDTH or line.startswith((" ", "- ", "|", ">")):
        return line
    return textwrap.fill(line, _WIDTH, break_long_words=False, break_on_hyphens=False)


def clipped(body: str) -> str:
    """What is quoted of a body: the tail of long threads is cut."""
    return "\n".join(body.rstrip("\n").split("\n")[:_QUOTED_LINES])
