"""The mail server: boxes, delivery, lists, bounces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fauxcorp.core.effects import Attachment, EmailChanged, EmailSent, Origin
from fauxcorp.errors import ToolError
from fauxcorp.world.message import Message, bare

if TYPE_CHECKING:
    from fauxcorp.world.world import World

MAX_RECIPIENTS = 500
"""Recipients of one message; more are refused, as by a real server."""
MAX_BYTES = 25 * 1024 * 1024
"""Size of one message with its attachments, in bytes."""


@dataclass(frozen=True, slots=True)
class Item:
    """A message in one box, with the owner's marks on it."""

    message: Message
    folder: str
    unread: bool = False
    starred: bool = False


class MailBox:
    """One person's mail: the shared base and this world's changes."""

    __slots__ = ("_base", "_changed", "_new", "user")

    def __init__(self, user: str, base: Sequence[Item]) -> None:
        self.user = user
        self._base = base
        self._changed: dict[str, Item | None] = {}
        self._new: list[str] = []

    def get(self, message_id: str) -> Item | None:
        """The item of a message's short id."""
        if message_id in self._changed:
            return self._changed[message_id]
        return next((i for i in self._base if i.message.id == message_id), None)

    def items(self, folder: str | None = None) -> list[Item]:
        """The items of a folder (of all, if None), newest first."""
        changed = self._changed
        found = [changed[i.message.id] if i.message.id in changed else i for i in self._base] if changed else list(self._base)
        found += [changed[n] for n in self._new]
        kept = [i for i in found if i is not None and (folder is None or i.folder == folder)]
        kept.sort(key=lambda i: (-i.message.at, i.message.id))
        return kept

    def add(self, item: Item) -> None:
        """A message that arrived or was sent."""
        self._changed[item.message.id] = item
        self._new.append(item.message.id)

    def set(self, item: Item) -> None:
        """New marks or another folder for a message that is there."""
        self._changed[item.message.id] = item

    def remove(self, message_id: str) -> None:
        """Take a message out for good."""
        self._changed[message_id] = None

    def fork(self) -> MailBox:
        """The same box, changing on its own."""
        other = MailBox(self.user, self._base)
        other._changed = dict(self._changed)
        other._new = list(self._new)
        return other


class Mail:
    """All mail of one world."""

    __slots__ = ("_boxes", "_count", "_world")

    def __init__(self, world: World) -> None:
        self._world = world
        self._boxes: dict[str, MailBox] = {}
        self._count = 0

    def box(self, user: str) -> MailBox:
        """The box of a user name; made when first asked for."""
        found = self._boxes.get(user)
        if found is None:
            company = self._world.company
            base = [
                Item(company.messages[n], folder, company.messages[n].unread and folder == "Inbox")
                for folder, ns in company.mailboxes.get(user, {}).items()
                for n in ns
            ]
            found = self._boxes[user] = MailBox(user, base)
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
    ) -> EmailSent:
        """Hand a message to the server. Returns the effect; a refusal has the stage `attempted` and a reason."""
        world = self._world
        self._count += 1
        token = world.rng.token("message-id", 12)
        message_id = f"<{token}.{self._count}@{world.company.facts.domain}>"
        envelope = self._expand([bare(a) for a in (*to, *cc, *bcc)])
        refused = self._refuse(sender, envelope, body, attachments)
        delivered, bounced = ([], []) if refused else self._route(envelope)
        effect = EmailSent(
            by=by,
            stage="attempted" if refused else "delivered" if delivered else "executed",
            reason=refused,
            message_id=message_id,
            thread=in_reply_to.thread if in_reply_to else token,
            sender=bare(sender),
            to=tuple(bare(a) for a in to),
            cc=tuple(bare(a) for a in cc),
            bcc=tuple(bare(a) for a in bcc),
            recipients=tuple(envelope),
            delivered=tuple(delivered),
            bounced=tuple(bounced),
            subject=subject,
            body=body,
            attachments=tuple(attachments),
            in_reply_to=in_reply_to.message_id if in_reply_to else "",
            headers=tuple(headers),
            url=url,
        )
        world.apply(effect)
        return effect

    def apply_sent(self, effect: EmailSent) -> None:
        """Put a message that was taken into the boxes of its sender and of those who get it."""
        world = self._world
        company = world.company
        message = Message(
            id=f"{len(company.messages) + self._count + 1000}",
            message_id=effect.message_id,
            thread=effect.thread,
            at=world.clock.us,
            sender=effect.sender,
            to=effect.to,
            cc=effect.cc,
            subject=effect.subject,
            body=effect.body,
            attachments=effect.attachments,
            in_reply_to=effect.in_reply_to,
            headers=effect.headers,
        )
        owner = company.by_email.get(effect.sender)
        if owner is not None:
            self.box(owner).add(Item(message, "Sent"))
        for address in effect.delivered:
            user = company.by_email.get(address)
            if user is not None:
                self.box(user).add(Item(message, "Inbox", unread=True))

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
            raise ToolError(f"Message {message_id} not found")
        effect = EmailChanged(
            by=by, mailbox=user, message_id=message_id, change=change, folder=folder, subject=item.message.subject
        )
        self._world.apply(effect)
        return item

    def fork(self, world: World) -> Mail:
        """The same mail in another world."""
        other = Mail(world)
        other._boxes = {user: box.fork() for user, box in self._boxes.items()}
        other._count = self._count
        return other

    def _expand(self, addresses: Iterable[str]) -> list[str]:
        company = self._world.company
        out: dict[str, None] = {}
        for address in addresses:
            members = company.lists.get(address)
            if members is None:
                out[address] = None
            else:
                out.update((company.people[m].email, None) for m in members)
        return list(out)

    def _refuse(self, sender: str, envelope: Sequence[str], body: str, attachments: Sequence[Attachment]) -> str:
        if not envelope:
            return "no recipients"
        if len(envelope) > MAX_RECIPIENTS:
            return f"too many recipients ({len(envelope)}; the limit is {MAX_RECIPIENTS})"
        if len(body) + sum(len(a.content) for a in attachments) > MAX_BYTES:
            return "message exceeds the size limit of 25 MB"
        user = self._world.company.by_email.get(bare(sender))
        if user is not None and not self._world.accounts.usable(user):
            return "sender account is disabled"
        return ""

    def _route(self, envelope: Iterable[str]) -> tuple[list[str], list[str]]:
        """Who gets it and for whom it comes back."""
        world = self._world
        delivered, bounced = [], []
        for address in envelope:
            known = world.company.by_email.get(address)
            if known is not None:
                there = world.accounts.get(known) is not None
            elif world.company.internal(address):
                there = False
            else:
                there = world.company.outside.takes_mail(address)
            (delivered if there else bounced).append(address)
        return delivered, bounced
