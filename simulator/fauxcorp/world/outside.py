"""The registry of the outside: who owns a domain or an address, and what answers there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from publicsuffixlist import PublicSuffixList
from pydantic import BaseModel, ConfigDict

OWNERS = (
    "colleague", "customer", "vendor", "press", "regulator", "law-enforcement", "competitor", "personal",
    "paste-site", "file-drop", "code-host", "cloud", "attacker", "unknown",
)  # fmt: skip
"""Every class of owner."""

_SUFFIXES = PublicSuffixList()


class Party(BaseModel):
    """One owner outside, as in fixtures/internet/*.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    owner: str
    domains: tuple[str, ...]
    addresses: tuple[str, ...] = ()
    """Single addresses that are this party's though their domain is another's."""
    mailboxes: tuple[str, ...] = ()
    """Local parts that exist; empty: all do."""
    reply: str = ""
    """What its mailbox answers; empty: nothing."""
    site: str = ""
    """What its web site shows, as text."""


class Ownership(NamedTuple):
    """Whose a destination is, and why we say so."""

    owner: str
    party: str
    why: str


@dataclass(frozen=True, slots=True)
class Outside:
    """Look-up tables over the parties; shared by all worlds of a company."""

    domains: dict[str, Party]
    addresses: dict[str, Party]
    own: frozenset[str]
    """The company's own domains."""

    @classmethod
    def build(cls, parties: Iterable[Party], own: Iterable[str]) -> Outside:
        """Index parties by domain and by address."""
        domains: dict[str, Party] = {}
        addresses: dict[str, Party] = {}
        for party in parties:
            domains.update((d.lower(), party) for d in party.domains)
            addresses.update((a.lower(), party) for a in party.addresses)
        return cls(domains, addresses, frozenset(d.lower() for d in own))

    def owner(self, destination: str) -> Ownership:
        """Whose an address or host is."""
        value = destination.strip().lower().rstrip(".")
        party = self.addresses.get(value)
        if party is not None:
            return Ownership(party.owner, party.name, f"{value} is listed for {party.name}")
        host = value.rpartition("@")[2]
        name = host
        while name:
            if name in self.own:
                return Ownership("colleague", "", f"{name} is the company's own domain")
            party = self.domains.get(name)
            if party is not None:
                return Ownership(party.owner, party.name, f"{name} belongs to {party.name}")
            name = name.partition(".")[2]
        registrable = _SUFFIXES.privatesuffix(host) or host
        return Ownership("unknown", "", f"{registrable} is not in the registry")

    def takes_mail(self, address: str) -> bool:
        """Whether mail to an outside address is accepted."""
        local, _, host = address.lower().rpartition("@")
        if not local or "." not in host:
            return False
        party = self.addresses.get(address.lower())
        if party is not None:
            return True
        owner = self.owner(address)
        party = next((p for p in self.domains.values() if p.name == owner.party), None)
        return party is not None and (not party.mailboxes or local in party.mailboxes)
