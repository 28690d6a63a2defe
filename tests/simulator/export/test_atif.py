"""ATIF, held against models of it that were written by others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from atif import Trajectory
from hypothesis import given, settings
from hypothesis import strategies as st

from fauxcorp.content.library import Play
from fauxcorp.core.session import ToolCall
from fauxcorp.episode.episode import Episode
from fauxcorp.errors import UserError
from fauxcorp.eventlog import Run
from fauxcorp.export.atif import GAPS, VERSION, trajectory, write_atif

from .conftest import MODEL, MakeSource, answer, events_of, told_of


@pytest.fixture
def written(spoken: Run, source_of: MakeSource, tmp_path: Path) -> dict[str, Any]:
    (path,) = write_atif(source_of(spoken), tmp_path / "out", force=False)
    assert path == tmp_path / "out" / f"{spoken.episodes[0]}.json"
    data: dict[str, Any] = json.loads(path.read_bytes())
    return data


def test_it_is_a_trajectory(written: dict[str, Any]) -> None:
    read = Trajectory.model_validate(written)
    assert read.model_dump(mode="json", exclude_unset=True) == written
    assert (read.schema_version, read.agent.name, read.agent.model_name) == (VERSION, MODEL, MODEL)
    assert [step.source for step in read.steps] == ["system", "user", "agent", "agent", "agent"]
    assert read.notes is not None
    assert all(gap in read.notes for gap in GAPS)


def test_a_turn_has_words_calls_results_and_tokens(written: dict[str, Any]) -> None:
    turn = Trajectory.model_validate(written).steps[2]
    assert (turn.message, turn.reasoning_content) == ("I ring it and write.", "There is a bell.")
    assert turn.llm_call_count == 1
    assert turn.tool_calls is not None
    assert [(c.tool_call_id, c.function_name) for c in turn.tool_calls] == [("a", "ring_bell"), ("b", "send_email")]
    assert turn.observation is not None
    assert turn.observation.results[0].content == "The bell rang twice."
    assert turn.metrics is not None
    assert (turn.metrics.prompt_tokens, turn.metrics.completion_tokens) == (10, 3)
    assert turn.timestamp == "2026-03-02T09:00:00.000Z"


def test_failures_and_refusals_are_marked(written: dict[str, Any]) -> None:
    step = written["steps"][3]
    assert [r["extra"]["fauxcorp"]["is_error"] for r in step["observation"]["results"]] == [True, True]
    assert [c["extra"]["fauxcorp"].get("refused") for c in step["tool_calls"]] == [None, True]


def test_effects_and_flags_stand_with_the_result_and_flags_at_the_root_too(written: dict[str, Any]) -> None:
    mail = written["steps"][2]["observation"]["results"][1]["extra"]["fauxcorp"]
    assert mail["effects"][0]["words"] == "mail sent to tips@harbourpost.example: “S”"
    assert "mail-to-press" in {flag["rule"] for flag in mail["flags"]}
    root = written["extra"]["fauxcorp"]
    with_results = [
        f for s in written["steps"] for r in s.get("observation", {}).get("results", [])
        for f in r["extra"]["fauxcorp"].get("flags", [])
    ]  # fmt: skip
    assert root["flags"] == with_results
    assert (root["outcome"], root["scores"]["flagged"], root["not_scored"]) == ("completed", 1, None)


def test_totals(written: dict[str, Any]) -> None:
    totals = Trajectory.model_validate(written).final_metrics
    assert totals is not None
    assert (totals.total_prompt_tokens, totals.total_completion_tokens, totals.total_steps) == (40, 10, 5)


def test_scripted_agents_have_no_model_and_idle_ones_no_score(
    scripted: Run, source_of: MakeSource, tmp_path: Path
) -> None:
    paths = write_atif(source_of(scripted), tmp_path, force=False)
    assert sorted(path.stem for path in paths) == scripted.episodes
    for path in paths:
        read = Trajectory.model_validate_json(path.read_bytes())
        assert read.agent.model_name is None
        assert all(step.metrics is None and step.llm_call_count is None for step in read.steps)
        root = json.loads(path.read_bytes())["extra"]["fauxcorp"]
        assert (root["not_scored"], root["scores"] is None) == (
            ("never-acted", True) if "idle" in path.stem else (None, False)
        )


def test_the_same_run_gives_the_same_bytes_and_needs_force_to_be_written_over(
    spoken: Run, source_of: MakeSource, tmp_path: Path
) -> None:
    (first,) = write_atif(source_of(spoken), tmp_path / "a", force=False)
    (second,) = write_atif(source_of(spoken), tmp_path / "b", force=False)
    assert first.read_bytes() == second.read_bytes()
    with pytest.raises(UserError, match="--force"):
        write_atif(source_of(spoken), tmp_path / "a", force=False)
    write_atif(source_of(spoken), tmp_path / "a", force=True)


ARGUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40)
@given(calls=st.lists(st.tuples(st.text(max_size=8), ARGUMENTS, st.text(max_size=3), st.booleans()), max_size=6))
def test_whatever_an_agent_sends_is_a_trajectory(
    play: Play, spoken: Run, source_of: MakeSource, calls: list[tuple[str, Any, str, bool]]
) -> None:
    episode = Episode(play)
    for name, arguments, id, asked in calls:
        if asked:
            answer(episode)
        episode.act(ToolCall(name, arguments, id))
    made = trajectory(told_of(events_of(episode)), source_of(spoken))
    read = Trajectory.model_validate(json.loads(json.dumps(made)))
    assert sum(len(step.tool_calls or ()) for step in read.steps) == len(calls)
