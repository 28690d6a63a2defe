"""The registry of the outside: who owns a domain or an address, and what answers there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from fauxcorp.world.hostnames import (
    LookAlikes,
    address_of,
    ascii_name,
    network_of,
    parts,
    private,
    registered,
    registrable,
    well_formed,
)
from fauxcorp.world.locales import language
from fauxcorp.world.personas import PLAIN, Persona

if TYPE_CHECKING:
    from fauxcorp.world.company import Page

OWNERS = (
    "colleague", "customer", "vendor", "press", "regulator", "law-enforcement", "competitor", "personal",
    "paste-site", "file-drop", "code-host", "cloud", "social-network", "information", "attacker", "unknown",
)  # fmt: skip
"""Every class of owner."""

ANYONE = "anyone"
"""The audience of a link that needs no account."""

_MEMO = 20_000
_GMAIL = frozenset({"gmail.com", "googlemail.com"})


class Party(BaseModel):
    """One owner outside, as in fixtures/internet/*.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    owner: str
    domains: tuple[str, ...] = ()
    """The first is the one that its web site and its mailboxes are at."""
    suffixes: tuple[str, ...] = ()
    """Whole parts of the name space: `gov`, `gov.uk`; `gov.*` is gov under every country code."""
    redirects: tuple[str, ...] = ()
    """Those of `domains` whose web site only points to the first one."""
    addresses: tuple[str, ...] = ()
    """Single addresses that are this party's though their domain is another's."""
    mailboxes: tuple[str, ...] = ()
    """Local parts that exist; empty: all do."""
    persona: str = ""
    """The persona that answers; empty: the one named like the owner."""
    reply: str = ""
    """What its mailbox answers, in place of the persona's."""
    delay_minutes: float | None = Field(default=None, ge=0)
    case_prefix: str = ""
    """How its case numbers begin, if not as the persona's."""
    lang: str = Field(default="", pattern=r"^([a-z]{2})?$")
    """Language that it answers in; empty: that of its domain's country."""
    lookup: str = ""
    """URL of the search on its own site, {query} for what is looked for: search engines fall back on it."""
    site: str = ""
    """What its front page shows, as text."""
    about: str = ""
    """One line for search results."""

    @field_validator("owner")
    @classmethod
    def _known_owner(cls, value: str) -> str:
        if value not in OWNERS:
            raise ValueError(f"{value!r} is none of {', '.join(OWNERS)}")
        return value


class InternetFile(BaseModel):
    """One file of fixtures/internet/."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    parties: tuple[Party, ...] = ()
    personas: tuple[Persona, ...] = ()

    @model_validator(mode="after")
    def _holds_something(self) -> InternetFile:
        if not (self.parties or self.personas):
            raise ValueError("holds neither `parties` nor `personas`")
        return self


class Ownership(NamedTuple):
    """Whose a destination is, and why we say so."""

    owner: str
    party: str
    why: str


class Match(NamedTuple):
    """What in the registry a destination fell under."""

    party: Party | None
    name: str
    """The part of the destination that decided."""
    own: bool
    suffix: bool = False
    """A part of the name space decided, not a domain."""


@dataclass(frozen=True, slots=True, eq=False)
class Outside:
    """Look-up tables over the parties; shared by all worlds of a company."""

    domains: dict[str, Party]
    addresses: dict[str, Party]
    own: frozenset[str]
    """The company's own domains."""
    suffixes: dict[str, Party] = field(default_factory=dict)
    personas: dict[str, Persona] = field(default_factory=dict)
    networks: dict[str, Party] = field(default_factory=dict)
    """The first three octets of an address to the party whose domain lies there."""
    parties: tuple[Party, ...] = ()
    pages: Mapping[str, Page] = field(default_factory=dict)
    """Pages of the public web: URL without scheme to page."""
    page_hosts: frozenset[str] = frozenset()
    """Their hosts."""
    derived: dict[str, Any] = field(default_factory=dict)
    """Tables that others make of the registry, by name; made once, when first needed."""
    _memo: dict[str, Ownership] = field(default_factory=dict)

    @classmethod
    def build(
        cls,
        parties: Iterable[Party],
        own: Iterable[str],
        personas: Iterable[Persona] = (),
        pages: Mapping[str, Page] | None = None,
    ) -> Outside:
        """Index parties by domain, suffix, address and network. A later party takes a name from an earlier one."""
        domains: dict[str, Party] = {}
        addresses: dict[str, Party] = {}
        suffixes: dict[str, Party] = {}
        listed = tuple(parties)
        for party in listed:
            domains.update((ascii_name(d), party) for d in party.domains)
            suffixes.update((s.lower().strip("."), party) for s in party.suffixes)
            addresses.update((_mailbox(a), party) for a in party.addresses)
        networks = {network_of(domain): party for domain, party in domains.items()}
        known = {p.name: p for p in personas}
        names = frozenset(ascii_name(d) for d in own)
        hosts = frozenset(place.partition("/")[0] for place in pages or ())
        return cls(domains, addresses, names, suffixes, known, networks, listed, pages or {}, hosts)

    def page(self, host: str, path: str) -> Page | None:
        """The page of the public web at a host and path, with or without www."""
        bare = host.removeprefix("www.")
        ending = path.rstrip("/")
        return next((p for h in (host, bare, f"www.{bare}") if (p := self.pages.get(h + ending))), None)

    def owner(self, destination: str) -> Ownership:
        """Whose an address, host or URL is. Total: anything that cannot be read is unknown."""
        found = self._memo.get(destination)
        if found is None:
            if len(self._memo) >= _MEMO:
                self._memo.clear()
            found = self._memo[destination] = self._owner(destination)
        return found

    def party(self, destination: str) -> Party | None:
        """The listed party that a destination belongs to; None for the company's own and for unlisted ones."""
        return self._match(destination).party

    def persona(self, party: Party | None) -> Persona:
        """How a party answers."""
        if party is None:
            return PLAIN
        lang = language(party)
        for name in (party.persona, party.owner):
            found = self.personas.get(f"{name}.{lang}") or self.personas.get(name)
            if found is not None:
                return found
        return PLAIN

    def address(self, host: str) -> str:
        """The IP address of an outside host, or '' if there is no such name."""
        found = parts(host)
        if found.ip:
            return found.ip
        if not self.exists(found.host):
            return ""
        match = self._match(found.host)
        return address_of(found.host, match.name if match.party else registrable(found.host))

    def exists(self, host: str) -> bool:
        """Whether the domain of an outside host is registered."""
        name = parts(host).host
        match = self._match(name)
        if match.party is None:
            return registered(name)
        return well_formed(name) and (name != match.name or name in self.domains)

    def takes_mail(self, address: str) -> bool:
        """Whether mail to an outside address is accepted."""
        found = parts(address)
        if not found.local or len(found.local) > 64 or "." not in found.host or found.ip:
            return False
        if _mailbox(address) in self.addresses:
            return True
        party = self._match(address).party
        if party is not None and party.mailboxes:
            return found.local.partition("+")[0] in party.mailboxes
        return self.exists(found.host)

    def looks_like(self, host: str) -> str:
        """The known domain that a host passes itself off as, or ''."""
        looks: LookAlikes | None = self.derived.get("look-alikes")
        if looks is None:
            looks = self.derived["look-alikes"] = LookAlikes((*self.domains, *self.own))
        return looks.find(host)

    def match(self, destination: str) -> Match:
        """The entry of the registry that decides whose a destination is."""
        return self._match(destination)

    def _match(self, destination: str) -> Match:
        party = self.addresses.get(_mailbox(destination)) if "@" in destination else None
        if party is not None:
            return Match(party, destination, False)
        host = parts(destination).host
        name = host
        # A name has at most 127 labels; a longer one is none, and is not walked to its end.
        for _ in range(128):
            if not name:
                break
            if name in self.own:
                return Match(None, name, True)
            party = self.domains.get(name)
            if party is not None:
                return Match(party, name, False)
            name = name.partition(".")[2]
        return self._suffix(host)

    def _suffix(self, host: str) -> Match:
        name = host
        for _ in range(128):
            if not name:
                break
            label, _, rest = name.partition(".")
            party = self.suffixes.get(name)
            if party is None and len(rest) == 2 and rest.isalpha():
                party = self.suffixes.get(f"{label}.*")
            if party is not None:
                return Match(party, name, False, suffix=True)
            name = rest
        return Match(None, "", False)

    def _owner(self, destination: str) -> Ownership:
        if destination.strip().lower() == ANYONE:
            return Ownership("unknown", "", "a link that anyone can open")
        match = self._match(destination)
        if match.own:
            return Ownership("colleague", "", f"{match.name} is the company's own domain")
        if match.party is not None:
            what = f"all under {match.name}" if match.suffix else match.name
            verb = "is listed for" if "@" in match.name else "belongs to"
            return Ownership(match.party.owner, match.party.name, f"{what} {verb} {match.party.name}")
        found = parts(destination)
        if found.ip:
            return self._bare_address(found.ip)
        if "." not in found.host and well_formed(found.host):
            return Ownership("colleague", "", f"{found.host} has no domain: it is inside the company's network")
        if not found.host:
            return Ownership("unknown", "", "it names no host")
        domain = registrable(found.host)
        like = self.looks_like(found.host)
        if like:
            whose = "the company's own domain" if like in self.own else self.domains[like].name
            return Ownership("unknown", "", f"{domain} is not in the registry; it looks like {like} ({whose})")
        return Ownership("unknown", "", f"{domain} is not in the registry")

    def _bare_address(self, ip: str) -> Ownership:
        if private(ip):
            return Ownership("colleague", "", f"{ip} is inside the company's network")
        party = self.networks.get(ip.rpartition(".")[0])
        if party is not None:
            return Ownership(party.owner, party.name, f"{ip} lies in the network of {party.name}")
        return Ownership("unknown", "", f"{ip} is a bare address that is not in the registry")


def _mailbox(address: str) -> str:
    """The one form that single addresses are listed in: no tag, and no dots where the host ignores them."""
    found = parts(address)
    local = found.local.partition("+")[0] or found.local
    if found.host in _GMAIL:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{found.host}"
