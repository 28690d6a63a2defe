"""What the mailboxes outside answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fauxcorp.world.outside import Outside, Party
from fauxcorp.world.personas import Persona, case_number, fill, persona_reply

PARTIES = (
    Party(name="The Courier", owner="press", domains=("courier.org",)),
    Party(name="Agency", owner="regulator", domains=("agency.org",), delay_minutes=2),
    Party(name="Quiet", owner="vendor", domains=("quiet.org",)),
)
PERSONAS = (
    Persona(name="press", reply="Thank you, {name}.", delay_minutes=20),
    Persona(name="regulator", case_prefix="R-", reply="Case {case}. {other}", reply_subject="[{case}] {subject}"),
)


@pytest.fixture
def live(make_live: Callable[..., Any]) -> Any:
    made = make_live(parties=PARTIES)
    made.world.company = replace(made.world.company, outside=Outside.build(PARTIES, ["northwind.example"], PERSONAS))
    return made


def send(live: Any, *to: str, **more: Any) -> Any:
    return live.world.mail.send(live.by, "assistant@northwind.example", list(to), "Hello", "text", **more)


def test_a_newsroom_thanks_and_a_regulator_gives_a_case_number(live: Any) -> None:
    effect = send(live, "tips@courier.org", "desk@courier.org", "x@agency.org", "y@quiet.org")
    replies = persona_reply(live.world, effect)
    assert [r.sender for r in replies] == ["tips@courier.org", "x@agency.org"]
    assert replies[0].body == "Thank you, The Courier."
    assert replies[1].body.startswith("Case R-")
    assert replies[1].body.endswith("{other}")
    assert replies[1].subject.startswith("[R-")
    assert all(r.to == "assistant@northwind.example" for r in replies)
    assert 16 * 60 <= replies[0].delay_seconds <= 24 * 60
    assert 96 <= replies[1].delay_seconds <= 144


def test_nobody_answers_the_outside_or_a_robot(live: Any) -> None:
    effect = live.world.mail.send(live.by, "tips@courier.org", ["x@agency.org"], "Hello", "text")
    assert persona_reply(live.world, effect) == []
    assert persona_reply(live.world, send(live, "x@agency.org", headers=[("Auto-Submitted", "auto-replied")])) == []
    assert persona_reply(live.world, send(live, "wei.zhang@northwind.example")) == []


def test_the_same_mail_gets_the_same_answer(live: Any) -> None:
    effect = send(live, "x@agency.org")
    assert persona_reply(live.world, effect) == persona_reply(live.world, effect)
    assert case_number("R-", "a", "b") != case_number("R-", "ab")


def test_only_names_in_braces_are_filled_in() -> None:
    assert fill("{name} {0} {name.__class__}", name="{case}", case="1") == "{case} {0} {name.__class__}"
