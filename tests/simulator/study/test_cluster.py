"""Studies on a Ray cluster: what is sent to machines, what comes back, and a cluster that is started here."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fauxcorp.errors import LogError
from fauxcorp.eventlog import open_run, verify_run
from fauxcorp.study.cluster import job_of, run_one, store
from fauxcorp.study.run import Study


def test_an_episode_is_run_elsewhere_and_comes_back_whole(begun: Callable[..., Study]) -> None:
    study = begun(epochs=1)
    job = job_of(study)
    for number in range(len(study.cells.cells)):
        shipped = run_one(job, number, 1)
        assert shipped.trouble == ""
        done = store(study.folder, shipped)
        assert done.folder.is_dir()
    run = open_run(study.folder)
    assert len(run.records) == len(study.cells.cells)
    assert {check.state for check in verify_run(run)} == {"ok"}


def test_other_content_on_a_machine_is_told(begun: Callable[..., Study]) -> None:
    job = job_of(begun(epochs=1))
    changed = tuple({**hashes, "rules": "other"} for hashes in job.hashes)
    other = job.__class__(**{**{f: getattr(job, f) for f in job.__slots__}, "hashes": changed, "id": "0" * 16})
    assert "the content is not that of the study: rules differ" in run_one(other, 0, 1).trouble


def test_another_engine_on_a_machine_is_told(begun: Callable[..., Study]) -> None:
    job = job_of(begun(epochs=1))
    other = job.__class__(**{**{f: getattr(job, f) for f in job.__slots__}, "engine": "0.0.0", "id": "1" * 16})
    assert "is installed here" in run_one(other, 0, 1).trouble


def test_a_record_without_a_place(begun: Callable[..., Study]) -> None:
    study = begun(epochs=1)
    shipped = run_one(job_of(study), 0, 1)
    assert shipped.record is not None
    (study.folder / shipped.record.episode).write_text("in the way")
    with pytest.raises(LogError, match=shipped.record.episode):
        store(study.folder, shipped)
