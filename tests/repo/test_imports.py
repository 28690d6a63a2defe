"""The direction of imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_the_contracts_of_import_linter_hold(root: Path) -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    out = subprocess.run([linter, "--no-cache"], cwd=root, capture_output=True, text=True, check=False)
    assert out.returncode == 0, out.stdout[-3000:] + out.stderr[-1000:]
    assert "0 broken" in out.stdout


def test_starting_does_not_load_what_it_does_not_need(root: Path) -> None:
    code = "import sys, fauxcorp.cli.main; print(sorted(m for m in sys.modules if m.split('.')[0] in"
    code += " {'sigma', 'docker', 'httpx', 'bashkit', 'ahocorasick_rs', 'pydantic'}))"
    out = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert out.stdout == "[]\n"
