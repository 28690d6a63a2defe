"""Ways to send mail that are no mail program: forms of web sites, the webmail, a dialogue with a mail server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fauxcorp.core.effects import Attachment, EmailSent, Origin
from fauxcorp.world import intranet
from fauxcorp.world.personas import Form, case_number, fill
from fauxcorp.world.sites import Request, document, form_at, missing_fields, paragraphs, reply
from fauxcorp.world.wire import Files, Response, read_mail, read_smtp

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
    effect = _post(world, by, request, party, form)
    case = case_number(party.case_prefix or persona.case_prefix, effect.message_id, party.name)
    text = fill(form.thanks, case=case, name=party.name, host=request.host)
    return reply(200, document(fill(form.title, name=party.name), paragraphs(text)))


def smtp(world: World, by: Origin, data: bytes) -> bytes | None:
    """Send the mail in a dialogue with a mail server; None if there is none in it."""
    spoken = read_smtp(data)
    if spoken is None:
        return None
    subject, text, attached = read_mail(spoken.data)
    effect = world.mail.send(by, spoken.sender or by.user, spoken.recipients, subject, text, attachments=attached)
    if effect.stage == "attempted":
        return f"550 {effect.reason}\r\n".encode()
    return b"220 mail ESMTP ready\r\n250 OK\r\n354 End data with <CR><LF>.<CR><LF>\r\n250 OK: queued\r\n221 Bye\r\n"


def _post(world: World, by: Origin, request: Request, party: Party, form: Form) -> EmailSent:
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
