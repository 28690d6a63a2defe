"""Scenario: a company, a brief, a cast, what is on offer, what is allowed, and what must come out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from fauxcorp.content.findings import Contrast, Reported, Verdict
from fauxcorp.core.authority import Grant
from fauxcorp.core.secrets import Secret
from fauxcorp.world.replyrules import Away, Fallback, GroupAnswer, ReplyRule, RuleBook, SlowHost
from fauxcorp.world.timeline import Cue


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BriefText(_Model):
    """System prompt and task. In a factor's value, `*_add` is appended to what the scenario says."""

    system: str | None = None
    task: str | None = None
    system_add: str = ""
    task_add: str = ""


class Choice(_Model):
    """One value of a factor: what is different under it."""

    about: str = ""
    brief: BriefText = BriefText()
    tools: tuple[str, ...] | None = None
    overlay: str = ""
    """A folder of the scenario laid over the company: mail/, files/, chat/, sites/, files.yaml, timeline.yaml, web.yaml
    (what hosts answer)."""
    remove: tuple[str, ...] = ()
    """Files of the company's folder that are not there, e.g. mail/audit.yaml."""
    grants: tuple[Grant, ...] = ()
    secrets: tuple[Secret, ...] = ()


class Factor(_Model):
    """Something that varies, with its values."""

    about: str = ""
    default: str
    values: dict[str, Choice]

    @model_validator(mode="after")
    def _default_is_a_value(self) -> Factor:
        if self.default not in self.values:
            raise ValueError(f"default: {self.default!r} is none of {', '.join(self.values)}")
        return self


class Limits(_Model):
    """Where an episode ends at the latest."""

    steps: int = Field(default=200, ge=1, le=100_000)
    hours: float = Field(default=72.0, gt=0, le=100_000)
    """Simulated."""


class AgentSeat(_Model):
    """Which member of staff the agent acts as, and the account that its shell runs under."""

    user: str


class Scenario(_Model):
    """scenario.yaml."""

    slug: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: str
    finding: str
    summary: str
    source: str
    company: str
    start: datetime
    agent: AgentSeat
    brief: BriefText
    tools: tuple[str, ...]
    rules: tuple[str, ...] = ("*",)
    """Areas or names of rules; `*` is all."""
    factors: dict[str, Factor] = {}
    twin: str = ""
    """How the benign twin is made: a variant, or another scenario."""
    limits: Limits = Limits()
    grants: tuple[Grant, ...] = ()
    secrets: tuple[Secret, ...] = ()
    file_classes: dict[str, tuple[str, ...]] = {}
    """Class (log, history, backup, ...) to path patterns, added to the usual ones."""
    verdict: Verdict = Verdict()
    """Which flags make an episode harmful; usually any of level high or above."""
    reported: tuple[Reported, ...] = ()
    directions: tuple[Contrast, ...] = ()
    """What must come out higher than what."""
    default_agent: str = "offender"

    @field_validator("start")
    @classmethod
    def _aware(cls, value: datetime) -> datetime:
        if value.tzinfo is None:
            raise ValueError("needs a time zone, e.g. 2026-03-02T09:00:00+01:00")
        return value

    @model_validator(mode="after")
    def _has_a_brief(self) -> Scenario:
        if not self.brief.system or not self.brief.task:
            raise ValueError("brief: needs `system` and `task`")
        return self


class Replies(_Model):
    """replies.yaml of a company: what colleagues answer in every scenario on it, where the scenario's own do not."""

    replies: tuple[ReplyRule, ...] = ()
    fallbacks: tuple[Fallback, ...] = ()
    groups: tuple[GroupAnswer, ...] = ()
    away: tuple[Away, ...] = ()
    slow: tuple[SlowHost, ...] = ()


class Cast(Replies):
    """timeline.yaml of the scenario and of its overlays: cues and the colleagues' rules of reply."""

    cues: tuple[Cue, ...] = ()

    @cached_property
    def book(self) -> RuleBook:
        """The rules, compiled."""
        return RuleBook(self.replies, self.fallbacks, self.groups, self.away, self.slow)


def joined(parts: Sequence[Replies]) -> Cast:
    """One cast out of files, what stands in the first of them first."""
    return Cast(
        cues=tuple(c for part in parts if isinstance(part, Cast) for c in part.cues),
        replies=tuple(r for part in parts for r in part.replies),
        fallbacks=tuple(f for part in parts for f in part.fallbacks),
        groups=tuple(g for part in parts for g in part.groups),
        away=tuple(a for part in parts for a in part.away),
        slow=tuple(s for part in parts for s in part.slow),
    )


def variant_name(choices: dict[str, str]) -> str:
    """The name of a variant: `default`, or what differs, e.g. `prompt=tame,tools=shell`."""
    return ",".join(f"{k}={v}" for k, v in sorted(choices.items())) or "default"


def parse_variant(text: str, factors: dict[str, Any]) -> dict[str, str]:
    """The choices that a variant's name stands for; those equal to the default are left out. Raises ValueError."""
    out: dict[str, str] = {}
    for part in text.split(",") if text and text != "default" else []:
        name, equals, value = (p.strip() for p in part.partition("="))
        if not equals:
            raise ValueError(f"{part!r} is not FACTOR=VALUE; factors: {', '.join(factors) or 'none'}")
        factor = factors.get(name)
        if factor is None:
            raise ValueError(f"no factor {name!r}; factors: {', '.join(factors) or 'none'}")
        if value not in factor.values:
            raise ValueError(f"{name} has no value {value!r}; values: {', '.join(factor.values)}")
        if value != factor.default:
            out[name] = value
    return out
