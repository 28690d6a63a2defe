"""Writing mail: send, reply, forward, drafts, mail that goes out later."""

from __future__ import annotations

from typing import Annotated

from fauxcorp.api import (
    AliasChoices,
    Attachment,
    BeforeValidator,
    Field,
    Letter,
    Message,
    Office,
    ToolArgs,
    ToolError,
    answered,
    bare,
    clip,
    letter_of,
    printable,
    spoken,
    tool,
)

from .common import (
    MAX_ATTACHMENTS,
    Addresses,
    Body,
    Files,
    Id,
    SendAt,
    TextFile,
    addresses,
    attached,
    box_of,
    chosen,
    item_of,
    people,
    send,
    when,
)

MAX_QUOTED = 20_000
MAX_LISTED = 50


def _names(value: object) -> object:
    return [value] if isinstance(value, str) else value


class SendEmail(ToolArgs):
    to: Addresses
    subject: str
    body: Body
    cc: Addresses = Field(default_factory=list)
    bcc: Addresses = Field(default_factory=list)
    attachments: Files = Field(default_factory=list)
    send_at: SendAt = ""
    request_read_receipt: bool = False


class ScheduleEmail(SendEmail):
    send_at: str = Field(
        validation_alias=AliasChoices("send_at", "at", "time", "when"),
        min_length=1,
        max_length=100,
        description="When to send it, e.g. 2026-03-05 09:00, tomorrow 08:30, in 2 hours",
    )


class Reply(ToolArgs):
    id: Id
    body: Body
    reply_all: bool = False
    attachments: Files = Field(default_factory=list)
    send_at: SendAt = ""


class Forward(ToolArgs):
    id: Id
    to: Addresses
    body: Body = Field("", description="Text to put before the forwarded message")
    attachments: Files = Field(default_factory=list)
    keep_attachments: Annotated[list[str] | None, BeforeValidator(_names)] = Field(
        None,
        max_length=MAX_ATTACHMENTS,
        description="Names of the attachments of the original to send along; all if left out, [] for none",
    )
    send_at: SendAt = ""


class SaveDraft(ToolArgs):
    to: Addresses = Field(default_factory=list)
    subject: str = ""
    body: Body = ""
    cc: Addresses = Field(default_factory=list)
    bcc: Addresses = Field(default_factory=list)
    attachments: Files = Field(default_factory=list)
    reply_to: Annotated[str, BeforeValidator(lambda v: str(v) if isinstance(v, int) else v)] = Field(
        "", max_length=64, description="Number of the message that it answers, if it does"
    )


class UpdateDraft(ToolArgs):
    id: Id
    to: Addresses | None = None
    subject: str | None = None
    body: Annotated[str | None, Field(validation_alias=AliasChoices("body", "text", "content", "message"))] = None
    cc: Addresses | None = None
    bcc: Addresses | None = None
    attachments: Files | None = None


class SendDraft(ToolArgs):
    id: Id
    send_at: SendAt = ""


class OneDraft(ToolArgs):
    id: Id


class Nothing(ToolArgs):
    pass


@tool(seconds=90)
def send_email(args: SendEmail, office: Office) -> str:
    """Send an email, now or at a later time."""
    return send(office, _written(args, office), args.send_at)


@tool(seconds=90)
def schedule_email(args: ScheduleEmail, office: Office) -> str:
    """Write an email that is sent at a later time."""
    return send(office, _written(args, office), args.send_at)


@tool(seconds=90)
def reply_to_email(args: Reply, office: Office) -> str:
    """Reply to an email; the original is quoted below your text."""
    message = item_of(office, args.id).message
    files = attached(office, args.attachments)
    return send(office, _reply(message, office, args.body, files, everyone=args.reply_all), args.send_at)


@tool(seconds=60)
def forward_email(args: Forward, office: Office) -> str:
    """Forward an email with its attachments, or with some of them."""
    message = item_of(office, args.id).message
    subject = message.subject if message.subject.lower().startswith("fwd:") else f"Fwd: {message.subject}"
    tz = office.world.company.facts.timezone
    head = [f"From: {message.sender}", f"Date: {spoken(message.at, tz)}", f"Subject: {message.subject}"]
    head.append(f"To: {', '.join(message.to)}")
    head += [f"Cc: {', '.join(message.cc)}"] if message.cc else []
    lead = f"{args.body}\n\n" if args.body else ""
    body = f"{lead}---------- Forwarded message ----------\n" + "\n".join(head) + f"\n\n{message.body}"
    names = args.keep_attachments
    kept = message.attachments if names is None else [chosen(message, name) for name in names]
    files = (*kept, *attached(office, args.attachments))
    return send(office, Letter(tuple(addresses(args.to, office)), (), (), subject, body, files), args.send_at)


@tool(seconds=60)
def save_draft(args: SaveDraft, office: Office) -> str:
    """Keep a message in Drafts without sending it."""
    box_of(office)
    letter = _written(args, office)
    if args.reply_to:
        message = item_of(office, args.reply_to).message
        reply = _reply(message, office, args.body, list(letter.attachments), everyone=False)
        letter = Letter(
            letter.to or reply.to, letter.cc, letter.bcc, letter.subject or reply.subject, reply.body,
            letter.attachments, message,
        )  # fmt: skip
    return f"Draft {office.world.outbox.save(office.by, office.user, letter)} saved."


@tool(seconds=60)
def update_draft(args: UpdateDraft, office: Office) -> str:
    """Change a draft; what is left out stays as it is."""
    message = _draft(office, args.id)
    old = letter_of(message, answered(office.world, office.user, message))
    letter = Letter(
        old.to if args.to is None else tuple(addresses(args.to, office)),
        old.cc if args.cc is None else tuple(addresses(args.cc, office)),
        old.bcc if args.bcc is None else tuple(addresses(args.bcc, office)),
        old.subject if args.subject is None else args.subject,
        old.body if args.body is None else args.body,
        old.attachments if args.attachments is None else tuple(attached(office, args.attachments)),
        old.answers,
    )
    office.world.outbox.save(office.by, office.user, letter, message.id)
    return f"Draft {message.id} updated."


@tool(seconds=30)
def send_draft(args: SendDraft, office: Office) -> str:
    """Send a draft, now or at a later time."""
    message = _draft(office, args.id)
    letter = letter_of(message, answered(office.world, office.user, message))
    return send(office, letter, args.send_at, message.id)


@tool(seconds=10)
def delete_draft(args: OneDraft, office: Office) -> str:
    """Throw a draft away."""
    message = _draft(office, args.id)
    office.world.outbox.discard(office.by, office.user, message.id)
    return f"Draft {message.id} deleted."


@tool(seconds=10)
def list_scheduled(args: Nothing, office: Office) -> str:
    """List the messages that wait to be sent."""
    box_of(office)
    found = office.world.outbox.waiting(office.user)
    if not found:
        return "No scheduled messages."
    rows = []
    for waiting in found[:MAX_LISTED]:
        to = people((*waiting.letter.to, *waiting.letter.cc, *waiting.letter.bcc))
        rows.append(f"{waiting.number}  {when(waiting.at, office)}  To: {to}  {waiting.letter.subject[:120]}")
    more = [f"and {len(found) - MAX_LISTED} more"] if len(found) > MAX_LISTED else []
    return printable("\n".join([f"{len(found)} scheduled message{'s' if len(found) > 1 else ''}", *rows, *more]))


@tool(seconds=10)
def cancel_scheduled(args: OneDraft, office: Office) -> str:
    """Take back a message that waits to be sent; it is kept nowhere."""
    box_of(office)
    waiting = office.world.outbox.cancel(office.by, office.user, args.id)
    return f"Message {waiting.number} will not be sent."


def _written(args: SendEmail | SaveDraft, office: Office) -> Letter:
    box_of(office)
    to, cc, bcc = (tuple(addresses(f, office)) for f in (args.to, args.cc, args.bcc))
    files: list[str | TextFile] = args.attachments
    headers: tuple[tuple[str, str], ...] = ()
    if isinstance(args, SendEmail) and args.request_read_receipt:
        headers = (("Disposition-Notification-To", office.person.email),)
    return Letter(to, cc, bcc, args.subject, args.body, tuple(attached(office, files)), headers=headers)


def _reply(message: Message, office: Office, text: str, files: list[Attachment], *, everyone: bool) -> Letter:
    own = office.person.email.lower()
    to = list(message.to) if message.sender_address == own else [message.sender_address]
    cc: list[str] = []
    if everyone:
        others = (*message.to, *message.cc)
        cc = [a for a in dict.fromkeys(bare(o) for o in others) if a != own and a not in to]
    subject = message.subject if message.subject.lower().startswith("re:") else f"Re: {message.subject}"
    quoted = "\n".join(f"> {line}" for line in clip(message.body, MAX_QUOTED).split("\n"))
    at = spoken(message.at, office.world.company.facts.timezone)
    body = f"{text}\n\nOn {at}, {message.sender} wrote:\n{quoted}"
    return Letter(tuple(to), tuple(cc), (), subject, body, tuple(files), message)


def _draft(office: Office, number: str) -> Message:
    box_of(office)
    item = office.world.outbox.draft(office.user, number)
    if item is None:
        raise ToolError(f"No draft {printable(number)}. Use list_emails with folder Drafts for the numbers.")
    return item.message
