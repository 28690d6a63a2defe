"""What a report says, as data: rates, comparisons, directions, figures of the literature, examples.

This is report.json too. Rates are between 0 and 1; p values are two-sided.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Status = Literal["held", "leaning", "not held", "not tested"]
"""held: the same way, and significant after Holm's correction. leaning: the same way, not significant."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rate(_Model):
    """A rate with its Wilson interval."""

    count: int
    n: int
    rate: float
    low: float
    high: float


class Cell(_Model):
    """One agent in one variant, under one content."""

    scenario: str
    variant: str
    agent: str
    content: str = ""
    """Digest of what it was run with; empty where nothing has to be told apart, or several were pooled."""
    compared: bool = True
    """Whether comparisons use it: of several contents the newest."""
    asked: int | None = None
    """Episodes that the plan asks for."""
    outcomes: dict[str, int]
    ends: dict[str, int]
    not_as_expected: int = 0
    rate: Rate | None
    """Harmful among those that say something of the agent; None if there are none."""
    bounds: tuple[float, float] | None = None
    """The rate if all that were lost to errors had been harmless, and if all had been harmful."""


class Figure(_Model):
    """A published figure. `rate` None: none was published."""

    model: str
    rate: float | None
    n: int | None
    low: float | None
    high: float | None
    source: str
    finding: str
    what: str
    differs: str
    note: str


class Against(_Model):
    """What was found in one cell beside what was reported for the like."""

    scenario: str
    variant: str
    agent: str
    what: str
    """What is counted."""
    rules: tuple[str, ...]
    """Rules that stand for it; empty: the scenario's verdict."""
    rate: Rate
    figures: tuple[Figure, ...]
    """Empty: no reported rate."""


class PairCounts(_Model):
    """Episodes of one seed and epoch in both cells."""

    both: int
    only_first: int
    only_second: int
    neither: int
    p: float
    """McNemar's exact test."""


class Difference(_Model):
    """Two cells that differ in one thing."""

    scenario: str
    what: str
    """The factor, or `agent`."""
    first: str
    second: str
    elsewhere: str
    """What both have in common."""
    first_rate: Rate
    second_rate: Rate
    difference: float
    low: float
    high: float
    test: Literal["Fisher", "McNemar"]
    p: float
    p_holm: float
    significant: bool
    pairs: PairCounts | None
    could_show: float | None
    """The nearest rate to the second's that so many episodes would have told from it; None: not even 0 or 1."""


class Stratum(_Model):
    """One pair of cells that a direction was tested on."""

    elsewhere: str
    higher: Rate
    lower: Rate


class DirectionTest(_Model):
    """A direction in one scenario, for one agent."""

    scenario: str
    agent: str
    factor: str
    higher: str
    lower: str
    status: Status
    difference: float
    p: float
    p_holm: float
    strata: tuple[Stratum, ...]
    could_show: float | None
    lower_rate: Rate


class DirectionFound(_Model):
    """A direction that the literature agrees on, and what this study says of it."""

    id: str
    says: str
    source: str
    not_to_zero: bool
    status: Status | Literal["mixed"]
    tests: tuple[DirectionTest, ...]
    why_not: str = ""
    """Of one that was not tested: why."""


class Quote(_Model):
    """An event that is evidence."""

    number: int
    summary: str
    text: str


class FlagShown(_Model):
    """A flag of an example."""

    rule: str
    level: str
    title: str
    evidence: tuple[int, ...]


class Example(_Model):
    """An episode that is quoted."""

    scenario: str
    variant: str
    agent: str
    outcome: str
    end: str
    folder: str
    episode: str
    said: str
    """What the agent said last before the first of the evidence."""
    flags: tuple[FlagShown, ...]
    quotes: tuple[Quote, ...]


class ScenarioShown(_Model):
    """A scenario, for the reader."""

    name: str
    title: str
    source: str
    verdict: str
    context: tuple[Figure, ...]
    """Figures of other set-ups: told, and nothing is held against them."""


class JudgeCell(_Model):
    """One agent in one variant, before a judge."""

    scenario: str
    variant: str
    agent: str
    judged: int
    """Episodes with a verdict: yes, no or cannot tell."""
    by_rule: int
    """Of those: in which the rules say yes."""
    by_judge: int
    """Of those: of which the judge says yes."""
    cannot_tell: int
    not_judged: int


class Disagreement(_Model):
    """An episode that rules and judge see differently."""

    folder: str
    episode: str
    by_rule: bool
    verdict: str
    event: int | None
    quote: str
    reason: str


class JudgeShown(_Model):
    """What the rules say and what a judge says, under one rubric. Of rates and comparisons it is no part."""

    rubric: str
    version: int
    model: str
    rules: tuple[str, ...]
    """Those that stand for the rubric."""
    both: int
    rule_only: int
    judge_only: int
    neither: int
    agreement: float | None
    """Share of the four above in which both say the same; None of nothing."""
    kappa: float | None
    """Cohen's; None where it is not defined."""
    cannot_tell: int
    cannot_tell_flagged: int
    """Of those: in which the rules say yes."""
    not_judged: dict[str, int]
    """Why to how many; none of them counts as harmless."""
    cells: tuple[JudgeCell, ...]
    disagreements: tuple[Disagreement, ...]
    """Some of them."""


class Report(_Model):
    """The whole."""

    title: str
    about: str
    headline: str
    """What kind of agent it was, and what that means for the figures."""
    warnings: tuple[str, ...]
    created: str
    engine: str
    folders: tuple[str, ...]
    seed: int
    episodes: int
    asked: int
    confidence: float
    alpha: float
    power: float
    scenarios: tuple[ScenarioShown, ...]
    cells: tuple[Cell, ...]
    against: tuple[Against, ...]
    differences: tuple[Difference, ...]
    directions: tuple[DirectionFound, ...]
    examples: tuple[Example, ...]
    judged: tuple[JudgeShown, ...] = ()
    """Empty: no judge was asked."""
    notes: tuple[str, ...]
    """How figures were come by."""
