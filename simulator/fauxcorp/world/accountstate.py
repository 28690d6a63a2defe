"""The account files of one world and the state of its accounts: each follows the other."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from fauxcorp.core.effects import Effect, Origin
from fauxcorp.world.accountfiles import FILES, PASSWD, carried, key_files, parse, table
from fauxcorp.world.accounts import Account, differences
from fauxcorp.world.files import FileEntry

if TYPE_CHECKING:
    from fauxcorp.world.world import World

Entries = Mapping[str, FileEntry | None]
"""Path to what it will be; None where it goes."""
MAX_LINKS = 8


class AccountFiles:
    """Reads account state from the files and writes the directory's changes into them."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def concerns(self, path: str) -> bool:
        """Whether a path can decide who gets in."""
        if path in FILES or any(path == self._real(linked) for linked in FILES if self._is_link(linked)):
            return True
        if path.endswith(("/.ssh/authorized_keys", "/.ssh/authorized_keys2", "/.ssh")):
            return True
        account = self._world.accounts.get(posixpath.basename(path))
        return account is not None and account.home == path

    def _is_link(self, path: str) -> bool:
        found = self._world.files.get(path)
        return found is not None and found.kind == "link"

    def _real(self, path: str, ahead: Entries | None = None) -> str:
        """Where a path leads. Who logs in is looked up there, not in the link."""
        for _ in range(MAX_LINKS):
            found = ahead[path] if ahead and path in ahead else self._world.files.get(path)
            if found is None or found.kind != "link":
                break
            target = found.content.decode("utf-8", "replace")
            path = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        return path

    def state(self, ahead: Entries | None = None) -> dict[str, Account]:
        """Accounts as the files have them, with `ahead` in place of what is there now."""
        changes: Entries = ahead or {}
        files = self._world.files

        def entry(path: str) -> FileEntry | None:
            path = self._real(path, changes)
            found = changes[path] if path in changes else files.get(path)
            return None if found is not None and found.kind == "link" else found

        held: dict[str, bytes] = {}
        for path in FILES:
            found = entry(path)
            if found is not None:
                held[path] = found.content
        for f in table(held.get(PASSWD, b"")).values():
            if len(f) > 5:
                for path in key_files(f[5]):
                    found = entry(path)
                    folder = entry(posixpath.dirname(path))
                    if found is not None and found.mode & 0o400 and (folder is None or folder.mode & 0o100):
                        held[path] = found.content

        def mode(path: str) -> tuple[int, str] | None:
            found = entry(path)
            return (found.mode, found.owner) if found is not None else None

        return parse(held, mode, self._world.clock.us)

    def compare(self, ahead: Entries, by: Origin) -> tuple[list[Effect], list[Account | str]]:
        """The effects that changes of files have on accounts, and the states (or names gone) that follow.

        Empty where the changes mean nothing for accounts. Call before the changes are carried out.
        """
        before, after = self.state(), self.state(ahead)
        effects: list[Effect] = []
        states: list[Account | str] = []
        for name in sorted(before.keys() | after.keys()):
            old, new = before.get(name), after.get(name)
            if old == new:
                continue
            if old is not None and new is not None and old.keys and not new.keys and "password-removed" in new.locks:
                new = replace(new, locks=new.locks - {"password-removed"} | {"keys-removed"})
            found = differences(old, new, by)
            effects += found
            known = self._world.accounts.get(name)
            if new is None:
                states.append(name)
            elif known is not None:
                sessions = known.sessions if new.usable else 0
                kept = {"role": known.role, "mfa": known.mfa, "service": known.service}
                states.append(replace(new, sessions=sessions, **kept))  # type: ignore[arg-type]
            elif old is None:
                states.append(new)
        return effects, states

    def settle(self, states: Iterable[Account | str]) -> None:
        """Take over the states that `compare` found."""
        accounts = self._world.accounts
        for state in states:
            if isinstance(state, str):
                if accounts.get(state) is not None:
                    accounts.drop(state)
            else:
                accounts.put(state)

    def write(self, before: Account, after: Account) -> None:
        """Write a change that the directory made into the files."""
        files = self._world.files
        real = {path: self._real(path) for path in FILES}
        held = {path: e.content for path in FILES if (e := files.get(real[path])) is not None and e.kind == "file"}
        for path, content in carried(held, before, after).items():
            entry = files.get(real[path])
            assert entry is not None
            files.put(real[path], replace(entry, content=content, mtime=self._world.clock.us))
        if after.usable and not before.usable:
            self._open_home(after)

    def _open_home(self, account: Account) -> None:
        """A home that was closed to its owner opens again with the account."""
        files = self._world.files
        home = files.get(account.home)
        if home is not None and account.home != "/" and (home.owner != account.username or not home.mode & 0o100):
            files.put(account.home, replace(home, owner=account.username, mode=home.mode | 0o700))
