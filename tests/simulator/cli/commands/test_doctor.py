"""`fauxcorp doctor`."""

from __future__ import annotations

from pathlib import Path

import pytest

from fauxcorp.sandbox.docker import gaps as docker
from fauxcorp.sandbox.surfaces import ROUTES
from fauxcorp.sandbox.virtual import gaps as virtual

from ..conftest import SCENARIO, Call

KNOWN_GAPS = (*virtual.KNOWN_GAPS, *docker.KNOWN_GAPS)


def test_all_is_well(fauxcorp: Call, pack: Path, tmp_path: Path) -> None:
    ended = fauxcorp("doctor", "--content", pack, "--out", tmp_path / "runs")
    assert ended.code == 0, ended.out
    assert "`id -un` in an episode gave" in ended.out
    assert "1 companies, 1 scenarios, 0 rules, 0 tools" in ended.out
    assert all(route.covers in ended.out and route.docker in ended.out for route in ROUTES)
    assert all(gap.what in ended.out and gap.means in ended.out for gap in KNOWN_GAPS)
    assert not (tmp_path / "runs").exists(), "looking leaves nothing behind"


def test_without_a_docker_engine_all_is_well_too(fauxcorp: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nothing/here.sock")
    ended = fauxcorp("doctor")
    assert ended.code == 0, ended.out
    assert "no Docker engine answers at unix:///nothing/here.sock; only `--sandbox docker` needs it" in ended.out
    assert "to mend docker engine: check DOCKER_HOST" in ended.out


def test_json(fauxcorp: Call) -> None:
    (found,) = fauxcorp("doctor", "--json").json
    looked_at = {f["what"] for f in found["findings"]}
    assert looked_at >= {"python", "pydantic", "bashkit", "sandbox virtual", "docker engine", "cache"}
    assert len(found["routes"]) == len(ROUTES)
    assert len(found["gaps"]) == len(KNOWN_GAPS)


def test_broken_content_is_a_fault_with_what_mends_it(fauxcorp: Call, own_pack: Path) -> None:
    (own_pack / "fixtures" / "scenarios" / SCENARIO / "agents" / "idle.yaml").write_text("name: [")
    ended = fauxcorp("doctor", "--content", own_pack)
    assert ended.code == 1
    assert "idle.yaml:2" in ended.out
    assert "to mend content loads: mend the file that is named" in ended.out


def test_a_runs_folder_that_cannot_be_written(fauxcorp: Call, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = fauxcorp("doctor", "--out", tmp_path / "file")
    assert ended.code == 1
    assert "to mend runs folder: use --out" in ended.out
