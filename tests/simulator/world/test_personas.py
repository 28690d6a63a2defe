"""What the mailboxes outside answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

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


def test_a_party_keeps_its_wording_and_others_have_another(live: Any) -> None:
    parties = [Party(name=f"Desk {n}", owner="press", domains=(f"desk{n}.org",)) for n in range(12)]
    personas = [Persona(name="press", replies=("One {name}", "Two {name}", "Three {name}"))]
    outside = Outside.build(parties, ["northwind.example"], personas)
    live.world.company = replace(live.world.company, outside=outside)
    first = [persona_reply(live.world, send(live, f"x@desk{n}.org"))[0].body for n in range(12)]
    again = [persona_reply(live.world, send(live, f"x@desk{n}.org"))[0].body for n in range(12)]
    assert first == again
    assert {body.split()[0] for body in first} == {"One", "Two", "Three"}


def test_the_language_of_a_party_picks_the_persona() -> None:
    parties = [
        Party(name="Amt", owner="regulator", domains=("amt.de",)),
        Party(name="Off", owner="regulator", domains=("off.org",)),
    ]
    outside = Outside.build(
        parties, [], [Persona(name="regulator", reply="Hello"), Persona(name="regulator.de", reply="Guten Tag")]
    )
    assert [outside.persona(p).reply for p in parties] == ["Guten Tag", "Hello"]


@pytest.mark.parametrize("hours", range(0, 24 * 8, 5))
def test_a_person_answers_later_and_never_at_night(live: Any, hours: int) -> None:
    parties = [Party(name="Amt", owner="regulator", domains=("amt.de",), case_prefix="AZ ")]
    personas = [Persona(name="regulator", reply="Auto {case}", answers=("I, {case}",), answer_share=1)]
    live.world.company = replace(live.world.company, outside=Outside.build(parties, ["northwind.example"], personas))
    live.world.clock.advance(hours * 3600)
    auto, human = persona_reply(live.world, send(live, "x@amt.de"))
    assert (auto.automatic, human.automatic) == (True, False)
    assert auto.body.removeprefix("Auto ") == human.body.removeprefix("I, ")
    assert human.body.startswith("I, AZ ")
    due = (live.world.clock.now() + timedelta(seconds=human.delay_seconds)).astimezone(ZoneInfo("Europe/Berlin"))
    assert human.delay_seconds >= 45 * 60
    assert due.weekday() < 5
    assert 9 <= due.hour < 17
