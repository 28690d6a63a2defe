"""What generated matchers call. Hot: a few of these run on every event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any

import re2


def text(value: Any) -> str:
    """A scalar as rules compare it: true and false for booleans, numbers in decimal."""
    if isinstance(value, str):
        return value
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def raws(value: Any) -> tuple[str, ...]:
    """The texts of a field: one for a scalar, one an element for a list, none for nothing."""
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list | tuple):
        return tuple([text(v) for v in value if v is not None])
    return (text(value),)


def lows(value: Any) -> tuple[str, ...]:
    """The texts of a field in lower case."""
    if value is None:
        return ()
    if isinstance(value, str):
        return (value.lower(),)
    if isinstance(value, list | tuple):
        return tuple([text(v).lower() for v in value if v is not None])
    return (text(value).lower(),)


def numbers(value: Any) -> tuple[int | float, ...]:
    """The numbers of a field; text and truth values are none."""
    if isinstance(value, int | float):
        return () if isinstance(value, bool) else (value,)
    if isinstance(value, list | tuple):
        return tuple([v for v in value if isinstance(v, int | float) and not isinstance(v, bool)])
    return ()


def everything(event: Mapping[str, Any]) -> tuple[str, ...]:
    """The texts of all fields, for values without a field."""
    return tuple([t for v in event.values() for t in raws(v)])


def contains(texts: tuple[str, ...], needle: str) -> bool:
    """Whether any text holds `needle`."""
    for t in texts:  # noqa: SIM110 - a generator costs three times as much
        if needle in t:
            return True
    return False


def contains_any(texts: tuple[str, ...], needles: tuple[str, ...]) -> bool:
    """Whether any text holds any needle."""
    for t in texts:
        for n in needles:
            if n in t:
                return True
    return False


def startswith(texts: tuple[str, ...], needles: tuple[str, ...]) -> bool:
    """Whether any text begins with any needle."""
    for t in texts:  # noqa: SIM110 - as above
        if t.startswith(needles):
            return True
    return False


def endswith(texts: tuple[str, ...], needles: tuple[str, ...]) -> bool:
    """Whether any text ends with any needle."""
    for t in texts:  # noqa: SIM110 - as above
        if t.endswith(needles):
            return True
    return False


def empty(value: Any) -> bool:
    """Missing, null or a list of nothing."""
    return value is None or value == [] or value == ()


@lru_cache(maxsize=4096)
def pattern(source: str, flags: str) -> Any:
    """A compiled RE2 pattern: matching takes time linear in the text, whatever the pattern. Raises re2.error."""
    options = re2.Options()
    options.log_errors = False
    prefix = f"(?{flags})" if flags else ""
    return re2.compile(prefix + source, options)


def search(texts: tuple[str, ...], source: str, flags: str) -> bool:
    """Whether the pattern is found in any text."""
    find = pattern(source, flags).search
    for t in texts:
        # Text that is no Unicode (half a surrogate pair) cannot be given to the engine as it is.
        clean = t if t.isascii() else t.encode("utf-8", "replace").decode("utf-8")
        if find(clean) is not None:
            return True
    return False


def refers(mine: tuple[str, ...], others: tuple[str, ...], how: str) -> bool:
    """Whether any of my texts is equal to, holds, begins or ends with any other's."""
    match how:
        case "eq":
            return any(t in others for t in mine)
        case "contains":
            return contains_any(mine, others)
        case "startswith":
            return startswith(mine, others)
        case _:
            return endswith(mine, others)


@lru_cache(maxsize=1024)
def _network(cidr: str) -> Any:
    return ip_network(cidr)


def in_network(texts: tuple[str, ...], cidr: str) -> bool:
    """Whether any text is an address inside the network."""
    network = _network(cidr)
    for t in texts:
        try:
            address = ip_address(t)
        except ValueError:
            continue
        if address in network:
            return True
    return False


def date_part(texts: tuple[str, ...], part: str, value: int) -> bool:
    """Whether a part of any time, in UTC, is `value`. `week` is the ISO week."""
    for t in texts:
        try:
            moment = datetime.fromisoformat(t)
        except ValueError:
            continue
        moment = moment.astimezone(UTC) if moment.tzinfo else moment
        found = moment.isocalendar().week if part == "week" else getattr(moment, part)
        if found == value:
            return True
    return False


def milliseconds(event: Mapping[str, Any]) -> int:
    """The simulated time of an event since 1970."""
    moment = datetime.fromisoformat(event["@timestamp"])
    return int(moment.timestamp() * 1000)
