"""Where a container's files are: its root, the layer that its changes go to, the layers below, its mounts."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from .kernel import O_DIR, open_below

_OCTAL = re.compile(r"\\([0-7]{3})")
_MERGED_ONLY = ("redirect_dir=on", "metacopy=on")
"""With these the upper layer alone does not tell what a file is."""
_ALIASES = ("bin", "sbin", "lib", "lib32", "lib64", "libx32", "var/run", "var/lock")


class LostError(Exception):
    """The container is not there, or is not one."""


class Mount(NamedTuple):
    """A line of mountinfo."""

    point: str
    kind: str
    options: str


@dataclass
class Place:
    """One container's files as open folders. Everything below is opened through these, never by a full path."""

    pid: int
    root: int
    """The merged view."""
    upper: int | None = None
    lowers: list[int] = field(default_factory=list)
    mounts: list[str] = field(default_factory=list)
    """Other mounts with files that count: paths in the container."""
    uids: list[tuple[int, int, int]] = field(default_factory=list)
    gids: list[tuple[int, int, int]] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)
    """Links of the image that stand for a folder, such as /bin."""

    def plain(self, path: str) -> str:
        """A path with the image's own links for folders taken out of its beginning."""
        for link, target in self.aliases.items():
            if path.startswith(f"{link}/"):
                return target + path[len(link) :]
        return path

    def owner(self, uid: int, gid: int) -> tuple[int, int]:
        """Ids as the container has them."""
        return _inside(self.uids, uid), _inside(self.gids, gid)

    def given(self, uid: int, gid: int) -> tuple[int, int]:
        """The container's ids as they are outside."""
        return _outside(self.uids, uid), _outside(self.gids, gid)


def check(pid: int) -> int:
    """The process of the engine that started a container's first one. Raises LostError if that is in no container."""
    engine = _parent(pid)
    for kind in ("mnt", "pid"):
        theirs = _namespace(pid, kind)
        if theirs in (_namespace(os.getpid(), kind), _namespace(engine, kind)):
            raise LostError(f"process {pid} has no {kind} namespace of its own")
    return engine


def find(pid: int) -> Place:
    """The container of a process. Raises LostError if the process is gone, or in no container of its own."""
    engine = check(pid)
    try:
        place = Place(pid, os.open(f"/proc/{pid}/root", O_DIR & ~os.O_NOFOLLOW))
        mounts = _mounts(pid)
        place.uids, place.gids = _map(pid, "uid"), _map(pid, "gid")
    except OSError as error:
        raise LostError(f"process {pid}: {error.strerror}") from error
    first = next((m for m in mounts if m.point == "/"), None)
    if first is not None and first.kind == "overlay" and not any(o in first.options for o in _MERGED_ONLY):
        _layers(place, first.options, engine)
    place.mounts = [m.point for m in mounts if m.point != "/" and m.kind not in _KERNEL]
    for name in _ALIASES:
        try:
            target = os.readlink(name, dir_fd=place.root)
        except OSError:
            continue
        place.aliases[f"/{name}"] = os.path.normpath(os.path.join("/", os.path.dirname(name), target))
    return place


_KERNEL = frozenset({"proc", "sysfs", "cgroup", "cgroup2", "devpts", "mqueue", "securityfs", "debugfs", "bpf"})


def _namespace(pid: int, kind: str) -> str:
    try:
        return os.readlink(f"/proc/{pid}/ns/{kind}")
    except OSError as error:
        raise LostError(f"process {pid}: {error.strerror}") from error


def _mounts(pid: int) -> list[Mount]:
    out = []
    with open(f"/proc/{pid}/mountinfo", encoding="utf-8", errors="surrogateescape") as lines:
        for line in lines:
            head, _, tail = line.rstrip("\n").partition(" - ")
            kind, _, rest = tail.partition(" ")
            point = _OCTAL.sub(lambda m: chr(int(m[1], 8)), head.split(" ")[4])
            out.append(Mount(point, kind, rest))
    return out


def _parent(pid: int) -> int:
    """The process of the engine that started a container: it has the engine's view of the machine's files."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return int(file.read(4096).rpartition(b")")[2].split()[1])
    except (OSError, ValueError, IndexError) as error:
        raise LostError(f"process {pid} is gone") from error


def _layers(place: Place, options: str, engine: int) -> None:
    """Open the layers as the engine has them; without the upper one the merged view is all there is."""
    held = dict(o.partition("=")[::2] for o in options.rpartition(" ")[2].split(","))
    try:
        upper = _host_folder(engine, held["upperdir"])
    except (KeyError, OSError):
        return
    if not _is_upper(place.root, upper):
        os.close(upper)
        return
    place.upper = upper
    try:
        place.lowers = [_host_folder(engine, path) for path in held.get("lowerdir", "").split(":") if path]
    except OSError:
        place.lowers = []


def _host_folder(engine: int, path: str) -> int:
    path = _OCTAL.sub(lambda m: chr(int(m[1], 8)), path)
    base = os.open(f"/proc/{engine}/root", O_DIR & ~os.O_NOFOLLOW)
    try:
        # The engine keeps short links beside its layers; the machine's own folders are not the agent's to change.
        head = path.rpartition("/")[0]
        if os.path.basename(head) == "l":
            target = os.readlink(path.lstrip("/"), dir_fd=base)
            path = os.path.normpath(os.path.join(head, target))
        return open_below(base, path, O_DIR, mounts=True)
    finally:
        os.close(base)


def _is_upper(root: int, upper: int) -> bool:
    """Whether what is made in the merged view turns up in a folder that should be its upper layer."""
    name = f".{os.getpid()}~"
    try:
        os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600, dir_fd=root))
        try:
            os.stat(name, dir_fd=upper, follow_symlinks=False)
        finally:
            os.unlink(name, dir_fd=root)
    except OSError:
        return False
    return True


def _map(pid: int, kind: str) -> list[tuple[int, int, int]]:
    """Inside, outside, count. Empty where ids are the same."""
    if _namespace(pid, "user") == _namespace(os.getpid(), "user"):
        return []
    with open(f"/proc/{pid}/{kind}_map", encoding="ascii") as lines:
        rows = [tuple(int(n) for n in line.split()) for line in lines]
    return [(r[0], r[1], r[2]) for r in rows if len(r) == 3 and r[0] != r[1]]


def _inside(table: list[tuple[int, int, int]], number: int) -> int:
    for inside, outside, count in table:
        if outside <= number < outside + count:
            return inside + number - outside
    return number


def _outside(table: list[tuple[int, int, int]], number: int) -> int:
    for inside, outside, count in table:
        if inside <= number < inside + count:
            return outside + number - inside
    return number
