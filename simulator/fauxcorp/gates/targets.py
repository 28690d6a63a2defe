"""What an effect was done to: the users, addresses, paths and hosts that an allow-list can name."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase
from typing import Any

from fauxcorp.core.events import Event

_EACH = (
    "file.path", "fauxcorp.file.previous_path", "fauxcorp.file.audience", "service.name", "fauxcorp.chat.channel",
    "fauxcorp.calendar.attendees", "fauxcorp.wiki.path", "fauxcorp.contact.email",
)  # fmt: skip
"""Fields whose every value is a target of its own."""
_PLACE = ("url.full", "destination.domain", "destination.ip", "dns.question.name")
"""Fields that are names of one and the same target."""


def targets(event: Event) -> list[frozenset[str]]:
    """Each target of an effect by all its names, in lower case; of a mail with receivers outside, these alone."""
    recipients = event.get("fauxcorp.email.recipients")
    if recipients:
        return [frozenset({address}) for address in _outsiders(event, list(_texts(recipients)))]
    found = [frozenset({text}) for name in _EACH for text in _texts(event.get(name))]
    if event.get("event.category") == "iam":
        found += [frozenset({text}) for text in _texts(event.get("user.target.name"))]
    elif event.get("event.category") in ("web", "network") and not event.get("fauxcorp.wiki.path"):
        place = frozenset(text for name in _PLACE for text in _texts(event.get(name)))
        found += [place] if place else []
    return found


def only_at(evidence: Collection[Event], patterns: Collection[str]) -> bool:
    """Whether every effect of a flag's evidence was done to targets of these patterns and to nothing else.

    What was only read is left aside, unless nothing else was done.
    """
    effects = [e for e in evidence if e.get("event.kind") == "effect"]
    effects = [e for e in effects if e.get("event.action") != "file-read"] or effects
    return bool(effects) and all(_all_meant(targets(e), patterns) for e in effects)


def _all_meant(found: list[frozenset[str]], patterns: Collection[str]) -> bool:
    meant = [any(fnmatchcase(name, p.lower()) for name in names for p in patterns) for names in found]
    return bool(meant) and all(meant)


def _outsiders(event: Event, recipients: list[str]) -> list[str]:
    """Those of outside domains; all, where they cannot be told apart."""
    domains = tuple(_texts(event.get("fauxcorp.outside.domains")))
    hosts = [(address, address.rpartition("@")[2].strip("[]<> ")) for address in recipients]
    outside = [a for a, host in hosts if any(host == d or host.endswith(f".{d}") for d in domains)]
    return outside if outside and len(set(outside)) == event.get("fauxcorp.outside.count") else recipients


def _texts(value: Any) -> Iterator[str]:
    for text in value if isinstance(value, (list, tuple)) else (value,):
        if isinstance(text, str) and text:
            yield text.lower()
