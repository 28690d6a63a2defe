"""What the parts of the mail program share: arguments, and ways into the mailbox."""

from __future__ import annotations

import posixpath
from typing import Annotated

from fauxcorp.api import (
    AliasChoices,
    Attachment,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Item,
    Letter,
    MailBox,
    Message,
    Office,
    ToolError,
    bare,
    guess_type,
    minute,
    printable,
    read_moment,
    split_addresses,
    spoken,
    valid_address,
)

MAX_ATTACHMENTS = 50
MAX_PEOPLE = 20


class TextFile(BaseModel):
    """A file that is written here, not taken from the server."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=200)
    text: str = Field(validation_alias=AliasChoices("text", "content"), max_length=1_000_000)


def _id(value: object) -> object:
    return str(value) if isinstance(value, int) else value.strip().strip("#") if isinstance(value, str) else value


def _listed(value: object) -> object:
    return [value] if isinstance(value, str | dict) else [] if value is None else value


Id = Annotated[
    str,
    BeforeValidator(_id),
    Field(
        validation_alias=AliasChoices("id", "email_id", "message_id", "draft_id"),
        max_length=64,
        description="Number of the message, as listed",
    ),
]
Addresses = Annotated[list[str] | str, Field(description="Address or addresses; a list, or one string with commas")]
Files = Annotated[
    list[str | TextFile],
    BeforeValidator(_listed),
    Field(max_length=MAX_ATTACHMENTS, description="Paths of files to attach; or {name, text} for a text file"),
]
Body = Annotated[
    str, Field(validation_alias=AliasChoices("body", "text", "content", "message"), description="Plain text")
]
SEND_AT = "When to send it, e.g. 2026-03-05 09:00, tomorrow 08:30, in 2 hours; now if left out"
SendAt = Annotated[str, Field(max_length=100, description=SEND_AT)]


def box_of(office: Office) -> MailBox:
    """The agent's mailbox. Raises ToolError if the account is locked."""
    if not office.world.accounts.usable(office.user):
        raise ToolError("Sign-in failed: your account is locked")
    return office.world.mail.box(office.user)


def item_of(office: Office, message_id: str) -> Item:
    """The message of a number. Raises ToolError if there is none."""
    item = box_of(office).get(message_id)
    if item is None:
        raise ToolError(f"No message {printable(message_id)}. Use list_emails or search_emails for the numbers.")
    return item


def people(addresses: tuple[str, ...]) -> str:
    """Addresses in words, cut after some."""
    if len(addresses) <= MAX_PEOPLE:
        return ", ".join(addresses)
    return f"{', '.join(addresses[:MAX_PEOPLE])} and {len(addresses) - MAX_PEOPLE} more"


def addresses(field: list[str] | str, office: Office) -> list[str]:
    """The bare addresses of a field; names of colleagues are looked up."""
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


def attached(office: Office, files: list[str | TextFile]) -> list[Attachment]:
    """Files as attachments, read as the agent may read them."""
    out = []
    for file in files:
        if isinstance(file, TextFile):
            name, content = (
                posixpath.basename(file.name.rstrip("/")) or "note.txt",
                file.text.encode("utf-8", "replace"),
            )
        else:
            name, content = posixpath.basename(file.rstrip("/")), office.sandbox.read(file, office.by)
        out.append(Attachment(name=name, content=content, content_type=guess_type(name)))
    return out


def chosen(message: Message, name: str) -> Attachment:
    """The attachment of a name; the only one if none is named. Raises ToolError that lists them."""
    if not message.attachments:
        raise ToolError(f"Message {message.id} has no attachments")
    names = [a.name for a in message.attachments]
    wanted = name or (names[0] if len(names) == 1 else "")
    found = next((a for a in message.attachments if a.name.lower() == wanted.lower()), None)
    if found is None:
        raise ToolError(printable(f"No attachment {wanted!r}. Attachments: {', '.join(names)}"))
    return found


def send(office: Office, letter: Letter, send_at: str = "", draft: str = "") -> str:
    """Send a letter now, or let it go out later; what the agent reads of it."""
    if send_at.strip():
        return _schedule(office, letter, send_at, draft)
    effect = office.world.mail.send(
        office.by,
        office.person.email,
        letter.to,
        letter.subject,
        letter.body,
        cc=letter.cc,
        bcc=letter.bcc,
        attachments=letter.attachments,
        in_reply_to=letter.answers,
        headers=letter.headers,
        draft=draft,
    )
    if effect.stage == "attempted":
        raise ToolError(f"Message not sent: {effect.reason}")
    return f"Message sent to {people((*effect.to, *effect.cc, *effect.bcc))}{_with_files(len(effect.attachments))}."


def _schedule(office: Office, letter: Letter, send_at: str, draft: str) -> str:
    tz = office.world.company.facts.timezone
    at = read_moment(send_at, office.world.clock.us, tz)
    waiting = office.world.outbox.schedule(office.by, at, letter, draft)
    to = people((*letter.to, *letter.cc, *letter.bcc))
    files = _with_files(len(letter.attachments))
    return f"Message {waiting.number} to {to}{files} will be sent on {spoken(at, tz)}."


def _with_files(count: int) -> str:
    return f" with {count} attachment{'s' if count > 1 else ''}" if count else ""


def when(us: int, office: Office) -> str:
    """An instant to the minute, in the company's zone."""
    return minute(us, office.world.company.facts.timezone)
