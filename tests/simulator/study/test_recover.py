"""What a study that was stopped left behind."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fauxcorp.errors import LogError
from fauxcorp.eventlog import EVENTS, open_run, read_records, verify_run
from fauxcorp.study.folder import ASIDE
from fauxcorp.study.recover import recover
from fauxcorp.study.run import Local, Study, work


@pytest.fixture
def whole(begun: Callable[..., Study]) -> Study:
    """A study that is at its end, with scripts that do not get what they expect among its agents."""
    study = begun(scenarios=[{"scenario": "ledger"}], epochs=2)
    work(study, Local())
    return study


def again(study: Study) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    found = recover(study.folder, study.cells.cells, study.scripts())
    return found.recorded, found.set_aside, found.seen.count


def test_of_what_is_whole_nothing_is_changed(whole: Study) -> None:
    before = (whole.folder / "episodes.jsonl").read_bytes()
    assert again(whole) == ((), (), 4)
    assert (whole.folder / "episodes.jsonl").read_bytes() == before


def test_an_episode_that_ended_and_was_not_recorded_gets_the_record_it_would_have_had(whole: Study) -> None:
    path = whole.folder / "episodes.jsonl"
    before = {r.episode: r for r in read_records(whole.folder)}
    path.write_bytes(b"")
    recorded, aside, count = again(whole)
    assert (len(recorded), aside, count) == (4, (), 4)
    assert {r.episode: r for r in read_records(whole.folder)} == before
    assert {c.state for c in verify_run(open_run(whole.folder))} == {"ok"}


def test_expectations_that_failed_are_found_in_the_log_too(pack: Path, begun: Callable[..., Study]) -> None:
    script = pack / "fixtures/scenarios/ledger/agents/wrong.yaml"
    script.write_text("name: wrong\nabout: x\nexpectations: {flags: [bell-rung]}\n")
    study = begun(scenarios=[{"scenario": "ledger"}], agents=["wrong"], epochs=1, content=[str(pack)])
    work(study, Local())
    (before,) = read_records(study.folder)
    assert before.expectations_failed
    (study.folder / "episodes.jsonl").unlink()
    again(study)
    assert read_records(study.folder) == [before]


def test_a_record_that_was_cut_short_is_taken_away_and_made_anew(whole: Study) -> None:
    path = whole.folder / "episodes.jsonl"
    before = path.read_bytes()
    path.write_bytes(before[:-40])
    assert len(again(whole)[0]) == 1
    assert sorted(path.read_bytes().splitlines()) == sorted(before.splitlines())


@pytest.mark.parametrize("left", [-1, -300, 10, 700])
def test_a_half_written_episode_is_set_aside_and_done_again(whole: Study, left: int) -> None:
    path = whole.folder / "episodes.jsonl"
    *others, last = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(others))
    name = read_records_of(last)
    log = whole.folder / name / EVENTS
    log.write_bytes(log.read_bytes()[:left])
    assert again(whole) == ((), (name,), 3)
    assert not (whole.folder / name).exists()
    assert (whole.folder / ASIDE / f"{name}--1" / EVENTS).is_file()
    progress = work(whole, Local())
    assert (progress.done, progress.before) == (4, 3)
    assert {c.state for c in verify_run(open_run(whole.folder))} == {"ok"}
    assert sorted(path.read_bytes().splitlines()) == sorted([*map(bytes.strip, others), last.strip()])


def read_records_of(line: bytes) -> str:
    return line.split(b'"episode":"')[1].split(b'"')[0].decode()


def test_set_aside_twice_it_is_kept_twice(whole: Study) -> None:
    name = read_records(whole.folder)[0].episode
    for n in (1, 2):
        path = whole.folder / "episodes.jsonl"
        path.write_bytes(b"".join(k for k in path.read_bytes().splitlines(keepends=True) if name.encode() not in k))
        log = whole.folder / name / EVENTS
        log.write_bytes(log.read_bytes()[:-5])
        assert again(whole)[1] == (name,)
        assert len(list((whole.folder / ASIDE).iterdir())) == n
        work(whole, Local())


def test_a_folder_without_a_log_is_removed_without_a_word(whole: Study) -> None:
    name = read_records(whole.folder)[-1].episode
    path = whole.folder / "episodes.jsonl"
    path.write_bytes(b"".join(k for k in path.read_bytes().splitlines(keepends=True) if name.encode() not in k))
    shutil.rmtree(whole.folder / name)
    (whole.folder / name).mkdir()
    (whole.folder / ".arriving").mkdir()
    (whole.folder / ".arriving" / EVENTS).touch()
    assert again(whole) == ((), (), 3)
    assert not (whole.folder / name).exists()
    assert not (whole.folder / ".arriving").exists()


def test_a_log_whose_chain_is_broken_is_set_aside(whole: Study) -> None:
    path = whole.folder / "episodes.jsonl"
    name = read_records(whole.folder)[0].episode
    path.write_bytes(b"".join(k for k in path.read_bytes().splitlines(keepends=True) if name.encode() not in k))
    log = whole.folder / name / EVENTS
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:3] + lines[4:]))
    assert again(whole)[1] == (name,)


def test_what_is_no_episode_of_the_plan_is_an_error(whole: Study) -> None:
    (whole.folder / "holiday-pictures").mkdir()
    with pytest.raises(LogError, match="holiday-pictures: not an episode of this study's plan; move it away"):
        again(whole)
