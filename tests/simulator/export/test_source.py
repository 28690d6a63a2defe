"""What is exported: checked, timed and named."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fauxcorp.errors import LogError
from fauxcorp.eventlog import Run, open_run
from fauxcorp.export.source import Times, ending_of, stable_id

from .conftest import MakeSource


@pytest.fixture
def own(spoken: Run, tmp_path: Path) -> Path:
    """A copy of a run that may be changed."""
    return Path(shutil.copytree(spoken.folder, tmp_path / "own"))


def test_every_episode_is_told_with_its_end(scripted: Run, source_of: MakeSource) -> None:
    tolds = list(source_of(scripted).tell())
    assert [told.name for told in tolds] == scripted.episodes
    assert {(told.agent, told.epoch) for told in tolds} == {("ringer", 1), ("ringer", 2), ("idle", 1), ("idle", 2)}
    for told in tolds:
        assert told.record == scripted.records[told.name]
        assert told.ending.outcome == "completed"
        assert (told.verdict.values is None) == (told.agent == "idle")


def test_simulated_times_are_the_log_s(spoken: Run, source_of: MakeSource) -> None:
    (told,) = source_of(spoken).tell()
    stamps = [datetime.fromisoformat(e["@timestamp"]) for e in told.conversation.events]
    assert [told.moment(n) for n in range(len(stamps))] == stamps
    assert told.moment(9_999) == stamps[-1]


def test_real_times_are_of_this_machine_and_never_run_back(own: Path, source_of: MakeSource) -> None:
    run = open_run(own)
    wall = own / run.episodes[0] / "wall.jsonl"
    lines = [json.loads(line) for line in wall.read_text().splitlines()]
    lines[5]["wall_ns"] = lines[0]["wall_ns"] - 1_000
    wall.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    (told,) = source_of(run, Times.real).tell()
    assert list(told.times) == sorted(told.times)
    assert told.at(0) == lines[0]["wall_ns"]
    assert told.times[5] == told.times[4]
    assert told.moment(0).tzinfo is UTC


@pytest.mark.parametrize("text", ["", "{}\n", "x\n", '{"event.sequence":"a","wall_ns":1}\n'])
def test_real_times_that_are_not_there_are_an_error(own: Path, source_of: MakeSource, text: str) -> None:
    run = open_run(own)
    (own / run.episodes[0] / "wall.jsonl").write_text(text)
    with pytest.raises(LogError, match=r"ledger--openai.*lacks the time of an event.*leave out --times real"):
        list(source_of(run, Times.real).tell())
    (own / run.episodes[0] / "wall.jsonl").unlink()
    with pytest.raises(LogError, match="leave out --times real"):
        list(source_of(run, Times.real).tell())


def test_a_log_that_was_changed_is_not_exported(own: Path, source_of: MakeSource) -> None:
    run = open_run(own)
    log = own / run.episodes[0] / "events.jsonl"
    log.write_bytes(log.read_bytes().replace(b"Done.", b"Gone."))
    with pytest.raises(LogError, match="a log that was changed is not exported"):
        list(source_of(run).tell())


def test_an_episode_without_an_end_is_unfinished_and_not_scored(own: Path, source_of: MakeSource) -> None:
    (own / "episodes.jsonl").unlink()
    manifest = json.loads((own / "manifest.json").read_text())
    (own / "manifest.json").write_text(json.dumps({**manifest, "complete": False, "heads": {}}))
    (told,) = source_of(open_run(own)).tell()
    assert (told.ending.outcome, told.ending.steps, told.verdict.reason) == ("unfinished", 4, "unfinished")


def test_the_id_stays_when_the_folder_moves_and_differs_between_runs(
    own: Path, spoken: Run, scripted: Run, source_of: MakeSource
) -> None:
    assert source_of(open_run(own)).id == source_of(spoken).id != source_of(scripted).id
    later = replace(spoken, manifest=spoken.manifest.model_copy(update={"created": "2030-01-01T00:00:00+00:00"}))
    assert source_of(later).id != source_of(spoken).id
    assert stable_id("a", "b") != stable_id("a\0b", "")
    assert len(stable_id()) == 32


def test_the_end_is_the_record_s(spoken: Run) -> None:
    events = spoken.events(spoken.episodes[0])
    record = spoken.records[spoken.episodes[0]].model_copy(update={"outcome": "limit", "detail": "d", "steps": 7})
    ending = ending_of(record, events)
    assert (ending.outcome, ending.detail, ending.steps) == ("limit", "d", 7)
