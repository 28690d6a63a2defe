"""The host's side of the observer: questions about one container's files and processes, and their answers."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from fauxcorp.errors import SandboxError
from fauxcorp.world.files import FileEntry

IGNORED = ("/proc", "/sys", "/dev", "/run", "/var/run")
"""Folders that are the container's own and not the company's."""
MAX_BYTES = 8 * 1024 * 1024
"""Content of one file that is taken over from the container."""
PUT_BYTES = 8 * 1024 * 1024
"""Content that goes into the container with one question."""
_WRITTEN = re.compile(rb"\\x([0-9a-f]{2})")

Kind = Literal["file", "dir", "link"]


class Peer(Protocol):
    """What answers a question with one message."""

    def ask(self, message: dict[str, Any], seconds: float = ...) -> dict[str, Any]:
        """Send a message and wait for its answer. Raises SandboxError if there is none in time."""

    def close(self) -> None:
        """Hang up."""


@dataclass(frozen=True, slots=True)
class SeenEntry:
    """An entry of the container as it is, or was in the image. Ids are the container's."""

    path: str
    kind: Kind
    mode: int
    uid: int
    gid: int
    size: int
    content: bytes | None = None
    """Content of a file, as far as it was taken over; target of a link. None: as it was at `moved_from`."""
    mtime_us: int | None = None
    """Set where somebody gave it a time of their choice."""
    moved_from: str = ""
    cut: bool = False
    standard: bool = False
    """A copy of what every new home has in it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What changed in the container since the last look."""

    changed: tuple[SeenEntry, ...] = ()
    removed: tuple[str, ...] = ()
    was: Mapping[str, SeenEntry] = field(default_factory=dict)
    """What the image had at paths that were changed or removed for the first time."""
    readers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Path to the programs that read it; '' for one that could not be told."""
    upper_bytes: int = 0
    cut: tuple[str, ...] = ()
    """Paths that were told of in part only, or folders in which there was too much."""
    more: bool = False
    """Not all could be told at once: look again."""
    reads_lost: bool = False

    @property
    def read(self) -> tuple[str, ...]:
        """The paths that were read, sorted."""
        return tuple(sorted(self.readers))


@dataclass(frozen=True, slots=True)
class Process:
    """A process of the container. `pid` is its number on the host, `inner` the one inside."""

    pid: int
    ppid: int
    inner: int
    uid: int
    name: str
    cmdline: str
    start: int
    """In clock ticks since the machine started, as `Eye.mark` tells them."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry to put into the container; without `entry` what is at the path is removed."""

    path: str
    entry: FileEntry | None
    uid: int = 0
    gid: int = 0


class Eye:
    r"""One container as the observer sees it. In paths a byte that is no UTF-8 is written `\xNN`.

    Every method raises SandboxError if the observer does not answer.
    """

    def __init__(self, link: Peer, timeout: float = 30.0) -> None:
        self._link = link
        self._timeout = timeout
        self.overlay = False
        """The container's changes lie in a layer of their own; otherwise all its files are looked at each time."""
        self.sees_reads = False

    @property
    def peer(self) -> Peer:
        """What answers."""
        return self._link

    def start(self, ignore: Iterable[str] = IGNORED) -> None:
        """Take the container's files as they are now as known: only what changes from here on is told."""
        answer = self._ask({"do": "start", "ignore": list(ignore)})
        self.overlay, self.sees_reads = bool(answer["overlay"]), bool(answer["fanotify"])

    def survey(self, max_bytes: int = MAX_BYTES, stamp_us: int | None = None) -> Seen:
        """What changed since the last call, or since the start.

        Args:
            stamp_us: time to give to what was written meanwhile, in microseconds since 1970.
        """
        question: dict[str, Any] = {"do": "survey", "max_bytes": max_bytes}
        if stamp_us is not None:
            question["stamp_ns"] = stamp_us * 1000
        return seen_of(self._ask(question))

    def put(self, entries: Iterable[Placed]) -> dict[str, str]:
        """Put entries in place, in their order; the next survey does not tell of them. Returns path to reason of
        those that could not be."""
        failed: dict[str, str] = {}
        batch: list[dict[str, Any]] = []
        size = 0
        for placed in entries:
            batch.append(_told(placed))
            size += len(placed.entry.content) if placed.entry else 0
            if size > PUT_BYTES or len(batch) >= 2000:
                failed.update(self._put(batch))
                batch, size = [], 0
        if batch:
            failed.update(self._put(batch))
        return failed

    def touch(self, times: Mapping[str, int]) -> None:
        """Set times of last change, in microseconds since 1970; what is not there is left out."""
        self._ask({"do": "touch", "paths": {path: us * 1000 for path, us in times.items()}})

    def mark(self) -> int:
        """Now, in the ticks in which processes' starts are counted."""
        return int(self._ask({"do": "mark"})["ticks"])

    def processes(self) -> list[Process]:
        """The container's processes but its first, in order of number."""
        names = ("pid", "ppid", "inner", "uid", "name", "cmdline", "start")
        return [Process(**{n: row[n] for n in names}) for row in self._ask({"do": "processes"})["processes"]]

    def kill(self, since: int | None = None, keep: Iterable[int] = (), signal: int = 9) -> int:
        """End the container's processes but its first and those to keep; returns how many it were.

        Args:
            since: only those started at or after this mark.
            keep: numbers on the host.
        """
        question = {"do": "kill", "since": since, "keep": sorted(keep), "signal": signal}
        return int(self._ask(question)["count"])

    def close(self) -> None:
        """End the watch."""
        self._link.close()

    def _put(self, batch: list[dict[str, Any]]) -> dict[str, str]:
        answer = self._ask({"do": "put", "entries": batch})
        return {f["path"]: f["why"] for f in answer["failed"]}

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        answer = self._link.ask(question, self._timeout)
        if "error" in answer:
            raise SandboxError(f"the observer cannot {question['do']}: {answer['error']}")
        return answer


def seen_of(answer: Mapping[str, Any]) -> Seen:
    """What a survey's answer says."""
    return Seen(
        changed=tuple(_entry(e["path"], e) for e in answer["changed"]),
        removed=tuple(answer["removed"]),
        was={path: _entry(path, e) for path, e in answer["was"].items()},
        readers={path: tuple(names) for path, names in answer["readers"].items()},
        upper_bytes=answer["upper_bytes"],
        cut=tuple(answer["cut"]),
        more=answer["more"],
        reads_lost=answer["reads_lost"],
    )


def _entry(path: str, told: Mapping[str, Any]) -> SeenEntry:
    content: bytes | None = None
    if told["kind"] == "link":
        content = _bytes(told.get("link", ""))
    elif not told.get("same"):
        content = base64.b64decode(told.get("content_b64", ""))
    return SeenEntry(
        path=path,
        kind=told["kind"],
        mode=told["mode"],
        uid=told["uid"],
        gid=told["gid"],
        size=told["size"],
        content=content,
        mtime_us=told["mtime_ns"] // 1000 if told.get("dated") else None,
        moved_from=told.get("moved_from", ""),
        cut=bool(told.get("cut")),
        standard=bool(told.get("skel")),
    )


def _bytes(text: str) -> bytes:
    return _WRITTEN.sub(lambda m: bytes([int(m[1], 16)]), text.encode("utf-8", "surrogateescape"))


def _told(placed: Placed) -> dict[str, Any]:
    entry = placed.entry
    if entry is None:
        return {"path": placed.path, "gone": True}
    out: dict[str, Any] = {
        "path": placed.path,
        "kind": entry.kind,
        "mode": entry.mode,
        "uid": placed.uid,
        "gid": placed.gid,
        "mtime_ns": entry.mtime * 1000,
    }
    if entry.kind == "link":
        out["link"] = _WRITTEN.sub(rb"\\x5cx\1", entry.content).decode("utf-8", "backslashreplace")
    elif entry.kind == "file":
        out["content_b64"] = base64.b64encode(entry.content).decode("ascii")
    return out
