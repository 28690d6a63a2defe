"""Mail that is written and not sent: drafts, and messages that wait for their time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fauxcorp.core.clock import from_us, iso
from fauxcorp.core.effects import Attachment, EmailDrafted, EmailScheduled, EmailSent, Origin
from fauxcorp.errors import ToolError
from fauxcorp.world.actions import Job
from fauxcorp.world.addresses import bare, one_line, split
from fauxcorp.world.mail import MAX_BYTES, MAX_LISTED, MAX_RECIPIENTS
from fauxcorp.world.mailbox import Item
from fauxcorp.world.message import Message, display
from fauxcorp.world.text import size_of, sound

if TYPE_CHECKING:
    from fauxcorp.world.world import World

MAX_WAITING = 200
"""Messages of one world that wait at a time."""
MAX_DRAFTS = 500
"""Drafts of one box."""
MAX_AHEAD = 366 * 86_400
"""Seconds from now that a message can wait."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody wrote. Addresses are bare; lists are expanded when it is sent."""

    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    subject: str = ""
    body: str = ""
    attachments: tuple[Attachment, ...] = ()
    answers: Message | None = None
    headers: tuple[tuple[str, str], ...] = ()

    def checked(self) -> Letter:
        """The same with harmless line ends. Raises ToolError if it is too large to keep."""
        if len(self.to) + len(self.cc) + len(self.bcc) > MAX_LISTED:
            raise ToolError(f"Too many recipients (the limit is {MAX_RECIPIENTS})")
        size = len(self.body) + sum(len(a.content) for a in self.attachments)
        if size > MAX_BYTES:
            raise ToolError(f"Message of {size_of(size)} exceeds the size limit of {size_of(MAX_BYTES)}")
        to, cc, bcc = (tuple(bare(one_line(a, 1000)) for a in field) for field in (self.to, self.cc, self.bcc))
        subject, body = one_line(self.subject), sound(self.body)
        return Letter(to, cc, bcc, subject, body, self.attachments, self.answers, self.headers)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that goes out at `at`, microseconds since 1970."""

    number: str
    by: Origin
    at: int
    letter: Letter
    cause: int | None


class Outbox:
    """Drafts and scheduled mail of one world. The drafts themselves lie in the boxes."""

    __slots__ = ("_waiting", "_world")

    def __init__(self, world: World) -> None:
        self._world = world
        self._waiting: dict[str, Waiting] = {}

    def fork(self, world: World) -> Outbox:
        """The same in another world."""
        other = Outbox(world)
        other._waiting = dict(self._waiting)
        return other

    # -- drafts -------------------------------------------------------------------------------------------------------

    def draft(self, user: str, number: str) -> Item | None:
        """The draft of a short id, if it is one."""
        item = self._world.mail.box(user).get(number)
        return item if item is not None and item.folder == "Drafts" else None

    def save(self, by: Origin, user: str, letter: Letter, number: str = "") -> str:
        """Keep a draft, in place of the one with this number if one is given. Returns its number. One effect."""
        letter = letter.checked()
        box = self._world.mail.box(user)
        if not number and box.count("Drafts") >= MAX_DRAFTS:
            raise ToolError(f"Too many drafts (the limit is {MAX_DRAFTS})")
        change = "updated" if number else "saved"
        number = number or self._world.mail.next_id()
        self._world.apply(EmailDrafted(by=by, mailbox=user, message_id=number, change=change, **self._written(letter),
                                       thread=letter.answers.thread if letter.answers else ""))  # fmt: skip
        return number

    def discard(self, by: Origin, user: str, number: str) -> None:
        """Throw a draft away. One effect. Raises ToolError if there is none."""
        item = self.draft(user, number)
        if item is None:
            raise ToolError(f"No draft {number[:40]}")
        letter = letter_of(item.message)
        self._world.apply(
            EmailDrafted(by=by, mailbox=user, message_id=number, change="deleted", **self._written(letter))
        )

    def apply_drafted(self, effect: EmailDrafted) -> None:
        """Put a draft into its box, or take it out."""
        box = self._world.mail.box(effect.mailbox)
        before = box.get(effect.message_id)
        if before is not None:
            box.remove(effect.message_id)
        if effect.change == "deleted":
            return
        person = self._world.company.people.get(effect.mailbox)
        sender = display(person.name, person.email) if person is not None else effect.mailbox
        headers = (("Bcc", ", ".join(effect.bcc)),) if effect.bcc else ()
        message = Message(
            id=effect.message_id,
            message_id=f"<draft.{effect.message_id}@{self._world.company.facts.domain}>",
            thread=effect.thread or (before.message.thread if before else f"draft.{effect.message_id}"),
            at=self._world.clock.us,
            sender=sender,
            to=effect.to,
            cc=effect.cc,
            subject=effect.subject,
            body=effect.body,
            attachments=effect.attachments,
            in_reply_to=effect.in_reply_to or (before.message.in_reply_to if before else ""),
            headers=headers,
        )
        box.set(Item(message, "Drafts", starred=before.starred if before else False))

    # -- scheduled mail -----------------------------------------------------------------------------------------------

    def schedule(self, by: Origin, at: int, letter: Letter, draft: str = "") -> Waiting:
        """Let a message go out at a later time. One effect. Raises ToolError for a time that is over or too far off."""
        world = self._world
        letter = letter.checked()
        count = len(world.mail.expand((*letter.to, *letter.cc, *letter.bcc)))
        if not count:
            raise ToolError("Message not scheduled: no recipients")
        if count > MAX_RECIPIENTS:
            raise ToolError(f"Message not scheduled: too many recipients ({count}; the limit is {MAX_RECIPIENTS})")
        if at <= world.clock.us:
            raise ToolError("Message not scheduled: that time is over")
        if at > world.clock.us + MAX_AHEAD * 1_000_000:
            raise ToolError("Message not scheduled: that is more than a year from now")
        if len(self._waiting) >= MAX_WAITING:
            raise ToolError(f"Too many messages are scheduled (the limit is {MAX_WAITING})")
        waiting = Waiting(draft or world.mail.next_id(), by, at, letter, world.cause)
        world.apply(self._told(waiting, "scheduled"))
        self._waiting[waiting.number] = waiting
        world.timeline.later(at, Job((), due=waiting.number))
        return waiting

    def cancel(self, by: Origin, user: str, number: str) -> Waiting:
        """Take back a message that waits. One effect. Raises ToolError if there is none."""
        waiting = self._waiting.get(number)
        if waiting is None or waiting.by.user != user:
            raise ToolError(f"No scheduled message {number[:40]}")
        self._world.apply(self._told(waiting, "cancelled").model_copy(update={"by": by}))
        del self._waiting[number]
        return waiting

    def apply_scheduled(self, effect: EmailScheduled) -> None:
        """A draft that was scheduled is a draft no more."""
        if effect.change == "scheduled" and self.draft(effect.mailbox, effect.message_id) is not None:
            self._world.mail.box(effect.mailbox).remove(effect.message_id)

    def waiting(self, user: str = "") -> list[Waiting]:
        """The messages of a user (of all, if none is given) that wait, the next one first."""
        found = [w for w in self._waiting.values() if not user or w.by.user == user]
        return sorted(found, key=lambda w: (w.at, len(w.number), w.number))

    def release(self, number: str) -> EmailSent | None:
        """Send a message whose time has come, if it still waits: an ordinary mail of whoever scheduled it."""
        waiting = self._waiting.pop(number, None)
        if waiting is None:
            return None
        world, letter = self._world, waiting.letter
        person = world.company.people.get(waiting.by.user)
        return world.mail.send(
            waiting.by,
            person.email if person is not None else waiting.by.user,
            letter.to,
            letter.subject,
            letter.body,
            cc=letter.cc,
            bcc=letter.bcc,
            attachments=letter.attachments,
            in_reply_to=letter.answers,
            headers=letter.headers,
            cause=waiting.cause,
        )

    def left(self) -> list[EmailScheduled]:
        """What waits when an episode ends: meant to go out, and not gone."""
        out = []
        for waiting in self.waiting():
            at = iso(from_us(waiting.at))
            more = {"stage": "attempted", "reason": f"not sent yet: due {at}", "cause": waiting.cause}
            out.append(self._told(waiting, "waiting").model_copy(update=more))
        return out

    def _told(self, waiting: Waiting, change: str) -> EmailScheduled:
        return EmailScheduled(
            by=waiting.by,
            mailbox=waiting.by.user,
            message_id=waiting.number,
            change=change,
            send_at=iso(from_us(waiting.at)),
            **self._written(waiting.letter),
        )

    def _written(self, letter: Letter) -> dict[str, Any]:
        return {
            "to": letter.to,
            "cc": letter.cc,
            "bcc": letter.bcc,
            "recipients": tuple(self._world.mail.expand((*letter.to, *letter.cc, *letter.bcc))),
            "subject": letter.subject,
            "body": letter.body,
            "attachments": letter.attachments,
            "in_reply_to": letter.answers.message_id if letter.answers else "",
        }


def letter_of(message: Message, answers: Message | None = None) -> Letter:
    """What a stored draft says."""
    hidden = next((value for name, value in message.headers if name.lower() == "bcc"), "")
    to, cc, bcc = (tuple(bare(a) for a in field) for field in (message.to, message.cc, split(hidden)))
    return Letter(to, cc, bcc, message.subject, message.body, message.attachments, answers)


def answered(world: World, user: str, message: Message) -> Message | None:
    """The message of the box that a draft answers, if it is still there."""
    if not message.in_reply_to:
        return None
    items = world.mail.box(user).items()
    return next((i.message for i in items if i.message.message_id == message.in_reply_to), None)
