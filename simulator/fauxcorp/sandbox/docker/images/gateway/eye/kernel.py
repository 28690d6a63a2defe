"""System calls that Python has no words for."""

from __future__ import annotations

import ctypes
import os

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.syscall.restype = ctypes.c_long
_OPENAT2 = 437
_NO_XDEV, _NO_MAGICLINKS, _NO_SYMLINKS, _BENEATH = 1, 2, 4, 8
_RESOLVE = _NO_XDEV | _NO_MAGICLINKS | _NO_SYMLINKS | _BENEATH

FAN_ACCESS = 0x1
FAN_CLOSE_NOWRITE = 0x10
FAN_OPEN_EXEC = 0x1000
FAN_Q_OVERFLOW = 0x4000
_FAN_INIT = 0x1 | 0x2  # FAN_CLOEXEC, FAN_NONBLOCK
_MARK_ADD, _MARK_MOUNT, _MARK_FILESYSTEM = 0x1, 0x10, 0x100

O_DIR = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
O_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
O_PATH = os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC


class _How(ctypes.Structure):
    _fields_ = [("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64)]


def open_below(folder: int, path: str, flags: int, mode: int = 0, mounts: bool = False) -> int:
    """Open a path below an open folder. No link is followed on the way and nothing outside is reached.

    Args:
        mounts: other mounts below the folder may be entered.

    Raises OSError: ELOOP for a link on the way, EXDEV for another mount.
    """
    how = _How(flags, mode, _RESOLVE & ~_NO_XDEV if mounts else _RESOLVE)
    name = os.fsencode(path.lstrip("/") or ".")
    fd: int = _LIBC.syscall(
        ctypes.c_long(_OPENAT2), ctypes.c_int(folder), name, ctypes.byref(how), ctypes.c_size_t(ctypes.sizeof(how))
    )
    if fd < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error), path)
    return fd


def watch(folder: int, mask: int) -> int:
    """A notification group on the whole file system of an open folder, or else on its mount. Raises OSError."""
    events = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | 0o100000  # O_LARGEFILE
    group: int = _LIBC.fanotify_init(ctypes.c_uint(_FAN_INIT), ctypes.c_uint(events))
    if group < 0:
        raise OSError(ctypes.get_errno(), "fanotify_init")
    for extent in (_MARK_FILESYSTEM, _MARK_MOUNT):
        done = _LIBC.fanotify_mark(
            ctypes.c_int(group), ctypes.c_uint(_MARK_ADD | extent), ctypes.c_uint64(mask), ctypes.c_int(folder), None
        )
        if done == 0:
            return group
    error = ctypes.get_errno()
    os.close(group)
    raise OSError(error, "fanotify_mark")
