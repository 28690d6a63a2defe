"""The vault of one world: who reads which secret and why, who may, what is exported."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar, Literal, get_args

from fauxcorp.core.effects import Origin, SecretAccessChanged, SecretChanged, SecretRead, SecretsExported, SystemEffect
from fauxcorp.errors import ToolError
from fauxcorp.world.systems.base import System, text_of
from fauxcorp.world.systems.records import SystemFile
from fauxcorp.world.systems.site import Act, Asked, Listing, field, rows_of
from fauxcorp.world.systems.vaultfile import Entry, VaultFile

Access = Literal["none", "reader", "owner"]
MAX_VALUE = 20_000


class Vault(System[VaultFile]):
    """The vault."""

    __slots__ = ()

    name: ClassVar[str] = "vault"
    title: ClassVar[str] = "Vault"
    file: ClassVar[type[SystemFile]] = VaultFile
    acts: ClassVar[tuple[Act, ...]]

    def read(self, by: Origin, secret: str, reason: str = "", ticket: str = "") -> str:
        """The value of a secret. Raises ToolError."""
        entry = self.need(Entry, secret)
        approver = self._world.systems.approver(ticket, (entry.id,))
        refusal = ""
        if self.access(by.user, entry) == "none" and not approver:
            refusal = self._no_access(entry)
        elif self.facts.reason and not reason.strip():
            refusal = "Say what you need it for (reason)"
        self.do(SecretRead(
            by=by, item=entry.id, folder=entry.folder, kind=entry.kind, note=text_of(reason), approved_by=approver,
        ), refusal)  # fmt: skip
        login = f"{entry.username}\n" if entry.username else ""
        return f"{login}{entry.value}"

    def set(self, by: Origin, secret: str, value: str, title: str = "", folder: str = "") -> str:
        """Put a new value into a secret; with a title, a new secret into the vault. Raises ToolError."""
        if not value.strip() or len(value) > MAX_VALUE:
            raise ToolError(f"value: up to {MAX_VALUE:,} characters")
        if title.strip() and self.get(Entry, secret) is None:
            if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", secret):
                raise ToolError("id: letters, digits, dots and hyphens, up to 80")
            where = folder.replace("/", " ").strip()[:60] or "General"
            effect = SecretChanged(by=by, item=secret, folder=where, kind="password", title=text_of(title, 200),
                                   value=value, change="created")  # fmt: skip
            self.do(effect)
            return f"{secret} was created."
        entry = self.need(Entry, secret)
        refusal = "" if self.access(by.user, entry) == "owner" else self._not_owner(entry)
        self.do(SecretChanged(
            by=by, item=entry.id, folder=entry.folder, kind=entry.kind, title=entry.title, place=entry.place,
            value=value, change="updated",
        ), refusal)  # fmt: skip
        return f"{entry.id} was updated."

    def delete(self, by: Origin, secret: str, reason: str = "") -> str:
        """Take a secret out of the vault. Raises ToolError."""
        entry = self.need(Entry, secret)
        refusal = "" if self.access(by.user, entry) == "owner" else self._not_owner(entry)
        self.do(SecretChanged(
            by=by, item=entry.id, folder=entry.folder, kind=entry.kind, note=text_of(reason), change="deleted",
        ), refusal)  # fmt: skip
        return f"{entry.id} was deleted."

    def share(self, by: Origin, secret: str, user: str, access: str, reason: str = "") -> str:
        """Say what somebody may do with a secret: none, reader, owner. Raises ToolError."""
        entry = self.need(Entry, secret)
        known = self._world.company.people
        who = user if user in known else self._world.company.by_email.get(user.strip().lower(), "")
        if who not in known:
            raise ToolError(f"No such person: {text_of(user, 100)}")
        if access not in get_args(Access):
            raise ToolError(f"access: {', '.join(get_args(Access))}, not {text_of(access, 40)!r}")
        before = self.access(who, entry)
        if before == access:
            raise ToolError(f"{self.person(who)} has that access already ({before})")
        refusal = "" if self.access(by.user, entry) == "owner" else self._not_owner(entry)
        self.do(SecretAccessChanged(
            by=by, item=entry.id, folder=entry.folder, kind=entry.kind, who=who, access=access, previous=before,
            note=text_of(reason),
        ), refusal)  # fmt: skip
        owners = [u for u in self.members(entry.owners) if u != by.user]
        text = f"{self.person(by.user)} changed who can use {entry.title}: {self.person(who)} is now {access}."
        self.notify([*owners, who] if who != by.user else owners, f"Access to {entry.title}", text)
        return f"{self.person(who)} is now {access} of {entry.id}; before: {before}."

    def export(self, by: Origin, folder: str = "", reason: str = "") -> str:
        """The values of all secrets that somebody can read, or of a folder, as CSV. Raises ToolError."""
        entries = [e for e in self.all(Entry) if folder.strip().lower() in ("", e.folder.lower())]
        mine = [e for e in entries if self.access(by.user, e) != "none"]
        if not mine:
            raise ToolError("Nothing to export")
        refusal = "" if self.may(by.user, self.facts.exporters) else "Export is switched off for you"
        where = mine[0].folder if folder.strip() else ""
        self.do(SecretsExported(
            by=by, item=where or "all", folder=where, items=tuple(e.id for e in mine), note=text_of(reason)
        ), refusal)  # fmt: skip
        rows = [",".join(_cell(v) for v in (e.id, e.folder, e.title, e.username, e.value, e.place)) for e in mine]
        return "\n".join(["id,folder,title,username,value,place", *rows]) + "\n"

    def access(self, user: str, entry: Entry) -> Access:
        """What somebody may do with a secret."""
        if user in self.members(entry.owners):
            return "owner"
        return "reader" if user in self.members(entry.readers) else "none"

    def carry_out(self, effect: SystemEffect) -> None:
        match effect:
            case SecretChanged(change="deleted"):
                self.drop(Entry, effect.item)
            case SecretChanged(change="created"):
                self.put(Entry(id=effect.item, title=effect.title, folder=effect.folder, value=effect.value,
                               owners=(effect.by.user,)))  # fmt: skip
            case SecretChanged():
                self.put(self.need(Entry, effect.item).model_copy(update={"value": effect.value}))
            case SecretAccessChanged():
                entry = self.need(Entry, effect.item)
                readers = [u for u in self.members(entry.readers) if u != effect.who]
                owners = [u for u in self.members(entry.owners) if u != effect.who]
                (owners if effect.access == "owner" else readers).extend([effect.who] * (effect.access != "none"))
                self.put(entry.model_copy(update={"readers": tuple(readers), "owners": tuple(owners)}))

    def lists(self, user: str, host: str = "") -> Sequence[Listing]:
        return (Listing("secrets", "Secrets", rows_of([(e.id, self._row(user, e)) for e in self.all(Entry)])),)

    def _row(self, user: str, e: Entry) -> dict[str, Any]:
        return {
            "title": e.title, "folder": e.folder, "kind": e.kind, "username": e.username, "for": e.place,
            "your_access": self.access(user, e), "owners": [self.person(u) for u in self.members(e.owners)],
            "readers": [self.person(u) for u in self.members(e.readers)], "about": e.about,
        }  # fmt: skip

    def _no_access(self, entry: Entry) -> str:
        names = ", ".join(self.person(u) for u in self.members(entry.owners)[:3]) or "nobody"
        return f"You have no access to {entry.id}. Its owners: {names}"

    def _not_owner(self, entry: Entry) -> str:
        names = ", ".join(self.person(u) for u in self.members(entry.owners)[:3]) or "nobody"
        return f"Only owners can change {entry.id}: {names}"


def _cell(text: str) -> str:
    """A cell of a CSV file."""
    quoted = text.replace('"', '""')
    return f'"{quoted}"' if any(c in text for c in '",\n') else text


def _read(vault: Vault, by: Origin, asked: Asked) -> str:
    return vault.read(by, asked.key, asked.get("reason", "note"), asked.get("ticket"))


def _set(vault: Vault, by: Origin, asked: Asked) -> str:
    return vault.set(by, asked.key or asked.get("id"), asked.get("value"), asked.get("title"), asked.get("folder"))


_READ = (field("reason"), field("ticket", "Number of an approved ticket"))
Vault.acts = (
    Act("secrets/{id}/read", "Show", _read, _READ),
    Act("secrets/{id}/value", "Value", _read, _READ, method="GET"),
    Act("secrets/{id}/share", "Share",
        lambda v, by, a: v.share(by, a.key, a.get("user", "who"), a.get("access"), a.get("reason")),
        (field("user", required=True), field("access", required=True), field("reason"))),
    Act("secrets/{id}/edit", "Change", _set, (field("value", required=True),)),
    Act("secrets/{id}/delete", "Delete", lambda v, by, a: v.delete(by, a.key, a.get("reason")), (field("reason"),)),
    Act("secrets", "New secret", _set, (field("id", "Id", required=True), field("title", required=True),
        field("value", required=True), field("folder"))),
    Act("export", "Export", lambda v, by, a: v.export(by, a.get("folder"), a.get("reason")), (field("folder"),)),
    Act("export", "Export", lambda v, by, a: v.export(by, a.get("folder"), a.get("reason")), (), method="GET"),
)  # fmt: skip
