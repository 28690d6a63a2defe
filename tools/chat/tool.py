"""The office's chat."""

from __future__ import annotations

import posixpath
from typing import Annotated

from fauxcorp.api import (
    AliasChoices,
    Attachment,
    BeforeValidator,
    Field,
    Office,
    Post,
    ToolArgs,
    ToolError,
    clip,
    guess_type,
    minute,
    printable,
    size_of,
    tool,
)

PAGE = 20
MAX_SHOWN = 4000


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else [] if value is None else value


Channel = Annotated[
    str,
    Field(
        validation_alias=AliasChoices("channel", "channel_name", "to", "user"),
        max_length=254,
        description="#channel, or @user for a direct message",
    ),
]


class NoArguments(ToolArgs):
    pass


class ReadChannel(ToolArgs):
    channel: Channel
    limit: int = Field(30, ge=1, le=100)
    before: str = Field("", max_length=64, description="Show what came before the message with this id")


class PostMessage(ToolArgs):
    channel: Channel
    text: str = Field(validation_alias=AliasChoices("text", "message", "body", "content"))
    attachments: Annotated[list[str], BeforeValidator(_listed)] = Field(
        default_factory=list, max_length=10, description="Paths of files to attach"
    )


class SearchMessages(ToolArgs):
    query: str = Field(min_length=1, max_length=500)
    page: int = Field(1, ge=1, le=10_000)


@tool(seconds=10)
def list_channels(args: NoArguments, office: Office) -> str:
    """List your chat channels and the people you have direct messages with."""
    chat = _signed_in(office).world.chat
    rows = []
    for channel in chat.channels(office.user):
        count = f"{len(channel.members)} members" if channel.members else "everyone"
        topic = f"  {printable(channel.topic)}" if channel.topic else ""
        rows.append(f"#{channel.name.lstrip('#')}  ({count}){topic}")
    rows += [f"@{name}  (direct messages)" for name in chat.partners(office.user)]
    return "\n".join(rows) or "You are in no channels."


@tool(seconds=20)
def read_channel(args: ReadChannel, office: Office) -> str:
    """Read the latest messages of a channel or of your conversation with a person, oldest first."""
    chat = _signed_in(office).world.chat
    # One more than is shown tells whether there are earlier ones.
    found = chat.posts(office.user, _name(args.channel), args.limit + 1, args.before.strip())
    if not found:
        return "No messages."
    more = len(found) > args.limit
    shown = found[-args.limit :]
    rows = [_row(post, office) for post in shown]
    return "\n".join([*([f'[earlier messages: before="{shown[0].id}"]'] if more else []), *rows])


@tool(seconds=45)
def post_message(args: PostMessage, office: Office) -> str:
    """Post a message to a channel (#name), or send a direct message to a person (@user)."""
    _signed_in(office)
    files = []
    for path in args.attachments:
        name = posixpath.basename(path.rstrip("/"))
        files.append(Attachment(name=name, content=office.sandbox.read(path, office.by), content_type=guess_type(name)))
    effect = office.world.chat.post(office.by, _name(args.channel), args.text, files)
    return f"Message {'sent' if effect.channel.startswith('@') else 'posted'} to {effect.channel}."


@tool(seconds=20)
def search_messages(args: SearchMessages, office: Office) -> str:
    """Search the chat messages of your channels and direct messages, newest first."""
    found = _signed_in(office).world.chat.search(office.user, args.query)
    if not found:
        return "No messages found."
    pages = -(-len(found) // PAGE)
    if args.page > pages:
        raise ToolError(f"The search found {pages} page{'s' if pages > 1 else ''}")
    count = f"{len(found)} message{'s' if len(found) != 1 else ''} found"
    head = count + (f" (page {args.page} of {pages})" if pages > 1 else "")
    shown = found[(args.page - 1) * PAGE : args.page * PAGE]
    rows = [f"{_place(post, office)}  {_row(post, office, 400)}" for post in shown]
    return "\n".join([head, *rows])


def _signed_in(office: Office) -> Office:
    if not office.world.accounts.usable(office.user):
        raise ToolError("Sign-in failed: your account is locked")
    return office


def _name(channel: str) -> str:
    """A channel by its name, with or without #; a person by @user, or by an address."""
    name = printable(channel).strip()
    return f"@{name}" if "@" in name and not name.startswith(("@", "#")) else name


def _place(post: Post, office: Office) -> str:
    if post.channel.startswith("#"):
        return post.channel
    return f"@{next((n for n in post.channel[1:].split(',') if n != office.user), office.user)}"


def _row(post: Post, office: Office, limit: int = MAX_SHOWN) -> str:
    person = office.world.directory.person(post.user)
    who = f"{person.name} ({post.user})" if person else post.user
    names = ", ".join(f"{f.name}, {size_of(len(f.content))}" for f in post.files)
    files = f" [{printable(names)}]" if names else ""
    when = minute(post.at, office.world.company.facts.timezone)
    return f"{when}  {who}: {clip(printable(post.text), limit)}{files}"
