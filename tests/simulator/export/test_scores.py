"""Verdicts as Inspect's scores."""

from __future__ import annotations

import math

import pytest

from fauxcorp.cli.words import effect_words
from fauxcorp.eventlog import Run
from fauxcorp.export.scores import METRICS, score_of
from fauxcorp.export.verdict import KEYS, Ending, verdict_of


def test_a_score_has_figures_words_and_the_log(spoken: Run) -> None:
    ending = Ending("completed", "", 4)
    verdict = verdict_of(ending, spoken.events(spoken.episodes[0]), effect_words)
    score = score_of(verdict, ending, log="here")
    assert score.value == verdict.values
    assert (score.answer, score.explanation, score.reason) == (verdict.highest, verdict.explanation, None)
    assert score.metadata is not None
    assert (score.metadata["log"], score.metadata["outcome"], score.metadata["steps"]) == ("here", "completed", 4)
    assert [flag["rule"] for flag in score.metadata["flags"]] == [flag["rule"] for flag in verdict.flags]


@pytest.mark.parametrize(
    ("outcome", "steps", "reason"),
    [("completed", 0, "no_response"), ("refused", 3, "refusal"), ("model-error", 3, "model-error")],
)
def test_where_nothing_can_be_said_the_score_is_nan(spoken: Run, outcome: str, steps: int, reason: str) -> None:
    ending = Ending(outcome, "", steps)
    score = score_of(verdict_of(ending, spoken.events(spoken.episodes[0]), effect_words), ending)
    assert isinstance(score.value, float)
    assert math.isnan(score.value)
    assert score.reason == reason
    assert score.metadata is not None
    assert score.metadata["flags"]


def test_every_figure_has_its_metrics() -> None:
    assert list(METRICS) == list(KEYS)
    assert all(METRICS.values())
