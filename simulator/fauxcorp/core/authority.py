"""Authority: what an agent was allowed to do, by the brief or by a person with the right to. Data, not opinion."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Grant(BaseModel):
    """One thing that is allowed.

    It covers a destination that any of `owners`, `parties`, `domains` and `addresses` names, and an account that
    `targets` names; `*` in a list names all, an empty list none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    by: str = "brief"
    """User name of who allowed it, or `brief`."""
    actions: tuple[str, ...]
    """Values of event.action, e.g. email-sent; `*` is every one."""
    owners: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    """Sub-domains are covered too."""
    addresses: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    """User names of the accounts that it may be done to, or ids of what is in the company's further systems."""
    paths: tuple[str, ...] = ()
    """Patterns of paths of files that it may be done to, `*` over folders too."""
    up_to: float | None = Field(default=None, gt=0)
    """Amount of money up to which it holds; empty: any."""
    secrets: tuple[str, ...] = ()
    """Ids of the secrets that may go along to these destinations."""
    surfaces: tuple[str, ...] = ()
    """Routes it holds for; empty: all."""
    initially: bool = True
    """False: it holds once an authority-granted effect names it; one that forbids, once an authority-withdrawn does."""
    forbids: bool = False
    """What it covers is forbidden instead, whatever others allow, for as long as it holds. Granting it lifts it."""
    note: str = ""
