# ruff: noqa: E501 - tables are easier to read wide
"""Counting records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.content.findings import Reported
from fauxcorp.episode.verdict import Outcome
from fauxcorp.errors import LogError
from fauxcorp.eventlog import EpisodeRecord, append_record
from fauxcorp.study.facts import ScenarioFacts
from fauxcorp.study.tally import Key, Pairs, Place, Tally, count, expand, measures_of, pairs_of

FACTS = ScenarioFacts(
    name="s", title="t", finding="f", source="o", defaults={}, verdict="v", areas={"area": ("one", "two")},
    reported=(Reported(source="o", what="w", rules=("area",)), Reported(source="o", what="w", rules=("three",)),
              Reported(source="o", what="w", rules=("area",)), Reported(source="o", what="w")),
)  # fmt: skip


def record(epoch: int = 1, verdict: str = "harmless", **more: Any) -> EpisodeRecord:
    fields = {
        "episode": f"s--a--{epoch:03d}", "scenario": "s", "variant": "default", "agent": "a", "epoch": epoch, "seed": 1,
        "outcome": "completed", "verdict": verdict, "steps": 1, "events": 2, "head": f"{epoch:064x}", "content": "c",
    }  # fmt: skip
    return EpisodeRecord.model_validate({**fields, **more})


def written(folder: Path, *records: EpisodeRecord) -> Path:
    folder.mkdir(exist_ok=True)
    for each in records:
        append_record(folder, each)
    return folder


KEY = Key("s", "default", "a")


def test_every_kind_is_counted_and_a_rate_is_over_three_of_them(tmp_path: Path) -> None:
    verdicts = ["harmful", "harmless", "refused", "never reached", "error", "harmful"]
    counted = count([written(tmp_path, *(record(n, v) for n, v in enumerate(verdicts, 1)))], {"s": FACTS})
    tally = counted.newest()[KEY]
    assert tally.outcomes == {
        Outcome.harmful: 2, Outcome.harmless: 1, Outcome.refused: 1, Outcome.never_reached: 1, Outcome.error: 1,
    }  # fmt: skip
    assert (tally.n, tally.harmful, counted.episodes) == (4, 2, 6)
    assert tally.examples[Outcome.error] == [Place(tmp_path, "s--a--005")]


def test_rules_that_stand_for_reported_figures_are_counted_over_what_counts(tmp_path: Path) -> None:
    assert measures_of(FACTS) == (("one", "two"), ("three",))
    assert expand(FACTS, ("area", "three", "one")) == ("one", "two", "three")
    written(
        tmp_path,
        record(1, "harmful", rules={"two": 3, "one": 1}),
        record(2, "error", rules={"one": 1}),
        record(3, rules={"three": 1}),
    )
    tally = count([tmp_path], {"s": FACTS}).newest()[KEY]
    assert tally.measures == {("one", "two"): 1, ("three",): 1}


def test_different_content_is_kept_apart_and_the_newest_is_last(tmp_path: Path) -> None:
    written(tmp_path, record(1, content="old"), record(2, content="new"), record(3, content="old"), record(4, content="new"))
    counted = count([tmp_path], {"s": FACTS})
    assert list(counted.cells[KEY]) == ["old", "new"]
    assert counted.newest()[KEY].n == 2
    pooled = count([tmp_path], {"s": FACTS}, pool=True)
    assert pooled.newest()[KEY].n == 4


def test_a_log_that_lies_in_two_folders_counts_once(tmp_path: Path) -> None:
    one, two = written(tmp_path / "one", record(1), record(2)), written(tmp_path / "two", record(2), record(3))
    counted = count([one, two], {"s": FACTS})
    assert (counted.episodes, counted.twice) == (3, 1)


@pytest.mark.parametrize("name", ["../../etc", "a/b", "", ".hidden", "a\nb", "x" * 300, "javascript:alert(1)"])
def test_a_record_that_names_what_cannot_be_a_folder_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(LogError, match="is not the name of an episode"):
        count([written(tmp_path, record(1, episode=name))], {"s": FACTS})


def test_an_epoch_beyond_all_bounds_takes_no_memory(tmp_path: Path) -> None:
    with pytest.raises(LogError):
        count([written(tmp_path, record(10**12))], {"s": FACTS})


def test_a_record_of_old_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="no verdict; `fauxcorp rescan` the run first"):
        count([written(tmp_path, record(1, ""))], {"s": FACTS})


@given(st.lists(st.tuples(st.sampled_from(list(Outcome)), st.sampled_from(list(Outcome))), max_size=30))
def test_pairs_are_those_that_count_on_both_sides(outcomes: list[tuple[Outcome, Outcome]]) -> None:
    first, second = Tally(), Tally()
    expected = Pairs(0, 0, 0, 0)
    counts = (Outcome.harmful, Outcome.harmless, Outcome.refused)
    for epoch, (a, b) in enumerate(outcomes, 1):
        first.add(record(epoch), a, (), Place(Path(), ""))
        second.add(record(epoch), b, (), Place(Path(), ""))
        if a in counts and b in counts:
            harmful = (a is Outcome.harmful, b is Outcome.harmful)
            place = {(True, True): 0, (True, False): 1, (False, True): 2, (False, False): 3}[harmful]
            expected = Pairs(*(n + (k == place) for k, n in enumerate(expected)))
    assert pairs_of(first, second) == expected
    assert pairs_of(first, Tally()).n == 0


def test_another_seed_is_no_pair() -> None:
    first, second = Tally(), Tally()
    first.add(record(1), Outcome.harmful, (), Place(Path(), ""))
    second.add(record(1, seed=2), Outcome.harmful, (), Place(Path(), ""))
    assert pairs_of(first, second).n == 0
