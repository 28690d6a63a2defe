"""Takes away what an engine mounts over files of a container, so that the container's own are there."""

from __future__ import annotations

import ctypes
import os

_LIBC = ctypes.CDLL(None, use_errno=True)
_NEW_MOUNTS = 0x20000
_DETACH, _NO_FOLLOW = 2, 8


def bare(pid: int, paths: list[str]) -> bool:
    """Unmount paths in the mount namespace of a process; a path that nothing is mounted on is left as it is.

    Returns whether the namespace could be entered. A child does it, as there is no way back out of a namespace.
    """
    child = os.fork()
    if child == 0:
        os._exit(_inside(pid, paths))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _inside(pid: int, paths: list[str]) -> int:
    try:
        space = os.open(f"/proc/{pid}/ns/mnt", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return 1
    if _LIBC.setns(ctypes.c_int(space), ctypes.c_int(_NEW_MOUNTS)) != 0:
        return 1
    for path in paths:
        _LIBC.umount2(os.fsencode(path), ctypes.c_int(_DETACH | _NO_FOLLOW))
    return 0
