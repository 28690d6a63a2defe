"""Where exports go."""

from __future__ import annotations

from pathlib import Path

import pytest

from fauxcorp.errors import UserError
from fauxcorp.export.files import new_file, new_folder


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "new" / "a.eval"

    def half() -> None:
        with new_file(target, force=False) as draft:
            draft.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert list(target.parent.iterdir()) == []
    with new_file(target, force=False) as draft:
        draft.write_text("whole")
        assert draft.suffix == ".eval"
        assert not target.exists()
    assert target.read_text() == "whole"
    assert list(target.parent.iterdir()) == [target]


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    target = tmp_path / "a.jsonl"
    target.write_text("old")
    said = "there already; name another file, or add --force"
    with pytest.raises(UserError, match=said), new_file(target, force=False):
        pass
    assert target.read_text() == "old"
    with new_file(target, force=True) as draft:
        draft.write_text("new")
    assert target.read_text() == "new"


def test_a_folder_is_no_file_and_a_file_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is a folder"), new_file(tmp_path, force=True):
        pass
    (tmp_path / "f").write_text("")
    with pytest.raises(UserError, match="is a file; name a folder"):
        new_folder(tmp_path / "f", force=True)
    with pytest.raises(UserError, match="choose another place"), new_file(tmp_path / "f" / "x", force=False):
        pass
    with pytest.raises(UserError, match="choose another place"):
        new_folder(tmp_path / "f" / "x", force=False)


def test_a_folder_that_holds_something_needs_force(tmp_path: Path) -> None:
    folder = new_folder(tmp_path / "a" / "b", force=False)
    assert new_folder(folder, force=False) == folder
    (folder / "x").write_text("")
    with pytest.raises(UserError, match="is not empty"):
        new_folder(folder, force=False)
    assert new_folder(folder, force=True) == folder
