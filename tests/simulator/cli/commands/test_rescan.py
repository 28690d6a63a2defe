"""`fauxcorp rescan`."""

from __future__ import annotations

from pathlib import Path

from ..conftest import Call
from .test_policies import RULE


def test_what_changed(fauxcorp: Call, tmp_path: Path, own_pack: Path) -> None:
    assert fauxcorp("run", "high-agency", "--agent", "diligent", "--out", tmp_path / "runs").code == 0
    (run,) = (tmp_path / "runs").iterdir()
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    same = fauxcorp("rescan", run, "--out", tmp_path / "again")
    assert same.code == 0, same.err
    area = own_pack / "policies" / "office"
    area.mkdir(parents=True)
    (area / "mail-at-night.yml").write_text(RULE)
    words = ("rescan", "latest", "--runs", tmp_path / "runs", "--content", own_pack, "--most", "3")
    done = fauxcorp(*words, "--out", tmp_path / "more")
    assert done.code == 0, done.err
    assert "mail-at-night" in done.out
    assert fauxcorp(*words, "--out", tmp_path / "json", "--json").json
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before


def test_no_such_run(fauxcorp: Call, tmp_path: Path) -> None:
    done = fauxcorp("rescan", tmp_path / "nothing")
    assert done.code == 2
    assert "nothing" in done.err
