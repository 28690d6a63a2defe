"""What the interpreter has of its own, and what is put over it."""

from __future__ import annotations

from functools import lru_cache

from bashkit import Bash, FileSystem

from fauxcorp.sandbox.commands import ABSENT, SBIN
from fauxcorp.sandbox.commands.memory import MEMINFO
from fauxcorp.sandbox.virtual.plan import stubs
from fauxcorp.world.baseline import KERNEL, KERNEL_VERSION

PROC = {
    "/proc/version": f"Linux version {KERNEL} (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) 12.2.0, "
    f"GNU ld (GNU Binutils for Debian) 2.40) {KERNEL_VERSION}\n",
    "/proc/cpuinfo": "".join(
        f"processor\t: {n}\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 85\n"
        "model name\t: Intel(R) Xeon(R) Silver 4214 CPU @ 2.20GHz\ncpu MHz\t\t: 2194.843\ncpu cores\t: 2\n\n"
        for n in range(2)
    ),
    "/proc/uptime": "3563657.27 6987034.77\n",
    "/proc/sys/kernel/random/uuid": "6f1c2b7e-9d04-4a55-b3c8-2e61f0a7d914\n",
    "/proc/meminfo": MEMINFO,
    "/proc/loadavg": "0.08 0.03 0.01 1/142 21901\n",
    "/proc/mounts": "/dev/sda1 / ext4 rw,relatime,errors=remount-ro 0 0\nproc /proc proc rw,nosuid,nodev,noexec 0 0\n",
}


BUILT_IN = (
    "/etc/group",
    "/etc/hostname",
    "/etc/hosts",
    "/etc/os-release",
    "/etc/passwd",
    "/etc/shells",
    "/etc/timezone",
)
"""Files that the interpreter has of its own, under those that it is given: removing ours shows them."""


def no_such_file() -> str:
    """The content of a file that is not there."""
    raise FileNotFoundError("No such file or directory")


@lru_cache(maxsize=8)
def built_in(user: str, host: str) -> dict[str, bytes]:
    """Those files as a shell of a user on a host has them."""
    fs = Bash(username=user, hostname=host).fs()
    return {path: fs.read_file(path) for path in BUILT_IN}


@lru_cache(maxsize=8)
def programs_of(names: tuple[str, ...]) -> FileSystem:
    """A folder of programs, shared by all shells."""
    return stubs(names)


Names = tuple[str, ...]
_NAMES: dict[Names, tuple[Names, Names]] = {}


def names_of(bash: Bash, programs: Names) -> tuple[Names, Names]:
    """The interpreter's own programs and the office's, in bin and in sbin; the same for every shell."""
    found = _NAMES.get(programs)
    if found is None:
        every = {*bash.ls("/usr/bin"), *programs} - ABSENT
        found = _NAMES[programs] = (tuple(sorted(every - SBIN)), tuple(sorted(every & SBIN)))
    return found
