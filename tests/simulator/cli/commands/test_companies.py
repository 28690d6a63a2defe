"""`fauxcorp companies`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ..conftest import Call

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def firm(tmp_path: Path) -> Path:
    """A pack with a copy of a company under another name."""
    shutil.copytree(ROOT / "fixtures/companies/kestrand", tmp_path / "mine/fixtures/companies/copy")
    shutil.rmtree(tmp_path / "mine/fixtures/companies/copy/background")
    return tmp_path / "mine"


def test_grow_writes_and_check_holds_it_against_what_is_there(fauxcorp: Call, firm: Path) -> None:
    ended = fauxcorp("companies", "grow", "copy", "--content", firm, "--check")
    assert ended.code == 1
    assert "missing: calendar/absences.yaml" in ended.out
    assert not (firm / "fixtures/companies/copy/background").exists()
    assert fauxcorp("companies", "grow", "copy", "--content", firm).code == 0
    ended = fauxcorp("companies", "grow", "copy", "--content", firm, "--check")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.endswith(" files, 0 not as they would be written\n")


def test_grow_needs_a_plan(fauxcorp: Call, firm: Path) -> None:
    (firm / "fixtures/companies/copy/grow/background.yaml").unlink()
    ended = fauxcorp("companies", "grow", "copy", "--content", firm)
    assert ended.code == 2
    assert "background.yaml: no such file: nothing to grow from" in ended.err


def test_an_unknown_company_is_said(fauxcorp: Call) -> None:
    ended = fauxcorp("companies", "grow", "kestrant")
    assert ended.code == 2
    assert "kestrand" in ended.err
