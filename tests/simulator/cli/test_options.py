"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

from fauxcorp.cli.options import RUNS, folders


def test_no_content_folder_is_none() -> None:
    assert folders(None) == ()
    assert folders([Path("a"), Path("b")]) == (Path("a"), Path("b"))


def test_runs_lie_in_the_folder_at_hand() -> None:
    assert not RUNS.is_absolute()
