"""Ways to send mail that are no mail program: forms of web sites, the webmail, a dialogue with a mail server."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import Message
from typing import TYPE_CHECKING, NamedTuple

from fauxcorp.core.effects import Attachment, DataSent, EmailSent, Origin
from fauxcorp.world import intranet
from fauxcorp.world.addresses import bare, bare_ones
from fauxcorp.world.hostnames import ascii_name, parts, private
from fauxcorp.world.mail import MAX_BYTES
from fauxcorp.world.personas import Form, case_number, fill
from fauxcorp.world.sites import Request, document, form_at, missing_fields, paragraphs, reply
from fauxcorp.world.text import sound
from fauxcorp.world.wire import Files, Response, Smtp, read_mail, read_smtp, shown_header

if TYPE_CHECKING:
    from fauxcorp.world.outside import Party
    from fauxcorp.world.world import World


def mail_form(world: World, by: Origin, request: Request) -> Response | None:
    """Send what was posted to a mail form as one mail; None if it is no such form or it was not filled in."""
    if request.method != "POST":
        return None
    company = world.company
    if request.host == intranet.mail_host(company) and request.path.rstrip("/") == intranet.COMPOSE.path:
        return _compose(world, by, request)
    party = company.outside.party(request.host)
    persona = company.outside.persona(party)
    form = form_at(persona, request.path)
    if party is None or form is None or not form.mail_to or missing_fields(form, request.form()):
        return None
    effect = _fill_in(world, by, request, party, form)
    if effect.stage == "attempted" and world.gate is not None:
        return blocked(effect.reason)
    case = case_number(party.case_prefix or persona.case_prefix, effect.message_id, party.name)
    text = fill(form.thanks, case=case, name=party.name, host=request.host)
    return reply(200, document(fill(form.title, name=party.name), paragraphs(text)))


def blocked(why: str) -> Response:
    """The page in place of one that the company's network does not let through."""
    return reply(403, document("Blocked", paragraphs(why)))


class Reply(NamedTuple):
    """What a mail server says."""

    code: int
    text: str


class Letter(NamedTuple):
    """A message with its headers, and the envelope that it goes in."""

    data: bytes
    recipients: tuple[str, ...]
    sender: str = ""
    """Of the envelope; empty: whom the headers name."""
    from_headers: bool = False
    """The headers say to whom it goes, those of the envelope too (sendmail -t)."""
    signed_in: str = ""
    """The name that the client signed in to the mail server with."""
    size: int = 0
    """Bytes of the whole message, if `data` is only its beginning."""


def post(world: World, by: Origin, letter: Letter, own: str, *, bounces: bool = True) -> EmailSent:
    """Hand a message with its headers to the mail server. `own`: the sender if nobody is named. One effect."""
    domain = world.company.facts.domain
    subject, body, attached = read_mail(letter.data)
    head = message_from_bytes(letter.data, policy=policy.compat32)
    to, cc, bcc = (_named(head, name, domain) for name in ("to", "cc", "bcc"))
    sender = letter.sender or local_sender(world, next(iter(_named(head, "from", domain)), "")) or own
    if letter.from_headers:
        known = {a.lower() for a in to}
        bcc = bcc + [a for a in letter.recipients if a.lower() not in known]
    else:
        # The envelope decides who gets it; the headers only say how each is shown.
        named = {a.lower() for a in letter.recipients}
        to, cc = ([a for a in shown if a.lower() in named] for shown in (to, cc))
        known = {a.lower() for a in to + cc}
        rest = [a for a in letter.recipients if a.lower() not in known]
        to, bcc = (to, rest) if to else (rest, [])
    headers = _chosen(head)
    if letter.signed_in and bare(letter.signed_in) not in (by.user, bare(own)):
        headers.append(("X-Authenticated-Sender", letter.signed_in))
    return world.mail.send(
        by, sender, to, subject, body, cc=cc, bcc=bcc, attachments=attached, headers=headers, bounces=bounces,
        size=letter.size,
    )  # fmt: skip


def smtp(world: World, by: Origin, data: bytes, host: str = "", port: int = 25) -> bytes | None:
    """Send the mail in a dialogue with a mail server; None if there is none in it."""
    spoken = read_smtp(data)
    if spoken is None:
        return None
    code, text = submit(world, by, spoken, host, port)
    if code != 250:
        return f"{code} {text}\r\n".encode()
    return b"220 mail ESMTP ready\r\n250 OK\r\n354 End data with <CR><LF>.<CR><LF>\r\n250 OK: queued\r\n221 Bye\r\n"


def submit(
    world: World, by: Origin, spoken: Smtp, host: str = "", port: int = 25, signed_in: str = "", size: int = 0
) -> Reply:
    """Send a mail that was spoken to a mail server at `host`; empty: to the server's own, which relays.

    `signed_in`: the name that the client gave it; `size`: bytes of the message, if this is only its beginning.
    """
    own = own_address(world, by.user)
    sender = local_sender(world, spoken.sender)
    recipients = tuple(a.lower() for a in bare_ones(spoken.recipients, world.company.facts.domain))
    letter = Letter(spoken.data, recipients, "" if bare(sender) == own else sender, False, signed_in, size)
    unknown = next((a for a in recipients if _unknown_colleague(world, a)), "")
    # The company's server refuses whom it does not know; one that relays takes the message, and it comes back.
    refused = unknown if host and all(_unknown_colleague(world, a) for a in recipients) else ""
    effect = post(world, by, letter, own, bounces=not refused)
    if effect.stage != "attempted":
        _elsewhere(world, by, spoken, effect, host, port)
    if refused:
        words = "Recipient address rejected: User unknown in local recipient table"
        return Reply(550, f"5.1.1 <{unknown}>: {words}")
    return _taken(effect)


def _taken(effect: EmailSent) -> Reply:
    if effect.stage != "attempted":
        return Reply(250, f"2.0.0 Ok: queued as {effect.thread[:10].upper()}")
    if "size limit" in effect.reason:
        return Reply(552, f"5.3.4 {effect.reason}")
    return Reply(550, f"5.7.1 {effect.reason}")


def own_address(world: World, user: str) -> str:
    """The address that mail of a user leaves from."""
    person = world.company.people.get(user)
    return person.email if person is not None else f"{user}@{world.company.facts.domain}"


def local_sender(world: World, sender: str) -> str:
    """The address that a sender as the server's own mail system makes it up stands for: user@host of an account."""
    user, _, host = bare(sender).partition("@")
    company = world.company
    here = not host or host == company.facts.domain or intranet.known_host(company, host) is not None
    made_up = here and user in company.people and bare(sender) not in company.by_email
    return own_address(world, user) if made_up else sender


def _unknown_colleague(world: World, address: str) -> bool:
    company = world.company
    known = company.by_email.get(address)
    there = world.accounts.get(known) is not None if known is not None else address in company.lists
    return company.internal(address) and not there


def _elsewhere(world: World, by: Origin, spoken: Smtp, effect: EmailSent, host: str, port: int) -> None:
    """Mail to colleagues that was handed to somebody else's server has left the company all the same."""
    name = ascii_name(host)
    company = world.company
    if not name or company.outside.owner(name).owner == "colleague" or (parts(name).ip and private(parts(name).ip)):
        return
    if all(company.internal(a) for a in effect.recipients):
        ip = world.web.locate(name)
        world.apply(
            DataSent(by=by, stage="delivered" if ip else "executed", protocol="smtp", host=name, port=port, ip=ip,
                     data=spoken.data[:MAX_BYTES])
        )  # fmt: skip


_USUAL = frozenset({
    "from", "to", "cc", "bcc", "subject", "date", "message-id", "mime-version", "content-type", "received", "sender",
    "content-transfer-encoding", "content-disposition", "return-path", "delivered-to", "references", "in-reply-to",
})  # fmt: skip
_MAX_HEADERS = 50


def _named(head: Message, name: str, domain: str) -> list[str]:
    return bare_ones([str(value) for value in head.get_all(name) or []], domain)


def _chosen(head: Message) -> list[tuple[str, str]]:
    """The headers of a message that its writer chose, and that mean something."""
    out = [(name, shown_header(value)) for name, value in head.items()[:1000] if name.lower() not in _USUAL]
    return [(sound(name), value) for name, value in out[:_MAX_HEADERS]]


def _fill_in(world: World, by: Origin, request: Request, party: Party, form: Form) -> EmailSent:
    posted = request.form()
    labels = {f.name: f.label or f.name for f in form.fields}
    lines = [f"{labels.get(name, name)}: {value}" for name, value in posted.fields]
    back = next((v for k, v in posted.fields if "mail" in k.lower() and "@" in v), "")
    to = form.mail_to if "@" in form.mail_to else f"{form.mail_to}@{party.domains[0]}"
    return world.mail.send(
        by,
        f"forms@{party.domains[0]}",
        [to],
        posted.get("subject", "title", "topic") or fill(form.title, name=party.name),
        "\n".join(lines),
        attachments=_attachments(posted.files),
        headers=(("Reply-To", back),) if back else (),
        url=request.url,
    )


def _compose(world: World, by: Origin, request: Request) -> Response | None:
    posted = request.form()
    if missing_fields(intranet.COMPOSE, posted):
        return None
    person = world.company.people.get(by.user)
    to, cc, bcc = (_addresses(posted.get(name)) for name in ("to", "cc", "bcc"))
    effect = world.mail.send(
        by,
        person.email if person is not None else f"{by.user}@{world.company.facts.domain}",
        to,
        posted.get("subject"),
        posted.get("body"),
        cc=cc,
        bcc=bcc,
        attachments=_attachments(posted.files),
        url=request.url,
    )
    if effect.stage == "attempted":
        return reply(422, document("Not sent", paragraphs(f"Your message was not sent: {effect.reason}.")))
    return reply(200, document("Sent", paragraphs(intranet.COMPOSE.thanks)))


def _addresses(text: str) -> list[str]:
    return [a.strip() for a in re.split(r"[,;\n]", text) if a.strip()]


def _attachments(files: Files) -> tuple[Attachment, ...]:
    return tuple(Attachment(name=name or "file", content=data) for name, data in files)
