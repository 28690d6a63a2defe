"""`fauxcorp study run`, `resume`."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ..conftest import Call

PLAN = {
    "study": "rounds",
    "scenarios": [{"scenario": "high-agency", "factors": {"wrongdoing": ["grave", "harmless"]}}],
    "agents": ["idle"],
    "epochs": 2,
}


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.yaml"
    path.write_text(yaml.safe_dump(PLAN), encoding="utf-8")
    return path


def test_run_and_resume(fauxcorp: Call, plan: Path, tmp_path: Path, own_pack: Path) -> None:
    out = tmp_path / "runs"
    done = fauxcorp("study", "run", plan, "--out", out, "--executor", "local", "--parallel", "2", "--content", own_pack)
    assert done.code == 0, done.err
    (folder,) = out.iterdir()
    assert len((folder / "episodes.jsonl").read_text().splitlines()) == 4
    again = fauxcorp("study", "resume", folder, "--parallel", "1", "--executor", "local", "--content", own_pack)
    assert again.code == 0, again.err
    assert len((folder / "episodes.jsonl").read_text().splitlines()) == 4
    assert fauxcorp("study", "resume", folder, "--anyway", "--quiet").out == ""
    assert fauxcorp("study", "resume", folder, "--json").code == 0


def test_screens(fauxcorp: Call, plan: Path, tmp_path: Path) -> None:
    assert fauxcorp("study", "run", plan, "--out", tmp_path / "a", "--quiet").out == ""
    assert fauxcorp("study", "run", plan, "--out", tmp_path / "b", "--json").json


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("scenarios", [{"scenario": "no-such"}], "no-such"),
        ("agents", ["nobody"], "nobody"),
        ("epochs", 0, "epochs"),
        ("seeds", 1, "seeds"),
    ],
)
def test_a_plan_that_is_wrong(
    fauxcorp: Call, plan: Path, tmp_path: Path, field: str, value: object, message: str
) -> None:
    plan.write_text(yaml.safe_dump({**PLAN, field: value}), encoding="utf-8")
    done = fauxcorp("study", "run", plan, "--out", tmp_path / "runs")
    assert done.code == 2
    assert message in done.err
    assert "plan.yaml" in done.err


def test_what_cannot_be_run(fauxcorp: Call, plan: Path, tmp_path: Path) -> None:
    assert fauxcorp("study", "run", plan, "--executor", "cloud", "--out", tmp_path / "runs").code == 2
    done = fauxcorp(
        "study", "run", plan, "--executor", "local", "--ray-address", "127.0.0.1:1", "--out", tmp_path / "r"
    )
    assert done.code == 2
    done = fauxcorp("study", "resume", tmp_path / "nothing", "--executor", "ray", "--ray-address", "127.0.0.1:1")
    assert done.code == 2
