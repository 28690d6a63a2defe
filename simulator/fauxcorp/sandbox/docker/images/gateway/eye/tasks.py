"""A container's processes as the machine sees them: listing them, and ending them for good."""

from __future__ import annotations

import fcntl
import os
import signal
import time
from typing import Any, NamedTuple

from .place import Place

_NS_GET_PARENT = 0xB702
_TICKS = os.sysconf("SC_CLK_TCK")
MAX_TOLD = 2000
MAX_LINE = 4096
ROUNDS = 60
"""Passes over the processes until all of them are stopped."""


class Task(NamedTuple):
    """A process. `start` is in clock ticks since the machine started."""

    pid: int
    ppid: int
    name: str
    state: str
    start: int


def ticks() -> int:
    """Now, as processes' starts are counted."""
    return int(time.clock_gettime(time.CLOCK_BOOTTIME) * _TICKS)


class Tasks:
    """All processes in a container's process namespace and in those made inside it."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._home = os.stat(f"/proc/{place.pid}/ns/pid").st_ino
        self._inside: dict[int, bool] = {self._home: True, os.stat("/proc/self/ns/pid").st_ino: False}

    def all(self) -> list[Task]:
        """The processes but the container's first, in order of number."""
        out = []
        for name in os.listdir("/proc"):
            if name.isdigit() and int(name) != self._place.pid:
                task = self._task(int(name))
                if task is not None:
                    out.append(task)
        return sorted(out)

    def told(self) -> dict[str, Any]:
        """The processes for the host."""
        tasks = self.all()
        rows = []
        for task in tasks[:MAX_TOLD]:
            uid, inner = self._status(task.pid)
            rows.append(
                {
                    "pid": task.pid,
                    "ppid": task.ppid,
                    "inner": inner,
                    "uid": self._place.owner(uid, 0)[0],
                    "name": task.name,
                    "cmdline": _cmdline(task.pid),
                    "start": task.start,
                }
            )
        return {"processes": rows, "cut": len(tasks) > MAX_TOLD}

    def kill(self, since: int | None, keep: list[int], number: int) -> dict[str, Any]:
        """Send a signal to processes, to those started at or after a time only if one is given.

        All are stopped before the first is killed, so that none of them can start another in the meantime.
        """
        kept = frozenset(keep)
        hit: dict[int, int] = {}
        for _ in range(ROUNDS):
            found = {t.pid: t for t in self.all() if t.pid not in kept and (since is None or t.start >= since)}
            new = [t for t in found.values() if hit.get(t.pid) != t.start]
            if not new:
                break
            for task in new:
                if self._send(task, signal.SIGSTOP if number == signal.SIGKILL else number):
                    hit[task.pid] = task.start
            if number != signal.SIGKILL:
                break
        if number == signal.SIGKILL:
            for _ in range(ROUNDS):
                left = [t for t in self.all() if t.pid not in kept and (since is None or t.start >= since)]
                left = [t for t in left if t.state not in "ZX"]
                if not left:
                    break
                for task in left:
                    self._send(task, number)
                    hit[task.pid] = task.start
                time.sleep(0.001)
        return {"killed": sorted(hit)[:MAX_TOLD], "count": len(hit)}

    def _task(self, pid: int) -> Task | None:
        try:
            if not self._is_inside(pid):
                return None
            with open(f"/proc/{pid}/stat", "rb") as file:
                head, _, tail = file.read(4096).rpartition(b")")
        except OSError:
            return None
        fields = tail.split()
        name = head.partition(b"(")[2].decode("utf-8", "replace")
        return Task(pid, int(fields[1]), name, fields[0].decode(), int(fields[19]))

    def is_outside(self, pid: int) -> bool:
        """Whether a process that still runs is none of the container's."""
        try:
            return not self._is_inside(pid)
        except OSError:
            return False

    def _is_inside(self, pid: int) -> bool:
        space = os.stat(f"/proc/{pid}/ns/pid").st_ino
        known = self._inside.get(space)
        if known is None:
            known = self._inside[space] = self._below(pid)
            if len(self._inside) > 1000:
                self._inside = dict(list(self._inside.items())[:2])
        return known

    def _below(self, pid: int) -> bool:
        """Whether a process namespace was made inside the container's."""
        fd = os.open(f"/proc/{pid}/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        try:
            for _ in range(33):
                if os.fstat(fd).st_ino == self._home:
                    return True
                above = fcntl.ioctl(fd, _NS_GET_PARENT)
                os.close(fd)
                fd = above
        except OSError:
            return False
        finally:
            os.close(fd)
        return False

    def _send(self, task: Task, number: int) -> bool:
        """Signal a process if it is still the one that was meant."""
        try:
            fd = os.pidfd_open(task.pid)
        except OSError:
            return False
        try:
            now = self._task(task.pid)
            if now is None or now.start != task.start:
                return False
            signal.pidfd_send_signal(fd, number)
        except OSError:
            return False
        finally:
            os.close(fd)
        return True

    def _status(self, pid: int) -> tuple[int, int]:
        """The user, and the number that the process has inside."""
        uid = inner = 0
        try:
            with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    if line.startswith("Uid:"):
                        uid = int(line.split()[1])
                    elif line.startswith("NSpid:"):
                        numbers = line.split()
                        inner = int(numbers[2] if len(numbers) > 2 else numbers[1])
        except (OSError, ValueError, IndexError):
            return uid, inner
        return uid, inner


def _cmdline(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read(MAX_LINE).rstrip(b"\0").replace(b"\0", b" ").decode("utf-8", "backslashreplace")
    except OSError:
        return ""
