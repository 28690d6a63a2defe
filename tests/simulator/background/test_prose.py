"""Texts as one person writes them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.background.prose import Pen, Sent, block, clipped, shown_name, wrapped
from fauxcorp.core.rng import RandomSource
from fauxcorp.world.company import Habits, Person

AT = datetime(2026, 2, 12, 9, 5, tzinfo=UTC)
BEFORE = Sent("Ole Brix <ole@quay-works.de>", ("Ida Rohde <ida@quay-works.de>",), (), AT, "Rope",
              "Moin,\n\nseven ropes.\n\nOle", "seven ropes.")  # fmt: skip
TEXT = "The ropes arrived yesterday. Somebody should measure whether seven lengths are enough before Friday comes."


def pen(seed: int = 1) -> Pen:
    return Pen(RandomSource(seed), ["ole"], ["Ida Rohde", "Ole Brix"])


def person(name: str = "Ida Rohde", **habits: Any) -> Person:
    user = name.split()[0].lower()
    return Person.model_validate({
        "username": user, "name": name, "email": f"{user}@quay-works.de", "title": "Clerk", "department": "Office",
        "uid": 1001, "service": name == "Tide Clock", "habits": Habits.model_validate(habits),
    })  # fmt: skip


def test_a_first_mail_has_greeting_farewell_name_and_signature() -> None:
    ida = person(greeting="Moin {first},", farewell="Gruß", name="Idi", signature="Ida, -12")
    text = pen().body(ida, TEXT, person("Ole Brix"), first=True, label="x")
    assert text == f"Moin Ole,\n\n{TEXT}\n\nGruß\nIdi\n\nIda, -12"


@pytest.mark.parametrize(
    ("target", "greeting", "said"),
    [
        (person("Ole Brix"), "Dear {title} {last},", "Dear Mr Brix,"),
        (person("Ida Rohde"), "Dear {title} {last},", "Dear Ms Rohde,"),
        (person("Tide Clock"), "Dear {title} {last},", "Dear Tide Clock,"),
        ("all", "hello {first},", "Hello all,"),
        ("all", "Dear {title} {last},", "Dear all,"),
        ("Seilerei Nord", "Moin {first},", "Dear Seilerei Nord,"),
    ],
)
def test_a_greeting_names_who_gets_it(target: Person | str, greeting: str, said: str) -> None:
    text = pen().body(person(greeting=greeting), TEXT, target, first=True, label="x")
    assert text.startswith(f"{said}\n\n")


def test_no_greeting_and_no_signature_of_those_who_have_none() -> None:
    assert pen().body(person(), TEXT, "all", first=True, label="x") == f"{TEXT}\n\nIda"
    phone = person(signature="Ida, -12", style=["phone"])
    assert "-12" not in pen().body(phone, TEXT, "all", first=True, label="x")
    assert "-12" not in pen().body(person(signature="Ida, -12"), TEXT, "all", first=False, label="x")


def endings(style: Sequence[str]) -> Counter[str]:
    who = person(farewell="Gruß", greeting="Moin,", style=style)
    return Counter(pen().body(who, TEXT, "all", first=False, label=f"{n}").partition(TEXT)[2] for n in range(300))


def test_answers_are_shorter_the_briefer_the_writer() -> None:
    assert set(endings(["brief"])) == {"", "\n\nI.", "\n\nIda", "\n\nGruß\nIda"}
    assert set(endings(["formal"])) == {"\n\nIda", "\n\nGruß\nIda"}
    assert endings([])["\n\nGruß\nIda"] > 100


@given(st.text(), st.text(max_size=4))
def test_the_careful_change_nothing(text: str, label: str) -> None:
    assert pen().slips(person(style=["phone"]), text, label) == text


words = st.lists(st.from_regex(r"[a-zA-Z]{1,12}[.,]?", fullmatch=True), max_size=60).map(" ".join)


@given(words, st.integers(0, 200))
def test_a_slip_of_the_finger_keeps_the_words(text: str, seed: int) -> None:
    slipped = pen(seed).slips(person(style=["typos", "phone"]), text, "x")
    before, after = text.split(), slipped.split()
    assert len(before) == len(after)
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert len(changed) <= 3
    for a, b in changed:
        assert (a[0], a[-1]) == (b[0], b[-1])
        assert len(a) - len(b) in (0, 1, 2)
        assert not Counter(b) - Counter(a)


def test_slips_happen_and_spare_addresses_and_paths() -> None:
    careless = person(style=["typos", "phone"])
    told = {pen(n).slips(careless, TEXT, "x") for n in range(40)}
    assert len(told) > 8
    fixed = "see srv/share/yard/ropes.txt or write to stores@quay-works.de before 10:30, not_a_word either, ok"
    assert {pen(n).slips(careless, fixed, "x").count("srv/share/yard/ropes.txt") for n in range(40)} == {1}
    assert {pen(n).slips(careless, fixed, "x").count("stores@quay-works.de") for n in range(40)} == {1}


def test_the_lower_case_keep_names_and_what_is_no_word() -> None:
    low = person(style=["lower-case", "phone"])
    said = pen().slips(low, "Yes. Ida knows. SAP is down. We wait: Ole rings.\nThen tea", "x")
    assert said == "yes. Ida knows. SAP is down. we wait: Ole rings.\nthen tea"


def test_smileys_stand_where_the_full_stop_was() -> None:
    told = {pen(n).slips(person(style=["smileys", "phone"]), "Thank you.", "x") for n in range(300)}
    assert "Thank you." in told
    assert {t.removeprefix("Thank you ") for t in told - {"Thank you."}} == {":)", ":-)", ";)", ":D"}


def test_an_answer_quotes_as_its_writer_does() -> None:
    assert pen().quote(person(quotes="none"), BEFORE, "Yes.", "x") == "Yes."
    full = pen().quote(person(quotes="all"), BEFORE, "Yes.", "x")
    assert full == ("Yes.\n\nOn Thu, 12 Feb 2026 at 09:05, Ole Brix wrote:\n> Moin,\n>\n> seven ropes.\n>\n> Ole")
    german = pen().quote(person(quotes="all", prefix="AW"), BEFORE, "Ja.", "x")
    assert german.startswith("Ja.\n\n\nVon: Ole Brix <ole@quay-works.de>\nGesendet: Donnerstag, 12. Februar 2026 09:05")
    assert german.endswith("\nAn: Ida Rohde\nBetreff: Rope\n\nMoin,\n\nseven ropes.\n\nOle")


def test_one_who_quotes_a_part_quotes_the_text_and_not_the_greeting() -> None:
    told = {pen(n).quote(person(quotes="part"), BEFORE, "Yes.", "x") for n in range(80)}
    assert told == {
        "Yes.", "Yes.\n> seven ropes.", "Yes.\n\nOn 12/02/2026 at 09:05, Ole Brix wrote:\n> seven ropes.",
    }  # fmt: skip


lines = st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=12), max_size=90).map("\n".join)


@given(lines, st.sampled_from(["all", "part"]), st.sampled_from(["Re", "AW"]), st.text(max_size=3))
def test_a_quote_holds_lines_of_the_message_and_nothing_else(body: str, quotes: str, prefix: str, label: str) -> None:
    before = Sent(BEFORE.sender, BEFORE.to, BEFORE.cc, BEFORE.at, BEFORE.subject, body, body)
    text = pen().quote(person(quotes=quotes, prefix=prefix), before, "Yes.", label)
    assert text.startswith("Yes.")
    quoted = [line[1:].strip() for line in text.split("\n") if line.startswith(">")]
    if quotes == "part":
        assert len(quoted) <= 2
    if quotes == "part" or prefix == "Re":
        assert set(quoted) <= {line.strip() for line in body.split("\n")}
    assert len(text.split("\n")) <= 46 + 8


def test_a_forwarded_message_stands_below_its_head() -> None:
    plain = pen().forwarded(person(), BEFORE, "Please see.")
    head = "---------- Forwarded message ----------\nFrom: Ole Brix <ole@quay-works.de>\n"
    assert plain.startswith(f"Please see.\n\n{head}")
    assert "Subject: Rope\nTo: Ida Rohde <ida@quay-works.de>\n\nMoin," in plain
    assert pen().forwarded(person(prefix="AW"), BEFORE, "Bitte.").startswith("Bitte.\n\n\nVon: Ole Brix")


def test_copies_are_named_in_the_block_if_there_are_any() -> None:
    copied = Sent(BEFORE.sender, BEFORE.to, ("Jon Voss <jon@q.de>", "x@q.de"), BEFORE.at, "Rope", "", "")
    assert "\nCc: Jon Voss; x@q.de\nBetreff: Rope" in block(copied)
    assert "Cc:" not in block(BEFORE)


@given(words)
def test_long_lines_are_broken_between_words(text: str) -> None:
    broken = wrapped(text)
    assert broken.split() == text.split()
    assert all(len(line) <= 94 for line in broken.split("\n"))


def test_lists_and_quotes_are_not_broken() -> None:
    for start in ("- ", "> ", "| ", "  "):
        assert wrapped(start + TEXT * 2) == start + TEXT * 2


@given(lines)
def test_the_tail_of_a_long_thread_is_cut(body: str) -> None:
    kept = clipped(body)
    assert body.startswith(kept)
    assert len(kept.split("\n")) == min(46, len(body.rstrip("\n").split("\n")))


def test_a_quote_is_cut_after_46_lines() -> None:
    body = "\n".join(map(str, range(60)))
    assert clipped(body).split("\n") == body.split("\n")[:46]
    assert clipped("a\nb\n\n") == "a\nb"


def test_the_name_of_an_address() -> None:
    assert shown_name('"Brix, Ole" <ole@q.de>') == "Brix, Ole"
    assert shown_name("ole@q.de") == "ole@q.de"
    assert re.fullmatch(r"\w+", shown_name("Ole <ole@q.de>"))
