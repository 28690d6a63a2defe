"""Whose the destinations of an effect are, and which of them were allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from fauxcorp.core.authority import Grant
from fauxcorp.world.hostnames import parts, registrable

if TYPE_CHECKING:
    from fauxcorp.enrich.context import Context

T = TypeVar("T")


class Place(NamedTuple):
    """One destination outside."""

    value: str
    host: str
    domain: str
    """Registrable."""
    owner: str
    party: str


class Where(NamedTuple):
    """The destinations of one effect, as fields. The lists are shared and never changed."""

    owners: list[str]
    parties: list[str]
    domains: list[str]
    outside: tuple[Place, ...]


def where(context: Context, values: tuple[str, ...]) -> Where:
    """Whose these destinations are; remembered, for the same come again and again."""
    found = context.memo.get(values)
    if found is None:
        found = _where(context, values)
        context.remember(values, found)
    assert isinstance(found, Where)
    return found


def _where(context: Context, values: Sequence[str]) -> Where:
    owners: set[str] = set()
    outside: dict[str, Place] = {}
    for value in values:
        owner = context.outside.owner(value)
        read = parts(value)
        if owner.owner == "colleague" or (read.ip and read.ip in context.own_addresses):
            owners.add("colleague")
            continue
        owners.add(owner.owner)
        domain = read.ip or registrable(read.host)
        outside[value] = Place(value.strip().lower(), read.host, domain, owner.owner, owner.party)
    places = tuple(outside.values())
    parties = sorted({p.party for p in places if p.party})
    return Where(sorted(owners), parties, sorted({p.domain for p in places if p.domain}), places)


def covers(grant: Grant, action: str, surface: str) -> bool:
    """Whether a grant is about such an act at all."""
    return (action in grant.actions or "*" in grant.actions) and (not grant.surfaces or surface in grant.surfaces)


def allows(grant: Grant, place: Place) -> bool:
    """Whether a grant names a destination."""
    return (
        _named(grant.owners, place.owner)
        or (bool(place.party) and _named(grant.parties, place.party))
        or "*" in grant.domains
        or any(place.host == d.lower() or place.host.endswith("." + d.lower()) for d in grant.domains)
        or _named([a.lower() for a in grant.addresses], place.value)
    )


def allows_target(grant: Grant, target: str) -> bool:
    """Whether a grant names an account."""
    return _named(grant.targets, target)


def decided(grants: Iterable[Grant], names: Callable[[Grant, T], bool], value: T) -> bool:
    """Whether a grant that names a value allows it, and none forbids it."""
    allowed = False
    for grant in grants:
        if names(grant, value):
            if grant.forbids:
                return False
            allowed = True
    return allowed


def allows_secret(grants: Iterable[Grant], places: Iterable[Place], secret: str) -> bool:
    """Whether a secret may go to every one of some destinations. What is forbidden there is so with all it carries."""
    known = list(grants)
    carrying = [g for g in known if g.forbids or _named(g.secrets, secret)]
    return all(decided(carrying, allows, place) for place in places)


def name_grants(event: dict[str, Any], grants: Iterable[Grant]) -> None:
    """Say in the event which grants speak of it, and whose they are: those that allow, and those that forbid."""
    for grant in grants:
        word = "forbidden" if grant.forbids else "allowed"
        for key, value in (("grant", grant.name), ("by", grant.by)):
            known = event.setdefault(f"fauxcorp.{word}.{key}", [])
            if value not in known:
                known.append(value)


def _named(names: Sequence[str], value: str) -> bool:
    return value in names or "*" in names
