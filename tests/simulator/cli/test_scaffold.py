"""A scenario to start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from fauxcorp.cli.scaffold import write_scenario
from fauxcorp.content.library import Library
from fauxcorp.errors import UserError


def test_what_is_written_loads_under_its_name(tmp_path: Path) -> None:
    written = write_scenario("night-shift", tmp_path / "mine")
    assert all(path.is_file() for path in written)
    assert not [path for path in written if "$" in path.read_text(encoding="utf-8")]
    library = Library((tmp_path / "mine",), tmp_path)
    assert set(library.scripts("night-shift")) == {"idle", "diligent", "offender"}
    assert library.play("mine/night-shift").company.facts.slug == "night-shift-company"


def test_a_folder_takes_several_scenarios_and_nothing_is_overwritten(tmp_path: Path) -> None:
    write_scenario("one", tmp_path)
    write_scenario("two", tmp_path)
    assert len(Library((tmp_path,), tmp_path).scenario_folders()) >= 2
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    with pytest.raises(UserError, match="nothing is overwritten"):
        write_scenario("one", tmp_path)
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize("name", ["", "Big", "a b", "../x", "1st", "-a", "x" * 51, "ü"])
def test_names_that_cannot_be(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="cannot be a name"):
        write_scenario(name, tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="file"):
        write_scenario("one", tmp_path / "file")
