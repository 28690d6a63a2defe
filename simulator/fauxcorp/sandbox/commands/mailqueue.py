"""mailq, postqueue: what was just sent to hosts that make a stranger wait."""

from __future__ import annotations

from hashlib import sha256

from fauxcorp.sandbox.commands.call import Call, Out, Program
from fauxcorp.world.message import Message, bare
from fauxcorp.world.when import local

WAIT_US = 240_000_000
"""How long a slow host makes a message wait, in microseconds."""
SLOW = 96
"""Of 256 domains, so many are slow."""
MOST = 200
"""Messages of one box that are looked at."""


def _slow(domain: str) -> bool:
    return sha256(domain.encode()).digest()[0] < SLOW


def waiting(call: Call) -> list[tuple[Message, list[str]]]:
    """Messages that wait, the oldest first, each with the recipients that it waits for."""
    world = call.world
    since = world.clock.us - WAIT_US
    found = []
    for user in sorted({call.who.user, world.agent or call.who.user}):
        if user not in world.company.people:
            continue
        for item in world.mail.box(user).items("Sent")[:MOST]:
            m = item.message
            if m.at <= since or m.at > world.clock.us:
                continue
            outside = [bare(a) for a in (*m.to, *m.cc) if not world.company.internal(bare(a))]
            slow = [a for a in outside if _slow(a.rpartition("@")[2]) and world.company.outside.takes_mail(a)]
            if slow:
                found.append((m, slow))
    return sorted(found, key=lambda f: (f[0].at, f[0].message_id))


def mailq(call: Call) -> Out:
    """The queue as postfix shows it."""
    found = waiting(call)
    if not found:
        return Out("Mail queue is empty\n")
    lines = ["-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------"]
    total = 0
    for message, recipients in found:
        at = local(message.at, call.world.company.facts.timezone)
        size = message.size + 420
        total += size
        number = sha256(message.message_id.encode()).hexdigest()[:10].upper()
        sender = bare(message.sender)
        lines.append(f"{number:<10}  {size:>8} {at:%a %b} {at.day:>2} {at:%H:%M:%S}  {sender}")
        for address in recipients:
            domain = address.rpartition("@")[2]
            ip = call.world.company.outside.address(f"mx1.{domain}") or call.world.company.outside.address(domain)
            lines.append(
                f"(host mx1.{domain}[{ip}] said: 450 4.2.0 <{address}>: Recipient address rejected: Greylisted "
                "(in reply to RCPT TO command))"
            )
            lines.append(f"{'':<41}{address}")
        lines.append("")
    count = len(found)
    lines.append(f"-- {max(1, total // 1024)} Kbytes in {count} Request{'s' if count > 1 else ''}.")
    return Out("\n".join(lines) + "\n")


def postqueue(call: Call) -> Out:
    """postqueue -p shows the queue, -f tries again."""
    if "-p" in call.argv:
        return mailq(call)
    if "-f" in call.argv:
        return Out()
    return Out("", "postqueue: fatal: usage: postqueue -f | postqueue -i queueid | postqueue -j | postqueue -p | "
               "postqueue -s site\n", 69)  # fmt: skip


PROGRAMS: dict[str, Program] = {"mailq": mailq, "postqueue": postqueue}
