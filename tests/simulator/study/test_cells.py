# ruff: noqa: E501 - tables are easier to read wide
"""Cells of a plan, and episodes as a sequence that is not laid out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.content.library import Library
from fauxcorp.errors import ContentError
from fauxcorp.study.cells import Cell, Grid, Pending, Seen
from fauxcorp.study.run import open_plan


def test_every_agent_in_every_variant(plan_file: Callable[..., Path]) -> None:
    _, _, cells = open_plan(plan_file())
    assert [(c.play.variant, c.agent, c.epochs) for c in cells.cells] == [
        (variant, agent, 3)
        for agent in ("ringer", "idle")
        for variant in ("default", "mood=tense", "prompt=bold", "mood=tense,prompt=bold")
    ]
    assert cells.skipped == ()


def test_scenarios_may_have_agents_and_epochs_of_their_own(plan_file: Callable[..., Path]) -> None:
    _, _, cells = open_plan(plan_file(scenarios=[
        {"scenario": "ledger", "agents": ["idle"], "epochs": 7, "variants": ["prompt=bold", "prompt=bold"]},
        {"scenario": "ledger"},
    ]))  # fmt: skip
    assert [(c.play.variant, c.agent, c.epochs) for c in cells.cells] == [
        ("prompt=bold", "idle", 7), ("default", "ringer", 3), ("default", "idle", 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"scenarios": [{"scenario": "legder"}]}, "plan.yaml:3: scenarios.0.scenario: no scenario named 'legder'"),
        ({"scenarios": [{"scenario": "ledger", "variants": ["prompt=loud"]}]}, "scenarios.0.variants.0: scenario ledger: variant: prompt has no value 'loud'"),
        ({"scenarios": [{"scenario": "ledger", "factors": {"tone": "all"}}]}, "scenarios.0.factors: no factor 'tone'; factors: prompt, mood"),
        ({"scenarios": [{"scenario": "ledger", "factors": {"prompt": ["loud"]}}]}, "scenarios.0.factors: scenario ledger: variant: prompt has no value 'loud'"),
        ({"agents": ["ringr"]}, "agents.0.agent: no agent of harbour/ledger named 'ringr'"),
        ({"agents": [{"agent": "idle", "name": "a/b"}, {"agent": "idle", "name": "a.b"}]}, "would log to the same folders; give one another `name`"),
        ({"scenarios": [{"scenario": "ledger"}, {"scenario": "ledger", "epochs": 4}]}, "scenarios.1.epochs: harbour/ledger default is asked for twice, not alike"),
        ({"epochs": 9_000_000}, "more than 10,000,000 episodes in all"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_with_its_place(
    plan_file: Callable[..., Path], fields: dict[str, object], told: str
) -> None:
    with pytest.raises(ContentError) as error:
        open_plan(plan_file(**fields))
    assert told in str(error.value)


def test_what_a_script_is_not_written_for_is_left_out_and_said(pack: Path, plan_file: Callable[..., Path]) -> None:
    (pack / "fixtures/scenarios/ledger/agents/bolder.yaml").write_text("name: bolder\nabout: x\nvariants: {prompt: [bold]}\n")
    scenario = {"scenario": "ledger", "factors": {"prompt": "all"}}
    _, _, cells = open_plan(plan_file(content=[str(pack)], agents=["bolder"], scenarios=[scenario]))
    assert [c.play.variant for c in cells.cells] == ["prompt=bold"]
    assert cells.skipped == ("harbour/ledger: agent bolder is not written for variant prompt=plain",)
    only = {"scenario": "ledger", "variants": ["prompt=plain"]}
    with pytest.raises(ContentError, match="nothing to run: harbour/ledger: agent bolder"):
        open_plan(plan_file(content=[str(pack)], agents=["bolder"], scenarios=[only]))


@pytest.fixture(scope="module")
def plays(shared_pack: Path) -> list[object]:
    library = Library((shared_pack,), start=shared_pack)
    return [library.play("ledger", variant) for variant in ("", "prompt=bold", "mood=tense")]


epochs = st.lists(st.integers(1, 9), min_size=1, max_size=3)


@given(epochs, st.data())
def test_a_grid_has_every_episode_once_epoch_by_epoch(plays: list[object], many: list[int], data: st.DataObject) -> None:
    cells = [Cell(play, "idle", n) for play, n in zip(plays, many, strict=False)]  # type: ignore[arg-type]
    grid = Grid(cells)
    places = [grid.place(n) for n in range(len(grid))]
    assert Counter(places) == Counter((c, e) for c, cell in enumerate(cells) for e in range(1, cell.epochs + 1))
    assert [e for _, e in places] == sorted(e for _, e in places)
    items = list(grid)
    assert [i.epoch for i in items] == [e for _, e in places]
    assert len({i.name for i in items}) == len(grid)
    assert grid[-1] == items[-1]
    assert grid[1:3] == items[1:3]
    with pytest.raises(IndexError):
        grid[len(grid)]
    seen = Seen(cells)
    done = data.draw(st.sets(st.sampled_from(places)))
    for place in done:
        seen.add(place)
        seen.add(place)
    assert seen.count == len(done)
    left = Pending(grid, seen)
    assert [i.name for i in left] == [i.name for i, p in zip(items, places, strict=True) if p not in done]
    assert left[:2] == list(left)[:2]


def test_a_grid_of_a_million_takes_no_time_and_no_room(plays: list[object]) -> None:
    grid = Grid([Cell(plays[0], "idle", 1_000_000), Cell(plays[1], "idle", 10)])  # type: ignore[arg-type]
    assert len(grid) == 1_000_010
    assert grid.place(21) == (0, 12)
    assert grid[1_000_009].epoch == 1_000_000
