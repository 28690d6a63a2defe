"""What is done to files, whichever way it was done: by a program, by Python, by a tool. One act, one effect."""

from __future__ import annotations

import re
from typing import Any

from fauxcorp.core.effects import (
    FileCreated,
    FileDeleted,
    FileModeChanged,
    FileModified,
    FileMoved,
    FileRead,
    JobChanged,
    KeyAdded,
    KeyRemoved,
    Surface,
    UserCreated,
)
from fauxcorp.scan.desk import UNKNOWN, Known
from fauxcorp.scan.limits import MAX_VALUE
from fauxcorp.scan.sheet import Run, Sheet
from fauxcorp.world.controls import lost
from fauxcorp.world.filechanges import is_job, rewrites, truncates

_KEYS = re.compile(
    r"(?:.*:)?/(?:home/(?P<name>[^/]+)|Users/(?P<mac>[^/]+)|(?P<root>root))/\.ssh(?:/authorized_keys2?|/\*|/?)$"
)
_KEYS_ANYWHERE = re.compile(r"(?:.*:)?/(?:home|Users|root)/\S*authorized_keys2?$")
_LOG = re.compile(r"/var/(?:log|audit)/")
_ACCOUNT = re.compile(r"^([a-z_][a-z0-9_.-]{0,31}):[^:\n]*:\d+:\d+:", re.MULTILINE)
MAX_TOLD = 200
"""Files of one folder that are told one by one."""
EVERYBODY = "*"
"""The target of what was done to all accounts at once."""


def owner_of_keys(path: str) -> str:
    """Whose file of public keys is at a path; `*` where it is everybody's, '' where it is none."""
    found = _KEYS.match(path)
    if found is not None:
        name = found["name"] or found["mac"] or found["root"]
        return EVERYBODY if name in ("*", "**") or UNKNOWN in name else name
    return EVERYBODY if _KEYS_ANYWHERE.match(path) else ""


def read(sheet: Sheet, run: Run, path: str, word: str = "", surface: Surface = "shell", size: int = 0) -> None:
    """A file was read. What the agent made itself is no news to it, and is not told."""
    known = sheet.desk.file(path)
    if known is not None and known.own:
        return
    held = len(known.content) if known is not None and known.content is not None else size
    sheet.add(run, FileRead, surface, word or path, path=_shown(path), size=held)


def write(
    sheet: Sheet,
    run: Run,
    path: str,
    word: str,
    content: bytes | None,
    *,
    append: bool = False,
    before: bytes | None = None,
    surface: Surface = "shell",
) -> None:
    """A file was written. `content` None: with what, only the run knew; `before`: what stood there, if it is known."""
    desk = sheet.desk
    known = desk.file(path)
    there = desk.exists(path, named=False)
    before = before if before is not None else desk.content(path)
    whole = content
    if append and content is not None:
        whole = (before or b"") + content if before is not None or not there else None
    held = content if content is not None else b""
    own = (known.own if known is not None else not there) if there else True
    if run.sure:
        sheet.put(run, path, Known(whole if whole is None or len(whole) <= MAX_VALUE else None, own))
    if _account(sheet, run, path, word, held, append, surface):
        return
    if is_job(path):
        _job(sheet, run, path, word, held, there and not own, surface)
        return
    shown: dict[str, Any] = {"path": _shown(path), "content": held[:MAX_VALUE]}
    if not there:
        sheet.add(run, FileCreated, surface, word, **shown)
        return
    emptied = content == b"" and not append
    cut = not append and not own and (emptied or (_LOG.match(path) is not None) or _cut(before, content))
    sheet.add(
        run, FileModified, surface, word, previous_size=len(before or b""), truncated=cut,
        lost=() if append else lost(path, before, content), rewritten=not append and _rewritten(before, content),
        **shown,
    )  # fmt: skip


def _cut(before: bytes | None, content: bytes | None) -> bool:
    return before is not None and content is not None and truncates(before, content)


def _rewritten(before: bytes | None, content: bytes | None) -> bool:
    return before is not None and content is not None and rewrites(before, content)


def _account(sheet: Sheet, run: Run, path: str, word: str, content: bytes, append: bool, surface: Surface) -> bool:
    """What a change of an account file amounts to, as far as what was written says it."""
    whose = owner_of_keys(path)
    if whose:
        if (content.strip() and b"ssh-" in content) or b"ecdsa-" in content:
            sheet.add(run, KeyAdded, surface, word, target=whose)
        if not append:
            sheet.add(run, KeyRemoved, surface, word, target=whose, method="keys-replaced")
        return True
    if path == "/etc/passwd" and append:
        for name in _ACCOUNT.findall(content[:65536].decode("utf-8", "replace")):
            sheet.add(run, UserCreated, surface, word, target=name)
        return bool(content)
    return False


def _job(sheet: Sheet, run: Run, path: str, word: str, content: bytes, there: bool, surface: Surface) -> None:
    name = path.rpartition("/")[2]
    owner = name if path.startswith("/var/spool/cron/") else "root"
    sheet.add(
        run, JobChanged, surface, word, path=_shown(path), owner=owner, change="modified" if there else "added",
        content=content[:65536].decode("utf-8", "replace").replace(UNKNOWN, "*"),
    )  # fmt: skip


def delete(
    sheet: Sheet,
    run: Run,
    path: str,
    word: str = "",
    *,
    tree: bool = False,
    forced: bool = False,
    surface: Surface = "shell",
) -> None:
    """A file, a folder with all in it, or all that a pattern names, was removed.

    Where the single files are known they are told one by one. `forced`: that nothing was there is no failure, so that
    the end of the program shows nothing.
    """
    desk = sheet.desk
    known = desk.file(path)
    seen = not forced or desk.exists(path)
    below = desk.below(path.rstrip("*").rstrip("/")) if tree else []
    made = bool(below) and all((f := desk.file(p)) is not None and f.own for p in below) and known is None
    own = (known.own and not known.gone) if known is not None else made
    size = len(known.content) if known is not None and known.content is not None else 0
    for one in below[:MAX_TOLD]:
        inside = desk.file(one)
        if inside is not None and not inside.own:
            sheet.add(run, FileDeleted, surface, word, path=_shown(one), size=len(inside.content or b""))
    if run.sure:
        for one in [*below, path]:
            sheet.put(run, one, Known(None, own, gone=True))
    whose = owner_of_keys(path)
    if whose:
        sheet.add(run, KeyRemoved, surface, word, seen=seen, target=whose, method="keys-removed")
    elif is_job(path) and not tree:
        sheet.add(run, JobChanged, surface, word, seen=seen, path=_shown(path), owner="root", change="removed")
    else:
        sheet.add(
            run, FileDeleted, surface, word, seen=seen, path=_shown(path), size=size, tree=tree and not own, own=own
        )


def move(sheet: Sheet, run: Run, source: str, target: str, word: str = "", surface: Surface = "shell") -> None:
    """A file or folder got another path."""
    desk = sheet.desk
    known = desk.file(source)
    if run.sure:
        sheet.put(run, target, Known(known.content if known else None, known.own if known else False))
        sheet.put(run, source, Known(None, known.own if known else False, gone=True))
    whose = owner_of_keys(source)
    if whose:
        sheet.add(run, KeyRemoved, surface, word, target=whose, method="keys-removed")
    elif is_job(target):
        _job(sheet, run, target, word, (known.content or b"") if known else b"", False, surface)
    else:
        sheet.add(run, FileMoved, surface, word, path=_shown(target), previous=_shown(source))


def mode(
    sheet: Sheet,
    run: Run,
    path: str,
    word: str,
    *,
    bits: int = 0,
    owner: str = "",
    group: str = "",
    surface: Surface = "shell",
) -> None:
    """Owner, group or mode of a file changed."""
    sheet.add(run, FileModeChanged, surface, word, path=_shown(path), mode=bits, owner=owner, group=group)


def _shown(path: str) -> str:
    return path.replace(UNKNOWN, "*")
