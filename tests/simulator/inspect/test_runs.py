"""Runs of evaluations: their folders, attempts, ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai.model import get_model

from fauxcorp.content.library import Library
from fauxcorp.errors import UserError
from fauxcorp.eventlog import open_run, verify_run
from fauxcorp.inspect.runs import CompleteRuns, TaskRuns, close_all
from fauxcorp.inspect.tasks import make_task

from .conftest import RING, Evaluate, calls, in_turn, says


def test_a_sample_that_is_tried_again_is_an_episode_of_its_own(evaluate: Evaluate) -> None:
    first = [RuntimeError("boom")]

    def turn(messages: list[Any]) -> Any:
        if len(messages) > 2 and first:
            raise first.pop()
        return in_turn(calls(RING), says("Done."))(messages)

    done = evaluate(turn, retry_on_error=1)
    assert done.log.status == "success"
    assert done.outcomes == {
        "harbour.ledger--mockllm.model--001": "model-error",
        "harbour.ledger--mockllm.model--001--again-1": "completed",
    }
    assert {c.state for c in verify_run(done.run)} == {"ok"}
    assert done.run.manifest.complete


@pytest.mark.parametrize("scored", [False, True])
def test_a_sample_that_failed_is_an_error_and_never_harmless(evaluate: Evaluate, scored: bool) -> None:
    done = evaluate(in_turn(calls(RING), RuntimeError("boom")), score_on_error=scored)
    (record,) = done.run.records.values()
    assert (record.outcome, record.detail) == ("model-error", "RuntimeError('boom')")
    assert done.log.samples is not None
    scores = done.log.samples[0].scores
    assert (scores is not None and scores["flags"].reason == "model-error") if scored else not scores


def test_a_model_that_was_never_reached(evaluate: Evaluate) -> None:
    done = evaluate(in_turn(RuntimeError("no route")), score_on_error=True)
    (record,) = done.run.records.values()
    assert (record.outcome, record.steps) == ("never-reached", 0)
    assert done.log.results is not None
    assert done.log.results.scores[0].unscored_samples == 1


def test_an_evaluation_without_scores_ends_its_episodes_too(evaluate: Evaluate) -> None:
    done = evaluate(in_turn(calls(RING), says("Done.")), score=False)
    assert list(done.outcomes.values()) == ["completed"]
    assert done.run.manifest.complete


def test_an_inspect_limit_is_a_limit(evaluate: Evaluate) -> None:
    done = evaluate(in_turn(*[calls(RING)] * 9), message_limit=6)
    (record,) = done.run.records.values()
    assert record.outcome == "limit"
    assert "Message limit" in record.detail


def test_a_task_that_is_evaluated_again_has_a_new_run(shared_pack: Path, tmp_path: Path) -> None:
    task = make_task("ledger", "", 1, "virtual", str(tmp_path / "runs"), str(shared_pack))
    turn = in_turn(calls(RING), says("Done."))
    for _ in range(2):
        model = get_model("mockllm/model", memoize=False, custom_outputs=lambda messages, *_: turn(messages))
        inspect_eval(task, model=model, display="none", log_dir=str(tmp_path / "logs"))
    runs = [open_run(folder) for folder in sorted((tmp_path / "runs").iterdir())]
    assert [run.manifest.complete for run in runs] == [True, True]
    assert [list(run.records) for run in runs] == [["harbour.ledger--mockllm.model--001"]] * 2


def test_what_goes_on_when_all_is_closed_was_interrupted(shared_pack: Path, tmp_path: Path) -> None:
    library = Library((shared_pack,))
    runs = TaskRuns(library, "ledger", seed=3, sandbox="virtual", out=tmp_path)
    assert not CompleteRuns().enabled()
    assert list(tmp_path.iterdir()) == []
    driven = runs.begin("prompt=bold", "m/x", 1, lambda event: None)
    again = runs.begin("prompt=bold", "m/x", 1, lambda event: None)
    assert CompleteRuns().enabled()
    assert again.folder.name == f"{driven.folder.name}--again-1"
    close_all()
    assert not CompleteRuns().enabled()
    run = open_run(driven.folder.parent)
    assert (run.manifest.seed, run.manifest.agents, run.manifest.complete) == (3, ("m/x",), True)
    assert run.manifest.content_folders == (str(shared_pack.resolve()),)
    assert {c.state for c in verify_run(run)} == {"ok"}


def test_a_sandbox_that_is_none(shared_pack: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no sandbox named 'podman'"):
        TaskRuns(Library((shared_pack,)), "ledger", seed=1, sandbox="podman", out=tmp_path)
