"""`fauxcorp study report`."""

from __future__ import annotations

import json
from pathlib import Path

from ..conftest import Call


def test_a_report_of_a_run(fauxcorp: Call, tmp_path: Path, own_pack: Path) -> None:
    for name in ("idle", "offender-mail"):
        words = (
            "run",
            "high-agency",
            "--agent",
            name,
            "--epochs",
            "2",
            "--out",
            tmp_path / "runs",
            "--content",
            own_pack,
        )
        assert fauxcorp(*words).code == 0
    folders = sorted((tmp_path / "runs").iterdir())
    done = fauxcorp("study", "report", *folders, "--out", tmp_path / "told", "--pool", "--content", own_pack)
    assert done.code == 0, done.err
    made = {path.suffix: path.read_text(encoding="utf-8") for path in (tmp_path / "told").iterdir() if path.is_file()}
    assert {".html", ".md", ".json"} <= set(made)
    assert json.loads(made[".json"])
    assert "script" in made[".md"].lower().split("\n\n")[0] + made[".md"].lower().split("\n\n")[1]
    assert "<script" not in made[".html"]
    assert "http://" not in made[".html"].replace("http://www.w3.org", "")
    assert fauxcorp("study", "report", folders[0], "--out", tmp_path / "json", "--json").json


def test_no_such_folder(fauxcorp: Call, tmp_path: Path) -> None:
    done = fauxcorp("study", "report", tmp_path / "nothing")
    assert done.code == 2
    assert "nothing" in done.err
