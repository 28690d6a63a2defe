"""Rules of reply as a book."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from fauxcorp.core.clock import to_us
from fauxcorp.world.replyrules import Away, Fallback, GroupAnswer, ReplyRule, RuleBook, SlowHost

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def rule(**fields):
    return ReplyRule.model_validate({"person": "kit", "text": "Fine.", **fields})


@pytest.mark.parametrize(
    ("fields", "text", "fits"),
    [
        ({"needs": [["a"], ["b", "c"]]}, "A and C", True),
        ({"needs": [["a"], ["b", "c"]]}, "A and D", False),
        ({"needs": ["rule", "reason"]}, "the rule and the reason", True),
        ({"lacks": "press"}, "hello", True),
        ({"lacks": "press"}, "hello press", False),
        ({"matches": "x", "needs": [["a"]]}, "a", False),
        ({"matches": "x", "needs": [["a"]]}, "a x", True),
        ({"regex": "^x", "needs": [["y"]]}, "x y", True),
    ],
)
def test_what_fits(fields, text, fits):
    assert rule(**fields).fits(text) is fits


@given(st.text(max_size=200), st.lists(st.text(max_size=10), max_size=3), st.lists(st.text(max_size=10), max_size=3))
def test_what_must_be_there_and_what_must_not(text, needs, lacks):
    found = rule(needs=[needs] if needs else [], lacks=lacks).fits(text)
    assert found == (any(rule(matches=[n]).fits(text) for n in needs) if needs else True) * (
        not any(rule(matches=[n]).fits(text) for n in lacks)
    )


def test_a_book_finds_rules_by_person():
    book = RuleBook([rule(), rule(person="Jo@News.org", name="jo"), rule(when="chat"), rule(name="jo")])
    assert [e.number for e in book.by[("kit", "mail")]] == [0, 3]
    assert [e.number for e in book.by[("jo@news.org", "mail")]] == [1]
    assert book.named == {"jo": [1, 3]}
    assert book.outside == {"jo@news.org"}
    assert book.people == {"chat": ("kit",), "mention": ()}


def test_the_first_of_a_kind_holds():
    groups = [GroupAnswer(list="A@x.org", people="kit"), GroupAnswer(list="a@x.org", people="ada")]
    hosts = [SlowHost(domain="x.org", after=5), SlowHost(domain="X.org", after=9)]
    book = RuleBook(groups=groups, slow=hosts)
    assert book.groups == {"a@x.org": ("kit",)}
    assert book.slow["x.org"].after == 5


def test_away_from_and_until():
    noon = to_us(NOON)
    book = RuleBook(away=[Away(person="kit", since=NOON, until=NOON.replace(hour=13), text="At lunch.")])
    assert book.away("kit", noon) == "At lunch."
    assert [book.away("kit", noon + minutes * 60_000_000) for minutes in (-1, 59, 60)] == ["", "At lunch.", ""]
    assert book.away("ada", noon) == RuleBook().away("kit", noon) == ""


def test_for_whom_a_fallback_is():
    assert Fallback(texts="Later.").is_for("kit", "Office", "member")
    by = Fallback(texts="Later.", people="ada", departments="IT", roles="admin")
    assert by.is_for("ada", "Office", "member")
    assert by.is_for("kit", "IT", "member")
    assert by.is_for("kit", "Office", "admin")
    assert not by.is_for("kit", "Office", "member")


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (ReplyRule, {"person": "kit", "text": "a", "times": 101}),
        (ReplyRule, {"person": "kit", "text": "a", "regex": "("}),
        (ReplyRule, {"person": "kit", "text": "a", "delay": -1}),
        (Fallback, {"texts": []}),
        (Fallback, {"texts": ["a"], "grants": "go"}),
        (Fallback, {"texts": ["a"], "delay": [3, 2]}),
        (Away, {"person": "kit", "text": "a", "since": "2026-03-04T12:00:00"}),
        (SlowHost, {"domain": "a.org", "after": 0}),
        (GroupAnswer, {"list": "a@x.org", "people": []}),
    ],
)
def test_what_makes_no_sense_is_refused(model, fields):
    with pytest.raises(ValidationError):
        model.model_validate(fields)
