"""E-mail addresses as people and programs write them: taken apart, checked, made harmless."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.utils import getaddresses, parseaddr

from fauxcorp.world.text import sound

_PLAIN = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")


def bare(address: str) -> str:
    """The address without a display name, lower case; as it is where there is none."""
    if "<" in address or "(" in address or '"' in address:
        address = parseaddr(address)[1] or address
    return address.strip().lower()


def valid(address: str) -> bool:
    """Whether a bare address is one that a mail server takes."""
    return len(address) <= 254 and _PLAIN.fullmatch(address) is not None and ".." not in address


def one_line(text: str, limit: int = 2000) -> str:
    """A text that is safe in a header: control characters and line ends become one space, cut at `limit`."""
    if text.isprintable():
        return text[:limit].strip()
    return _CONTROL.sub(" ", sound(text[:limit])).strip()


def split(value: str | Iterable[str]) -> list[str]:
    """The single addresses of a field: a list, or a text with commas or semicolons, display names kept."""
    texts = [value] if isinstance(value, str) else list(value)
    out: list[str] = []
    for text in texts:
        if "," not in text and ";" not in text:
            out.append(text.strip())
            continue
        part: list[str] = []
        quoted = angled = False
        for ch in text:
            if ch == '"':
                quoted = not quoted
            elif ch in "<>" and not quoted:
                angled = ch == "<"
            if ch in ",;" and not quoted and not angled:
                out.append("".join(part).strip())
                part = []
            else:
                part.append(ch)
        out.append("".join(part).strip())
    return [a for a in out if a]


MAX_ADDRESSES = 20_000
"""Addresses of one list that are looked at."""


def bare_ones(values: Iterable[str], domain: str) -> list[str]:
    """The bare addresses in words of a command line or in a header; a name without a domain is one of `domain`."""
    found = getaddresses([v.replace(";", ",") for v in values])[:MAX_ADDRESSES]
    return [address if "@" in address else f"{address}@{domain}" for _, address in found if address]
