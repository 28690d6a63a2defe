"""The one simulated clock of an episode."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock:
    """Simulated time, in whole microseconds since 1970 UTC. Moves only when told to."""

    __slots__ = ("_iso", "us")

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock starts at an aware datetime")
        self.us = (start - _EPOCH) // timedelta(microseconds=1)
        self._iso: str | None = None

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""
        return _EPOCH + timedelta(microseconds=self.us)

    def seconds(self) -> float:
        """The current instant in seconds since 1970."""
        return self.us / 1_000_000

    def iso(self) -> str:
        """The current instant as ECS writes it, to the millisecond."""
        if self._iso is None:
            self._iso = iso(self.now())
        return self._iso

    def advance(self, seconds: float) -> None:
        """Move forward by `seconds`; never back."""
        if seconds < 0:
            raise ValueError("time does not run backwards")
        self.us += round(seconds * 1_000_000)
        self._iso = None

    def advance_to(self, us: int) -> None:
        """Move forward to `us`; a time in the past changes nothing."""
        if us > self.us:
            self.us = us
            self._iso = None

    def copy(self) -> Clock:
        """A clock at the same instant that moves on its own."""
        other = Clock.__new__(Clock)
        other.us, other._iso = self.us, self._iso
        return other


def to_us(moment: datetime) -> int:
    """Microseconds since 1970 of an aware datetime."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_us(us: int) -> datetime:
    """The aware UTC datetime of `us` microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=us)


def iso(moment: datetime) -> str:
    """An aware datetime as ECS writes it: UTC, milliseconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
