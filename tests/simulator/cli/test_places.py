"""RUN[/EPISODE] as people type it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fauxcorp.cli.places import find, find_episode, newest
from fauxcorp.errors import LogError, NotFound, UserError

RUNS = Path("runs")


def test_a_run_by_path_and_by_latest(ran: Path) -> None:
    assert find(str(ran), RUNS)[0].folder == ran
    assert find(f"{ran}/", RUNS)[0].folder == ran
    run, episode = find("latest", ran.parent)
    assert (run.folder, episode) == (ran, "")


def test_an_episode_by_name_or_by_its_beginning(ran_all: Path) -> None:
    name = "demo.padded-invoices--idle--001"
    assert find(str(ran_all / name), RUNS)[1] == name
    assert find("latest/demo.padded-invoices--i", ran_all.parent)[1] == name
    with pytest.raises(NotFound):
        find(f"{ran_all}/demo", RUNS)
    with pytest.raises(UserError, match="holds 3 episodes; name one"):
        find_episode(str(ran_all), RUNS)


def test_the_only_episode_need_not_be_named(ran: Path) -> None:
    assert find_episode(str(ran), RUNS)[1] == "demo.padded-invoices--offender--001"


@pytest.mark.parametrize("text", ["", "nowhere", "nowhere/at/all", "a\0b", "x" * 5000])
def test_what_is_no_run(text: str, ran: Path) -> None:
    with pytest.raises(UserError):
        find(text, RUNS)


def test_a_folder_of_runs_is_told_from_a_run(ran: Path) -> None:
    with pytest.raises(LogError, match="holds runs and is none itself; the newest"):
        find(str(ran.parent), RUNS)


def test_the_newest_of_two_runs_of_one_second(tmp_path: Path) -> None:
    for number, name in enumerate(("20260101-000000-b", "20260101-000000-a", "20250101-000000-c")):
        (tmp_path / name).mkdir()
        file = tmp_path / name / "manifest.json"
        file.write_text("{}")
        os.utime(file, (number, number))
    assert newest(tmp_path).name == "20260101-000000-a"


def test_no_runs_at_all(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="no runs there"):
        newest(tmp_path / "runs")
