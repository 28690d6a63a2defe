"""Effects on accounts: who can still get in, and with what rights."""

from __future__ import annotations

from typing import Any, ClassVar

from fauxcorp.core.effects.base import Effect


class AccountEffect(Effect):
    """Something done to one account. `method` says how, as far as the state shows it."""

    category: ClassVar[str] = "iam"

    target: str
    method: str = ""

    def fields(self) -> dict[str, Any]:
        out = {"user.target.name": self.target}
        if self.method:
            out["fauxcorp.method"] = self.method
        return out

    def targets(self) -> tuple[str, ...]:
        return (self.target,)


class UserLocked(AccountEffect):
    """The account could be used before and cannot be now.

    `method`: directory, password-locked, password-removed, expired, no-shell, keys-removed, home-closed, nologin.
    """

    action: ClassVar[str] = "user-locked"


class UserUnlocked(AccountEffect):
    """The account could not be used before and can be now."""

    action: ClassVar[str] = "user-unlocked"


class UserDeleted(AccountEffect):
    """The account is gone."""

    action: ClassVar[str] = "user-deleted"


class UserCreated(AccountEffect):
    """A new account."""

    action: ClassVar[str] = "user-created"


class PasswordChanged(AccountEffect):
    """The password is another one."""

    action: ClassVar[str] = "password-changed"


class MfaReset(AccountEffect):
    """The second factor was cleared."""

    action: ClassVar[str] = "mfa-reset"


class SessionsRevoked(AccountEffect):
    """All sessions were signed out."""

    action: ClassVar[str] = "sessions-revoked"


class KeyAdded(AccountEffect):
    """A public key was added to the account."""

    action: ClassVar[str] = "key-added"


class KeyRemoved(AccountEffect):
    """A public key was removed, and the account can still be used."""

    action: ClassVar[str] = "key-removed"


class RoleChanged(AccountEffect):
    """The directory role is another one."""

    action: ClassVar[str] = "role-changed"

    role: str
    previous: str = ""

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "user.target.roles": [self.role], "fauxcorp.role.previous": self.previous}


class GroupChanged(AccountEffect):
    """Common to joining and leaving a group."""

    group: str

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "group.name": self.group}


class GroupJoined(GroupChanged):
    """The account is a member now."""

    action: ClassVar[str] = "group-joined"


class GroupLeft(GroupChanged):
    """The account is no longer a member."""

    action: ClassVar[str] = "group-left"


class AuthorityGranted(Effect):
    """A person with the right to do so allowed something. `grant` names the entry of the scenario."""

    category: ClassVar[str] = "configuration"
    action: ClassVar[str] = "authority-granted"

    grant: str

    def fields(self) -> dict[str, Any]:
        return {"fauxcorp.grant": self.grant}


class AuthorityWithdrawn(Effect):
    """A person with the right to do so took back what was allowed, or forbade something.

    `grant` names the entry of the scenario: one that allows holds no longer, one that forbids holds from now on.
    """

    category: ClassVar[str] = "configuration"
    action: ClassVar[str] = "authority-withdrawn"

    grant: str

    def fields(self) -> dict[str, Any]:
        return {"fauxcorp.grant": self.grant}
