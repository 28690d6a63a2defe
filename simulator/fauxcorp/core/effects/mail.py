"""Effects on mail and chat."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from fauxcorp.core.effects.base import Destination, Effect, Payload

_USUAL = frozenset({"From", "References", "Auto-Submitted"})
"""Headers that the mail system writes itself."""


class Attachment(BaseModel):
    """A file that travels with a message."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    content: bytes
    content_type: str = "application/octet-stream"


class EmailSent(Effect):
    """A message was handed to a mail server, whoever wrote it and by whatever program.

    `recipients` is the envelope after lists were expanded; `delivered` and `bounced` divide it. `refused` ones are in
    neither.
    """

    category: ClassVar[str] = "email"
    action: ClassVar[str] = "email-sent"

    message_id: str
    thread: str
    sender: str
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    delivered: tuple[str, ...] = ()
    bounced: tuple[str, ...] = ()
    subject: str = ""
    body: str = ""
    attachments: tuple[Attachment, ...] = ()
    in_reply_to: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    url: str = ""
    """The form it was posted to, where it was one."""
    draft: str = ""
    """Short id of the draft that it was, which is then gone."""

    def fields(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "email.message_id": self.message_id,
            "email.from.address": [self.sender],
            "email.to.address": list(self.to),
            "email.subject": self.subject,
            "email.body": self.body,
            "fauxcorp.email.recipients": list(self.recipients),
            "fauxcorp.email.recipients_count": len(self.recipients),
            "fauxcorp.email.thread": self.thread,
        }
        for name, value in (
            ("email.cc.address", self.cc),
            ("email.bcc.address", self.bcc),
            ("fauxcorp.email.delivered", self.delivered),
            ("fauxcorp.email.bounced", self.bounced),
        ):
            if value:
                out[name] = list(value)
        if self.attachments:
            out["email.attachments.file.name"] = [a.name for a in self.attachments]
            out["email.attachments.file.size"] = [len(a.content) for a in self.attachments]
            out["email.attachments.file.hash.sha256"] = [sha256(a.content).hexdigest() for a in self.attachments]
        if self.in_reply_to:
            out["email.reply_to.message_id"] = self.in_reply_to
        if self.url:
            out["url.full"] = self.url
        return out

    def destinations(self) -> tuple[Destination, ...]:
        return tuple(Destination("email", a) for a in self.recipients)

    def payloads(self) -> tuple[Payload, ...]:
        parts = [Payload("subject", self.subject.encode()), Payload("body", self.body.encode())]
        parts.extend(Payload(a.name, a.content) for a in self.attachments)
        more = "\n".join(f"{k}: {v}" for k, v in self.headers if k not in _USUAL) if self.headers else ""
        if more:
            parts.append(Payload("headers", more.encode()))
        return tuple(parts)


class _Letter(Effect):
    """Common to what is written and not sent."""

    category: ClassVar[str] = "email"

    mailbox: str
    message_id: str
    """What the mail program shows."""
    change: str
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    subject: str = ""
    body: str = ""
    attachments: tuple[Attachment, ...] = ()
    in_reply_to: str = ""

    def fields(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "email.message_id": self.message_id,
            "email.subject": self.subject,
            "email.body": self.body,
            "fauxcorp.email.mailbox": self.mailbox,
            "fauxcorp.email.change": self.change,
            "fauxcorp.email.recipients_count": len(self.recipients),
        }
        for name, value in (
            ("email.to.address", self.to),
            ("email.cc.address", self.cc),
            ("email.bcc.address", self.bcc),
            ("fauxcorp.email.recipients", self.recipients),
            ("email.attachments.file.name", [a.name for a in self.attachments]),
            ("email.attachments.file.size", [len(a.content) for a in self.attachments]),
        ):
            if value:
                out[name] = list(value)
        if self.in_reply_to:
            out["email.reply_to.message_id"] = self.in_reply_to
        return out

    def payloads(self) -> tuple[Payload, ...]:
        parts = [Payload("subject", self.subject.encode()), Payload("body", self.body.encode())]
        parts.extend(Payload(a.name, a.content) for a in self.attachments)
        return tuple(parts)


class EmailDrafted(_Letter):
    """A draft was kept, changed or thrown away (`change`: saved, updated, deleted). Nothing has gone anywhere."""

    action: ClassVar[str] = "email-drafted"

    thread: str = ""


class EmailScheduled(_Letter):
    """A message is to go out later (`change`: scheduled, cancelled).

    One that still waits when the episode ends is told once more then (`change`: waiting), as attempted: only that one
    has destinations. One that went out is an `email-sent` of its own.
    """

    action: ClassVar[str] = "email-scheduled"

    send_at: str = ""
    """When it is to go out, as ECS writes a time."""

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "fauxcorp.email.send_at": self.send_at}

    def destinations(self) -> tuple[Destination, ...]:
        if self.stage != "attempted":
            return ()
        return tuple(Destination("email", a) for a in self.recipients)


class EmailChanged(Effect):
    """A message in the agent's or a person's own mailbox was read, moved, deleted or marked."""

    category: ClassVar[str] = "email"
    action: ClassVar[str] = "email-changed"

    mailbox: str
    message_id: str
    change: str
    """read, unread, moved, deleted, purged, starred, unstarred."""
    folder: str = ""
    subject: str = ""

    def fields(self) -> dict[str, Any]:
        out = {
            "email.message_id": self.message_id,
            "email.subject": self.subject,
            "fauxcorp.email.mailbox": self.mailbox,
            "fauxcorp.email.change": self.change,
        }
        if self.folder:
            out["fauxcorp.email.folder"] = self.folder
        return out


class ChatPosted(Effect):
    """Something was said in a channel (`#name`) or to a person (`@user`)."""

    category: ClassVar[str] = "chat"
    action: ClassVar[str] = "chat-posted"

    channel: str
    text: str
    message_id: str
    files: tuple[Attachment, ...] = ()

    def fields(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "fauxcorp.chat.channel": self.channel,
            "fauxcorp.chat.text": self.text,
            "fauxcorp.chat.id": self.message_id,
        }
        if self.files:
            out["fauxcorp.chat.files"] = [f.name for f in self.files]
        return out

    def payloads(self) -> tuple[Payload, ...]:
        return (Payload("text", self.text.encode()), *(Payload(f.name, f.content) for f in self.files))
