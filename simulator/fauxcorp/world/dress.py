"""How a person's answer looks: subject, greeting, name, what it quotes, by their habits of writing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fauxcorp.world.message import Message
from fauxcorp.world.text import clip
from fauxcorp.world.when import local, spoken

if TYPE_CHECKING:
    from fauxcorp.world.company import Habits, Person

MAX_QUOTED = 4000
"""Characters of a message that an answer quotes."""
PART = 6
"""Lines that are quoted by those who quote a part."""
_ANSWERED = re.compile(r"(?i)^(?:(?:re|aw)(?:\[\d{1,3}\])?:\s*)+")
_HOLE = re.compile(r"\{(first|last|name|title)\}")
_ATTRIBUTION = re.compile(r"^(?:On .{1,300} wrote|Am .{1,300} schrieb .{1,200}):\s*$")


def answer_subject(prefix: str, subject: str) -> str:
    """The subject of an answer: one prefix, however often it went to and fro."""
    return f"{prefix}: {_ANSWERED.sub('', subject)}"


def forward_subject(prefix: str, subject: str) -> str:
    """The subject of a mail that is passed on."""
    mark = "WG" if prefix == "AW" else "Fwd"
    return subject if subject.lower().startswith((f"{mark.lower()}:", "fwd:", "fw:", "wg:")) else f"{mark}: {subject}"


def own_words(body: str) -> str:
    """A body without what it quotes of others."""
    if ">" not in body:
        return body
    lines = (li for li in body.split("\n") if not li.startswith(">") and not _ATTRIBUTION.match(li))
    return "\n".join(lines)


def quote(message: Message, who: str, habits: Habits, timezone: str) -> str:
    """What an answer quotes of a message, with the empty lines before it; empty if the person quotes nothing."""
    if habits.quotes == "none" or not message.body.strip():
        return ""
    lines = clip(message.body.strip(), MAX_QUOTED).split("\n")
    if habits.quotes == "part":
        lines = [li for li in lines if li.strip() and not li.startswith(">")]
        lines = [*lines[:PART], "[...]"] if len(lines) > PART else lines
    at = local(message.at, timezone)
    lead = f"On {spoken(message.at, timezone)}, {who} wrote:"
    if habits.prefix == "AW":
        lead = f"Am {at:%d.%m.%Y} um {at:%H:%M} schrieb {who}:"
    return "\n".join(["", "", lead, *(f"> {li}" for li in lines)])


def passed_on(message: Message, timezone: str) -> str:
    """The block of a message that is passed on, with the empty line before it."""
    lines = ["", "---------- Forwarded message ----------", f"From: {message.sender}",
             f"Date: {spoken(message.at, timezone)}", f"Subject: {message.subject}",
             f"To: {', '.join(message.to[:20])}", "", clip(message.body, MAX_QUOTED)]  # fmt: skip
    return "\n".join(lines)


def dressed(text: str, person: Person, to: Person | None, *, letter: bool) -> str:
    """A text as the person writes it; a letter has greeting, farewell and name around it."""
    habits = person.habits
    if "lower-case" in habits.style:
        text = text.lower()
    if not letter:
        return text.strip()
    greeting = _greeting(habits.greeting, to)
    name = habits.name or person.name.split()[0]
    end = "\n".join(part for part in (habits.farewell, name) if part)
    return "\n\n".join(part for part in (greeting, text.strip(), end) if part)


def _greeting(template: str, to: Person | None) -> str:
    if not template or to is None:
        return ""
    names = to.name.split()
    if to.service or len(names) < 2 or "{title}" in template:
        # A program's account has no first name, and Mr or Ms is not on record.
        return template.replace("{title} ", "").replace("{first}", to.name).replace("{last}", to.name).replace(
            "{name}", to.name
        )  # fmt: skip
    values = {"first": names[0], "last": names[-1], "name": to.name}
    return _HOLE.sub(lambda m: values.get(m[1], ""), template)
