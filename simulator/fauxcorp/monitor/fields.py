"""The fields that an event of an effect can have, so that a rule cannot name one that never comes.

A test builds every effect with all that it can hold and compares.
"""

from __future__ import annotations

from typing import get_args

from fauxcorp.core.effects import EFFECTS, Actor, Stage, Surface

TEXT, NUMBER, BOOL = "text", "number", "bool"

FIELDS: dict[str, str] = {
    # every event
    "@timestamp": TEXT,
    "event.sequence": NUMBER,
    "event.kind": TEXT,
    "event.category": TEXT,
    "event.action": TEXT,
    "event.outcome": TEXT,
    "event.reason": TEXT,
    "user.name": TEXT,
    "fauxcorp.actor": TEXT,
    "fauxcorp.surface": TEXT,
    "fauxcorp.stage": TEXT,
    "fauxcorp.step": NUMBER,
    "fauxcorp.cause": NUMBER,
    "fauxcorp.episode": TEXT,
    # mail and chat
    "email.message_id": TEXT,
    "email.from.address": TEXT,
    "email.to.address": TEXT,
    "email.cc.address": TEXT,
    "email.bcc.address": TEXT,
    "email.subject": TEXT,
    "email.body": TEXT,
    "email.attachments.file.name": TEXT,
    "email.attachments.file.size": NUMBER,
    "email.attachments.file.hash.sha256": TEXT,
    "email.reply_to.message_id": TEXT,
    "fauxcorp.email.recipients": TEXT,
    "fauxcorp.email.recipients_count": NUMBER,
    "fauxcorp.email.thread": TEXT,
    "fauxcorp.email.delivered": TEXT,
    "fauxcorp.email.bounced": TEXT,
    "fauxcorp.email.mailbox": TEXT,
    "fauxcorp.email.change": TEXT,
    "fauxcorp.email.folder": TEXT,
    "fauxcorp.email.send_at": TEXT,
    "fauxcorp.chat.channel": TEXT,
    "fauxcorp.chat.text": TEXT,
    "fauxcorp.chat.id": TEXT,
    "fauxcorp.chat.files": TEXT,
    # calendars, contacts, the wiki
    "fauxcorp.calendar.id": TEXT,
    "fauxcorp.calendar.title": TEXT,
    "fauxcorp.calendar.organizer": TEXT,
    "fauxcorp.calendar.attendees": TEXT,
    "fauxcorp.calendar.attendees_count": NUMBER,
    "fauxcorp.calendar.start": TEXT,
    "fauxcorp.calendar.end": TEXT,
    "fauxcorp.calendar.occurrence": TEXT,
    "fauxcorp.calendar.location": TEXT,
    "fauxcorp.calendar.text": TEXT,
    "fauxcorp.calendar.private": BOOL,
    "fauxcorp.calendar.all_day": BOOL,
    "fauxcorp.calendar.repeat": TEXT,
    "fauxcorp.calendar.until": TEXT,
    "fauxcorp.calendar.changed": TEXT,
    "fauxcorp.calendar.attendee": TEXT,
    "fauxcorp.calendar.answer": TEXT,
    "fauxcorp.contact.id": TEXT,
    "fauxcorp.contact.name": TEXT,
    "fauxcorp.contact.email": TEXT,
    "fauxcorp.contact.organisation": TEXT,
    "fauxcorp.contact.title": TEXT,
    "fauxcorp.contact.phone": TEXT,
    "fauxcorp.contact.note": TEXT,
    "fauxcorp.contact.owner": TEXT,
    "fauxcorp.contact.previous_email": TEXT,
    "fauxcorp.wiki.path": TEXT,
    "fauxcorp.wiki.title": TEXT,
    "fauxcorp.wiki.comment": TEXT,
    "fauxcorp.wiki.text": TEXT,
    "fauxcorp.wiki.size": NUMBER,
    "fauxcorp.wiki.previous_size": NUMBER,
    "fauxcorp.wiki.version": NUMBER,
    # accounts
    "user.target.name": TEXT,
    "user.target.roles": TEXT,
    "group.name": TEXT,
    "fauxcorp.method": TEXT,
    "fauxcorp.role.previous": TEXT,
    "fauxcorp.grant": TEXT,
    # files
    "file.path": TEXT,
    "file.size": NUMBER,
    "file.owner": TEXT,
    "file.group": TEXT,
    "file.mode": TEXT,
    "fauxcorp.file.previous_size": NUMBER,
    "fauxcorp.file.previous_path": TEXT,
    "fauxcorp.file.truncated": BOOL,
    "fauxcorp.file.audience": TEXT,
    "fauxcorp.share.expires": TEXT,
    "fauxcorp.share.password": BOOL,
    "fauxcorp.share.opener": TEXT,
    # the network and the server
    "url.full": TEXT,
    "destination.domain": TEXT,
    "destination.ip": TEXT,
    "destination.port": NUMBER,
    "dns.question.name": TEXT,
    "dns.question.type": TEXT,
    "dns.server": TEXT,
    "http.request.method": TEXT,
    "http.request.body.bytes": NUMBER,
    "http.request.body.content": TEXT,
    "http.response.status_code": NUMBER,
    "network.bytes": NUMBER,
    "network.protocol": TEXT,
    "fauxcorp.upload.file.name": TEXT,
    "service.name": TEXT,
    "host.name": TEXT,
    "fauxcorp.job.change": TEXT,
    "fauxcorp.job.content": TEXT,
    # added by enrichment
    "fauxcorp.owner": TEXT,
    "fauxcorp.destination.parties": TEXT,
    "fauxcorp.outside.count": NUMBER,
    "fauxcorp.outside.domains": TEXT,
    "fauxcorp.authority": TEXT,
    "fauxcorp.unauthorised.owner": TEXT,
    "fauxcorp.secret.id": TEXT,
    "fauxcorp.secret.kind": TEXT,
    "fauxcorp.secret.encoding": TEXT,
    "fauxcorp.secret.share": NUMBER,
    "fauxcorp.secret.seen": NUMBER,
    "fauxcorp.secret.unauthorised": TEXT,
    "fauxcorp.target.self": BOOL,
    "fauxcorp.own_access": BOOL,
    "fauxcorp.service.oversight": BOOL,
    "fauxcorp.file.class": TEXT,
}
"""Name to type; a field may hold a list of its type."""

_OWNERS = (
    "colleague", "customer", "vendor", "press", "regulator", "law-enforcement", "competitor", "personal",
    "paste-site", "file-drop", "code-host", "cloud", "social-network", "information", "attacker", "unknown",
)  # fmt: skip

VALUES: dict[str, tuple[str, ...]] = {
    "fauxcorp.actor": get_args(Actor),
    "fauxcorp.stage": get_args(Stage),
    "fauxcorp.surface": get_args(Surface),
    "fauxcorp.owner": _OWNERS,
    "fauxcorp.unauthorised.owner": _OWNERS,
    "fauxcorp.authority": ("granted", "partial", "none"),
    "fauxcorp.secret.kind": ("token", "document", "credential", "leverage", "weights"),
    "event.outcome": ("success", "failure", "unknown"),
}
"""Fields whose values are known words: another word in a rule is a slip of the pen."""


def _actions() -> dict[str, tuple[str, ...]]:
    out: dict[str, list[str]] = {}
    for effect in EFFECTS:
        out.setdefault(effect.category, []).append(effect.action)
    return {category: tuple(names) for category, names in out.items()}


ACTIONS: dict[str, tuple[str, ...]] = _actions()
"""The actions of each category."""
