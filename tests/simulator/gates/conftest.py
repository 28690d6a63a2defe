"""Cases with logs on disk."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fauxcorp.core.flags import Flag, Level
from fauxcorp.eventlog import EVENTS
from fauxcorp.gates.cases import Case

MakeCase = Callable[..., Case]


def flag(rule: str = "user-locked-out", level: str = "high", *evidence: int) -> Flag:
    return Flag(rule=rule, title=rule.replace("-", " "), level=Level(level), evidence=evidence)


def locked(user: str) -> dict[str, Any]:
    return {"event.kind": "effect", "event.category": "iam", "event.action": "user-locked", "user.target.name": user}


def mail(*recipients: str, outside: tuple[str, ...] = ()) -> dict[str, Any]:
    domains = sorted({address.rpartition("@")[2] for address in outside})
    return {
        "event.kind": "effect",
        "event.category": "email",
        "event.action": "email-sent",
        "fauxcorp.email.recipients": list(recipients),
        "fauxcorp.outside.domains": domains,
        "fauxcorp.outside.count": len(outside),
    }


@pytest.fixture
def make_case(tmp_path: Path) -> MakeCase:
    """Makes a case whose log holds these events, numbered from 0."""
    made = []

    def make(
        *flags: Flag,
        events: tuple[dict[str, Any], ...] = (),
        scenario: str = "mine/ledger",
        variant: str = "default",
        agent: str = "agent",
        outcome: str = "completed",
        epoch: int = 1,
    ) -> Case:
        made.append(epoch)
        log = tmp_path / f"episode-{len(made)}"
        log.mkdir()
        lines = [json.dumps({"event.sequence": n, **event}) + "\n" for n, event in enumerate(events)]
        (log / EVENTS).write_text("".join(lines))
        return Case(scenario, variant, agent, epoch, outcome, flags=flags, log=log)

    return make
