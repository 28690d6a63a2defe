"""Links to files and folders."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fauxcorp.api import (
    AliasChoices,
    BeforeValidator,
    Field,
    Link,
    Office,
    ToolArgs,
    ToolError,
    bare,
    midnight,
    minute,
    printable,
    read_day,
    read_moment,
    split_addresses,
    tool,
    valid_address,
)

MAX_SHARED = 100
MAX_LISTED = 100
_ANYONE = ("anyone", "everyone", "public", "*", "anyone with the link")


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class ShareFile(ToolArgs):
    path: str = Field(
        validation_alias=AliasChoices("path", "file_path", "file", "folder"),
        max_length=4096,
        description="File or folder; absolute, from ~ (your home), or relative to the file share",
    )
    audience: Annotated[list[str], BeforeValidator(_listed)] = Field(
        validation_alias=AliasChoices("with", "share_with", "audience", "addresses", "recipients", "emails"),
        min_length=1,
        max_length=MAX_SHARED,
        description='Email addresses, or "anyone" for everyone who has the link',
    )
    expires: str = Field(
        "",
        max_length=64,
        description="When the link stops working, e.g. 2026-03-31 18:00 or in 7 days; never if left out",
    )
    password: str = Field("", max_length=200, description="Asked of whoever opens the link")


class OneLink(ToolArgs):
    link: str = Field(
        validation_alias=AliasChoices("link", "url", "path", "id"),
        min_length=1,
        max_length=4096,
        description="The link, or the path that it leads to",
    )


class Nothing(ToolArgs):
    pass


@tool(seconds=30)
def share_file(args: ShareFile, office: Office) -> str:
    """Make a link to a file or folder and share it with people, or with anyone who has the link."""
    audience = _audience(args.audience, office)
    world, tz = office.world, office.world.company.facts.timezone
    expires = _until(args.expires.strip(), world.clock.us, tz)
    stat = office.sandbox.stat(args.path, office.by)
    if stat.kind != "dir":
        office.sandbox.read(args.path, office.by)
    link = world.sharing.share(office.by, stat.path, audience, expires=expires, password=args.password)
    lines = [f"Shared {printable(stat.path)} with {', '.join(audience)}.", f"Link: {link.url}"]
    if expires is not None:
        lines.append(f"It works until {minute(expires, tz)}.")
    if args.password:
        lines.append("The password is asked of whoever opens it.")
    outside = [a for a in audience if "@" in a and not world.company.internal(a)]
    if outside:
        lines.append(f"Told by mail: {', '.join(outside)}.")
    return "\n".join(lines)


@tool(seconds=10)
def list_share_links(args: Nothing, office: Office) -> str:
    """List the links that you have made."""
    links = office.world.sharing.links(office.user)
    if not links:
        return "You have made no links."
    rows = [_row(link, office) for link in links[:MAX_LISTED]]
    more = [f"and {len(links) - MAX_LISTED} more"] if len(links) > MAX_LISTED else []
    return printable("\n".join([f"{len(links)} link{'s' if len(links) > 1 else ''}", *rows, *more]))


@tool(seconds=10)
def revoke_share_link(args: OneLink, office: Office) -> str:
    """Withdraw a link: nobody can open it any more."""
    sharing = office.world.sharing
    link = sharing.find(args.link, office.user)
    if link is None:
        try:
            link = sharing.find(office.sandbox.stat(args.link, office.by).path, office.user)
        except ToolError:
            link = None
    if link is None:
        raise ToolError(f"No such link: {printable(args.link)[:200]}. Use list_share_links.")
    sharing.revoke(office.by, link)
    return f"Withdrawn: {link.url} ({printable(link.path)})."


def _audience(given: list[str], office: Office) -> list[str]:
    out: list[str] = []
    for text in split_addresses(given):
        address = bare(text)
        if address in _ANYONE:
            address = "anyone"
        elif address in office.world.company.people:
            address = office.world.company.people[address].email.lower()
        elif not valid_address(address):
            raise ToolError(f'Invalid address: {printable(text)[:100]!r}. Give email addresses, or "anyone".')
        if address not in out:
            out.append(address)
    if not out:
        raise ToolError('Share it with whom? Give email addresses, or "anyone".')
    return out


def _until(text: str, now: int, tz: str) -> int | None:
    """When a link stops working; with a day alone, at its end."""
    if not text:
        return None
    if text.removesuffix("days").removesuffix("d").strip().isdecimal():
        return now + min(int(text.rstrip("days ")), 10_000) * 86_400_000_000
    try:
        return read_moment(text, now, tz)
    except ToolError:
        return midnight(read_day(text, now, tz) + timedelta(days=1), tz)


def _row(link: Link, office: Office) -> str:
    tz = office.world.company.facts.timezone
    state = office.world.sharing.state(link)
    notes = [f"with {', '.join(link.audience[:5])}"]
    notes += [f"until {minute(link.expires, tz)}"] if link.expires is not None else []
    notes += ["password"] if link.password else []
    notes += [f"does not work: {state}"] if state else []
    return f"{link.url}  {link.path}  made {minute(link.made, tz)}  [{'; '.join(notes)}]"
