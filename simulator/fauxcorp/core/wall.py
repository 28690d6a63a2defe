"""The only place with real time and real chance: names of runs, wall.jsonl, progress, marks that nobody can guess."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, date, datetime


def wall_ns() -> int:
    """Nanoseconds since 1970."""
    return time.time_ns()


def monotonic() -> float:
    """Seconds from an arbitrary start, for durations."""
    return time.perf_counter()


def sleep(seconds: float) -> None:
    """Let real time pass; nothing for zero or less."""
    if seconds > 0:
        time.sleep(seconds)


def stamp() -> str:
    """A sortable name for a run: UTC, to the second."""
    return datetime.now(UTC).strftime("%Y%m%d-%H%M%S")  # noqa: TID251 - the one wall clock


def now_iso() -> str:
    """The real instant in ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")  # noqa: TID251 - the one wall clock


def today() -> date:
    """The real day, UTC."""
    return datetime.now(UTC).date()  # noqa: TID251 - the one wall clock


def unguessable(size: int) -> str:
    """So many bytes of real chance, in hexadecimal: for marks and labels that no log holds."""
    return secrets.token_hex(size)
