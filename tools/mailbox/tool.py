"""The office's mail program."""

from __future__ import annotations

import posixpath
from typing import Annotated

from fauxcorp.api import (
    AliasChoices,
    Attachment,
    BeforeValidator,
    Field,
    Item,
    MailBox,
    Message,
    Office,
    ToolArgs,
    ToolError,
    bare,
    clip,
    guess_type,
    minute,
    printable,
    search_mail,
    size_of,
    split_addresses,
    spoken,
    tool,
    valid_address,
)

PAGE = 20
MAX_SHOWN = 40_000
MAX_QUOTED = 20_000
MAX_ATTACHMENTS = 50


def _id(value: object) -> object:
    return str(value) if isinstance(value, int) else value.strip().strip("#") if isinstance(value, str) else value


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else [] if value is None else value


Id = Annotated[
    str,
    BeforeValidator(_id),
    Field(
        validation_alias=AliasChoices("id", "email_id", "message_id"),
        max_length=64,
        description="Number of the message, as listed",
    ),
]
Addresses = Annotated[list[str] | str, Field(description="Address or addresses; a list, or one string with commas")]
Paths = Annotated[
    list[str], BeforeValidator(_listed), Field(max_length=MAX_ATTACHMENTS, description="Paths of files to attach")
]
Body = Annotated[
    str, Field(validation_alias=AliasChoices("body", "text", "content", "message"), description="Plain text")
]


class ListEmails(ToolArgs):
    folder: str = Field("Inbox", max_length=100, description="Inbox, Sent, Drafts, Archive, Junk, Trash or your own")
    page: int = Field(1, ge=1, le=100_000)
    unread_only: bool = False


class SearchEmails(ToolArgs):
    query: str = Field(
        max_length=1000,
        description="Words, and from: to: cc: subject: body: filename: has:attachment is:unread is:starred in:FOLDER "
        'before:2026-03-31 after: on: newer_than:7d larger:1M "a phrase" -word OR ( )',
    )
    page: int = Field(1, ge=1, le=100_000)


class ReadEmail(ToolArgs):
    id: Id


class SendEmail(ToolArgs):
    to: Addresses
    subject: str
    body: Body
    cc: Addresses = Field(default_factory=list)
    bcc: Addresses = Field(default_factory=list)
    attachments: Paths = Field(default_factory=list)


class Reply(ToolArgs):
    id: Id
    body: Body
    reply_all: bool = False
    attachments: Paths = Field(default_factory=list)


class Forward(ToolArgs):
    id: Id
    to: Addresses
    body: Body = Field("", description="Text to put before the forwarded message")
    attachments: Paths = Field(default_factory=list)


class Move(ToolArgs):
    id: Id
    folder: str = Field(max_length=100)


class OneEmail(ToolArgs):
    id: Id


class Mark(ToolArgs):
    id: Id
    unread: bool | None = Field(None, description="True: mark as unread; false: as read")
    starred: bool | None = None


class SaveAttachment(ToolArgs):
    id: Id
    name: str = Field("", max_length=255, description="Name of the attachment; may be left out if there is only one")
    path: str = Field(max_length=4096, description="File or folder to save it to")


@tool()
def list_emails(args: ListEmails, office: Office) -> str:
    """List the emails in a folder, newest first."""
    box = _box(office)
    folder = _folder(box, args.folder)
    total = box.count(folder, unread_only=args.unread_only)
    unread = total if args.unread_only else box.count(folder, unread_only=True)
    pages = max(-(-total // PAGE), 1)
    if args.page > pages:
        raise ToolError(f"{folder} has {pages} page{'s' if pages > 1 else ''}")
    items = box.page(folder, (args.page - 1) * PAGE, PAGE, unread_only=args.unread_only)
    what = f"{total} unread" if args.unread_only else f"{total} message{'s' if total != 1 else ''}, {unread} unread"
    head = f"{folder}: {what}" + (f" (page {args.page} of {pages})" if pages > 1 else "")
    return "\n".join([head, *(_row(i, office) for i in items)])


@tool()
def search_emails(args: SearchEmails, office: Office) -> str:
    """Search all folders of the mailbox, newest first."""
    _box(office)
    total, items = search_mail(office.world, office.user, args.query, (args.page - 1) * PAGE, PAGE)
    if not total:
        return "No messages found."
    pages = -(-total // PAGE)
    if args.page > pages:
        raise ToolError(f"The search found {pages} page{'s' if pages > 1 else ''}")
    head = f"{total} message{'s' if total != 1 else ''} found"
    head += f" (page {args.page} of {pages})" if pages > 1 else ""
    return "\n".join([head, *(_row(i, office, show_folder=True) for i in items)])


@tool(seconds=30)
def read_email(args: ReadEmail, office: Office) -> str:
    """Read one email in full. Marks it as read."""
    item = _item(office, args.id)
    if item.unread:
        office.world.mail.change(office.by, office.user, item.message.id, "read")
    return _shown(item, office)


@tool(seconds=90)
def send_email(args: SendEmail, office: Office) -> str:
    """Send an email."""
    _box(office)
    to, cc, bcc = (_addresses(f, office) for f in (args.to, args.cc, args.bcc))
    return _send(office, to, args.subject, args.body, cc=cc, bcc=bcc, attachments=_files(office, args.attachments))


@tool(seconds=90)
def reply_to_email(args: Reply, office: Office) -> str:
    """Reply to an email; the original is quoted below your text."""
    message = _item(office, args.id).message
    own = office.person.email.lower()
    mine = message.sender_address == own
    to = list(message.to) if mine else [message.sender_address]
    cc: list[str] = []
    if args.reply_all:
        others = (*message.to, *message.cc)
        cc = [a for a in dict.fromkeys(bare(o) for o in others) if a != own and a not in to]
    subject = message.subject if message.subject.lower().startswith("re:") else f"Re: {message.subject}"
    tz = office.world.company.facts.timezone
    quoted = "\n".join(f"> {line}" for line in clip(message.body, MAX_QUOTED).split("\n"))
    body = f"{args.body}\n\nOn {spoken(message.at, tz)}, {message.sender} wrote:\n{quoted}"
    return _send(office, to, subject, body, cc=cc, attachments=_files(office, args.attachments), answers=message)


@tool(seconds=60)
def forward_email(args: Forward, office: Office) -> str:
    """Forward an email with its attachments."""
    message = _item(office, args.id).message
    subject = message.subject if message.subject.lower().startswith("fwd:") else f"Fwd: {message.subject}"
    tz = office.world.company.facts.timezone
    head = [f"From: {message.sender}", f"Date: {spoken(message.at, tz)}", f"Subject: {message.subject}"]
    head.append(f"To: {', '.join(message.to)}")
    head += [f"Cc: {', '.join(message.cc)}"] if message.cc else []
    lead = f"{args.body}\n\n" if args.body else ""
    body = f"{lead}---------- Forwarded message ----------\n" + "\n".join(head) + f"\n\n{message.body}"
    files = [*message.attachments, *_files(office, args.attachments)]
    return _send(office, _addresses(args.to, office), subject, body, attachments=files)


@tool(seconds=10)
def move_email(args: Move, office: Office) -> str:
    """Move an email to another folder."""
    item = _item(office, args.id)
    folder = _folder(_box(office), args.folder, make=True)
    if item.folder == folder:
        return f"Message {item.message.id} is already in {folder}."
    office.world.mail.change(office.by, office.user, item.message.id, "moved", folder)
    return f"Moved message {item.message.id} to {folder}."


@tool(seconds=10)
def delete_email(args: OneEmail, office: Office) -> str:
    """Delete an email: it goes to Trash; one that is in Trash is gone for good."""
    item = _item(office, args.id)
    if item.folder == "Trash":
        office.world.mail.change(office.by, office.user, item.message.id, "purged")
        return f"Deleted message {item.message.id} permanently."
    office.world.mail.change(office.by, office.user, item.message.id, "deleted", "Trash")
    return f"Moved message {item.message.id} to Trash."


@tool(seconds=10)
def mark_email(args: Mark, office: Office) -> str:
    """Mark an email as read or unread, starred or not."""
    item = _item(office, args.id)
    done = []
    for wanted, now, yes, no in (
        (args.unread, item.unread, "unread", "read"),
        (args.starred, item.starred, "starred", "unstarred"),
    ):
        if wanted is not None:
            done.append(yes if wanted else no)
            if wanted != now:
                office.world.mail.change(office.by, office.user, item.message.id, done[-1])
    if not done:
        raise ToolError("Nothing to change: give unread or starred")
    return f"Message {item.message.id} is now {' and '.join(done)}."


@tool(seconds=15)
def save_attachment(args: SaveAttachment, office: Office) -> str:
    """Save an attachment of an email as a file."""
    message = _item(office, args.id).message
    if not message.attachments:
        raise ToolError(f"Message {message.id} has no attachments")
    names = [a.name for a in message.attachments]
    name = args.name or (names[0] if len(names) == 1 else "")
    found = next((a for a in message.attachments if a.name.lower() == name.lower()), None)
    if found is None:
        raise ToolError(f"No attachment {printable(name)!r}. Attachments: {', '.join(names)}")
    path = args.path
    if path.endswith("/") or office.sandbox.is_folder(path, office.by):
        path = posixpath.join(path, posixpath.basename(found.name))
    office.sandbox.write(path, found.content, office.by)
    return f"Saved {found.name} ({size_of(len(found.content))}) to {path}."


def _box(office: Office) -> MailBox:
    if not office.world.accounts.usable(office.user):
        raise ToolError("Sign-in failed: your account is locked")
    return office.world.mail.box(office.user)


def _item(office: Office, message_id: str) -> Item:
    item = _box(office).get(message_id)
    if item is None:
        raise ToolError(f"No message {printable(message_id)}. Use list_emails or search_emails for the numbers.")
    return item


def _folder(box: MailBox, name: str, *, make: bool = False) -> str:
    wanted = printable(name).strip()
    known = box.folders()
    alias = {"sent items": "Sent", "deleted": "Trash", "bin": "Trash", "spam": "Junk", "deleted items": "Trash"}
    lower = alias.get(wanted.lower(), wanted).lower()
    for folder in known:
        if folder.lower() == lower:
            return folder
    if make and wanted and "\n" not in wanted and len(known) < 100:
        return wanted
    raise ToolError(f"No folder {wanted!r}. Folders: {', '.join(known)}")


def _row(item: Item, office: Office, *, show_folder: bool = False) -> str:
    message = item.message
    marks = [item.folder] if show_folder and item.folder != "Inbox" else []
    if item.unread:
        marks.append("unread")
    if item.starred:
        marks.append("starred")
    if message.attachments:
        count = len(message.attachments)
        marks.append(f"{count} attachment{'s' if count > 1 else ''}")
    company = office.world.company
    key = (message.id, item.folder == "Sent")
    row = company.index.rows.get(key)
    if row is None:
        who = f"To: {', '.join(message.to[:3])}" if key[1] else message.sender
        when = minute(message.at, company.facts.timezone)
        row = f"{message.id}  {when}  {_line(who, 80)}  {_line(message.subject, 120)}"
        if message.id in company.index.places:
            company.index.rows[key] = row
    return f"{row} [{', '.join(marks)}]" if marks else row


def _line(text: str, limit: int) -> str:
    """A text on one line, cut."""
    return printable(text[: limit * 2]).replace("\n", " ")[:limit]


def _shown(item: Item, office: Office) -> str:
    message = item.message
    tz = office.world.company.facts.timezone
    lines = [f"From: {message.sender}", f"To: {_people(message.to)}"]
    if message.cc:
        lines.append(f"Cc: {_people(message.cc)}")
    lines += [f"Date: {spoken(message.at, tz)}", f"Subject: {message.subject}"]
    if message.attachments:
        names = ", ".join(f"{a.name} ({size_of(len(a.content))})" for a in message.attachments)
        lines.append(f"Attachments: {names}")
    lines += [f"Folder: {item.folder}", "", clip(message.body, MAX_SHOWN)]
    return printable("\n".join(lines))


def _people(addresses: tuple[str, ...]) -> str:
    if len(addresses) <= 20:
        return ", ".join(addresses)
    return f"{', '.join(addresses[:20])} and {len(addresses) - 20} more"


def _addresses(field: list[str] | str, office: Office) -> list[str]:
    if not field:
        return []
    out = []
    for text in split_addresses(field):
        address = bare(text)
        if not valid_address(address):
            address = _known(text, office)
        out.append(address)
    return out


def _known(text: str, office: Office) -> str:
    """The address of a colleague whose user name or full name was given instead."""
    wanted = text.strip().lower()
    company = office.world.company
    person = company.people.get(wanted)
    if person is not None:
        return person.email.lower()
    named = [p for p in company.people.values() if p.name.lower() == wanted]
    if len(named) == 1:
        return named[0].email.lower()
    raise ToolError(f"Invalid address: {printable(text)[:100]!r}. The message was not sent.")


def _files(office: Office, paths: list[str]) -> list[Attachment]:
    out = []
    for path in paths:
        name = posixpath.basename(path.rstrip("/"))
        out.append(Attachment(name=name, content=office.sandbox.read(path, office.by), content_type=guess_type(name)))
    return out


def _send(
    office: Office,
    to: list[str],
    subject: str,
    body: str,
    *,
    cc: list[str] | None = None,
    bcc: list[str] | None = None,
    attachments: list[Attachment] | None = None,
    answers: Message | None = None,
) -> str:
    effect = office.world.mail.send(
        office.by,
        office.person.email,
        to,
        subject,
        body,
        cc=cc or (),
        bcc=bcc or (),
        attachments=attachments or (),
        in_reply_to=answers,
    )
    if effect.stage == "attempted":
        raise ToolError(f"Message not sent: {effect.reason}")
    everyone = [*effect.to, *effect.cc, *effect.bcc]
    count = len(effect.attachments)
    with_files = f" with {count} attachment{'s' if count > 1 else ''}" if count else ""
    return f"Message sent to {_people(tuple(everyone))}{with_files}."
