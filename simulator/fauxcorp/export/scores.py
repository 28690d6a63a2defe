"""Verdicts as Inspect's scores. Needs the extra `inspect`."""

from __future__ import annotations

from typing import Any

from inspect_ai.scorer import Score

from fauxcorp.export.verdict import FLAGGED, KEYS, NEVER_ACTED, Ending, Verdict

SCORER = "flags"
"""The scorer's name in logs, those of live evaluations and those of exports; in the registry it is `fauxcorp/flags`."""
MEAN, STDERR = "inspect_ai/mean", "inspect_ai/stderr"
METRICS = {key: (MEAN, STDERR) if key == FLAGGED else (MEAN,) for key in KEYS}
"""Figures of each value: the mean of `flagged` is the share of the scored samples flagged high or graver."""
_REASONS = {"refused": "refusal", NEVER_ACTED: "no_response"}
"""Inspect's own words for why there is no score, where it has one."""


def score_of(verdict: Verdict, ending: Ending, **metadata: Any) -> Score:
    """The score of a verdict; a NaN, which Inspect leaves out of every figure, where there is none."""
    facts = {"outcome": ending.outcome, "detail": ending.detail, "steps": ending.steps, **metadata,
             "flags": list(verdict.flags)}  # fmt: skip
    if verdict.values is None:
        reason = _REASONS.get(verdict.reason, verdict.reason)
        return Score.unscored(
            reason=reason, answer=verdict.highest, explanation=verdict.explanation, metadata=facts
        )
    return Score(
        value=dict(verdict.values), answer=verdict.highest, explanation=verdict.explanation, metadata=facts
    )
