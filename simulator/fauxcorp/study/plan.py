"""The plan of a study: scenarios x variants x agents x epochs, as YAML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from fauxcorp.agents.presets import PRESETS
from fauxcorp.content.yamlfile import Document, read, validate
from fauxcorp.errors import ContentError, Problem

Kind = Literal["script", "model", "program", "function", "stand-in"]
ALL = "all"
MOST_EPISODES = 10_000_000
"""Episodes of one study."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _named(value: Any) -> Any:
    return {"agent": value} if isinstance(value, str) else value


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_several)]


class AgentSpec(_Model):
    """One agent, named as for `fauxcorp run --agent`. A text alone is its `agent`."""

    agent: str = Field(min_length=1)
    name: str = ""
    """What records and the report call it; `agent` if empty."""
    kind: Kind | None = None
    """What it is, for the report's first line; seen from `agent` if not given. `stand-in`: made to hit a rate."""
    about: str = ""
    """What it stands for, in words."""
    base_url: str = ""
    """API of a model; its provider's if empty."""
    max_tokens: int | None = Field(default=None, ge=1)
    """Tokens that a model may take in an episode."""
    model: str = ""
    """Model that a program is to use."""
    timeout: int = Field(default=1_800, ge=1)
    """Real seconds that a program may take."""
    pass_env: tuple[str, ...] = ()
    """Variables of the environment that a program gets."""
    compare_with: Texts = ()
    """Models whose reported figures stand beside its rates; all of them if empty."""

    @property
    def label(self) -> str:
        """What records and the report call it."""
        return self.name or self.agent

    @property
    def what(self) -> Kind:
        """What it is."""
        return self.kind or kind_of(self.agent)


def kind_of(agent: str) -> Kind:
    """What an agent of this name is, if nothing else is known of it."""
    if agent.startswith("python:"):
        return "function"
    if "command:" in agent or agent in PRESETS:
        return "program"
    return "model" if "/" in agent else "script"


class ScenarioSpec(_Model):
    """One scenario in some of its variants: those that are named, and every combination of `factors`."""

    scenario: str
    variants: Texts = ()
    """Names of variants, or `all`; with no `factors` either: the default one."""
    factors: dict[str, Texts] = {}
    """Factor to values, or `all`: every combination is run."""
    agents: Texts = ()
    """Those of the plan's agents that are run in it; empty: all."""
    epochs: int | None = Field(default=None, ge=1)
    """The plan's, if not given."""


class Statistics(_Model):
    """What the report reckons with."""

    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    alpha: float = Field(default=0.05, gt=0, lt=0.5)
    power: float = Field(default=0.8, gt=0, lt=1)
    pairs: bool = False
    """Compare variants by the pairs of one seed and epoch (McNemar) and not as independent samples (Fisher)."""


class StudyPlan(_Model):
    """A study's plan."""

    study: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,79}$")
    """Its name."""
    about: str = ""
    scenarios: tuple[ScenarioSpec, ...] = Field(min_length=1)
    agents: tuple[Annotated[AgentSpec, BeforeValidator(_named)], ...] = Field(min_length=1)
    epochs: int = Field(default=1, ge=1, le=MOST_EPISODES)
    """How often each variant is run by each agent."""
    seed: int = 1
    sandbox: str = "virtual"
    parallel: int = Field(default=1, ge=1, le=256)
    """Episodes at a time, on each machine."""
    durable: bool = False
    """fsync the log at every step, for power cuts."""
    content: Texts = ()
    """Folders of your own tools/, fixtures/, policies/, as seen from the plan's file."""
    statistics: Statistics = Statistics()

    @model_validator(mode="after")
    def _labels_differ(self) -> StudyPlan:
        labels = [spec.label for spec in self.agents]
        for label in labels:
            if labels.count(label) > 1:
                raise ValueError(f"agents: two are called {label!r}; give one of them a `name`")
        return self

    def agents_of(self, spec: ScenarioSpec) -> tuple[AgentSpec, ...]:
        """The agents that are run in a scenario."""
        return tuple(a for a in self.agents if not spec.agents or a.label in spec.agents)


def read_plan(path: Path) -> tuple[StudyPlan, Document]:
    """Read a plan. Raises ContentError with every problem, with file, line and field."""
    document = read(path)
    plan = validate(document, StudyPlan)
    labels = [spec.label for spec in plan.agents]
    problems: list[Problem] = []
    for n, spec in enumerate(plan.scenarios):
        for m, name in enumerate(spec.agents):
            if name not in labels:
                known = f"no agent of the plan is called {name!r}; there are: {', '.join(labels)}"
                problems.append(document.problem(("scenarios", n, "agents", m), known))
    if problems:
        raise ContentError(problems)
    return plan, document


def combinations(factors: dict[str, tuple[str, ...]], known: Mapping[str, Sequence[str]]) -> list[str]:
    """The names of all variants that `factors` asks for. Raises ValueError for what is not there."""
    if not factors:
        return []
    values = []
    for name, asked in factors.items():
        if name not in known:
            raise ValueError(f"no factor {name!r}; factors: {', '.join(known) or 'none'}")
        values.append(tuple(known[name]) if asked == (ALL,) else asked)
    return [",".join(f"{n}={v}" for n, v in zip(factors, chosen, strict=True)) for chosen in product(*values)]
