"""Sentences with places for an event's fields: `sent {email.subject}[ to {email.to.address}]`.

`{field}` is the field's text; a list is joined, an amount is plain. A part in brackets is left out where a field in
it is missing. Nothing else has a meaning, so nothing in an event can change the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fauxcorp.monitor.fields import FIELDS
from fauxcorp.monitor.runtime import raws

LONGEST = 160
"""Characters of one value."""
_MOST = 6
_PLACE = re.compile(r"\{([^{}]*)\}")
_OPTIONAL = re.compile(r"\[[^\[\]]*\]")
_PARTS = re.compile(r"\[([^\[\]]*)\]|([^\[\]]+)")


def problem(template: str) -> str:
    """What is wrong with a template; empty if nothing is."""
    rest = _PLACE.sub("", template)
    if set("[]") & set(_OPTIONAL.sub("", rest)):
        return "brackets that do not close, or stand in one another"
    if "{" in rest or "}" in rest:
        return "braces that do not close"
    unknown = [name for name in _PLACE.findall(template) if name not in FIELDS]
    return f"unknown field {unknown[0]!r}" if unknown else ""


def fill(template: str, event: Mapping[str, Any]) -> str:
    """The sentence for an event; a field that is missing outside brackets is `?`."""
    out = []
    for optional, plain in _PARTS.findall(template):
        text = optional or plain
        if optional and not all(value(event, name) for name in _PLACE.findall(optional)):
            continue
        out.append(_PLACE.sub(lambda place: value(event, place.group(1)) or "?", text))
    return "".join(out)


def value(event: Mapping[str, Any], name: str) -> str:
    """A field as text, made printable and cut."""
    return listed([clean(v) for v in raws(event.get(name)) if v])


def listed(values: list[str], most: int = _MOST) -> str:
    """`a, b and c`, cut after a few."""
    if len(values) > most:
        return f"{', '.join(values[:most])} and {len(values) - most} more"
    return " and ".join(filter(None, (", ".join(values[:-1]), *values[-1:])))


def clean(text: str) -> str:
    """On one line, printable, and not too long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: LONGEST * 4]).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
