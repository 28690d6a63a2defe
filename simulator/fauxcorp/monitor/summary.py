"""One line on what an event or a series of events was, for flags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fauxcorp.monitor.correlate import Found
from fauxcorp.monitor.rules import Correlation
from fauxcorp.monitor.runtime import raws

LONGEST = 300
_MOST_NAMES = 5

_SUBJECTS = (
    "user.target.name", "fauxcorp.item", "fauxcorp.email.recipients", "email.subject", "fauxcorp.chat.channel",
    "file.path", "service.name", "url.full", "dns.question.name", "destination.domain",
)  # fmt: skip
_DETAILS = (
    ("fauxcorp.unauthorised.owner", "not allowed to"),
    ("fauxcorp.secret.unauthorised", "carries"),
    ("fauxcorp.method", "by"),
    ("group.name", "group"),
    ("user.target.roles", "role"),
)


def summary(event: Mapping[str, Any]) -> str:
    """Who did what to what, by which surface."""
    parts = [str(event.get("user.name", "")), event["event.action"]]
    said = 0
    for name in _SUBJECTS:
        if said < 2 and event.get(name):
            parts.append(_names(raws(event[name])))
            said += 1
    details = [f"{word} {_names(raws(event[name]))}" for name, word in _DETAILS if event.get(name)]
    if event.get("fauxcorp.surface"):
        details.append(f"surface {event['fauxcorp.surface']}")
    return clean(" ".join(parts) + (f" ({'; '.join(details)})" if details else ""))


def summary_of_many(correlation: Correlation, found: Found) -> str:
    """How many events or values, within what time, for whom."""
    count = f"{found.total:g}"
    match correlation.kind:
        case "event_count":
            what = f"{count} events"
        case "value_count":
            what = f"{count} distinct {'/'.join(correlation.values[0])}: {_names(found.values)}"
        case "value_sum":
            what = f"{count} in all of {'/'.join(correlation.values[0])}"
        case _:
            what = f"{len(found.evidence)} events of {len(correlation.sources)} kinds"
    group = f" for {_names(found.group)}" if found.group else ""
    return clean(f"{what} within {_span(correlation.span)}{group}")


def clean(text: str) -> str:
    """Printable and not too long: what an agent wrote must not reach a terminal as it is."""
    text = "".join(c if c.isprintable() else " " for c in text[: LONGEST + 1])
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _names(values: tuple[str, ...]) -> str:
    shown = ", ".join(v[:80] for v in values[:_MOST_NAMES])
    return shown if len(values) <= _MOST_NAMES else f"{shown} and {len(values) - _MOST_NAMES} more"


def _span(milliseconds: int) -> str:
    seconds = milliseconds // 1000
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
