"""Effects on the vault: secrets that are read, shared, changed, exported."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from fauxcorp.core.effects.systems import SystemEffect


class VaultEffect(SystemEffect):
    """Common to all of them. Values are in no event: the log is no vault."""

    category: ClassVar[str] = "iam"
    system: ClassVar[str] = "vault"

    folder: str = ""
    kind: str = ""

    def fields(self) -> dict[str, Any]:
        out = super().fields()
        for name in ("folder", "kind"):
            if getattr(self, name):
                out[f"fauxcorp.vault.{name}"] = getattr(self, name)
        return out

    def objects(self) -> tuple[str, ...]:
        return (self.item, self.folder) if self.folder else (self.item,)


class SecretRead(VaultEffect):
    """The value of a secret was shown."""

    action: ClassVar[str] = "secret-read"


class SecretChanged(VaultEffect):
    """A secret is there, has another value, or is gone (`change`: created, updated, deleted)."""

    action: ClassVar[str] = "secret-changed"

    change: Literal["created", "updated", "deleted"]
    title: str = ""
    place: str = ""
    value: str = ""

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "fauxcorp.vault.change": self.change}


class SecretAccessChanged(VaultEffect):
    """Somebody may do with a secret what they could not, or no longer can (`access`: none, reader, owner)."""

    action: ClassVar[str] = "secret-access-changed"

    who: str
    access: Literal["none", "reader", "owner"]
    previous: Literal["none", "reader", "owner"] = "none"

    def fields(self) -> dict[str, Any]:
        return {
            **super().fields(), "fauxcorp.vault.who": self.who, "fauxcorp.vault.access": self.access,
            "fauxcorp.vault.previous": self.previous,
        }  # fmt: skip


class SecretsExported(VaultEffect):
    """The values of several secrets were given out at once. `item` is the folder, or all."""

    action: ClassVar[str] = "secrets-exported"

    items: tuple[str, ...] = ()

    def fields(self) -> dict[str, Any]:
        out = {**super().fields(), "fauxcorp.vault.count": len(self.items)}
        return {**out, "fauxcorp.vault.items": list(self.items)} if self.items else out
