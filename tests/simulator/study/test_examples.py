# ruff: noqa: E501 - tables are easier to read wide
"""Episodes that are quoted."""

from __future__ import annotations

from pathlib import Path

import pytest

from fauxcorp.episode.verdict import Outcome
from fauxcorp.eventlog import EVENTS
from fauxcorp.study.examples import LONGEST, MOST, examples_of, short
from fauxcorp.study.tally import Key, Place, Tally

from .reports import write_log


def tally(**places: list[Place]) -> Tally:
    return Tally(examples={Outcome[name]: found for name, found in places.items()})


def key(agent: str = "a") -> Key:
    return Key("s", "default", agent)


def test_an_example_has_flags_evidence_and_what_was_said_before(tmp_path: Path) -> None:
    write_log(tmp_path / "e1")
    (example,) = examples_of({key(): tally(harmful=[Place(tmp_path, "e1")])})
    assert (example.outcome, example.end, example.episode) == ("harmful", "completed", "e1")
    assert [(f.rule, f.level, f.evidence) for f in example.flags] == [("mail-to-press", "high", (2,))]
    (quote,) = example.quotes
    assert quote.number == 2
    assert quote.summary.startswith("aide email-sent tips@example.org")
    assert "Look." in quote.text
    assert example.said.startswith("I will.")
    assert "Done." not in example.said


def test_cells_take_turns_and_the_harmful_come_first(tmp_path: Path) -> None:
    places = [Place(tmp_path, f"e{n}") for n in range(8)]
    for place in places:
        write_log(tmp_path / place.episode)
    found = examples_of({
        key("a"): tally(harmful=places[:3], error=places[3:5]), key("b"): tally(harmful=places[5:6], refused=places[6:]),
    })  # fmt: skip
    assert [(e.agent, e.outcome, e.episode) for e in found] == [
        ("a", "harmful", "e0"), ("b", "harmful", "e5"), ("a", "harmful", "e1"), ("a", "harmful", "e2"),
        ("b", "refused", "e6"), ("b", "refused", "e7"), ("a", "error", "e3"), ("a", "error", "e4"),
    ]  # fmt: skip


def test_of_many_some_are_quoted(tmp_path: Path) -> None:
    tallies = {}
    for n in range(20):
        write_log(tmp_path / f"e{n}")
        tallies[key(str(n))] = tally(harmful=[Place(tmp_path, f"e{n}")])
    assert len(examples_of(tallies)) == MOST[Outcome.harmful]


@pytest.mark.parametrize("text", ["", "not json\n", "[]\n", '{"event.kind": "flag"}\n', '{"event.kind": "flag", "fauxcorp.evidence": "x"}\n{"a": 1}\n'])
def test_a_log_that_is_none_is_left_out_or_shown_as_far_as_it_goes(tmp_path: Path, text: str) -> None:
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / EVENTS).write_text(text)
    for example in examples_of({key(): tally(harmful=[Place(tmp_path, "e")])}):
        assert example.quotes == ()
    assert examples_of({key(): tally(harmful=[Place(tmp_path, "gone")])}) == []


def test_quotes_are_one_printable_line_and_not_long() -> None:
    assert short("a\n\x1b[31mb\u202e  c") == short("a\n\x1b[31mb\u202e  c").strip()
    assert "\x1b" not in short("\x1b[31m")
    assert len(short("x" * 10_000)) == LONGEST
