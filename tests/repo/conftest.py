"""The tree of the repository, as git has it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def tree() -> list[str]:
    """Every file of the tree: what git holds or would take, or all files where there is no git (an unpacked sdist)."""
    if (ROOT / ".git").exists():
        out = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        names = out.stdout.decode().split("\0")
        return sorted(n for n in names if n and (ROOT / n).is_file())
    found = (p.relative_to(ROOT).as_posix() for p in ROOT.rglob("*") if p.is_file())
    return sorted(n for n in found if "__pycache__" not in n and not n.startswith((".venv", ".pytest_cache", "dist/")))
