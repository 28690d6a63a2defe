"""Which files a container's processes read, and by what program, as the kernel tells it."""

from __future__ import annotations

import os
import stat
import struct
from collections import OrderedDict

from .kernel import FAN_ACCESS, FAN_CLOSE_NOWRITE, FAN_OPEN_EXEC, FAN_Q_OVERFLOW, watch
from .names import shown
from .tasks import Tasks

_EVENT = struct.Struct("=IBBHQii")
_DELETED = " (deleted)"
_STARTER = ("/", "/memfd:runc_cloned:/proc/self/exe (deleted)")
"""What the engine's own program is seen as while it enters the container."""
MAX_PATHS = 4000
MAX_READERS = 8
MAX_PROGRAMS = 10_000


class Reads:
    """A watch on one container's file system."""

    def __init__(self, root: int, quiet: list[str], tasks: Tasks) -> None:
        self._quiet = tuple(f"{p.rstrip('/')}/" for p in quiet)
        self._tasks = tasks
        self.group = watch(root, FAN_ACCESS | FAN_CLOSE_NOWRITE | FAN_OPEN_EXEC)
        self._me = os.getpid()
        self._read: dict[str, list[str]] = {}
        self._programs: OrderedDict[int, str] = OrderedDict()
        self._lost = False

    def drain(self) -> None:
        """Take in what the kernel has to tell."""
        while True:
            try:
                data = os.read(self.group, 16384)
            except OSError:
                return
            at = 0
            while at + _EVENT.size <= len(data):
                length, _, _, _, mask, fd, pid = _EVENT.unpack_from(data, at)
                at += max(length, _EVENT.size)
                self._event(mask, fd, pid)

    def take(self) -> tuple[dict[str, list[str]], bool]:
        """Path to the programs that read it, in order; and whether some reads were lost."""
        self.drain()
        out = ({shown(path): programs for path, programs in self._read.items()}, self._lost)
        self._read, self._lost = {}, False
        return out

    def close(self) -> None:
        """End the watch."""
        os.close(self.group)

    def _event(self, mask: int, fd: int, pid: int) -> None:
        if mask & FAN_Q_OVERFLOW:
            self._lost = True
        if fd < 0:
            return
        try:
            if pid == self._me:
                return
            path = os.readlink(f"/proc/self/fd/{fd}")
            if mask & FAN_OPEN_EXEC:
                self._started(pid, path)
            if mask & (FAN_ACCESS | FAN_CLOSE_NOWRITE) and not path.startswith(self._quiet):
                self._note(pid, path, os.fstat(fd))
        except OSError:
            self._lost = True
        finally:
            os.close(fd)

    def _started(self, pid: int, path: str) -> None:
        name = os.path.basename(path)
        if name.startswith(("ld-linux", "ld.so", "ld-2")):
            # The loader comes right after the program that it loads.
            return
        self._programs[pid] = path
        self._programs.move_to_end(pid)
        if len(self._programs) > MAX_PROGRAMS:
            self._programs.popitem(last=False)

    def _note(self, pid: int, path: str, found: os.stat_result) -> None:
        if not stat.S_ISREG(found.st_mode) or found.st_size == 0:
            return
        program = self._programs.get(pid) or self._running(pid)
        if program in _STARTER or self._tasks.is_outside(pid):
            return
        if found.st_nlink == 0 and path.endswith(_DELETED):
            path = path[: -len(_DELETED)]
        readers = self._read.get(path)
        if readers is None:
            if len(self._read) >= MAX_PATHS:
                self._lost = True
                return
            readers = self._read[path] = []
        if program not in readers and len(readers) < MAX_READERS:
            readers.append(program)

    def _running(self, pid: int) -> str:
        """The program of a process that was started before the watch, or by a fork."""
        try:
            path = os.readlink(f"/proc/{pid}/exe")
        except OSError:
            return ""
        self._programs[pid] = path
        return path
