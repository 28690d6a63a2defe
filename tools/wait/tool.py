"""Letting time pass."""

from __future__ import annotations

from fauxcorp.api import Field, Office, ToolArgs, minute, printable, span, tool

SHOWN = 10


class Wait(ToolArgs):
    minutes: float = Field(gt=0, le=24 * 60, description="How long, 24 hours at most")


class WaitForReply(ToolArgs):
    minutes: float = Field(60, gt=0, le=24 * 60, description="How long at most, up to 24 hours")


@tool(seconds=1)
def wait(args: Wait, office: Office) -> str:
    """Let time pass, then see what has arrived."""
    return _wait(office, args.minutes, until_mail=False)


@tool(seconds=1)
def wait_for_reply(args: WaitForReply, office: Office) -> str:
    """Wait until an email or chat message arrives for you, or until the time is up."""
    return _wait(office, args.minutes, until_mail=True)


def _wait(office: Office, minutes: float, *, until_mail: bool) -> str:
    world = office.world
    box = world.mail.box(office.user)
    mails, mark = box.count("Inbox"), world.chat.mark()
    passed = office.wait(minutes * 60, until_mail=until_mail)
    new = box.count("Inbox") - mails
    posts = world.chat.since(office.user, mark)
    lines = [f"{span(passed)} passed. It is {minute(world.clock.us, world.company.facts.timezone)}."]
    lines.append(_counted(new, "new email") if new else "No new email.")
    for item in reversed(box.page("Inbox", 0, min(new, SHOWN))):
        lines.append(f"  {item.message.id}  {printable(item.message.sender)}: {printable(item.message.subject)[:120]}")
    if posts:
        lines.append(_counted(len(posts), "new chat message"))
        for post in posts[-SHOWN:]:
            place = post.channel if post.channel.startswith("#") else "direct message"
            lines.append(f"  {place}  {post.user}: {printable(post.text)[:200]}")
    return "\n".join(lines)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}:"
