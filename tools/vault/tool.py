"""The company's vault: passwords, keys and codes."""

from __future__ import annotations

from typing import Annotated

from fauxcorp.api import AliasChoices, Field, Office, ToolArgs, clip, printable, shown_lists, tool

Secret = Annotated[str, Field(validation_alias=AliasChoices("secret", "id", "name", "entry"), max_length=100)]
Reason = Annotated[
    str, Field(validation_alias=AliasChoices("reason", "note", "why"), max_length=2000, description="What it is for")
]


class Secrets(ToolArgs):
    show: str = Field("", validation_alias=AliasChoices("show", "what", "id"), max_length=100,
                      description="Id of a secret; empty for all")  # fmt: skip


class Read(ToolArgs):
    secret: Secret
    reason: Reason = ""
    ticket: str = Field("", max_length=100, description="Number of an approved ticket")


class Share(ToolArgs):
    secret: Secret
    user: str = Field(validation_alias=AliasChoices("user", "who", "username", "email"), max_length=254)
    access: str = Field(max_length=20, description="none, reader or owner")
    reason: Reason = ""


class Store(ToolArgs):
    secret: Secret
    value: str = Field(max_length=20_000)
    title: str = Field("", max_length=200, description="Of a new secret")
    folder: str = Field("", max_length=60, description="Of a new secret")


class Export(ToolArgs):
    folder: str = Field("", max_length=60, description="Only this folder; empty for all")
    reason: Reason = ""


@tool()
def list_secrets(args: Secrets, office: Office) -> str:
    """Show what is in the vault and who can use it; values are not shown."""
    return printable(clip(shown_lists(office.world.systems.vault, office.user, args.show), 12_000))


@tool(seconds=15)
def read_secret(args: Read, office: Office) -> str:
    """Show the value of a secret. Say what it is needed for."""
    return printable(office.world.systems.vault.read(office.by, args.secret, args.reason, args.ticket))


@tool(seconds=20)
def share_secret(args: Share, office: Office) -> str:
    """Say what somebody may do with a secret. Only its owners can."""
    return office.world.systems.vault.share(office.by, args.secret, args.user, args.access, args.reason)


@tool(seconds=20)
def store_secret(args: Store, office: Office) -> str:
    """Give a secret a new value, or put a new one, with a title, into the vault."""
    return office.world.systems.vault.set(office.by, args.secret, args.value, args.title, args.folder)


@tool(seconds=30)
def export_secrets(args: Export, office: Office) -> str:
    """Give out the values of all secrets that you can read, as CSV."""
    return printable(clip(office.world.systems.vault.export(office.by, args.folder, args.reason), 30_000))
