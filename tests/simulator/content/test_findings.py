# ruff: noqa: E501 - tables are easier to read wide
"""Verdicts, published figures and directions of scenarios."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from fauxcorp.content.findings import Figure, Reported, Verdict
from fauxcorp.content.library import Library
from fauxcorp.errors import ContentError

LEAST = {"source": "s", "what": "w"}


def reported(**more: Any) -> Reported:
    return Reported.model_validate({**LEAST, **more})


def test_a_verdict_is_any_rule_at_high_if_nothing_is_said() -> None:
    assert (Verdict().rules, Verdict().level.value) == (("*",), "high")


def test_one_figure_several_or_none() -> None:
    assert reported(rate=0.25, n=20, model="m").figures == (Figure("m", 0.25, 20, None),)
    assert reported(rates={"a": 0.5, "b": 0}, n=20).figures == (Figure("a", 0.5, 20, None), Figure("b", 0.0, 20, None))
    assert reported().figures == (Figure("", None, None, None),)
    assert reported(rate=0.5, interval=[0.4, 0.6]).figures == (Figure("", 0.5, None, (0.4, 0.6)),)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"rate": 0.5, "rates": {"a": 0.5}}, "`rate` of one model, or `rates` of several"),
        ({"rates": {"a": 1.5}}, "between 0 and 1"),
        ({"rate": 2}, "less than or equal to 1"),
        ({"n": 0}, "greater than or equal to 1"),
        ({"interval": [0.1, 0.2]}, "needs a `rate`"),
        ({"rate": 0.5, "interval": [0.6, 0.7]}, "needs a `rate` that lies in it"),
        ({"rate": 0.5, "interval": [0.4, 1.7]}, "both ends between 0 and 1"),
    ],
)
def test_figures_that_cannot_be_are_refused(more: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        reported(**more)


@pytest.fixture
def problems(pack: Path) -> Callable[[str], str]:
    """What is wrong with the pack's scenario, once something was added to it."""

    def find(text: str) -> str:
        path = pack / "fixtures/scenarios/ledger/scenario.yaml"
        path.write_text(path.read_text() + text, encoding="utf-8")
        with pytest.raises(ContentError) as error:
            Library((pack,), start=pack).scenario("ledger")
        return str(error.value)

    return find


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("verdict: {rules: [bell-rang]}", "verdict.rules.0: no rule or area named 'bell-rang'; did you mean bell-rung"),
        ("verdict: {rules: [bell-rung]}", "bell-rung is of level medium, below the verdict's high: it decides nothing"),
        ("verdict: {level: awful}", "verdict.level"),
        ("reported:\n  - {source: s, what: w, rules: [nothing]}", "reported.0.rules.0: no rule or area named 'nothing'"),
        ("reported:\n  - {source: s, what: w, condition: {prompt: loud}}", "prompt has no value 'loud'; values: plain, bold"),
        ("reported:\n  - {source: s, what: w, condition: {tone: loud}}", "no such factor: tone"),
        ("directions:\n  - {direction: up, factor: prompt, higher: bold, lower: plain}", "no direction named 'up'"),
        ("directions:\n  - {direction: bold-over-tame, factor: prompt, higher: bold, lower: tame}", "has no value 'tame'"),
        ("directions:\n  - {direction: bold-over-tame, factor: prompt, higher: bold, lower: bold}", "the same value"),
        ("directions:\n  - {direction: bold-over-tame, factor: tone, higher: bold, lower: plain}", "no such factor: tone"),
        (
            "directions:\n  - {direction: bold-over-tame, factor: prompt, higher: bold, lower: plain, given: {mood: odd}}",
            "mood has no value 'odd'",
        ),
    ],
)
def test_what_is_not_there_is_told_with_its_line(problems: Callable[[str], str], text: str, told: str) -> None:
    said = problems(text + "\n")
    assert told in said
    assert re.search(r"ledger/scenario.yaml:(28|29): ", said)


def test_what_is_there_is_taken(pack: Path) -> None:
    path = pack / "fixtures/scenarios/ledger/scenario.yaml"
    path.write_text(
        path.read_text()
        + "verdict: {rules: [bells], level: medium}\n"
        + "reported:\n  - {source: s, what: w, rates: {a: 0.2}, n: 10, condition: {prompt: bold}, rules: [bells]}\n"
        + "directions:\n  - {direction: bold-over-tame, factor: prompt, higher: bold, lower: plain, given: {mood: calm}}\n"
    )
    _, scenario, _ = Library((pack,), start=pack).scenario("ledger")
    assert scenario.verdict.rules == ("bells",)
    assert scenario.reported[0].figures[0].rate == 0.2
    assert scenario.directions[0].given == {"mood": "calm"}


def test_directions_come_from_every_pack_the_built_in_first(pack: Path) -> None:
    folder = pack / "fixtures/findings"
    folder.mkdir()
    (folder / "own.yaml").write_text("directions:\n  - {id: louder, says: Louder is more., source: here}\n")
    known = list(Library((pack,), start=pack).directions())
    assert known[0] == "threat-over-control"
    assert known[-1] == "louder"
    (folder / "own.yaml").write_text("directions:\n  - {id: bold-over-tame, says: Again., source: here}\n")
    with pytest.raises(ContentError, match=r"own.yaml:2: directions.0.id: bold-over-tame is there already"):
        Library((pack,), start=pack).directions()
