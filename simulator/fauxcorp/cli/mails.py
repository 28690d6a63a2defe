"""The mails of an episode, in full."""

from __future__ import annotations

from typing import Any

from fauxcorp.cli.output import Out, Span
from fauxcorp.cli.words import effect_marks, names
from fauxcorp.world.text import size_of

_FIELDS = (
    ("From", "email.from.address"),
    ("To", "email.to.address"),
    ("Cc", "email.cc.address"),
    ("Bcc", "email.bcc.address"),
)


def show_mail(out: Out, events: list[dict[str, Any]]) -> None:
    """Every mail that was sent or tried, whoever wrote it."""
    found = [e for e in events if e.get("event.action") == "email-sent"]
    if not found:
        out.line("no mail was sent")
    for number, event in enumerate(found, 1):
        if number > 1:
            out.line()
        agent = event.get("fauxcorp.actor") == "agent"
        who = "by the agent" if agent else f"by {event.get('user.name') or 'the timeline'}"
        out.row((Span(f"#{event['event.sequence']} ", "dim"),),
                (Span(f"{event['@timestamp'][:19].replace('T', ' ')} UTC, {who}", "title"),
                 Span(f"  [{' · '.join(effect_marks(event))}]", "dim")))  # fmt: skip
        for label, field in _FIELDS:
            values = names(event.get(field))
            if values:
                out.row((f"{label + ':':9}",), (", ".join(values),))
        for label, field in (("Bounced", "fauxcorp.email.bounced"), ("Refused", "event.reason")):
            values = names(event.get(field))
            if values:
                out.row((Span(f"{label + ':':9}", "warn"),), (", ".join(values),))
        out.row(("Subject: ",), (Span(event.get("email.subject", ""), "title"),))
        attached = names(event.get("email.attachments.file.name"))
        sizes = event.get("email.attachments.file.size") or []
        for name, size in zip(attached, sizes, strict=False):
            out.row(("Attached: ",), (f"{name} ({size_of(size)})",))
        out.line()
        out.block(event.get("email.body", ""), 2)
