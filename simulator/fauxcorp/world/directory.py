"""The staff directory: what an administrator can do to accounts. It writes the account files, like any other route."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypedDict
from zlib import crc32

from fauxcorp.core.effects import (
    AccountEffect,
    GroupJoined,
    GroupLeft,
    MfaReset,
    Origin,
    PasswordChanged,
    RoleChanged,
    SessionsRevoked,
    Stage,
    UserLocked,
    UserUnlocked,
)
from fauxcorp.errors import ToolError
from fauxcorp.world.accountfiles import FILES, hash_of, key_files, parse
from fauxcorp.world.accounts import Account
from fauxcorp.world.accountstate import AccountFiles
from fauxcorp.world.files import FileTree
from fauxcorp.world.mailindex import line, words

if TYPE_CHECKING:
    from fauxcorp.world.company import Company, Person
    from fauxcorp.world.world import World

ADMINS = frozenset({"helpdesk", "admin"})
ROLES = ("member", "manager", "helpdesk", "admin")

_SHORTEST_HASH = 13
"""Characters; what is shorter in /etc/shadow is no password that lets anyone in."""

AccountWriter = Callable[[Account, Account], None]
"""Writes an account's new state (the second) into the account files."""


class _Refusal(TypedDict, total=False):
    stage: Stage
    reason: str


class Directory:
    """Acts of the staff directory in one world."""

    __slots__ = ("_world", "write")

    def __init__(self, world: World) -> None:
        self._world = world
        self.write: AccountWriter = AccountFiles(world).write
        """Called after each change that the directory makes; replaced where the account files are elsewhere."""

    def account(self, who: str) -> Account:
        """The account of a user name, an address or a full name. Raises ToolError if there is none."""
        world = self._world
        wanted = who.strip().lstrip("@").lower()
        account = world.accounts.get(world.company.by_email.get(wanted, wanted))
        if account is None:
            named = [p.username for p in world.company.people.values() if p.name.lower() == wanted]
            account = world.accounts.get(named[0]) if len(named) == 1 else None
        if account is None:
            raise ToolError(f"No such user: {who[:100]}")
        return account

    def person(self, username: str) -> Person | None:
        """The staff entry of an account, where it has one."""
        return self._world.company.people.get(username)

    def search(self, query: str, department: str = "") -> list[Person]:
        """Staff whose name, user name, address, title, department, location or phone hold all words of a query.

        A word stands for all that begin with it, here and in the department.
        """
        parts = [f" {word}" for word in words(query)[:20]]
        where = line(department)
        found = []
        for person in self._world.company.people.values():
            if where and where not in _folded(person.department):
                continue
            text = _folded(person.name, person.username, person.email, person.title, person.department,
                           person.location, person.phone, *person.aliases)  # fmt: skip
            if all(part in text for part in parts) and self._world.accounts.get(person.username) is not None:
                found.append(person)
        return sorted(found, key=lambda p: (p.name, p.username))

    def groups(self) -> dict[str, list[str]]:
        """Every group to its members, both sorted."""
        out: dict[str, list[str]] = {}
        for person in self._world.company.people.values():
            for group in person.groups:
                out.setdefault(group, [])
        for account in self._world.accounts:
            for group in account.groups:
                out.setdefault(group, []).append(account.username)
        return {group: sorted(out[group]) for group in sorted(out)}

    def last_sign_in(self, account: Account) -> int | None:
        """When the account was last signed in to, in microseconds since 1970; None for a program's account."""
        if account.service:
            return None
        start = round(self._world.company.starts.timestamp())
        return (start - 300 - crc32(account.username.encode()) % 72_000) * 1_000_000

    def lock(self, by: Origin, who: str, reason: str = "") -> Account:
        """Lock an account and sign it out."""
        account = self.account(who)
        if not self._world.accounts.usable(account.username):
            raise ToolError(f"{account.username} is already locked")
        return self._do(UserLocked(by=by, target=account.username, method="directory", **self._stage(by, account)))

    def unlock(self, by: Origin, who: str) -> Account:
        """Take all locks off an account."""
        account = self.account(who)
        if account.usable:
            raise ToolError(f"{account.username} is not locked")
        if account.locks == {"nologin"}:
            raise ToolError(f"{account.username} is not locked: sign-in is switched off for the whole server")
        return self._do(UserUnlocked(by=by, target=account.username, method="directory", **self._stage(by, account)))

    def reset_password(self, by: Origin, who: str) -> tuple[Account, str]:
        """Set a new random password; returns it."""
        account = self.account(who)
        stage = self._stage(by, account, own=True)
        password = self._world.rng.token("password", 12)
        return self._do(PasswordChanged(by=by, target=account.username, method="directory", **stage)), password

    def reset_mfa(self, by: Origin, who: str) -> Account:
        """Clear the second factor."""
        account = self.account(who)
        return self._do(MfaReset(by=by, target=account.username, method="directory", **self._stage(by, account)))

    def revoke_sessions(self, by: Origin, who: str) -> Account:
        """Sign an account out everywhere."""
        account = self.account(who)
        stage = self._stage(by, account, own=True)
        return self._do(SessionsRevoked(by=by, target=account.username, method="directory", **stage))

    def change_role(self, by: Origin, who: str, role: str) -> Account:
        """Give an account another directory role. Only an admin may. Raises ToolError for a role that there is not."""
        account = self.account(who)
        if role not in ROLES:
            raise ToolError(f"No such role: {role[:100]}. Roles: {', '.join(ROLES)}")
        if account.role == role:
            raise ToolError(f"{account.username} already has the role {role}")
        stage = self._stage(by, account, admins_only=True)
        effect = RoleChanged(
            by=by, target=account.username, role=role, previous=account.role, method="directory", **stage
        )
        return self._do(effect)

    def add_to_group(self, by: Origin, who: str, group: str) -> Account:
        """Make an account a member of a group. Raises ToolError for a group that there is not."""
        account = self.account(who)
        group = self._group(group)
        if group in account.groups:
            raise ToolError(f"{account.username} is already in {group}")
        stage = self._stage(by, account)
        return self._do(GroupJoined(by=by, target=account.username, group=group, method="directory", **stage))

    def remove_from_group(self, by: Origin, who: str, group: str) -> Account:
        """Take an account out of a group."""
        account = self.account(who)
        group = self._group(group)
        if group not in account.groups:
            raise ToolError(f"{account.username} is not in {group}")
        stage = self._stage(by, account)
        return self._do(GroupLeft(by=by, target=account.username, group=group, method="directory", **stage))

    def apply(self, effect: AccountEffect) -> None:
        """Carry an account effect over into the state, and into the account files if the directory made it.

        An effect that was found by comparing the account files is already in them, and in the state.
        """
        accounts = self._world.accounts
        before = accounts.get(effect.target)
        if before is None or effect.method != "directory":
            return
        after = self._after(before, effect)
        accounts.put(after)
        self.write(before, after)

    def _after(self, account: Account, effect: AccountEffect) -> Account:
        match effect:
            case UserLocked():
                password = account.password if account.password.startswith("!") else f"!{account.password}"
                return replace(account, locks=account.locks | {"password-locked"}, password=password, sessions=0)
            case UserUnlocked():
                password = account.password.lstrip("!")
                if len(password) < _SHORTEST_HASH and not account.keys:
                    password = self._new_hash()
                shell = "/bin/bash" if "no-shell" in account.locks else account.shell
                return replace(account, locks=account.locks & {"nologin"}, password=password, shell=shell)
            case PasswordChanged():
                mark = "!" if account.password.startswith("!") else ""
                locks = account.locks - {"password-removed"}
                return replace(account, password=f"{mark}{self._new_hash()}", locks=locks)
            case SessionsRevoked():
                return replace(account, sessions=0)
            case MfaReset():
                return replace(account, mfa=False)
            case RoleChanged():
                return replace(account, role=effect.role)
            case GroupJoined():
                return replace(account, groups=account.groups | {effect.group})
            case GroupLeft():
                return replace(account, groups=account.groups - {effect.group})
        return account

    def _new_hash(self) -> str:
        return hash_of(self._world.rng.token("password-hash", 32))

    def _group(self, name: str) -> str:
        wanted = name.strip().lower()
        known = self.groups()
        if wanted not in known:
            raise ToolError(f"No such group: {name[:100]}. Groups: {', '.join(known)}")
        return wanted

    def _stage(self, by: Origin, target: Account, *, own: bool = False, admins_only: bool = False) -> _Refusal:
        """Who has no right to administer gets no further than the attempt. `own`: what anyone may do to theirs."""
        if by.actor != "agent" or (own and by.user == target.username):
            return {}
        actor = self._world.accounts.get(by.user)
        role = actor.role if actor is not None and actor.usable else ""
        if role == "admin":
            return {}
        if role == "helpdesk" and not admins_only and target.role != "admin":
            return {}
        if role == "helpdesk":
            reason = "only an admin may change roles" if admins_only else "only an admin may change an admin's account"
        else:
            reason = "your account may not administer other accounts"
        return {"stage": "attempted", "reason": reason}

    def _do(self, effect: AccountEffect) -> Account:
        self._world.apply(effect)
        if effect.stage == "attempted":
            raise ToolError(f"Access denied: {effect.reason}")
        account = self._world.accounts.get(effect.target)
        assert account is not None
        return account


@lru_cache(maxsize=10_000)
def _folded(*fields: str) -> str:
    return line(" ".join(fields))


def starting_accounts(company: Company) -> dict[str, Account]:
    """The accounts that a company starts with: what its account files say, and what the staff directory adds."""
    files = FileTree(company.files, company.listing)
    paths = [*FILES, *(p for person in company.people for p in key_files(f"/home/{person}"))]
    found = {path: files.get(path) for path in paths}
    state = {path: entry.content for path, entry in found.items() if entry is not None}

    def modes(path: str) -> tuple[int, str] | None:
        entry = files.get(path)
        return (entry.mode, entry.owner) if entry is not None else None

    accounts = parse(state, modes, round(company.starts.timestamp()) * 1_000_000)
    for name, person in company.people.items():
        account = accounts.get(name) or Account(
            name, person.uid, f"/home/{name}", person.shell, hash_of(name), groups=frozenset(person.groups)
        )
        sessions = 0 if person.service or account.locks else 1
        accounts[name] = replace(account, role=person.role, mfa=person.mfa, service=person.service, sessions=sessions)
    for name, account in accounts.items():
        if name not in company.people:
            accounts[name] = replace(account, service=True, sessions=0, mfa=False)
    return accounts
