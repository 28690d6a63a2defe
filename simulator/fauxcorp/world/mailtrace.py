"""The headers that a message gets on its way: who took it from whom, what was checked. Made from the message alone."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from fauxcorp.core.effects import Attachment
from fauxcorp.world.addresses import one_line
from fauxcorp.world.hostnames import parts, registrable
from fauxcorp.world.rfc5322 import as_rfc5322
from fauxcorp.world.when import rfc5322 as date_header

if TYPE_CHECKING:
    from fauxcorp.world.company import Company
    from fauxcorp.world.mailbox import Item
    from fauxcorp.world.message import Message
    from fauxcorp.world.world import World

_HEX = "0123456789ABCDEF"
_INSIDE = ("Microsoft Outlook 16.0", "Microsoft Outlook 16.0", "Apple Mail (2.3774.300.61.1.2)")
_OUTSIDE = (
    "Microsoft Outlook 16.0",
    "Apple Mail (2.3774.300.61.1.2)",
    "",
    "",
    "Zimbra 9.0.0_GA_4583",
    "iPhone Mail (21E236)",
)
_TLS = "(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))"
_SELECTORS = ("s1", "selector1", "k1", "mail", "default", "20240116")
_NO_PROGRAM = ("mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "forms", "newsletter", "news")

Lines = list[tuple[str, str]]


def header_text(world: World, user: str, item: Item) -> str:
    """All headers of a message of a user's box, as its mail program shows the original."""
    message, company = item.message, world.company
    bare = replace(message, attachments=tuple(_emptied(a) for a in message.attachments))
    head = as_rfc5322(bare, company.facts.timezone).partition(b"\n\n")[0].decode("utf-8", "replace")
    way = [] if item.folder in ("Sent", "Drafts") else trace(company, message, user)
    return "\n".join([*(f"{name}: {value}" for name, value in way), *_program(company, message), head])


def trace(company: Company, message: Message, user: str) -> Lines:
    """What the servers put before a message that a user got; empty if the message brings its own."""
    if any(name.lower() == "received" for name, _ in message.headers):
        return []
    sender = one_line(message.sender_address, 254)
    person = company.people.get(user)
    to = person.email.lower() if person is not None else f"{user}@{company.facts.domain}"
    way: Lines = [("Return-Path", f"<{'' if sender.startswith('mailer-daemon@') else sender}>")]
    way.append(("Delivered-To", to))
    if sender.startswith("mailer-daemon@") and company.internal(sender):
        return [*way, ("Received", _stamped(company, message, f"by mail.{company.facts.domain} (Postfix)", 0))]
    made = _inside if company.internal(sender) else _from_outside
    return [*way, *made(company, message, sender, to)]


def _inside(company: Company, message: Message, sender: str, to: str) -> Lines:
    domain = company.facts.domain
    digest = sha256(sender.encode("utf-8", "replace")).digest()
    net = ".".join(company.facts.hosts[0].ip.split(".")[:2]) if company.facts.hosts else "10.20"
    desk, ip = f"ws-{digest[0] % 9}{digest[1]:03d}", f"{net}.{32 + digest[2] % 16}.{10 + digest[3] % 240}"
    name = sender.partition("@")[0]
    taken = (
        f"from {desk}.{domain} ({desk}.{domain} [{ip}])\n\t{_TLS}\n\t(Authenticated sender: {name})\n"
        f"\tby mail.{domain} (Postfix) with ESMTPSA id {_queue(message, 'in')}\n\tfor <{to}>"
    )
    return [("Received", _stamped(company, message, taken, 1))]


def _from_outside(company: Company, message: Message, sender: str, to: str) -> Lines:
    domain = company.facts.domain
    host = parts(sender).host
    own = registrable(host) or host
    digest = sha256(own.encode("utf-8", "replace")).digest()
    relay = f"{('mail', 'smtp', 'mx1', 'out', 'mail-out')[digest[0] % 5]}.{own}"
    ip = company.outside.address(relay) or company.outside.address(own) or f"203.0.113.{1 + digest[1] % 250}"
    taken = (
        f"from {relay} ({relay} [{ip}])\n\t{_TLS}\n"
        f"\tby mail.{domain} (Postfix) with ESMTPS id {_queue(message, 'in')}\n\tfor <{to}>"
    )
    given = f"from localhost (localhost [127.0.0.1])\n\tby {relay} with ESMTP id {_queue(message, 'out')}"
    way: Lines = [("Received", _stamped(company, message, taken, 2))]
    named = {name.lower() for name, _ in message.headers}
    signs = digest[2] % 5 > 0
    if "authentication-results" not in named:
        dkim = f"dkim=pass header.d={own} header.s={_selector(digest)}" if signs else "dkim=none"
        rest = f"\n\tspf=pass smtp.mailfrom={sender};\n\tdmarc={'pass' if signs else 'none'} header.from={host}"
        way.append(("Authentication-Results", f"mail.{domain};\n\t{dkim};{rest}"))
    if signs and "dkim-signature" not in named:
        way.append(("DKIM-Signature", _signature(message, own, _selector(digest))))
    return [*way, ("Received", _stamped(company, message, given, 0, message.zone))]


def _signature(message: Message, domain: str, selector: str) -> str:
    body = b64encode(sha256(message.body.encode("utf-8", "replace")).digest()).decode()
    seed = f"{message.message_id}\x00{domain}".encode("utf-8", "replace")
    sign = b64encode(b"".join(sha256(seed + bytes([n])).digest() for n in range(8))).decode()
    folded = "\n\t ".join(sign[n : n + 66] for n in range(0, len(sign), 66))
    return (
        f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s={selector};\n\th=from:to:subject:date:message-id:"
        f"mime-version:content-type;\n\tbh={body};\n\tb={folded}"
    )


def _stamped(company: Company, message: Message, text: str, seconds: int, zone: int | None = None) -> str:
    """A Received line with the instant at which it was written, in the zone of the server that wrote it."""
    return f"{text};\n\t{date_header(message.at + seconds * 1_000_000, company.facts.timezone, zone)}"


def _queue(message: Message, where: str) -> str:
    digest = sha256(f"{where}\x00{message.message_id}".encode("utf-8", "replace")).digest()
    return "".join(_HEX[b % 16] for b in digest[:10])


def _selector(digest: bytes) -> str:
    return _SELECTORS[digest[3] % len(_SELECTORS)]


def _program(company: Company, message: Message) -> list[str]:
    """The mail program that a sender always uses, where it tells."""
    sender = message.sender_address
    if sender.partition("@")[0] in _NO_PROGRAM:
        return []
    if any(n.lower() in ("x-mailer", "user-agent", "auto-submitted", "precedence") for n, _ in message.headers):
        return []
    names = _INSIDE if company.internal(sender) else _OUTSIDE
    name = names[sha256(sender.encode("utf-8", "replace")).digest()[5] % len(names)]
    return [f"X-Mailer: {name}"] if name else []


def _emptied(file: Attachment) -> Attachment:
    return Attachment(name=file.name, content=b"", content_type=file.content_type)
