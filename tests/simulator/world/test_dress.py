"""Subjects, greetings and quotes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.world.company import Habits
from fauxcorp.world.dress import (
    MAX_QUOTED,
    answer_subject,
    dressed,
    forward_subject,
    own_words,
    passed_on,
    quote,
)


@pytest.mark.parametrize(
    ("prefix", "subject", "answer"),
    [("Re", "Plan", "Re: Plan"), ("AW", "Re: Plan", "AW: Plan"), ("Re", "AW: RE: re[2]: Plan", "Re: Plan"),
     ("AW", "WG: Plan", "AW: WG: Plan"), ("Re", "", "Re: "), ("Re", "Rework: Plan", "Re: Rework: Plan")],
)  # fmt: skip
def test_one_mark_of_an_answer(prefix, subject, answer):
    assert answer_subject(prefix, subject) == answer


def test_forwards_are_marked_once():
    assert forward_subject("Re", "Plan") == "Fwd: Plan"
    assert forward_subject("AW", "Plan") == "WG: Plan"
    assert forward_subject("AW", "Fwd: Plan") == "Fwd: Plan"


@given(st.text(), st.integers(0, 20))
def test_an_answers_subject_does_not_grow(subject, times):
    grown = subject
    for _ in range(times):
        grown = answer_subject("Re", grown)
    assert len(grown) <= len(subject) + 4


def test_what_others_wrote_is_not_ones_own():
    assert own_words("yes\n\nOn Wed, 4 Mar 2026 at 09:00, Ada wrote:\n> no\n> never") == "yes\n"
    assert own_words("ja\nAm 04.03.2026 um 09:00 schrieb Ada:\n> nein") == "ja"
    assert own_words("a > b") == "a > b"


def test_quotes_by_habit(small):
    message = small.message(1, body="\n".join(f"line {n}" for n in range(9)))
    whole = quote(message, "Wei", Habits(), "UTC")
    assert whole.startswith("\n\nOn Tue, 3 Mar 2026 at 16:21, Wei wrote:\n> line 0\n")
    assert whole.endswith("> line 8")
    part = quote(message, "Wei", Habits(quotes="part", prefix="AW"), "UTC")
    assert part.startswith("\n\nAm 03.03.2026 um 16:21 schrieb Wei:\n> line 0")
    assert part.endswith("> line 5\n> [...]")
    assert quote(message, "Wei", Habits(quotes="none"), "UTC") == ""
    long = small.message(2, body="x" * 50_000)
    assert len(quote(long, "Wei", Habits(), "UTC")) < MAX_QUOTED + 300
    assert len(passed_on(long, "UTC")) < MAX_QUOTED + 500


def test_a_letter_has_greeting_and_name(small):
    people = {p.username: p for p in small.people}
    wei = people["wei.zhang"].model_copy(
        update={"habits": Habits(greeting="Dear {first},", farewell="Best", name="W.", style=("lower-case",))}
    )
    letter = dressed("I look INTO it.", wei, people["ada.flint"], letter=True)
    assert letter == "Dear Ada,\n\ni look into it.\n\nBest\nW."
    assert dressed("Hm.", wei, None, letter=False) == "hm."
    program = small.person("bot", "Records Bot", service=True)
    formal = wei.model_copy(update={"habits": Habits(greeting="Dear {title} {last},")})
    assert dressed("No.", formal, program, letter=True) == "Dear Records Bot,\n\nNo.\n\nWei"
    assert dressed("No.", formal, people["ada.flint"], letter=True).startswith("Dear Ada Flint,")
    assert dressed("No.", formal, None, letter=True) == "No.\n\nWei"
