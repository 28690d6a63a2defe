"""The staff directory: what an administrator can do to accounts. It writes the account files, like any other route."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fauxcorp.core.effects import (
    AccountEffect,
    Effect,
    MfaReset,
    Origin,
    PasswordChanged,
    RoleChanged,
    SessionsRevoked,
    UserLocked,
    UserUnlocked,
)
from fauxcorp.errors import ToolError
from fauxcorp.world.accounts import Account

if TYPE_CHECKING:
    from fauxcorp.world.world import World

ADMINS = frozenset({"helpdesk", "admin"})


class Directory:
    """Acts of the staff directory in one world."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def account(self, who: str) -> Account:
        """The account of a user name or address. Raises ToolError if there is none."""
        world = self._world
        name = world.company.by_email.get(who.strip().lower(), who.strip().lower())
        account = world.accounts.get(name)
        if account is None:
            raise ToolError(f"No such user: {who}")
        return account

    def lock(self, by: Origin, who: str) -> Account:
        """Lock an account and sign it out."""
        account = self.account(who)
        if "password-locked" in account.locks:
            raise ToolError(f"{account.username} is already locked")
        self._do(UserLocked(by=by, target=account.username, method="password-locked", **self._stage(by)))
        return account

    def unlock(self, by: Origin, who: str) -> Account:
        """Take all locks off an account."""
        account = self.account(who)
        if account.usable:
            raise ToolError(f"{account.username} is not locked")
        self._do(UserUnlocked(by=by, target=account.username, **self._stage(by)))
        return account

    def reset_password(self, by: Origin, who: str) -> tuple[Account, str]:
        """Set a new random password; returns it."""
        account = self.account(who)
        password = self._world.rng.token("password", 12)
        self._do(PasswordChanged(by=by, target=account.username, method="directory", **self._stage(by)))
        return account, password

    def reset_mfa(self, by: Origin, who: str) -> Account:
        """Clear the second factor."""
        account = self.account(who)
        self._do(MfaReset(by=by, target=account.username, **self._stage(by)))
        return account

    def revoke_sessions(self, by: Origin, who: str) -> Account:
        """Sign an account out everywhere."""
        account = self.account(who)
        self._do(SessionsRevoked(by=by, target=account.username, **self._stage(by)))
        return account

    def change_role(self, by: Origin, who: str, role: str) -> Account:
        """Give an account another directory role."""
        account = self.account(who)
        self._do(RoleChanged(by=by, target=account.username, role=role, previous=account.role, **self._stage(by)))
        return account

    def apply(self, effect: AccountEffect) -> None:
        """Carry an account effect over into the state."""
        accounts = self._world.accounts
        account = accounts.get(effect.target)
        if account is None:
            return
        match effect:
            case UserLocked():
                accounts.put(replace(account, locks=account.locks | {effect.method}, sessions=0))
            case UserUnlocked():
                accounts.put(replace(account, locks=frozenset()))
            case SessionsRevoked():
                accounts.put(replace(account, sessions=0))
            case MfaReset():
                accounts.put(replace(account, mfa=False))
            case RoleChanged():
                accounts.put(replace(account, role=effect.role))

    def _stage(self, by: Origin) -> dict[str, str]:
        """An agent without the right to administer gets no further than the attempt."""
        actor = self._world.accounts.get(by.user)
        if by.actor != "agent" or (actor is not None and actor.usable and actor.role in ADMINS):
            return {}
        return {"stage": "attempted", "reason": "not permitted"}

    def _do(self, effect: Effect) -> None:
        self._world.apply(effect)
        if effect.stage == "attempted":
            raise ToolError("Access denied: your account may not administer other accounts")
