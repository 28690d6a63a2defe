"""What is built is what is in the tree: sdist, the wheel made from it, and the wheel installed elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

FOLDERS = ("tools", "fixtures", "policies")


@pytest.fixture(scope="module")
def built(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel that was built from it."""
    out = tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--outdir", str(out), str(root)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return out


@pytest.fixture(scope="module")
def sdist(built: Path) -> list[str]:
    (file,) = built.glob("*.tar.gz")
    with tarfile.open(file) as archive:
        return sorted(m.name.partition("/")[2] for m in archive.getmembers() if m.isfile())


@pytest.fixture(scope="module")
def wheel(built: Path) -> list[str]:
    (file,) = built.glob("*.whl")
    with zipfile.ZipFile(file) as archive:
        return sorted(archive.namelist())


def test_the_sdist_is_the_tree(sdist: list[str], tree: list[str]) -> None:
    assert sorted(set(sdist) - {"PKG-INFO"}) == tree


def test_the_wheel_holds_engine_and_content(wheel: list[str], tree: list[str]) -> None:
    wanted = [n.removeprefix("simulator/") for n in tree if n.startswith("simulator/")]
    wanted += [f"fauxcorp/_content/{n}" for n in tree if n.startswith(FOLDERS) and "/" in n]
    assert [n for n in wheel if ".dist-info/" not in n] == sorted(wanted)


def test_the_wheel_puts_one_package_into_site_packages(wheel: list[str]) -> None:
    assert {n.split("/")[0].partition("-")[0] for n in wheel} == {"fauxcorp"}


def test_the_licence_goes_along(wheel: list[str], sdist: list[str]) -> None:
    assert "LICENSE" in sdist
    assert any(n.endswith("licenses/LICENSE") for n in wheel)


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a fresh virtual environment with the wheel in it."""
    folder = tmp_path_factory.mktemp("elsewhere") / "venv"
    venv.create(folder, with_pip=True, system_site_packages=False)
    (file,) = built.glob("*.whl")
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    done = subprocess.run(
        [programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return programs


def run(programs: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(
        [programs / "fauxcorp", *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_main_job_runs_from_another_folder(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "run", "high-agency", "--out", "runs")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "user-locked-out" in done.stdout
    assert "mail-to-press" in done.stdout
    assert "\x1b" not in done.stdout
    (folder,) = (tmp_path / "runs").iterdir()
    checked = run(installed, tmp_path, "verify", str(folder))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    again = run(installed, tmp_path, "replay", str(folder))
    assert again.returncode == 0, again.stdout + again.stderr


def test_the_installed_content_is_whole(installed: Path, tmp_path: Path) -> None:
    for words in (["scenarios", "check"], ["policies", "test"], ["list"]):
        done = run(installed, tmp_path, *words)
        assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:]


def test_what_the_user_calls_tools_stays_the_users(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "__init__.py").write_text("OWNER = 'the user'\n")
    (tmp_path / "fixtures.py").write_text("OWNER = 'the user'\n")
    code = "import fauxcorp.content.library as l; l.Library().tools();"
    code += "import tools, fixtures; print(tools.OWNER, fixtures.OWNER)"
    done = subprocess.run([installed / "python", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == "the user the user\n", done.stderr
