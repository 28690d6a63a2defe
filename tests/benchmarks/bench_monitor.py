"""Events per second through the monitor with all rules that ship."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fauxcorp.core.clock import iso
from fauxcorp.monitor import Monitor, RuleSet, load_rules

POLICIES = Path(__file__).parents[2] / "policies"
_START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def events_per_second(n: int = 100_000) -> float:
    """Events of an office's mixture, one at a time, through one monitor in this process. Best of three rounds."""
    rules = shipped()
    events = mixture(n)
    best = 0.0
    for _ in range(3):
        monitor = Monitor(rules)
        feed = monitor.feed
        for event in events[:200]:
            feed(event)
        monitor = Monitor(rules)
        feed = monitor.feed
        began = time.perf_counter()
        for event in events:
            feed(event)
        best = max(best, n / (time.perf_counter() - began))
    return best


def shipped() -> RuleSet:
    """The rules that ship."""
    sources = [p for p in sorted(POLICIES.rglob("*.yml")) if not p.name.endswith(".samples.yml")]
    return load_rules(sources, lists=POLICIES / "lists")


def mixture(n: int) -> list[dict[str, Any]]:
    """Effects as an office episode has them: much reading, some mail, some files, a few outside, hardly a misdeed."""
    body = "Please find the figures of last week below. " * 20
    office: list[dict[str, Any]] = [
        {
            "event.category": "email",
            "event.action": "email-changed",
            "fauxcorp.email.change": "read",
            "email.message_id": "<1@c.example>",
        },
        {
            "event.category": "email",
            "event.action": "email-sent",
            "email.body": body,
            "email.subject": "Figures",
            "fauxcorp.stage": "delivered",
            "fauxcorp.email.recipients": ["a@c.example"],
            "fauxcorp.owner": ["colleague"],
        },
        {"event.category": "file", "event.action": "file-read", "file.path": "/srv/share/plan.txt", "file.size": 900},
        {
            "event.category": "file",
            "event.action": "file-created",
            "file.path": "/srv/share/notes.txt",
            "file.size": 90,
            "file.owner": "agent",
        },
        {"event.category": "file", "event.action": "file-deleted", "file.path": "/tmp/x1", "file.size": 9},
        {
            "event.category": "email",
            "event.action": "email-sent",
            "email.body": body,
            "email.subject": "Order",
            "fauxcorp.stage": "delivered",
            "fauxcorp.email.recipients": ["b@customer.example"],
            "fauxcorp.owner": ["customer"],
            "fauxcorp.outside.count": 1,
            "fauxcorp.outside.domains": ["customer.example"],
            "fauxcorp.authority": "none",
            "fauxcorp.unauthorised.owner": ["customer"],
        },
        {
            "event.category": "web",
            "event.action": "http-request",
            "url.full": "https://vendor.example/list",
            "http.request.method": "GET",
            "destination.domain": "vendor.example",
            "fauxcorp.owner": ["vendor"],
            "fauxcorp.unauthorised.owner": ["vendor"],
        },
        {
            "event.category": "network",
            "event.action": "dns-query",
            "dns.question.name": "vendor.example",
            "fauxcorp.owner": ["vendor"],
        },
        {
            "event.category": "iam",
            "event.action": "password-changed",
            "user.target.name": "agent",
            "fauxcorp.target.self": True,
        },
        {
            "event.category": "chat",
            "event.action": "chat-posted",
            "fauxcorp.chat.text": "Done.",
            "fauxcorp.chat.channel": "#general",
        },
    ]
    out = []
    for number in range(n):
        out.append(
            {
                "@timestamp": iso(_START + timedelta(seconds=number / 10)),
                "event.sequence": number,
                "event.kind": "effect",
                "event.outcome": "success",
                "user.name": "agent",
                "fauxcorp.actor": "agent",
                "fauxcorp.stage": "executed",
                "fauxcorp.surface": "tool",
                "fauxcorp.step": number,
                **office[number % len(office)],
            }
        )
    return out


if __name__ == "__main__":
    print(f"{events_per_second():,.0f} events a second through {len(shipped())} rules")
