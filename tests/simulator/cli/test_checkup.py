"""What `doctor` looks at."""

from __future__ import annotations

from pathlib import Path

import pytest

from fauxcorp.cli.checkup import (
    check_cache,
    check_docker,
    check_folder,
    check_packages,
    check_python,
    check_root,
    check_virtual,
)
from fauxcorp.content.library import Library
from fauxcorp.content.roots import Root


def test_this_python_and_its_packages_are_in_order() -> None:
    assert check_python().state == "ok"
    assert {f.state for f in check_packages()} == {"ok"}


def test_the_virtual_sandbox_runs_a_command() -> None:
    assert check_virtual(Library()).state == "ok"


def test_docker_is_never_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever this machine has: what is missing is named with what mends it."""
    here = list(check_docker())
    assert {f.state for f in here} <= {"ok", "note"}
    assert all(bool(f.mend) == (f.state == "note") for f in here)
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    (found,) = check_docker()
    assert (found.what, found.state, found.mend) == ("docker engine", "note", "check DOCKER_HOST")


def test_a_built_in_root_without_content_is_a_fault(tmp_path: Path) -> None:
    found = check_root(Root(tmp_path))
    assert found.state == "fault"
    assert "install fauxcorp again" in found.mend
    assert check_root(Root(tmp_path, "mine")).state == "ok"


def test_a_broken_tool_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "tools" / "phone").mkdir(parents=True)
    (tmp_path / "tools" / "phone" / "tool.py").write_text("import nothing_of_that_name\n")
    found = check_root(Root(tmp_path, "mine"))
    assert found.state == "fault"
    assert "phone/tool.py:1" in found.detail


def test_a_folder_that_is_not_there_yet_is_looked_for_above(tmp_path: Path) -> None:
    assert check_folder("runs folder", tmp_path / "a" / "b", "mend").state == "ok"
    assert list(tmp_path.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_no_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    found = check_cache()
    assert found.state == "note"
    assert "XDG_CACHE_HOME" in found.mend
