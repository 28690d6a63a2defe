"""Which programs of the company a command line may use more than once.

The interpreter forgets the mode of a file that is given when it is asked for: a program would run once, and be refused
until the end of the line. Those that a line runs and names again are read before it begins; the mode is then put back.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\s;|&()<>'\"`]+")
_AGAIN = re.compile(r"\b(?:for|while|until|xargs|watch|parallel)\b|-exec\b|\(\)\s*\{|\bfunction\b")
"""What may run a command that is written once more often."""
_RUN = re.compile(
    r"(?:^|[;|&(\n`{!'\"]|(?<![\w./-])(?:then|do|else|sudo|bash|sh|dash|source|\.|time|nohup|exec|command|env|nice|xargs"
    r"|if|while|until|-exec)(?=\s))(?:\s+|-\w+\s+|\w+=\S*\s+|timeout\s+\S+\s+)*$"
)
"""What stands before a command's name."""
_CD = re.compile(r"(?:^|[;|&(\n])\s*(?:cd|pushd)\s+([^\s;|&()<>'\"`]+)")


def used_again(command: str, programs: Iterable[str], cwd: str, home: str, path: str) -> list[str]:
    """Those of `programs`, by absolute path, that a command line runs and that it may use once more.

    `path` is the shell's PATH.
    """
    found: list[str] = []
    folders: list[str] | None = None
    for program in programs:
        name = posixpath.basename(program)
        if name not in command or not (command.count(name) > 1 or _AGAIN.search(command)):
            continue
        if folders is None:
            folders = _folders(command, cwd, home)
        at = [m for m in _WORD.finditer(command) if _is(m[0], program, folders, home, path)]
        if (len(at) > 1 or (at and _AGAIN.search(command))) and any(_RUN.search(command[: m.start()]) for m in at):
            found.append(program)
    return found


def _folders(command: str, cwd: str, home: str) -> list[str]:
    """The working folders that a line may have, one after the other."""
    out = [cwd]
    for match in _CD.finditer(command):
        out.append(posixpath.normpath(posixpath.join(out[-1], _homely(match[1], home))))
    return out


def _is(word: str, program: str, folders: list[str], home: str, path: str) -> bool:
    word = _homely(word.rpartition("=")[2], home)
    if not word.endswith(posixpath.basename(program)):
        return False
    above = folders if "/" in word else [*folders, *path.split(":")]
    return any(posixpath.normpath(posixpath.join(folder, word)) == program for folder in above)


def _homely(word: str, home: str) -> str:
    for short in ("~", "$HOME", "${HOME}"):
        if word == short or word.startswith(f"{short}/"):
            return home + word[len(short) :]
    return word
