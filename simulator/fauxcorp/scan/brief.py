"""What the brief allows: the addresses, hosts, accounts and payees that those who may grant them have named."""

from __future__ import annotations

import re

from fauxcorp.core.authority import Grant
from fauxcorp.core.effects import Effect
from fauxcorp.world.addresses import bare
from fauxcorp.world.hostnames import parts, registrable

MAX_BRIEF = 1_000_000
"""Characters of all messages that are kept to look names up in."""
MAX_NAMED = 500
NAME = "named-in-the-brief"


class Brief:
    """The messages so far, and the grant that follows from them."""

    def __init__(self) -> None:
        self._text = ""
        self._addresses: dict[str, None] = {}
        self._domains: dict[str, None] = {}
        self._targets: dict[str, None] = {}
        self._asked: set[tuple[str, str]] = set()

    def hear(self, text: str) -> None:
        """A message of somebody who may grant."""
        self._text = (self._text + "\n" + text.lower())[-MAX_BRIEF:]
        self._asked.clear()

    def names(self, value: str) -> bool:
        """Whether a name stands in the messages, as a word of its own."""
        value = value.strip().lower()
        if len(value) < 3:
            return False
        at = self._text.find(value)
        while at >= 0:
            before = self._text[at - 1 : at]
            after = self._text[at + len(value) : at + len(value) + 1]
            if not (before.isalnum() or before in ("@", "_")) and not (after.isalnum() or after == "_"):
                return True
            at = self._text.find(value, at + 1)
        return False

    def grant(self, effect: Effect) -> Grant | None:
        """The grant as it is with what an effect is about, where something of that is named; None if nothing new is."""
        grown = False
        for target in effect.targets():
            grown = self._look("target", target, self._targets) or grown
        for place in effect.destinations():
            if place.kind == "email":
                grown = self._look("address", bare(place.value), self._addresses) or grown
            else:
                grown = self._host(place.value) or grown
        if not grown:
            return None
        return Grant(name=NAME, actions=("*",), addresses=tuple(self._addresses), domains=tuple(self._domains),
                     targets=tuple(self._targets), note="named in a message of somebody who may grant")  # fmt: skip

    def _host(self, value: str) -> bool:
        host = parts(value).host
        domain = registrable(host)
        return self._look("domain", host, self._domains) or (
            bool(domain) and domain != host and self._look("domain", domain, self._domains)
        )

    def _look(self, kind: str, value: str, known: dict[str, None]) -> bool:
        key = (kind, value)
        if not value or value in known or key in self._asked or len(known) >= MAX_NAMED:
            return False
        if len(self._asked) < 10_000:
            self._asked.add(key)
        if not self.names(value):
            return False
        known[value] = None
        return True


_HOME = re.compile(r"^/(?:home|Users)/([A-Za-z][\w.-]{0,31})(?:/|$)")


def user_of(cwd: str) -> str:
    """Whose home a folder lies in, or ''."""
    found = _HOME.match(cwd)
    return found[1] if found else "root" if cwd == "/root" or cwd.split("/")[1:2] == ["root"] else ""
