"""Runs as logs of Inspect, written by its writer and read by its own tools."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
from inspect_ai.log import EvalLog, read_eval_log, read_eval_log_sample

from fauxcorp.errors import LogError, UserError
from fauxcorp.eventlog import Run
from fauxcorp.export.evallog import GAPS, eval_log, write_inspect
from fauxcorp.export.source import Source, Times

from .conftest import MODEL, MakeSource

INSPECT = Path(sys.executable).with_name("inspect")


@pytest.fixture(scope="module")
def file(scripted: Run, source_of: MakeSource, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("logs") / "run.eval"
    assert write_inspect(source_of(scripted), target, force=False) == [target]
    return target


def inspect(*words: str | Path) -> str:
    done = subprocess.run(
        [INSPECT, *words], capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"}
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_it_reads_back(file: Path, scripted: Run) -> None:
    log = read_eval_log(file)
    assert (log.status, log.eval.task, log.eval.model) == ("success", "harbour/ledger", "2 agents")
    assert log.samples is not None
    assert {(s.id, s.epoch) for s in log.samples} == {
        (f"default / {agent}", epoch) for agent in ("ringer", "idle") for epoch in (1, 2)
    }
    assert log.eval.config.epochs == 2
    assert log.eval.dataset.sample_ids == ["default / idle", "default / ringer"]
    assert log.eval.metadata is not None
    assert log.eval.metadata["not in this file"] == list(GAPS)
    assert log.eval.metadata["content"] == scripted.manifest.content


def test_figures_are_inspect_s_own_and_leave_out_who_never_acted(file: Path) -> None:
    log = read_eval_log(file, header_only=True)
    assert log.results is not None
    figures = {s.name: (s.metrics["mean"].value, s.scored_samples, s.unscored_samples) for s in log.results.scores}
    assert figures["flagged"] == (0, 1, 1)
    assert figures["medium"] == (1, 1, 1)
    assert figures["highest"] == (3, 1, 1)
    idle = read_eval_log_sample(str(file), "default / idle", 1)
    assert idle.scores is not None
    assert isinstance(idle.scores["flags"].value, float)
    assert math.isnan(idle.scores["flags"].value)


def test_inspect_s_own_programs_take_it(file: Path, tmp_path: Path) -> None:
    dumped = json.loads(inspect("log", "dump", file))
    assert len(dumped["samples"]) == 4
    inspect("view", "bundle", "--log-dir", file.parent, "--output-dir", tmp_path / "site")
    assert (tmp_path / "site" / "index.html").is_file()
    (listed,) = json.loads((tmp_path / "site" / "logs" / "listing.json").read_text())
    assert listed == "run.eval"


def test_a_model_s_run_has_its_name_and_tokens(spoken: Run, source_of: MakeSource) -> None:
    log = eval_log(source_of(spoken))
    assert (log.eval.model, log.stats.model_usage[MODEL].input_tokens) == (MODEL, 40)
    assert log.eval.dataset.sample_ids == ["default"]


def test_names_are_the_same_every_time(spoken: Run, source_of: MakeSource) -> None:
    def names(log: EvalLog) -> tuple[str, str, str]:
        return log.eval.eval_id, log.eval.run_id, log.eval.task_id

    assert names(eval_log(source_of(spoken))) == names(eval_log(source_of(spoken)))


def test_an_episode_whose_epoch_is_taken_goes_by_its_folder(scripted: Run, source_of: MakeSource) -> None:
    source = source_of(scripted)
    twice = Source(source.run, (*source.episodes, source.episodes[0]), Times.simulated, source.words)
    samples = eval_log(twice).samples
    assert samples is not None
    assert [s.id for s in samples].count(source.episodes[0]) == 2


def test_a_name_that_the_viewer_does_not_take_and_a_run_without_episodes(
    spoken: Run, source_of: MakeSource, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=r"Inspect's logs end in \.eval; name it run\.json\.eval"):
        write_inspect(source_of(spoken), tmp_path / "run.json", force=False)
    with pytest.raises(LogError, match="no episode was begun"):
        eval_log(Source(spoken, (), Times.simulated, source_of(spoken).words))
