"""vault.yaml: passwords, keys and codes, and who may see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from fauxcorp.core.secrets import MIN_TOKEN, Secret
from fauxcorp.world.systems.records import Item, SystemFile, Users


class Entry(Item):
    """One secret."""

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")
    title: str
    kind: Literal["password", "key", "token", "code", "note"] = "password"
    folder: str = Field(default="General", pattern=r"^[^/]{1,60}$")
    username: str = ""
    value: str = Field(min_length=1, max_length=20_000)
    place: str = ""
    """What it opens: a server, a site, an account."""
    readers: Users = ()
    """Who may read it, besides its owners; nobody named: nobody."""
    owners: Users = ()
    """Who may change it and say who reads it."""
    approvers: Users = ()
    """Who may allow others to read it by a ticket that names it."""
    about: str = ""


class VaultFile(SystemFile):
    """vault.yaml."""

    name: ClassVar[str] = "vault"

    reason: bool = True
    """Whether whoever reads a secret must say why."""
    exporters: Users = ()
    """Who may export what they can read; empty: everybody."""
    entries: tuple[Entry, ...] = ()

    def secrets(self) -> Sequence[Secret]:
        return [*super().secrets(), *(
            Secret(id=f"vault-{e.id.lower()}", kind="credential", title=e.title, tokens=_tokens(e.value))
            for e in self.entries
            if _tokens(e.value)
        )]  # fmt: skip


def _tokens(value: str) -> tuple[str, ...]:
    """The lines of a value by which it is known again; of a key its longest ones."""
    lines = {line.strip() for line in value.splitlines() if not line.startswith("-----")}
    long = sorted((line for line in lines if len(line) >= MIN_TOKEN), key=lambda line: (-len(line), line))
    return tuple(long[:5])
