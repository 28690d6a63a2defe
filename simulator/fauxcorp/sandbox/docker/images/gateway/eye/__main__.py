"""`python3 -m eye PID [PATH..]`: answers questions about one container, a line of JSON each.

What is mounted on the paths is taken away first.
"""

from __future__ import annotations

import json
import os
import resource
import select
import sys
from typing import Any

from .bare import bare
from .place import LostError, Place, check, find
from .putting import Hand
from .reads import Reads
from .survey import MAX_BYTES, Survey
from .tasks import Tasks, ticks

MAX_LINE = 512 * 1024 * 1024
QUIET = ["/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin", "/sbin", "/proc", "/sys", "/dev"]
"""Folders whose files are read by whatever program starts."""


class Eye:
    """One container under watch."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.survey: Survey | None = None
        self.reads: Reads | None = None
        self.tasks = Tasks(place)
        self.hand = Hand(place, None)

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """Do what the host asks for."""
        match question.get("do"):
            case "start":
                return self._start(question)
            case "survey":
                return self._survey(question)
            case "put":
                failed = self.hand.put(list(question["entries"]))
                return {"ok": not failed, "failed": failed}
            case "touch":
                failed = self.hand.touch(dict(question["paths"]))
                return {"ok": not failed, "failed": failed}
            case "processes":
                return self.tasks.told()
            case "mark":
                return {"ticks": ticks()}
            case "kill":
                keep = [int(pid) for pid in question.get("keep") or ()]
                return self.tasks.kill(question.get("since"), keep, int(question.get("signal", 9)))
        return {"error": f"unknown: {str(question.get('do'))[:80]}"}

    def _start(self, question: dict[str, Any]) -> dict[str, Any]:
        ignore = [str(p) for p in question.get("ignore") or ()]
        self.survey = Survey(self.place, ignore)
        self.survey.base()
        self.hand.survey = self.survey
        if self.reads is not None:
            self.reads.close()
        try:
            self.reads = Reads(self.place.root, [str(p) for p in question.get("quiet", QUIET)], self.tasks)
        except OSError:
            # Not every kernel and engine lets it: reads are then not told.
            self.reads = None
        return {"ok": True, "overlay": self.place.upper is not None, "fanotify": self.reads is not None}

    def _survey(self, question: dict[str, Any]) -> dict[str, Any]:
        if self.survey is None:
            return {"error": "not started"}
        stamp = question.get("stamp_ns")
        found = self.survey.take(int(question.get("max_bytes", MAX_BYTES)), stamp)
        readers, lost = self.reads.take() if self.reads is not None else ({}, False)
        return {**found, "read": sorted(readers), "readers": readers, "reads_lost": lost}


def main() -> int:
    """Serve until the host hangs up."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    os.umask(0)
    try:
        pid = int(sys.argv[1])
        # Before anything is touched: a number may have passed on to a process of the machine.
        check(pid)
        bare(pid, sys.argv[2:])
        eye = Eye(find(pid))
    except (LostError, OSError, ValueError, IndexError) as error:
        _say({"error": str(error)})
        return 1
    waiting = bytearray()
    while True:
        if not _waited(eye):
            continue
        data = os.read(0, 1 << 20)
        if not data or len(waiting) > MAX_LINE:
            return 0
        waiting += data
        while (end := waiting.find(b"\n")) >= 0:
            line = bytes(waiting[:end])
            del waiting[: end + 1]
            _say(_answered(eye, line))


def _waited(eye: Eye) -> bool:
    """Take in what was read until the host says something."""
    poll = select.poll()
    poll.register(0, select.POLLIN)
    if eye.reads is None:
        poll.poll()
        return True
    poll.register(eye.reads.group, select.POLLIN)
    ready = {fd for fd, _ in poll.poll()}
    if eye.reads.group in ready:
        eye.reads.drain()
    return 0 in ready


def _answered(eye: Eye, line: bytes) -> dict[str, Any]:
    number: dict[str, Any] = {}
    try:
        question = json.loads(line)
        number = {"id": question["id"]} if "id" in question else {}
        return {**eye.answer(question), **number}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, MemoryError) as error:
        return {"error": f"{type(error).__name__}: {error}"[:300], **number}


def _say(message: dict[str, Any]) -> None:
    data = memoryview(json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n")
    while data:
        data = data[os.write(1, data) :]


if __name__ == "__main__":
    sys.exit(main())
