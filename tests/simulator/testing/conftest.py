"""Episodes of the small pack, in process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fauxcorp.testing import LiveEpisode, open_episode


@pytest.fixture
def live(shared_pack: Path, tmp_path: Path) -> Iterator[LiveEpisode]:
    with open_episode("ledger", out=tmp_path / "runs", content=[shared_pack]) as episode:
        yield episode
