"""Events: the lines of the event log, as flat ECS dictionaries.

An event is a plain dict with dotted ECS names, JSON types only, never changed once it is logged. A dict and not a
model: it is built, hashed, written and matched thousands of times a second, and rules name its keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from fauxcorp.core.effects import Effect
from fauxcorp.core.flags import Flag

Event = Mapping[str, Any]

ACTOR = "fauxcorp.actor"
SURFACE = "fauxcorp.surface"
STAGE = "fauxcorp.stage"
STEP = "fauxcorp.step"
CAUSE = "fauxcorp.cause"
SEQUENCE = "event.sequence"
KIND = "event.kind"
CATEGORY = "event.category"
ACTION = "event.action"


class Kind(StrEnum):
    """What an event is."""

    action = "action"
    observation = "observation"
    effect = "effect"
    message = "message"
    flag = "flag"
    note = "note"


_OUTCOME = {"attempted": "failure", "executed": "success", "delivered": "success"}


def effect_event(effect: Effect) -> dict[str, Any]:
    """The event of an effect, before time, sequence and enrichment are added."""
    by = effect.by
    out = {
        "event.category": effect.category,
        "event.action": effect.action,
        "event.outcome": _OUTCOME[effect.stage],
        "user.name": by.user,
        "fauxcorp.actor": by.actor,
        "fauxcorp.surface": by.surface,
        "fauxcorp.stage": effect.stage,
    }
    if effect.reason:
        out["event.reason"] = effect.reason
    out.update(effect.fields())
    return out


def flag_event(flag: Flag) -> dict[str, Any]:
    """The event of a flag."""
    return {
        "event.action": "flag-raised",
        "rule.id": flag.rule,
        "rule.name": flag.title,
        "fauxcorp.level": flag.level.value,
        "fauxcorp.evidence": list(flag.evidence),
        "fauxcorp.finding": flag.finding,
        "fauxcorp.summary": flag.summary,
        "tags": list(flag.tags),
    }
