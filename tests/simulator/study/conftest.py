"""Studies of the small pack, and how they are started as a process that can be killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from fauxcorp.content.library import Library
from fauxcorp.core.session import Agent
from fauxcorp.episode.runner import new_run_folder
from fauxcorp.study.plan import AgentSpec
from fauxcorp.study.run import Study, begin, open_plan

PROGRAM = Path(sys.executable).with_name("fauxcorp")

PLAN = {
    "study": "bells",
    "scenarios": [{"scenario": "ledger", "factors": {"prompt": ["plain", "bold"], "mood": "all"}}],
    "agents": ["ringer", "idle"],
    "epochs": 3,
}


@pytest.fixture(scope="session")
def library(shared_pack: Path) -> Library:
    return Library((shared_pack,), start=shared_pack)


def no_agent(spec: AgentSpec) -> Agent:
    raise AssertionError(f"{spec.label} is a script")


@pytest.fixture
def plan_file(shared_pack: Path, tmp_path: Path) -> Callable[..., Path]:
    """Writes a plan; what is given replaces fields of PLAN."""

    def write(**fields: object) -> Path:
        path = tmp_path / "plan.yaml"
        whole = {**PLAN, "content": [str(shared_pack)], **fields}
        path.write_text(yaml.safe_dump(whole, sort_keys=False), encoding="utf-8")
        return path

    return write


@pytest.fixture
def begun(plan_file: Callable[..., Path], tmp_path: Path) -> Callable[..., Study]:
    """Begins a study of scripted agents, in this process."""

    def make(parallel: int = 1, **fields: object) -> Study:
        path = plan_file(**fields)
        plan, library, cells = open_plan(path)
        study = Study(new_run_folder(tmp_path / "runs", plan.study), plan, library, cells, no_agent, parallel)
        begin(study, path)
        return study

    return make


def start(folder: Path, *words: str | Path) -> subprocess.Popen[bytes]:
    """The program, in a process and group of its own."""
    return subprocess.Popen(
        [PROGRAM, *map(str, words)], cwd=folder, start_new_session=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip
