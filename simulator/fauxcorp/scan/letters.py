"""Mail that was sent, whichever way it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from hashlib import sha256

from fauxcorp.core.effects import Attachment, EmailSent, Surface
from fauxcorp.scan.desk import UNKNOWN
from fauxcorp.scan.limits import MAX_TEXT, MAX_VALUE
from fauxcorp.scan.sheet import Run, Sheet
from fauxcorp.world.addresses import bare, one_line, split
from fauxcorp.world.text import sound
from fauxcorp.world.wire import read_mail

MAX_RECIPIENTS = 2_000


@dataclass(slots=True)
class Letter:
    """What a mail was made of."""

    to: Sequence[str] = ()
    cc: Sequence[str] = ()
    bcc: Sequence[str] = ()
    subject: str = ""
    body: str = ""
    sender: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    reply_to: str = ""
    """The message that it answers."""


def addresses(values: Iterable[str]) -> tuple[str, ...]:
    """The bare addresses in texts, each once, in order. A name without a host stays a name."""
    out = [bare(one_line(a, 320)) for value in values for a in split(value)[:MAX_RECIPIENTS]]
    return tuple(dict.fromkeys(a.replace(UNKNOWN, "*") for a in out if a))[:MAX_RECIPIENTS]


def parsed(data: bytes, recipients: Sequence[str] = ()) -> Letter:
    """A message with its headers. `recipients` is the envelope; where there is none, the headers are."""
    subject, body, attached = read_mail(data[:MAX_VALUE])
    head = message_from_bytes(data[:MAX_VALUE], policy=policy.compat32)
    named = {n: [str(v) for v in head.get_all(n) or []] for n in ("to", "cc", "bcc", "from")}
    to = list(recipients) or named["to"]
    cc, bcc = ([], []) if recipients else (named["cc"], named["bcc"])
    return Letter(to, cc, bcc, subject, body, next(iter(named["from"]), ""), list(attached))


def send(sheet: Sheet, run: Run, letter: Letter, surface: Surface) -> None:
    """The effect of a mail. One to nobody is none that could be sent, and is told as that."""
    to, cc, bcc = addresses(letter.to), addresses(letter.cc), addresses(letter.bcc)
    everybody = tuple(dict.fromkeys((*to, *cc, *bcc)))
    body = sound(letter.body[:MAX_TEXT]).replace(UNKNOWN, "…")
    token = sha256("\0".join((letter.subject, body, *everybody, str(len(sheet.deeds)))).encode()).hexdigest()[:16]
    files = tuple(
        Attachment(name=one_line(a.name, 255), content=a.content[:MAX_VALUE]) for a in letter.attachments[:200]
    )
    sheet.add(
        run, EmailSent, surface, next(iter(letter.to), ""), message_id=f"<{token}@scan>", thread=token,
        sender=bare(one_line(letter.sender, 320)) or sheet.desk.user, to=to, cc=cc, bcc=bcc, recipients=everybody,
        subject=one_line(letter.subject).replace(UNKNOWN, "…"), body=body, attachments=files,
        in_reply_to=letter.reply_to,
    )  # fmt: skip
