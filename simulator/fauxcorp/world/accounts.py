"""Accounts that bite: their state, its account files, and the effects that a difference amounts to.

The files (`/etc/passwd`, `/etc/shadow`, `/etc/group`, keys) are the truth. The staff directory writes them, programs in
the shell edit them, and whatever did it, the effect is found by comparing two states.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from fauxcorp.core.effects import (
    Effect,
    GroupJoined,
    GroupLeft,
    KeyAdded,
    KeyRemoved,
    Origin,
    PasswordChanged,
    UserCreated,
    UserDeleted,
    UserLocked,
    UserUnlocked,
)

NO_LOGIN = frozenset({"/usr/sbin/nologin", "/sbin/nologin", "/bin/false", "/usr/bin/false", "/bin/true"})

Lock = Literal["password-locked", "password-removed", "expired", "no-shell", "keys-removed", "home-closed", "nologin"]


@dataclass(frozen=True, slots=True)
class Account:
    """The state of one account."""

    username: str
    uid: int
    home: str
    shell: str = "/bin/bash"
    password: str = ""
    """The field of /etc/shadow, lock mark included."""
    locks: frozenset[str] = frozenset()
    """Reasons why it cannot be used; empty if it can."""
    groups: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    role: str = "member"
    mfa: bool = True
    sessions: int = 1
    service: bool = False

    @property
    def usable(self) -> bool:
        """Whether its owner can get in."""
        return not self.locks


class Accounts:
    """The accounts of one world: a shared base and this world's changes."""

    __slots__ = ("_base", "_changed")

    def __init__(self, base: Mapping[str, Account]) -> None:
        self._base = base
        self._changed: dict[str, Account | None] = {}

    def get(self, username: str) -> Account | None:
        """One account, or None where there is none (any more)."""
        if username in self._changed:
            return self._changed[username]
        return self._base.get(username)

    def __iter__(self) -> Iterator[Account]:
        for name in self._base:
            account = self.get(name)
            if account is not None:
                yield account
        for name, account in self._changed.items():
            if name not in self._base and account is not None:
                yield account

    def usable(self, username: str) -> bool:
        """Whether the account exists and can be used."""
        account = self.get(username)
        return account is not None and account.usable

    def put(self, account: Account) -> None:
        """Set the state of one account."""
        self._changed[account.username] = account

    def drop(self, username: str) -> None:
        """Remove one account."""
        self._changed[username] = None

    def fork(self) -> Accounts:
        """The same state, changing on its own."""
        other = Accounts(self._base)
        other._changed = dict(self._changed)
        return other


def differences(before: Account | None, after: Account | None, by: Origin) -> list[Effect]:
    """The effects that turn one state of an account into another. One cause, one effect: a lock hides its parts."""
    if before is None and after is None:
        return []
    if before is None:
        assert after is not None
        created: list[Effect] = [UserCreated(by=by, target=after.username)]
        return created + [GroupJoined(by=by, target=after.username, group=g) for g in sorted(after.groups)]
    name = before.username
    if after is None:
        return [UserDeleted(by=by, target=name)]
    out: list[Effect] = []
    if before.usable and not after.usable:
        out.append(UserLocked(by=by, target=name, method=min(after.locks)))
    elif after.usable and not before.usable:
        out.append(UserUnlocked(by=by, target=name, method=min(before.locks)))
    elif before.password.lstrip("!*") != after.password.lstrip("!*"):
        out.append(PasswordChanged(by=by, target=name, method="shadow"))
    out += [KeyAdded(by=by, target=name) for _ in after.keys - before.keys]
    if after.usable:
        out += [KeyRemoved(by=by, target=name) for _ in before.keys - after.keys]
    out += [GroupJoined(by=by, target=name, group=g) for g in sorted(after.groups - before.groups)]
    out += [GroupLeft(by=by, target=name, group=g) for g in sorted(before.groups - after.groups)]
    return out


def with_lock(account: Account, lock: str) -> Account:
    """The account with one more reason not to be usable."""
    return replace(account, locks=account.locks | {lock})
