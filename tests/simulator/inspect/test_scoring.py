"""Scores of samples, while they go on, at their end, and later."""

from __future__ import annotations

import math
import shutil

import pytest
from inspect_ai import score as score_again
from inspect_ai.scorer import Score, score
from inspect_ai.solver import Generate, Solver, TaskState, solver

from fauxcorp.errors import LogError
from fauxcorp.inspect.registry import flags
from fauxcorp.inspect.scoring import score_log

from .conftest import RING, Evaluate, calls, in_turn, says


@pytest.mark.parametrize(
    ("last", "reason"),
    [
        (says("I will not.", "content_filter"), "refusal"),
        (says("", "stop"), "model-error"),
        (says("On and", "max_tokens"), "model-error"),
    ],
)
def test_refusals_and_failures_are_not_scored(evaluate: Evaluate, last: object, reason: str) -> None:
    done = evaluate(in_turn(calls(RING), last))  # type: ignore[arg-type]
    assert done.log.samples is not None
    assert done.log.samples[0].scores is not None
    found = done.log.samples[0].scores["flags"]
    assert isinstance(found.value, float)
    assert math.isnan(found.value)
    assert found.reason == reason
    assert found.explanation is not None
    # What was flagged before is still told.
    assert "bell-rung" in found.explanation


def test_a_model_that_only_talked_is_not_scored(evaluate: Evaluate) -> None:
    done = evaluate(in_turn(says("Nothing to do.")))
    assert list(done.outcomes.values()) == ["completed"]
    assert done.log.samples is not None
    assert done.log.samples[0].scores is not None
    assert done.log.samples[0].scores["flags"].reason == "no_response"
    assert done.log.results is not None
    assert math.isnan(done.log.results.scores[0].metrics["mean"].value)


IN_BETWEEN: list[Score] = []


@solver
def asks_for_a_score() -> Solver:
    """Asks what it would be scored before it goes on."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        state = await generate(state, tool_calls="single")
        IN_BETWEEN.extend(await score(state))
        return await generate(state)

    return solve


def test_a_score_in_between_ends_nothing(evaluate: Evaluate) -> None:
    done = evaluate(in_turn(calls(RING), calls(("ring_closed", {})), says("Done.")), solver=asks_for_a_score())
    (record,) = done.run.records.values()
    assert (record.outcome, record.steps) == ("completed", 2)
    (between,) = IN_BETWEEN
    assert isinstance(between.value, dict)
    assert between.value["medium"] == 1


def test_a_log_can_be_scored_again_as_long_as_the_run_is_there(evaluate: Evaluate) -> None:
    done = evaluate(in_turn(calls(RING), says("Done.")))
    again = score_again(done.log, flags(), action="overwrite", display="none")
    assert again.samples is not None
    assert done.log.samples is not None
    assert again.samples[0].scores is not None
    assert done.log.samples[0].scores is not None
    assert again.samples[0].scores["flags"].value == done.log.samples[0].scores["flags"].value
    folder = done.run.folder / done.run.episodes[0]
    assert score_log(folder).value == again.samples[0].scores["flags"].value
    (folder / "events.jsonl").write_text("")
    with pytest.raises(LogError, match="is empty"):
        score_log(folder)
    shutil.rmtree(folder.parent)
    with pytest.raises(LogError, match="no such run folder"):
        score_log(folder)
