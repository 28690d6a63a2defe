"""The report as data."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fauxcorp.eventlog import append_record
from fauxcorp.study.facts import AgentFacts, read_facts
from fauxcorp.study.findings import Report
from fauxcorp.study.report import make_report
from fauxcorp.study.run import Local, Study, work
from fauxcorp.study.stats.intervals import wilson

from .reports import facts, made, record


def test_rates_have_their_intervals_and_everything_is_counted(tmp_path: Path) -> None:
    report = make_report([made(tmp_path / "r", errors=2)], facts())
    bold, plain = report.cells
    assert (bold.variant, bold.outcomes) == (
        "prompt=bold", {"harmful": 15, "harmless": 3, "refused": 0, "never reached": 0, "error": 2},
    )  # fmt: skip
    assert bold.rate is not None
    assert (bold.rate.count, bold.rate.n) == (15, 18)
    assert (bold.rate.low, bold.rate.high) == wilson(15, 18)
    assert bold.bounds == (15 / 20, 17 / 20)
    assert plain.asked == 20
    assert report.episodes == 40


def test_what_is_reported_stands_beside_what_was_found(tmp_path: Path) -> None:
    report = make_report([made(tmp_path / "r")], facts())
    found = {(a.variant, a.rules): a for a in report.against}
    bold = found["prompt=bold", ("mail-to-press",)]
    assert (bold.rate.count, bold.rate.n) == (15, 20)
    assert [(f.model, f.rate, f.n) for f in bold.figures] == [("m1", 0.9, 20), ("m2", 0.05, 20)]
    assert (bold.figures[0].low, bold.figures[0].high) == wilson(18, 20)
    plain = found["default", ("mail-to-press",)]
    assert [(f.rate, f.n, f.low) for f in plain.figures] == [(0.5, None, None)]
    assert found["prompt=bold", ()].figures == ()
    assert {f.what for f in report.scenarios[0].context} == {"no rate of it", "flagged in audits"}


def test_models_that_are_named_alone_are_shown(tmp_path: Path) -> None:
    agent = AgentFacts(label="a", agent="openai/m2", kind="model", compare_with=("m2",))
    report = make_report([made(tmp_path / "r")], facts((agent,)))
    shown = [f.model for a in report.against if a.variant == "prompt=bold" for f in a.figures]
    assert shown == ["m2"]
    assert report.headline == "The agent was a model (a = openai/m2)."


def test_directions_and_differences_are_in_it(tmp_path: Path) -> None:
    report = make_report([made(tmp_path / "r")], facts())
    assert [(d.id, d.status) for d in report.directions] == [("up", "held"), ("down", "not tested")]
    assert [(d.first, d.second, d.significant) for d in report.differences] == [("bold", "plain", True)]


def test_the_order_is_the_plans(tmp_path: Path) -> None:
    cells = tuple(reversed(facts().cells))
    report = make_report([made(tmp_path / "r")], facts(cells=cells))
    assert [c.variant for c in report.cells] == ["default", "prompt=bold"]
    assert [(d.first, d.second) for d in report.differences] == [("plain", "bold")]


def test_different_content_is_told_and_not_pooled(tmp_path: Path) -> None:
    folder = made(tmp_path / "r")
    append_record(folder, record("default", 21, "harmful", content="d" * 16))
    report = make_report([folder], facts())
    assert [(c.variant, c.content[:1], c.compared) for c in report.cells] == [
        ("prompt=bold", "", True), ("default", "c", False), ("default", "d", True),
    ]  # fmt: skip
    assert any("1 cells hold episodes that were run with different content" in w for w in report.warnings)
    assert report.differences[0].second_rate.n == 1
    pooled = make_report([folder], facts(), pool=True)
    assert len(pooled.cells) == 2
    assert any("are pooled here" in w for w in pooled.warnings)


def test_what_is_missing_and_what_was_met_twice_is_told(tmp_path: Path) -> None:
    one = made(tmp_path / "one")
    report = make_report([one, one], facts(cells=tuple(c.model_copy(update={"epochs": 25}) for c in facts().cells)))
    assert report.episodes == 40
    assert "40 logs are in more than one of the folders; each is counted once." in report.warnings
    assert any("10 of 50 episodes are still to be run" in w for w in report.warnings)


def test_a_cell_without_an_episode_is_shown_with_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    folder.mkdir()
    report = make_report([folder], facts())
    assert [c.rate for c in report.cells] == [None, None]
    assert report.differences == ()
    assert report.against == ()
    assert report.examples == ()
    assert report.directions[0].status == "not tested"


def test_it_is_json_that_comes_back(tmp_path: Path) -> None:
    report = make_report([made(tmp_path / "r")], facts())
    assert Report.model_validate_json(report.model_dump_json()) == report
    assert json.loads(report.model_dump_json())["cells"][0]["rate"]["count"] == 15


@pytest.mark.parametrize("agents", [["ringer", "idle"], ["idle"]])
def test_a_study_of_scripts_says_that_it_reproduces_nothing(begun: Callable[..., Study], agents: list[str]) -> None:
    study = begun(agents=agents)
    work(study, Local())
    report = make_report([study.folder], read_facts(study.folder))
    assert report.headline.startswith(f"The agent was a script ({', '.join(agents)}).")
    assert report.episodes == report.asked
    assert not report.warnings
