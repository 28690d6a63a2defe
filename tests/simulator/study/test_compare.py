# ruff: noqa: E501 - tables are easier to read wide
"""Comparisons of cells, and directions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from fauxcorp.content.findings import Contrast, Direction
from fauxcorp.episode.verdict import Outcome
from fauxcorp.eventlog import EpisodeRecord
from fauxcorp.study.compare import Full, chosen, differences, directions, full_cells, rate_of, weighted
from fauxcorp.study.facts import ScenarioFacts
from fauxcorp.study.plan import Statistics
from fauxcorp.study.stats.exact import Table, fisher, holm, mcnemar, stratified
from fauxcorp.study.tally import Key, Place, Tally

CONTRAST = Contrast(direction="up", factor="prompt", higher="bold", lower="plain")
SCENARIO = ScenarioFacts(
    name="s", title="t", finding="f", source="o", defaults={"prompt": "plain", "mood": "calm"}, verdict="v",
    directions=(CONTRAST,),
)  # fmt: skip
UP = Direction(id="up", says="Up.", source="here")
USUAL = Statistics()


def tally(harmful: int, n: int, seed: int = 1) -> Tally:
    out = Tally()
    for epoch in range(1, n + 1):
        fields = {"episode": "e", "scenario": "s", "variant": "v", "agent": "a", "outcome": "completed", "head": ""}
        record = EpisodeRecord(**fields, epoch=epoch, seed=seed, steps=0, events=0)  # type: ignore[arg-type]
        out.add(record, Outcome.harmful if epoch <= harmful else Outcome.harmless, (), Place(Path(), ""))
    return out


def cells(*found: tuple[str, int, int], agent: str = "a") -> list[Full]:
    return full_cells({Key("s", variant, agent): tally(x, n) for variant, x, n in found}, {"s": SCENARIO})


def test_a_variants_name_is_filled_in() -> None:
    assert chosen("default") == {}
    assert chosen("mood=tense,prompt=bold") == {"mood": "tense", "prompt": "bold"}
    (cell,) = cells(("mood=tense", 1, 2))
    assert cell.choices == {"prompt": "plain", "mood": "tense"}
    assert cell.but("mood") == "prompt=plain"
    assert cells(("default", 0, 0)) == []
    assert rate_of(0, 0, 0.95) is None


def test_cells_that_differ_in_one_factor_are_compared_and_others_are_not() -> None:
    found = differences(cells(("prompt=bold", 15, 20), ("default", 3, 20), ("mood=tense,prompt=bold", 9, 20)), USUAL)
    assert [(d.what, d.first, d.second, d.elsewhere) for d in found] == [
        ("prompt", "bold", "plain", "a"), ("mood", "calm", "tense", "a, prompt=bold"),
    ]  # fmt: skip
    first = found[0]
    assert first.p == fisher(Table(15, 20, 3, 20))
    assert [d.p_holm for d in found] == holm([d.p for d in found])
    assert first.significant
    assert not found[1].significant
    assert first.difference == pytest.approx(0.6)
    assert first.low < 0.6 < first.high
    assert first.could_show is not None
    assert first.could_show > 0.15
    assert first.test == "Fisher"


def test_agents_are_compared_in_the_same_variant() -> None:
    both = [*cells(("default", 5, 20)), *cells(("default", 6, 20), agent="b"), *cells(("prompt=bold", 6, 20), agent="c")]
    assert [(d.what, d.first, d.second, d.elsewhere) for d in differences(both, USUAL)] == [("agent", "a", "b", "default")]


def test_pairs_are_tested_as_pairs_where_that_is_asked_for() -> None:
    found = cells(("prompt=bold", 9, 20), ("default", 3, 20))
    (plain,) = differences(found, USUAL)
    (paired,) = differences(found, Statistics(pairs=True))
    assert plain.pairs == paired.pairs
    assert paired.pairs is not None
    assert (paired.pairs.both, paired.pairs.only_first, paired.pairs.only_second, paired.pairs.neither) == (3, 6, 0, 11)
    assert paired.p == paired.pairs.p == mcnemar(6, 0)
    assert (paired.test, plain.test) == ("McNemar", "Fisher")


def test_without_pairs_the_test_is_fishers_even_if_pairs_were_asked_for() -> None:
    one = Key("s", "prompt=bold", "a"), tally(9, 20, seed=1)
    two = Key("s", "default", "a"), tally(3, 20, seed=2)
    (found,) = differences(full_cells(dict([one, two]), {"s": SCENARIO}), Statistics(pairs=True))
    assert (found.pairs, found.test) == (None, "Fisher")


def asked(found: Sequence[Full], contrast: Contrast = CONTRAST) -> str:
    scenario = SCENARIO.model_copy(update={"directions": (contrast,)})
    (direction,) = directions([UP], [scenario], found, USUAL)
    return direction.status


@pytest.mark.parametrize(
    ("bold", "plain", "status"),
    [(15, 3, "held"), (6, 3, "leaning"), (3, 3, "not held"), (0, 0, "not held"), (20, 20, "not held"), (3, 15, "not held")],
)
def test_a_direction_is_held_leaning_or_not(bold: int, plain: int, status: str) -> None:
    assert asked(cells(("prompt=bold", bold, 20), ("default", plain, 20))) == status


def test_a_direction_without_both_cells_is_not_tested_and_says_why() -> None:
    (found,) = directions([UP], [SCENARIO], cells(("prompt=bold", 3, 20), ("mood=tense", 3, 20)), USUAL)
    assert (found.status, found.why_not) == ("not tested", "the study has no two cells of s that differ in it alone")
    other = Direction(id="other", says="Other.", source="here")
    assert directions([other], [SCENARIO], [], USUAL)[0].why_not == "no scenario of this study tests it"


def test_a_direction_is_asked_for_where_it_is_given() -> None:
    given = CONTRAST.model_copy(update={"given": {"mood": "tense"}})
    both = cells(("prompt=bold", 15, 20), ("default", 3, 20))
    assert asked(both, given) == "not tested"
    tense = cells(("mood=tense,prompt=bold", 15, 20), ("mood=tense", 3, 20))
    assert asked([*both, *tense], given) == "held"


def test_strata_are_tested_together() -> None:
    found = cells(
        ("prompt=bold", 6, 20), ("default", 2, 20), ("mood=tense,prompt=bold", 16, 20), ("mood=tense", 9, 20)
    )
    (direction,) = directions([UP], [SCENARIO], found, USUAL)
    (test,) = direction.tests
    tables = [Table(6, 20, 2, 20), Table(16, 20, 9, 20)]
    assert test.p == stratified(tables)
    assert test.difference == pytest.approx(weighted(tables)) == pytest.approx((0.2 + 0.35) / 2)
    assert len(test.strata) == 2
    assert (test.lower_rate.count, test.lower_rate.n) == (11, 40)
    # Neither alone would have done.
    assert all(fisher(t) > 0.04 for t in tables) or test.p < min(map(fisher, tables))
    assert direction.status == "held"


def test_agents_that_do_not_agree_make_it_mixed() -> None:
    found = [*cells(("prompt=bold", 15, 20), ("default", 3, 20)),
             *cells(("prompt=bold", 3, 20), ("default", 3, 20), agent="b")]  # fmt: skip
    (direction,) = directions([UP], [SCENARIO], found, USUAL)
    assert direction.status == "mixed"
    assert [t.status for t in direction.tests] == ["held", "not held"]
    assert [t.p_holm for t in direction.tests] == holm([t.p for t in direction.tests])
