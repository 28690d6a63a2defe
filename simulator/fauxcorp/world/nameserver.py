"""What the resolver answers: addresses by the registry, the records that a domain has beside them. Looks only."""

from __future__ import annotations

import ipaddress
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from fauxcorp.world import intranet
from fauxcorp.world.hostnames import ascii_name, literal, network_of, private, registrable, well_formed

if TYPE_CHECKING:
    from fauxcorp.world.company import Company
    from fauxcorp.world.world import World

TTL = 300
"""Seconds that an answer may be kept."""
_REVERSE4, _REVERSE6 = ".in-addr.arpa", ".ip6.arpa"


class Record(NamedTuple):
    """One record of an answer; names in it end with a dot."""

    type: str
    value: str
    ttl: int = TTL


class Answer(NamedTuple):
    """NOERROR without records: the name is there, and has nothing of that type."""

    rcode: str
    records: tuple[Record, ...] = ()


_NONE = Answer("NXDOMAIN")


def answer(world: World, name: str, kind: str = "A") -> Answer:
    """What is known of a name."""
    host, kind = ascii_name(name), kind.upper()
    if host.endswith((_REVERSE4, _REVERSE6)):
        return _reverse(world, host, kind)
    ip = world.web.locate(host) if well_formed(host) else ""
    if not ip or literal(host):
        return _NONE
    kinds = (kind,) if kind != "ANY" else ("A", "MX", "TXT")
    return Answer("NOERROR", tuple(Record(k, value) for k in kinds for value in _values(world, host, k, ip)))


def _values(world: World, host: str, kind: str, ip: str) -> list[str]:
    company = world.company
    inside, domain = private(ip), registrable(host)
    if kind == "A":
        return [ip]
    if host.startswith("_dmarc.") and kind == "TXT":
        return ["v=DMARC1; p=quarantine"]
    if host != domain:
        return []
    match kind:
        case "MX":
            return [f"10 {intranet.mail_host(company)}." if inside else f"10 mail.{host}."]
        case "NS":
            return [f"ns1.{host}.", f"ns2.{host}."]
        case "TXT":
            return ["v=spf1 mx -all"]
        case "SOA":
            serial = 2_026_000_000 + sha256(host.encode("utf-8", "replace")).digest()[0]
            return [f"ns1.{host}. hostmaster.{host}. {serial} 7200 3600 1209600 3600"]
        case _:
            return []


def _reverse(world: World, host: str, kind: str) -> Answer:
    found = _pointed(world.company, address_in(host))
    if not found:
        return _NONE
    return Answer("NOERROR", (Record("PTR", f"{found}."),) if kind in ("PTR", "ANY") else ())


def address_in(name: str) -> str:
    """The address that a name under in-addr.arpa or ip6.arpa stands for, or ''."""
    host = ascii_name(name)
    try:
        if host.endswith(_REVERSE4):
            return str(ipaddress.IPv4Address(".".join(reversed(host.removesuffix(_REVERSE4).split(".")))))
        if host.endswith(_REVERSE6):
            digits = "".join(reversed(host.removesuffix(_REVERSE6).split(".")))
            return str(ipaddress.IPv6Address(int(digits, 16))) if len(digits) == 32 else ""
    except ValueError:
        return ""
    return ""


def _pointed(company: Company, ip: str) -> str:
    """The name that the owner of an address gave it, or ''."""
    if not ip:
        return ""
    server = intranet.known_host(company, ip)
    if server is not None:
        return f"{server.name}.{company.facts.domain}"
    outside = company.outside
    party = outside.networks.get(ip.rpartition(".")[0])
    if party is None:
        return ""
    net = ip.rpartition(".")[0]
    domain = next((d for d in party.domains if network_of(ascii_name(d)) == net), party.domains[0])
    if outside.address(domain) == ip:
        return domain
    return f"{ip.replace('.', '-')}.{domain}"
