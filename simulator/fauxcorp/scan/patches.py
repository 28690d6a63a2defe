"""Patches: which files a patch makes, changes, moves and removes, and which lines it takes out and puts in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from fauxcorp.scan.limits import MAX_COMMAND

MAX_FILES = 500
_HEADER = re.compile(r"^\*\*\* (Add|Update|Delete) File: (.+)$")
_MOVE = re.compile(r"^\*\*\* Move to: (.+)$")
_NAME = re.compile(r"^(?:---|\+\+\+) (?:[ab]/)?([^\t\n]+)")


@dataclass(slots=True)
class Patched:
    """What a patch does to one file (`kind`: add, update, delete)."""

    path: str
    kind: str
    target: str = ""
    """Where it is moved to."""
    old: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)


def read(text: str) -> list[Patched]:
    """The files of a patch, as Codex's apply_patch writes them, or as diff does."""
    text = text[:MAX_COMMAND]
    return _blocks(text) if "*** " in text and "*** Begin Patch" in text else _diff(text)


def _blocks(text: str) -> list[Patched]:
    out: list[Patched] = []
    for line in text.splitlines():
        head = _HEADER.match(line)
        if head is not None and len(out) < MAX_FILES:
            out.append(Patched(head[2].strip(), head[1].lower()))
            continue
        if not out or line.startswith("*** End"):
            continue
        move = _MOVE.match(line)
        if move is not None:
            out[-1].target = move[1].strip()
        else:
            _line(out[-1], line)
    return out


def _line(patched: Patched, line: str) -> None:
    if line.startswith("+"):
        patched.new.append(line[1:])
    elif line.startswith("-"):
        patched.old.append(line[1:])
    elif line.startswith(" "):
        patched.old.append(line[1:])
        patched.new.append(line[1:])


def _diff(text: str) -> list[Patched]:
    out: list[Patched] = []
    before = ""
    for line in text.splitlines():
        name = _NAME.match(line)
        if name is not None and line.startswith("---"):
            before = name[1].strip()
        elif name is not None and len(out) < MAX_FILES:
            after = name[1].strip()
            gone, fresh = after == "/dev/null", before == "/dev/null"
            out.append(Patched(before if gone else after, "delete" if gone else "add" if fresh else "update"))
        elif out and not line.startswith(("@@", "diff ", "index ", "\\")):
            _line(out[-1], line)
    return out
