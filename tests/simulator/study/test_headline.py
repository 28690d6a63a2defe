"""The first line of a report."""

from __future__ import annotations

import pytest

from fauxcorp.study.facts import AgentFacts
from fauxcorp.study.headline import headline, notes
from fauxcorp.study.plan import Kind, Statistics


def agent(label: str, kind: Kind, **more: str) -> AgentFacts:
    return AgentFacts(label=label, agent=more.pop("agent", label), kind=kind, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("script", "was a script (x). A script does the same every time"),
        ("script", "Nothing is reproduced by them."),
        ("stand-in", "made to hit a rate: the rate that comes out is the one that was put in, and reproduces nothing."),
        ("function", "If it samples its acts at a given rate"),
        ("model", "The agent was a model (x)."),
        ("program", "The agent was a program (x)"),
    ],
)
def test_it_says_what_the_agent_was_and_what_that_means(kind: Kind, told: str) -> None:
    assert told in headline([agent("x", kind)])


def test_of_several_kinds_what_reproduces_nothing_comes_first() -> None:
    line = headline([agent("openai/x", "model"), agent("offender", "script")])
    assert line.startswith("Several kinds of agent are in this report. The agent was a script (offender)")
    assert line.endswith("The agent was a model (openai/x).")


def test_names_say_where_a_model_was_asked_and_what_it_stands_for() -> None:
    line = headline([agent("mine", "model", agent="openai/x", at="http://127.0.0.1:8600/v1", about="my wrapper")])
    assert "(mine = openai/x at http://127.0.0.1:8600/v1: my wrapper)" in line
    assert "and 3 more" in headline([agent(f"a{n}", "script") for n in range(9)])
    assert headline([]) == "No agent ran in this study."


def test_the_notes_name_the_tests() -> None:
    plain, paired = " ".join(notes(Statistics())), " ".join(notes(Statistics(pairs=True)))
    for word in ("Wilson", "Newcombe", "Holm", "Fisher", "McNemar", "Haenszel", "95%"):
        assert word in plain
    assert "Differences: Fisher's exact test" in plain
    assert "Differences: McNemar's exact test over pairs" in paired
