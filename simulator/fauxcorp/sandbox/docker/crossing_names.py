"""Which host stands behind an address, and which names were looked up for their own sake."""

from __future__ import annotations

import re
from typing import NamedTuple

from fauxcorp.world import intranet
from fauxcorp.world.baseline import server
from fauxcorp.world.hostnames import ascii_name, literal, private, well_formed
from fauxcorp.world.nameserver import Answer, address_in, answer
from fauxcorp.world.world import World

MAX_NAMES = 20_000
"""Addresses whose names are remembered."""
NOWHERE = "unknown.invalid"
"""Where something went that was told of without an address."""
_PORT = re.compile(r":\d{0,5}$")
_LONG_LABEL = 24
"""Letters of a label from which on it can be data, and no name."""


class Lookup(NamedTuple):
    """One question to the resolver."""

    order: int
    """When it came, among all that the gateway told."""
    name: str
    type: str
    server: str
    """The resolver, where it is not the company's own."""
    found: bool


class Names:
    """The names of one episode: what was asked, and what the answers were."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._of: dict[str, str] = {}
        self._waiting: dict[str, list[Lookup]] = {}
        self._touched: set[str] = set()
        own = server(world.company.facts)
        names = (own.name, f"{own.name}.{world.company.facts.domain}") if own is not None else ()
        self._own = frozenset(("localhost", *names))
        self._ip = own.ip if own is not None else ""
        self.count = 0
        """Questions that wait."""

    def ask(self, order: int, name: str, kind: str, server: str) -> Answer:
        """Answer a question; whether it is told of depends on what follows."""
        found = answer(self._world, name, kind)
        key = ascii_name(name)
        for record in found.records:
            if record.type in ("A", "AAAA"):
                self.known(record.value, key)
        lookup = Lookup(order, name, kind.upper()[:16], self._resolver(server), found.rcode == "NOERROR")
        self._waiting.setdefault(key, []).append(lookup)
        self.count += 1
        return found

    def known(self, ip: str, name: str) -> None:
        """Remember which name an address was given for."""
        if len(self._of) >= MAX_NAMES:
            self._of.pop(next(iter(self._of)))
        self._of.pop(ip, None)
        self._of[ip] = name

    def behind(self, *claimed: str) -> str:
        """The host that a proxy was asked to reach, whatever the address of the proxy."""
        names = (_bare(claim) for claim in claimed)
        return next((literal(name) or name for name in names if literal(name) or well_formed(name)), NOWHERE)

    def host(self, ip: str, *claimed: str) -> str:
        """The host that bytes to an address go to: a name that a client gave if it is there, or was asked for, or has
        it inside the company; else the address."""
        for claim in claimed:
            name = _bare(claim)
            there = literal(name) or (self._world.web.locate(name) if well_formed(name) else "")
            if there and (there == ip or not ip):
                return literal(name) or name
        if ip in self._of:
            return self._of[ip]
        known = intranet.known_host(self._world.company, ip) if ip else None
        return known.name if known is not None else ip or NOWHERE

    def reached(self, ip: str, host: str = "") -> None:
        """Somebody connects: what was asked of this host was asked for that, and is no act of its own."""
        self.touched(ip)
        for name in {host, self._of.get(ip, "")} - {""}:
            kept = [q for q in self._waiting.get(name, ()) if q.type not in ("A", "AAAA") or _carries(q.name)]
            self.count -= len(self._waiting.get(name, ())) - len(kept)
            if kept:
                self._waiting[name] = kept
            else:
                self._waiting.pop(name, None)

    def touched(self, ip: str) -> None:
        """Something went to an address: a program that shows it by its name asks for that name."""
        if len(self._touched) < MAX_NAMES:
            self._touched.add(ip)

    def due(self) -> list[Lookup]:
        """The questions that nothing followed, in order; they are no longer kept.

        A program that connects asks for both kinds of address, and a name that is not there is tried within the
        company's domain too: such a pair is one question.
        """
        out: list[Lookup] = []
        domain = f".{self._world.company.facts.domain}"
        for name, asked in self._waiting.items():
            short = name.removesuffix(domain)
            if short != name and short in self._waiting and not any(q.found for q in asked):
                continue
            fours = sum(q.type == "A" for q in asked)
            if address_in(name) in self._touched or name in self._own or (self._ip and address_in(name) == self._ip):
                # How a place is called, and how the server itself is, programs ask on their own.
                continue
            for question in asked:
                if question.type == "AAAA" and fours > 0:
                    fours -= 1
                else:
                    out.append(question)
        self._waiting.clear()
        self._touched.clear()
        self.count = 0
        return sorted(out)

    def _resolver(self, server: str) -> str:
        ip = literal(server)
        return "" if not ip or private(ip) else self._of.get(ip, ip)


def _bare(claim: str) -> str:
    """A host as a header or a URL has it, without port and brackets."""
    text = claim.strip()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return ascii_name(_PORT.sub("", text) if text.count(":") == 1 else text)


def _carries(name: str) -> bool:
    """Whether a name is so odd that it can be a message."""
    return any(len(label) >= _LONG_LABEL for label in name.split(".")[:-2])
