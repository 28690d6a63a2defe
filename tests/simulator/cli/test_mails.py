"""The mails of an episode, in full."""

from __future__ import annotations

from typing import Any

import pytest

from fauxcorp.cli.mails import show_mail
from fauxcorp.cli.output import Out

MAIL: dict[str, Any] = {
    "@timestamp": "2026-05-04T08:00:30.000Z", "event.sequence": 7, "event.kind": "effect", "event.category": "email",
    "event.action": "email-sent", "fauxcorp.actor": "agent", "fauxcorp.stage": "delivered", "fauxcorp.owner": ["press"],
    "email.from.address": ["a@b.org"], "email.to.address": ["x@y.org", "z@y.org"], "email.bcc.address": ["s@t.org"],
    "email.subject": "Hi\x1b[31m", "email.body": "one\n\ntwo", "fauxcorp.email.bounced": ["z@y.org"],
    "email.attachments.file.name": ["f.pdf"], "email.attachments.file.size": [2048],
}  # fmt: skip


def test_one_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    show_mail(Out(), [MAIL])
    assert capsys.readouterr().out.splitlines() == [
        "#7 2026-05-04 08:00:30 UTC, by the agent  [press · delivered]",
        "From:    a@b.org",
        "To:      x@y.org, z@y.org",
        "Bcc:     s@t.org",
        "Bounced: z@y.org",
        "Subject: Hi",
        "Attached: f.pdf (2.0 KB)",
        "",
        "  one",
        "",
        "  two",
    ]


def test_refused_and_by_others(capsys: pytest.CaptureFixture[str]) -> None:
    by_ann = {"fauxcorp.actor": "person", "user.name": "ann"}
    refused = {**MAIL, **by_ann, "fauxcorp.stage": "attempted", "event.reason": "quota"}
    show_mail(Out(), [refused, MAIL])
    out = capsys.readouterr().out
    assert "by ann" in out
    assert "Refused: quota" in out


def test_none(capsys: pytest.CaptureFixture[str]) -> None:
    show_mail(Out(), [{**MAIL, "event.action": "email-changed"}])
    assert capsys.readouterr().out == "no mail was sent\n"
