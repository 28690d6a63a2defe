"""What Python 3.11 has no call for: a network of one's own, and giving up all rights."""

from __future__ import annotations

import ctypes
import os
import resource
from pathlib import Path

_CLONE_NEWNET = 0x40000000
_PR_SET_NO_NEW_PRIVS = 38
_NOBODY = 65_534
_RIGHTS = ("CapInh", "CapPrm", "CapEff", "CapAmb")

_libc = ctypes.CDLL(None, use_errno=True)


def new_network() -> None:
    """Leave the network that the process is in for an empty one. Raises OSError."""
    if _libc.unshare(_CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"unshare: {os.strerror(number)}")


def many_files() -> None:
    """Allow as many open connections as the container does."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def give_up_rights() -> None:
    """Become nobody, with no capability and no way to get one."""
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(_NOBODY, _NOBODY, _NOBODY)
    os.setresuid(_NOBODY, _NOBODY, _NOBODY)


def rights_left() -> list[str]:
    """The sets of capabilities that are not empty, and the user if it is another one; none is as it should be."""
    status = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":\t" in line)
    left = [f"{name} {status[name].strip()}" for name in _RIGHTS if int(status[name], 16)]
    if os.getuid() != _NOBODY or status["NoNewPrivs"].strip() != "1":
        left.append(f"uid {os.getuid()}, no new privileges {status['NoNewPrivs'].strip()}")
    return left
