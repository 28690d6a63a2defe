from __future__ import annotations

import re
from datetime import UTC, datetime

from fauxcorp.core import wall


def test_forms() -> None:
    assert re.fullmatch(r"\d{8}-\d{6}", wall.stamp())
    assert datetime.fromisoformat(wall.now_iso()).utcoffset() is not None
    assert wall.today().isoformat() in (wall.now_iso()[:10], datetime.now(UTC).date().isoformat())
    assert wall.wall_ns() > 1_600_000_000_000_000_000


def test_durations_do_not_run_back() -> None:
    first = wall.monotonic()
    assert wall.monotonic() >= first


def test_what_nobody_can_guess() -> None:
    assert len({wall.unguessable(8) for _ in range(100)}) == 100
    assert re.fullmatch(r"[0-9a-f]{16}", wall.unguessable(8))


def test_sleeping_takes_no_time_that_is_not_there() -> None:
    wall.sleep(-1.0)
    wall.sleep(0)
    before = wall.monotonic()
    wall.sleep(0.002)
    assert wall.monotonic() - before >= 0.001
