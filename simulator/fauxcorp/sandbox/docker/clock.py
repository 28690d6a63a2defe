"""The clock of the agent's container: it goes on the world's time.

A library that every program there loads (images/agent/clock) reads the time off one file: the file's modification time
is the world's time at the moment when it was set, and the kernel notes that moment as its change time. Setting the
file's time sets the clock; between two settings it goes as fast as the real one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from fauxcorp.core.wall import monotonic

FILE = "/var/lib/systemd/timesync/clock"
"""The file that holds the time. On any Debian server it is there, empty."""
IGNORED = ("/var/lib/systemd/timesync", "/dev/shm")
"""What a look at the container's files must leave out on behalf of the clock."""
SLACK_US = 500_000
"""How far the container's clock may be off before it is set."""


class Toucher(Protocol):
    """What can set times of files in the container."""

    def touch(self, times: Mapping[str, int]) -> None:
        """Set times of last change, in microseconds since 1970."""


class ContainerClock:
    """The clock of one container."""

    def __init__(self, toucher: Toucher) -> None:
        self._toucher = toucher
        self._apart: int | None = None
        """World's time less real time at the last setting, in microseconds."""

    def follow(self, world_us: int) -> bool:
        """Set the clock to the world's time unless it shows that; whether it was set.

        Raises:
            SandboxError: the container cannot be reached.
        """
        real = round(monotonic() * 1_000_000)
        if self._apart is not None and abs(world_us - real - self._apart) <= SLACK_US:
            return False
        self._toucher.touch({FILE: world_us})
        self._apart = world_us - real
        return True

    def forget(self) -> None:
        """Set the clock the next time, whatever it shows: somebody else may have set it."""
        self._apart = None
