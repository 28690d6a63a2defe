"""The only place that reads the real clock: names of runs, wall.jsonl, progress."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def wall_ns() -> int:
    """Nanoseconds since 1970."""
    return time.time_ns()


def monotonic() -> float:
    """Seconds from an arbitrary start, for durations."""
    return time.perf_counter()


def stamp() -> str:
    """A sortable name for a run: UTC, to the second."""
    return datetime.now(UTC).strftime("%Y%m%d-%H%M%S")  # noqa: TID251 - the one wall clock


def now_iso() -> str:
    """The real instant in ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")  # noqa: TID251 - the one wall clock
