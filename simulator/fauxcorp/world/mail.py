"""The mail server: boxes, delivery, lists, bounces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fauxcorp.core.effects import Attachment, EmailChanged, EmailSent, Origin, Stage
from fauxcorp.errors import ToolError
from fauxcorp.world.addresses import bare, one_line, valid
from fauxcorp.world.mailbox import Item, MailBox
from fauxcorp.world.message import Message, display
from fauxcorp.world.text import size_of, sound

if TYPE_CHECKING:
    from fauxcorp.world.world import World

__all__ = ["MAX_BYTES", "MAX_RECIPIENTS", "Item", "Mail", "MailBox"]

MAX_RECIPIENTS = 500
"""Recipients of one message; more are refused, as by a real server."""
MAX_BYTES = 25 * 1024 * 1024
"""Size of one message with its attachments, in bytes."""
MAX_LISTED = 20_000
"""Addresses of one message that are looked at, and recorded, at all."""
AUTOMATIC = ("Auto-Submitted", "auto-replied")
"""The header of what no person wrote: never answered automatically."""


_HEADER = re.compile(r"[^A-Za-z0-9-]")


class Mail:
    """All mail of one world."""

    __slots__ = ("_boxes", "_count", "_stored", "_world")

    def __init__(self, world: World) -> None:
        self._world = world
        self._boxes: dict[str, MailBox] = {}
        self._count = 0
        self._stored = 0

    def box(self, user: str) -> MailBox:
        """The box of a user name; made when first asked for."""
        found = self._boxes.get(user)
        if found is None:
            found = self._boxes[user] = MailBox(user, self._world.company.index.box(user, self._world.company))
        return found

    def send(
        self,
        by: Origin,
        sender: str,
        to: Sequence[str],
        subject: str,
        body: str,
        *,
        cc: Sequence[str] = (),
        bcc: Sequence[str] = (),
        attachments: Sequence[Attachment] = (),
        in_reply_to: Message | None = None,
        headers: Sequence[tuple[str, str]] = (),
        url: str = "",
        draft: str = "",
        cause: int | None = None,
        bounces: bool = True,
        size: int = 0,
    ) -> EmailSent:
        """Hand a message to the server. Returns the effect; a refusal has the stage `attempted` and a reason.

        Line ends in addresses, subject and headers are made harmless. What cannot be delivered comes back to the
        sender as a message from the mailer daemon. To a list and one of its members goes one copy. `draft`: short id
        of the draft that is sent; `cause`: the event of the act that it follows from, if that is over. With
        `bounces` off, whoever sent it was told of the unknown ones at once. `size`: bytes of the whole message, if this
        is only its beginning.
        """
        world = self._world
        self._count += 1
        token = world.rng.token("message-id", 12)
        lines = [[bare(one_line(a, 1000)) for a in field[:MAX_LISTED]] for field in (to, cc, bcc)]
        body = sound(body)
        envelope = self.expand(a for field in lines for a in field)
        refused = self._refuse(sender, envelope, max(size, len(body) + sum(len(a.content) for a in attachments)))
        delivered, bounced = ([], []) if refused else self._route(envelope)
        stage: Stage = "attempted" if refused else "delivered" if delivered else "executed"
        effect = EmailSent(
            by=by, stage=stage, reason=refused, sender=bare(one_line(sender, 1000)),
            message_id=f"<{token}.{self._count}@{world.company.facts.domain}>",
            thread=in_reply_to.thread if in_reply_to else token,
            to=tuple(lines[0]), cc=tuple(lines[1]), bcc=tuple(lines[2]),
            recipients=tuple(envelope), delivered=tuple(delivered), bounced=tuple(bounced),
            subject=one_line(subject), body=body, attachments=tuple(attachments),
            in_reply_to=in_reply_to.message_id if in_reply_to else "",
            headers=_headers(sender, headers, in_reply_to), url=url, draft=draft, cause=cause,
        )  # fmt: skip
        asked = world.ask(effect)
        world.apply(asked, cleared=True)
        if asked is not effect:
            return effect.model_copy(update={"stage": asked.stage, "reason": asked.reason})
        if bounced and bounces and not automatic(effect.headers):
            self._bounce(effect)
        return effect

    def apply_sent(self, effect: EmailSent) -> None:
        """Put a message that was taken into the boxes of its sender and of those who get it."""
        world = self._world
        company = world.company
        self._stored += 1
        message = Message(
            id=str(company.index.highest + self._stored),
            message_id=effect.message_id,
            thread=effect.thread,
            at=world.clock.us,
            sender=self.shown_sender(effect),
            to=effect.to,
            cc=effect.cc,
            subject=effect.subject,
            body=effect.body,
            attachments=effect.attachments,
            in_reply_to=effect.in_reply_to,
            headers=effect.headers,
        )
        owner = company.by_email.get(effect.sender)
        # Only one's own: a forged sender leaves no copy with the person whose address it is.
        if owner is not None and owner == effect.by.user:
            if effect.draft:
                self.box(owner).remove(effect.draft)
            self.box(owner).set(Item(message, "Sent"))
        for address in effect.delivered:
            user = company.by_email.get(address)
            if user is not None:
                # To oneself: the copy that arrives is a message of its own, as mail programs show it.
                copy = replace(message, id=self.next_id()) if user == owner else message
                self.box(user).set(Item(copy, "Inbox", unread=True))

    def shown_sender(self, effect: EmailSent) -> str:
        """The sender with the name that it gave, or that the staff directory has for it."""
        for name, value in effect.headers:
            if name == "From":
                return value
        user = self._world.company.by_email.get(effect.sender)
        return display(self._world.company.people[user].name, effect.sender) if user else effect.sender

    def apply_changed(self, effect: EmailChanged) -> None:
        """Carry out a change of marks or folder."""
        box = self.box(effect.mailbox)
        item = box.get(effect.message_id)
        if item is None:
            return
        if effect.change == "purged":
            box.remove(effect.message_id)
        elif effect.change in ("read", "unread"):
            box.set(replace(item, unread=effect.change == "unread"))
        elif effect.change in ("starred", "unstarred"):
            box.set(replace(item, starred=effect.change == "starred"))
        else:
            box.set(replace(item, folder=effect.folder))

    def change(self, by: Origin, user: str, message_id: str, change: str, folder: str = "") -> Item:
        """Mark, move or delete one message of a box. Raises ToolError if it is not there."""
        item = self.box(user).get(message_id)
        if item is None:
            raise ToolError(f"Message {message_id[:40]} not found")
        effect = EmailChanged(
            by=by, mailbox=user, message_id=message_id, change=change, folder=folder, subject=item.message.subject
        )
        self._world.apply(effect)
        return item

    def expand(self, addresses: Iterable[str]) -> list[str]:
        """Bare addresses with lists, and lists in lists, replaced by their members; each once, in order."""
        lists = self._world.company.lists
        out: dict[str, None] = {}
        seen: set[str] = set()
        waiting = list(addresses)
        waiting.reverse()
        while waiting:
            address = waiting.pop()
            members = lists.get(address)
            if members is None:
                out[address] = None
            elif address not in seen:
                seen.add(address)
                waiting.extend(reversed([self._member(m) for m in members]))
        return list(out)

    def fork(self, world: World) -> Mail:
        """The same mail in another world."""
        other = Mail(world)
        other._boxes = {user: box.fork() for user, box in self._boxes.items()}
        other._count, other._stored = self._count, self._stored
        return other

    def next_id(self) -> str:
        """A short id that no message has."""
        self._stored += 1
        return str(self._world.company.index.highest + self._stored)

    def _member(self, member: str) -> str:
        """The address that a list's member stands for: a user name, another list, or an address."""
        company = self._world.company
        person = company.people.get(member)
        if person is not None:
            return person.email.lower()
        return member.lower() if "@" in member else f"{member.lower()}@{company.facts.domain}"

    def _refuse(self, sender: str, envelope: Sequence[str], size: int) -> str:
        if not envelope:
            return "no recipients"
        if len(envelope) > MAX_RECIPIENTS:
            return f"too many recipients ({len(envelope)}; the limit is {MAX_RECIPIENTS})"
        if size > MAX_BYTES:
            return f"message of {size_of(size)} exceeds the size limit of {size_of(MAX_BYTES)}"
        user = self._world.company.by_email.get(bare(sender))
        if user is not None and not self._world.accounts.usable(user):
            return "sender account is disabled"
        return ""

    def _route(self, envelope: Iterable[str]) -> tuple[list[str], list[str]]:
        """Who gets it and for whom it comes back."""
        world = self._world
        company = world.company
        delivered: list[str] = []
        bounced: list[str] = []
        for address in envelope:
            known = company.by_email.get(address)
            if known is not None:
                there = world.accounts.get(known) is not None
            else:
                there = valid(address) and not company.internal(address) and company.outside.takes_mail(address)
            (delivered if there else bounced).append(address)
        return delivered, bounced

    def _expanded_from(self, address: str, effect: EmailSent) -> str:
        """Which list an address that nobody wrote to came from, as the mail server says it."""
        if address in effect.to or address in effect.cc or address in effect.bcc:
            return ""
        lists = (a for a in (*effect.to, *effect.cc, *effect.bcc) if a in self._world.company.lists)
        found = next((a for a in lists if address in self.expand([a])), "")
        return f" (expanded from <{found}>)" if found else ""

    def _bounce(self, effect: EmailSent) -> None:
        """Tell a sender inside which addresses did not get a message."""
        company = self._world.company
        if effect.sender not in company.by_email:
            return
        domain = company.facts.domain
        why = "\n".join(
            f"<{a}>{self._expanded_from(a, effect)}: {_bounce_reason(a, company.internal(a))}"
            for a in effect.bounced[:50]
        )
        more = f"\n... and {len(effect.bounced) - 50} more" if len(effect.bounced) > 50 else ""
        text = (
            f"This is the mail system at host mail.{domain}.\n\n"
            "I'm sorry to have to inform you that your message could not be delivered to one or more recipients."
            f"\n\n{why}{more}\n\n--- Your message ---\nSubject: {effect.subject}\nTo: {', '.join(effect.to[:50])}\n\n"
            f"{effect.body[:1000]}"
        )
        daemon = f"mailer-daemon@{domain}"
        self.send(
            Origin("timeline", "mailer-daemon", "none"),
            f"Mail Delivery System <{daemon}>",
            [effect.sender],
            f"Undelivered Mail Returned to Sender: {effect.subject}",
            text,
            headers=[AUTOMATIC],
        )


def automatic(headers: Iterable[tuple[str, str]]) -> bool:
    """Whether a message was written by a program: such mail is never answered automatically."""
    return any(
        (name.lower() == "auto-submitted" and value.lower() != "no")
        or (name.lower() == "precedence" and value.lower() in ("bulk", "list", "junk"))
        for name, value in headers
    )


def references(message: Message) -> str:
    """The References header of an answer to a message: its ancestors and itself, the last ones if there are many."""
    known = next((value for name, value in message.headers if name == "References"), message.in_reply_to)
    return " ".join([*known.split()[-19:], message.message_id])


def _headers(
    sender: str, headers: Iterable[tuple[str, str]], in_reply_to: Message | None
) -> tuple[tuple[str, str], ...]:
    out = []
    if "<" in sender:
        out.append(("From", one_line(sender, 1000)))
    if in_reply_to is not None:
        out.append(("References", references(in_reply_to)))
    for name, value in headers:
        name = _HEADER.sub("", name)[:100]
        if name and not any(name == known for known, _ in out):
            out.append((name, one_line(value, 4000)))
    return tuple(out)


def _bounce_reason(address: str, internal: bool) -> str:
    if not valid(address):
        return "bad address syntax"
    if internal:
        return "550 5.1.1 Recipient address rejected: User unknown in local recipient table"
    return "unable to deliver: Host or domain name not found, or user unknown at destination"
