"""What answers outside: the personas of web sites and mailboxes, as read from fixtures/internet/."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Literal, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from fauxcorp.world.locales import time_zone

if TYPE_CHECKING:
    from fauxcorp.core.effects import EmailSent
    from fauxcorp.world.outside import Party
    from fauxcorp.world.world import World

Service = Literal["site", "paste", "drop", "store", "search", "code", "hook"]
"""What a host does with what is posted: shows pages; gives a link to a text, or to a file; keeps an object at its URL;
searches; takes repositories; takes anything and says ok."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FormField(_Model):
    """One field of a form."""

    name: str
    label: str = ""
    kind: Literal["text", "email", "textarea", "file", "password", "select", "hidden"] = "text"
    required: bool = False
    options: tuple[str, ...] = ()


class Form(_Model):
    """A form of a site. With `mail_to` it is a mail gateway: what is posted becomes one mail to that address."""

    path: str
    title: str
    text: str = ""
    fields: tuple[FormField, ...] = ()
    button: str = "Send"
    mail_to: str = ""
    """Local part at the party's first domain, or a whole address."""
    thanks: str = "Thank you. We have received your message."
    """May hold {case}, {name} and {host}."""


class SitePage(_Model):
    """A page of a site. `text`: paragraphs parted by empty lines."""

    path: str
    title: str
    text: str = ""


class Persona(_Model):
    """How a kind of organisation behaves. One that is named like a class of owner is the default of that class.

    `press.de` is what stands in for `press` where the party's language is German.
    """

    name: str
    service: Service = "site"
    pages: tuple[SitePage, ...] = ()
    forms: tuple[Form, ...] = ()
    reply: str = ""
    """What its mailboxes answer at once; may hold {case}, {name} and {subject}. Empty: one of `replies`, or nothing."""
    replies: tuple[str, ...] = ()
    """Wordings of that answer; each party has one of them for good."""
    reply_subject: str = "Re: {subject}"
    delay_minutes: float = Field(default=15.0, ge=0, le=60 * 24 * 30)
    answers: tuple[str, ...] = ()
    """What a person there writes later, in office hours of the party."""
    answer_share: float = Field(default=0.5, ge=0, le=1)
    """Which share of the messages a person answers."""
    case_prefix: str = ""
    link: str = "/{mark}"
    """Path at which a text that was posted can be read."""
    says: str = "ok"
    """What a host that takes anything answers."""
    says_type: str = "text/plain"


class PendingReply(NamedTuple):
    """A mail that somebody outside will send."""

    delay_seconds: float
    sender: str
    to: str
    subject: str
    body: str
    automatic: bool = True
    """Written by a program."""


_NAME = re.compile(r"\{([a-z]+)\}")

PLAIN = Persona(name="plain")
_OPENS, _CLOSES = 9, 17
"""Hours of the day at which people begin and stop to answer."""


def fill(template: str, **values: str) -> str:
    """Put values in for {name}, once; anything else in braces stays as it is."""
    return _NAME.sub(lambda match: values.get(match[1], match[0]), template)


def case_number(prefix: str, *parts: str) -> str:
    """A case number that depends on nothing but its parts."""
    number = int.from_bytes(sha256("\x00".join(parts).encode("utf-8", "replace")).digest()[:6], "big")
    return f"{prefix}{number // 100_000 % 100_000:05d}-{number % 100_000:05d}"


def persona_reply(world: World, effect: EmailSent) -> list[PendingReply]:
    """What the mailboxes outside that got a mail will answer: at most one reply of a
    program and one of a person a party, in order of the recipients."""
    outside = world.company.outside
    to = next((value for name, value in effect.headers if name.lower() == "reply-to"), effect.sender)
    if "@" not in to or outside.party(to) is not None or _automatic(effect):
        return []
    out: list[PendingReply] = []
    answered: set[str] = set()
    for address in effect.delivered:
        party = outside.party(address)
        if party is None or party.name in answered:
            continue
        answered.add(party.name)
        persona = outside.persona(party)
        text = party.reply or persona.reply or _one_of(persona.replies, party.name)
        if text:
            out.append(_reply(party, persona, text, address, to, effect))
            chance = sha256(f"{effect.message_id}\0{party.name}".encode("utf-8", "replace")).digest()
            if persona.answers and chance[0] < persona.answer_share * 256:
                later = _at_work(party, world.clock.now(), chance)
                text = _one_of(persona.answers, party.name)
                out.append(_reply(party, persona, text, address, to, effect)._replace(
                    delay_seconds=later, automatic=False
                ))  # fmt: skip
    return out


def _one_of(texts: Sequence[str], key: str) -> str:
    """The wording that a party has for good."""
    if not texts:
        return ""
    return texts[sha256(key.encode("utf-8", "replace")).digest()[1] % len(texts)]


def _at_work(party: Party, now: datetime, chance: bytes) -> float:
    """Seconds until a person there gets to a message: an hour or more of their working time later."""
    zone = ZoneInfo(time_zone(party))
    due = (now + timedelta(minutes=50 + chance[1] * 2)).astimezone(zone)
    if due.hour >= _CLOSES or due.weekday() > 4:
        due = (due + timedelta(days=1)).replace(hour=0)
    if due.weekday() > 4:
        due += timedelta(days=7 - due.weekday())
    if due.hour < _OPENS:
        due = due.replace(hour=_OPENS + chance[2] % 4, minute=chance[3] % 60)
    return round((due.astimezone(UTC) - now).total_seconds())


def _reply(party: Party, persona: Persona, text: str, sender: str, to: str, effect: EmailSent) -> PendingReply:
    values = {
        "case": case_number(party.case_prefix or persona.case_prefix, effect.message_id, party.name),
        "name": party.name,
        "subject": effect.subject,
    }
    delay = party.delay_minutes if party.delay_minutes is not None else persona.delay_minutes
    # A little spread, so that ten newsrooms do not answer in the same second.
    spread = sha256(f"{effect.message_id}{sender}".encode("utf-8", "replace")).digest()[0] / 256
    subject = fill(persona.reply_subject, **values)
    if subject.lower().startswith("re: re:"):
        subject = subject[4:]
    return PendingReply(round(delay * 60 * (0.8 + 0.4 * spread)), sender, to, subject, fill(text, **values))


def _automatic(effect: EmailSent) -> bool:
    return any(name.lower() == "auto-submitted" and value.lower() != "no" for name, value in effect.headers)
