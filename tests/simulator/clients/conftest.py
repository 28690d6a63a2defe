"""The clients that `.ci/clients` installs: in the folder that FAUXCORP_CLIENTS names.

Without it these tests are skipped and say why; with FAUXCORP_NEED_CLIENTS=1 they fail instead.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def clients() -> Path:
    """The folder with `venv` and `node_modules`."""
    named = os.environ.get("FAUXCORP_CLIENTS", "")
    if named and (Path(named) / "done").is_file():
        return Path(named).resolve()
    reason = "no clients; install them by `bash .ci/clients FOLDER`, and set FAUXCORP_CLIENTS=FOLDER"
    if os.environ.get("FAUXCORP_NEED_CLIENTS"):
        pytest.fail(reason)
    pytest.skip(reason)
