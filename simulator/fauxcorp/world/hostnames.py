"""Names of hosts and addresses as people and attackers write them, brought to one form. Total on any string."""

from __future__ import annotations

import ipaddress
import re
import socket
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import unquote

import idna
from publicsuffixlist import PublicSuffixList

MAX_HOST = 253
"""Characters of a host name; a longer one is no name."""
MAX_DESTINATION = 8192
"""Characters of an address or URL that are looked at."""

_SUFFIXES = PublicSuffixList()
_NUMERIC = re.compile(r"(?:0x[0-9a-f]+|[0-9]+)(?:\.(?:0x[0-9a-f]+|[0-9]+)){0,3}")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_PORT = re.compile(r":[0-9]{0,5}$")
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{6}")
_NEVER_PUBLIC = frozenset({"arpa", "onion", "invalid", "test", "example", "localhost", "local", "internal"})
_OCTETS = (
    23, 34, 35, 37, 45, 52, 54, 63, 64, 66, 69, 72, 74, 76, 77, 80, 81, 82, 85, 87, 88, 89, 91, 93, 94, 95, 104, 108,
    128, 129, 130, 131, 132, 134, 137, 139, 141, 142, 143, 144, 146, 147, 149, 151, 152, 155, 157, 158, 159, 161, 162,
    165, 166, 168, 173, 174, 176, 178, 184, 185, 188, 193, 194, 195, 199, 204, 205, 206, 207, 208, 209, 212, 213, 216,
)  # fmt: skip
"""First octets of which every address is an ordinary public one."""
_LOOKS = str.maketrans(
    {
        "0": "o", "1": "l", "i": "l", "|": "l", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "-": None, "_": None,
        "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "і": "l", "ѕ": "s", "ԁ": "d", "һ": "h",
        "к": "k", "м": "m", "т": "t", "в": "b", "н": "h", "ο": "o", "α": "a", "ν": "v", "ρ": "p", "τ": "t", "ι": "l",
        "ı": "l", "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ɡ": "g", "ɑ": "a", "ƅ": "b",
    }
)  # fmt: skip
"""Characters that pass for another at a glance."""


class Parts(NamedTuple):
    """A destination in one form: lower case, ASCII, no port, no trailing dot."""

    local: str
    """What is before the @ of a mail address; empty for a host."""
    host: str
    ip: str
    """The address, where the host is one, however it was written."""


def parts(destination: str) -> Parts:
    """Take apart an e-mail address, host name, IP literal or URL."""
    text = "".join(c for c in destination[:MAX_DESTINATION] if c.isprintable() and not c.isspace()).lower()
    local = ""
    if "://" in text:
        text = re.split(r"[/?#\\]", text.partition("://")[2], maxsplit=1)[0].rpartition("@")[2]
    else:
        local, _, text = text.rpartition("@")
        if not local:
            # A URL without its scheme.
            text = re.split(r"[/?#\\]", text, maxsplit=1)[0]
    if text.startswith("["):
        host = text[1:].partition("]")[0].removeprefix("ipv6:")
    elif text.count(":") > 1:
        host = text
    else:
        host = _PORT.sub("", text)
    if "%" in host and ":" not in host:
        host = unquote(host)
    host = ascii_name(host)
    return Parts(local.strip('"'), host, literal(host))


def ascii_name(host: str) -> str:
    """A host name as it goes over the wire; one that cannot be is returned lower-cased as it is."""
    host = host.strip().rstrip(".").lower()
    if host.isascii() or len(host) > MAX_HOST:
        return host
    try:
        return idna.encode(host, uts46=True).decode("ascii").rstrip(".")
    except (idna.IDNAError, UnicodeError, IndexError, ValueError):
        return unicodedata.normalize("NFKC", host).lower().rstrip(".")


def shown(host: str) -> str:
    """A host name as a reader sees it: punycode decoded where it can be."""
    if "xn--" not in host or len(host) > MAX_HOST:
        return host
    try:
        return idna.decode(host)
    except (idna.IDNAError, UnicodeError, IndexError, ValueError):
        return host


def literal(host: str) -> str:
    """The canonical IP address that a host is written as (also 0x7f.1, 2130706433, ::ffff:1.2.3.4), or ''."""
    if not host or len(host) > 60:
        return ""
    if _NUMERIC.fullmatch(host):
        try:
            return socket.inet_ntoa(socket.inet_aton(host))
        except (OSError, ValueError):
            return ""
    if ":" not in host:
        return ""
    try:
        six = ipaddress.IPv6Address(host.partition("%")[0])
    except ValueError:
        return ""
    return str(six.ipv4_mapped or six)


def private(ip: str) -> bool:
    """Whether an IP address never leaves the company's network."""
    address = ipaddress.ip_address(ip)
    return address.is_private or address.is_loopback or address.is_link_local or address.is_unspecified


def registrable(host: str) -> str:
    """The domain that was registered: example.co.uk of a.b.example.co.uk; the host itself where there is none."""
    if len(host) > MAX_HOST:
        return host[-MAX_HOST:].partition(".")[2] or host[:MAX_HOST]
    return _SUFFIXES.privatesuffix(host) or host


def well_formed(host: str) -> bool:
    """Whether a name could be asked of a resolver."""
    return 0 < len(host) <= MAX_HOST and all(_LABEL.fullmatch(label) for label in host.split("."))


def registered(host: str) -> bool:
    """Whether a name that nobody listed is taken: under a public suffix, and a label that a person would choose."""
    if not well_formed(host) or host.rpartition(".")[2] in _NEVER_PUBLIC:
        return False
    if _SUFFIXES.publicsuffix(host, accept_unknown=False) is None:
        return False
    name = _SUFFIXES.privatesuffix(host)
    if name is None:
        return False
    label = name.partition(".")[0]
    digits = sum(c.isdigit() for c in label)
    return len(label) <= 32 and digits <= 6 and not _CONSONANTS.search(label.removeprefix("xn--"))


@lru_cache(maxsize=8192)
def network_of(key: str) -> str:
    """The first three octets that everything of one owner's domain lies in."""
    digest = sha256(key.encode("utf-8", "replace")).digest()
    return f"{_OCTETS[digest[0] % len(_OCTETS)]}.{digest[1]}.{digest[2]}"


def address_of(host: str, key: str) -> str:
    """The IP address of a host: the same in every world."""
    return f"{network_of(key)}.{1 + sha256(host.encode('utf-8', 'replace')).digest()[3] % 254}"


def skeleton(label: str) -> str:
    """What a label looks like at a glance: propub1ica, pr0publica and рropublica all give one value."""
    text = unicodedata.normalize("NFKD", label.lower())
    text = "".join(c for c in text if not unicodedata.combining(c)).translate(_LOOKS)
    return text.replace("rn", "m").replace("vv", "w").replace("cl", "d")


class LookAlikes:
    """Which known domain a name passes itself off as."""

    __slots__ = ("_exact", "_known", "_near")

    def __init__(self, domains: Iterable[str]) -> None:
        self._known = frozenset(domains)
        self._exact: dict[str, str] = {}
        self._near: dict[str, str] = {}
        for domain in sorted(self._known):
            shape = skeleton(registrable(domain).partition(".")[0])
            if len(shape) < 4:
                continue
            self._exact.setdefault(shape, domain)
            if len(shape) >= 6:
                for near in _less_one(shape):
                    self._near.setdefault(near, domain)

    def find(self, host: str) -> str:
        """The known domain that `host` looks like, or ''."""
        label = shown(registrable(host)).partition(".")[0][:63]
        shape = skeleton(label)
        found = self._exact.get(shape) or self._near.get(shape)
        if found:
            return found
        if len(shape) >= 6:
            for near in _less_one(shape):
                found = self._exact.get(near) or self._near.get(near)
                if found:
                    return found
        return self._within(host)

    def _within(self, host: str) -> str:
        """A known domain or its name inside another one: fda.gov.example.net, fda-gov.com, propublica-tips.org."""
        pieces = re.split(r"[-_.]", shown(host))[:40]
        for size in (3, 2):
            for n in range(len(pieces) - size + 1):
                name = ".".join(pieces[n : n + size])
                if name in self._known:
                    return name
        for piece in pieces:
            found = self._exact.get(skeleton(piece)) if len(piece) >= 5 else None
            if found:
                return found
        return ""


def _less_one(text: str) -> list[str]:
    return [text[:n] + text[n + 1 :] for n in range(len(text))]


def reach_words(reason: str, host: str, port: int) -> str:
    """Why a host was not reached, as programs say it."""
    if reason == "unknown host":
        return f"Could not resolve host: {host[:200]}"
    return f"Could not connect to {host[:200]} port {port}: {reason.capitalize()}"
