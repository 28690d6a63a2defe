"""What changes of files amount to: for accounts, for jobs, or for the files alone. One act, one effect."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fauxcorp.core.effects import (
    Effect,
    FileCreated,
    FileDeleted,
    FileModeChanged,
    FileModified,
    FileMoved,
    JobChanged,
    Origin,
)
from fauxcorp.errors import Blocked
from fauxcorp.world.accountstate import AccountFiles
from fauxcorp.world.controls import lost
from fauxcorp.world.files import FileEntry

if TYPE_CHECKING:
    from fauxcorp.world.world import World

_JOBS = re.compile(
    r"/etc/cron(tab$|\.[a-z]+/)|/var/spool/cron/crontabs/|/etc/systemd/(system|user)/|/etc/rc\.local$|/etc/init\.d/"
    r"|/etc/profile(\.d/|$)|/etc/bash\.bashrc$|/etc/ld\.so\.preload$|/lib/systemd/system/|/usr/lib/systemd/system/"
    r"|/(?:home/[^/]+|root)/\.(bashrc|profile|bash_profile|bash_login|bash_logout|config/systemd/user/|config/autostart/)"
)
"""Paths whose content is run later by something else."""


@dataclass(frozen=True, slots=True)
class Change:
    """A path before and after. `moved_from` is where all of it was until now, if it was moved here."""

    path: str
    before: FileEntry | None
    after: FileEntry | None
    moved_from: str = ""
    absorbs: str = ""
    """Another path whose content took this one's place, and which is gone with that."""


def is_job(path: str) -> bool:
    """Whether what is at a path is run later: by cron, at start-up, at log-in."""
    return _JOBS.match(path) is not None


def carry_out(world: World, changes: list[Change], by: Origin) -> list[Effect]:
    """Take changes over into the world and tell of them. Returns the effects, in the order of the changes.

    Raises Blocked if enforcement forbids one of them: then none is.
    """
    if world.gate is not None:
        why = forbidden(world, changes, by)
        if why:
            attempted(world, changes, by, why)
            raise Blocked(why)
    accounts = AccountFiles(world)
    effects: list[Effect] = []
    concerned = _concerned(accounts, changes)
    if concerned:
        found, states = accounts.compare(_ahead(world, changes), by)
        # Also where nothing is to tell: one more lock on a locked account, a shell for another.
        accounts.settle(states)
        if found:
            for change in concerned:
                _put(world, change)
            for effect in found:
                world.apply(effect, cleared=True)
            effects += found
            changes = [c for c in changes if c not in concerned]
    for change in changes:
        effect_of_file = _effect(world, change, by)
        if effect_of_file is None:
            _put(world, change)
            continue
        link = change.after is not None and change.after.kind == "link"
        if isinstance(effect_of_file, JobChanged):
            _put(world, change)
        world.apply(effect_of_file, cleared=True)
        if link:
            # The handler of the effect knows files only.
            _put(world, change)
        if change.absorbs:
            world.files.drop(change.absorbs)
        effects.append(effect_of_file)
    return effects


def attempted(world: World, changes: list[Change], by: Origin, why: str) -> None:
    """Tell of changes that were refused: what they would have done to accounts, or else to each file."""
    for effect in _foreseen(world, changes, by):
        world.apply(effect.model_copy(update={"stage": "attempted", "reason": why}))


def forbidden(world: World, changes: list[Change], by: Origin) -> str:
    """Why enforcement forbids changes that are one act; empty: it does not."""
    for effect in _foreseen(world, changes, by):
        asked = world.ask(effect)
        if asked is not effect:
            return asked.reason
    return ""


def apart(world: World, changes: list[Change]) -> list[list[Change]]:
    """Changes that were made together, by what can stand for itself: those of accounts are one act."""
    concerned = _concerned(AccountFiles(world), changes)
    return [*([concerned] if concerned else []), *([c] for c in changes if c not in concerned)]


def _foreseen(world: World, changes: list[Change], by: Origin) -> list[Effect]:
    accounts = AccountFiles(world)
    concerned = _concerned(accounts, changes)
    found = accounts.compare(_ahead(world, changes), by)[0] if concerned else []
    rest = [c for c in changes if c not in concerned] if found else changes
    return [*found, *(e for c in rest if (e := _effect(world, c, by)) is not None)]


def _effect(world: World, change: Change, by: Origin) -> Effect | None:
    """The one effect of a change to a file, which may be another system's: weights are a version of a model."""
    effect = file_effect(change, by)
    if effect is None or not world.company.systems:
        return effect
    return world.systems.of_file(effect) or effect


def file_effect(change: Change, by: Origin) -> Effect | None:
    """The one effect of a change to a file; None for folders, links and changes of nothing."""
    before, after, path = change.before, change.after, change.path
    if (before or after) is None or "dir" in ((before and before.kind), (after and after.kind)):
        if before is not None and after is not None and _rights(before) != _rights(after):
            return FileModeChanged(by=by, path=path, mode=after.mode, owner=after.owner, group=after.group)
        if not change.moved_from:
            return None
    gone_with_home = after is None and not path.startswith(("/etc/", "/var/", "/lib/", "/usr/"))
    if is_job(path) and not gone_with_home and (before and before.content) != (after and after.content):
        return job_effect(path, before, after, by)
    if after is None:
        assert before is not None
        return FileDeleted(by=by, path=path, size=len(before.content))
    if change.moved_from:
        if after.kind == "file" and is_job(path) != is_job(change.moved_from):
            came = is_job(path)
            where = path if came else change.moved_from
            return job_effect(where, None if came else after, after if came else None, by)
        return FileMoved(by=by, path=path, previous=change.moved_from)
    if before is not None and before.content == after.content:
        if _rights(before) == _rights(after):
            return None
        return FileModeChanged(by=by, path=path, mode=after.mode, owner=after.owner, group=after.group)
    held = {"path": path, "content": after.content, "owner": after.owner, "group": after.group, "mode": after.mode}
    if before is None:
        return FileCreated(by=by, **held)
    return FileModified(
        by=by, previous_size=len(before.content), truncated=truncates(before.content, after.content),
        lost=lost(path, before.content, after.content), rewritten=rewrites(before.content, after.content), **held,
    )  # fmt: skip


def truncates(before: bytes, after: bytes) -> bool:
    """Whether content was cut away rather than edited."""
    return (len(after) < len(before) and after[: len(after) // 2 + 1] not in (before[: len(after) // 2 + 1],)) or (
        len(after) < len(before) // 2
    )


def rewrites(before: bytes, after: bytes) -> bool:
    """Whether a line that was there is there no more, or not in its order; lines that are added do not count."""
    rest = iter(line.rstrip() for line in after.splitlines())
    return not all(any(line.rstrip() == other for other in rest) for line in before.splitlines())


def job_effect(path: str, before: FileEntry | None, after: FileEntry | None, by: Origin) -> JobChanged:
    """What happened to a scheduled job or start-up file."""
    kind = "added" if before is None else "removed" if after is None else "modified"
    entry = after or before
    assert entry is not None
    owner = path.rpartition("/")[2] if path.startswith("/var/spool/cron/crontabs/") else entry.owner
    content = (after.content if after else b"")[:65536].decode("utf-8", "replace")
    return JobChanged(by=by, path=path, owner=owner, change=kind, content=content)


def _rights(entry: FileEntry) -> tuple[int, str, str]:
    return entry.mode, entry.owner, entry.group


def _concerned(accounts: AccountFiles, changes: list[Change]) -> list[Change]:
    return [c for c in changes if accounts.concerns(c.path) or (c.moved_from and accounts.concerns(c.moved_from))]


def _ahead(world: World, changes: list[Change]) -> Mapping[str, FileEntry | None]:
    out: dict[str, FileEntry | None] = {}
    for change in changes:
        if change.moved_from:
            out[change.moved_from] = None
            for path, entry in world.files.walk(change.moved_from):
                out[path] = None
                out[change.path + path[len(change.moved_from) :]] = entry
        if change.absorbs:
            out[change.absorbs] = None
        out[change.path] = change.after
    return out


def _put(world: World, change: Change) -> None:
    if change.absorbs:
        world.files.drop(change.absorbs)
    if change.moved_from:
        world.files.rename(change.moved_from, change.path)
    elif change.after is None:
        world.files.drop(change.path)
    else:
        world.files.put(change.path, change.after)
