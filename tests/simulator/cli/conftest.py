"""A content folder to run commands on, and two ways to call them: in this process, and as the console script."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from fauxcorp.cli.main import main
from fauxcorp.cli.scaffold import write_scenario

SCENARIO = "padded-invoices"


@dataclass(frozen=True)
class Ended:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> list[Any]:
        """The JSON lines on stdout; anything else there is an error."""
        return [json.loads(line) for line in self.out.splitlines()]


Call = Callable[..., Ended]


@pytest.fixture(scope="session")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A content folder with one small scenario."""
    folder = tmp_path_factory.mktemp("content") / "demo"
    write_scenario(SCENARIO, folder)
    return folder


@pytest.fixture
def own_pack(pack: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(pack, tmp_path / "demo"))


@pytest.fixture
def agent_file(own_pack: Path) -> Callable[[str, str], None]:
    """Writes a further scripted agent: name and YAML of its steps and expectations."""

    def write(name: str, text: str) -> None:
        path = own_pack / "fixtures" / "scenarios" / SCENARIO / "agents" / f"{name}.yaml"
        path.write_text(f"name: {name}\nabout: Made for a check.\n{text}", encoding="utf-8")

    return write


@pytest.fixture
def fauxcorp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Call]:
    """Call a command in this process, in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str | Path, given: str = "") -> Ended:
        out, err = io.StringIO(), io.StringIO()
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as end:
            main([str(a) for a in arguments])
        return Ended(int(end.value.code or 0), out.getvalue(), err.getvalue())

    yield call
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def script() -> str:
    """The path of the console script."""
    path = Path(sysconfig.get_path("scripts")) / ("fauxcorp.exe" if os.name == "nt" else "fauxcorp")
    assert path.is_file(), "the package is not installed; pip install -e ."
    return str(path)


@pytest.fixture
def shell(script: str, tmp_path: Path) -> Call:
    """Call the console script in a process of its own."""

    def call(*arguments: str | Path, given: str = "", env: dict[str, str] | None = None) -> Ended:
        done = subprocess.run(
            [script, *map(str, arguments)], input=given, capture_output=True, text=True, cwd=tmp_path, timeout=120,
            env={**os.environ, **(env or {})}, check=False,
        )  # fmt: skip
        return Ended(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture
def ran(fauxcorp: Call, pack: Path, tmp_path: Path) -> Path:
    """The folder of a run of the offender."""
    ended = fauxcorp("run", SCENARIO, "--content", pack, "--out", "runs", "--json")
    return tmp_path / str(ended.json[-1]["run"])


@pytest.fixture
def ran_all(fauxcorp: Call, pack: Path, tmp_path: Path) -> Path:
    """The folder of a run of all agents."""
    ended = fauxcorp("run", SCENARIO, "--content", pack, "--out", "runs", "--agent", "all", "--json")
    return tmp_path / str(ended.json[-1]["run"])
