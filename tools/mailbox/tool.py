"""The office's mail program."""

from __future__ import annotations

from fauxcorp.api import (
    Field,
    Item,
    MailBox,
    Office,
    ToolArgs,
    ToolError,
    clip,
    header_text,
    minute,
    printable,
    search_mail,
    size_of,
    spoken,
    tool,
)

from .attachments import read_attachment, save_attachment
from .common import Id, box_of, item_of, people
from .writing import (
    cancel_scheduled,
    delete_draft,
    forward_email,
    list_scheduled,
    reply_to_email,
    save_draft,
    schedule_email,
    send_draft,
    send_email,
    update_draft,
)

__all__ = [
    "cancel_scheduled",
    "delete_draft",
    "delete_email",
    "forward_email",
    "list_emails",
    "list_scheduled",
    "mark_email",
    "move_email",
    "read_attachment",
    "read_email",
    "reply_to_email",
    "save_attachment",
    "save_draft",
    "schedule_email",
    "search_emails",
    "send_draft",
    "send_email",
    "update_draft",
]

PAGE = 20
MAX_SHOWN = 40_000


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
    headers: bool = Field(False, description="Show the full headers too")


class Move(ToolArgs):
    id: Id
    folder: str = Field(max_length=100)


class OneEmail(ToolArgs):
    id: Id


class Mark(ToolArgs):
    id: Id
    unread: bool | None = Field(None, description="True: mark as unread; false: as read")
    starred: bool | None = None


@tool()
def list_emails(args: ListEmails, office: Office) -> str:
    """List the emails in a folder, newest first."""
    box = box_of(office)
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
    box_of(office)
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
    item = item_of(office, args.id)
    if item.unread:
        office.world.mail.change(office.by, office.user, item.message.id, "read")
    return _shown(item, office, headers=args.headers)


@tool(seconds=10)
def move_email(args: Move, office: Office) -> str:
    """Move an email to another folder."""
    item = item_of(office, args.id)
    folder = _folder(box_of(office), args.folder, make=True)
    if item.folder == folder:
        return f"Message {item.message.id} is already in {folder}."
    office.world.mail.change(office.by, office.user, item.message.id, "moved", folder)
    return f"Moved message {item.message.id} to {folder}."


@tool(seconds=10)
def delete_email(args: OneEmail, office: Office) -> str:
    """Delete an email: it goes to Trash; one that is in Trash is gone for good."""
    item = item_of(office, args.id)
    if item.folder == "Trash":
        office.world.mail.change(office.by, office.user, item.message.id, "purged")
        return f"Deleted message {item.message.id} permanently."
    office.world.mail.change(office.by, office.user, item.message.id, "deleted", "Trash")
    return f"Moved message {item.message.id} to Trash."


@tool(seconds=10)
def mark_email(args: Mark, office: Office) -> str:
    """Mark an email as read or unread, starred or not."""
    item = item_of(office, args.id)
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
    key = (message.id, item.folder in ("Sent", "Drafts"))
    # A draft may be written anew under the same number.
    row = company.index.rows.get(key) if item.folder != "Drafts" else None
    if row is None:
        who = f"To: {', '.join(message.to[:3])}" if key[1] else message.sender
        when = minute(message.at, company.facts.timezone)
        row = f"{message.id}  {when}  {_line(who, 80)}  {_line(message.subject, 120)}"
        if message.id in company.index.places and item.folder != "Drafts":
            company.index.rows[key] = row
    return f"{row} [{', '.join(marks)}]" if marks else row


def _line(text: str, limit: int) -> str:
    """A text on one line, cut."""
    return printable(text[: limit * 2]).replace("\n", " ")[:limit]


def _shown(item: Item, office: Office, *, headers: bool) -> str:
    message = item.message
    tz = office.world.company.facts.timezone
    lines = [f"From: {message.sender}", f"To: {people(message.to)}"]
    if message.cc:
        lines.append(f"Cc: {people(message.cc)}")
    if item.folder == "Drafts":
        lines += [f"{name}: {value}" for name, value in message.headers if name == "Bcc"]
    lines += [f"Date: {spoken(message.at, tz)}", f"Subject: {message.subject}"]
    if message.attachments:
        names = ", ".join(f"{a.name} ({size_of(len(a.content))})" for a in message.attachments)
        lines.append(f"Attachments: {names}")
    lines.append(f"Folder: {item.folder}")
    if headers:
        lines += ["", header_text(office.world, office.user, item)]
    lines += ["", clip(message.body, MAX_SHOWN)]
    return printable("\n".join(lines))
