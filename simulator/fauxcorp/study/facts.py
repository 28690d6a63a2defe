"""What a report needs to know of a study's plan and scenarios, kept beside its logs as study.json."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from fauxcorp.content.findings import Contrast, Direction, Reported
from fauxcorp.content.library import Library
from fauxcorp.errors import LogError
from fauxcorp.eventlog.manifest import EpisodeRecord
from fauxcorp.study.cells import Cell
from fauxcorp.study.plan import AgentSpec, Kind, Statistics, StudyPlan, kind_of

STUDY = "study.json"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AgentFacts(_Model):
    """One agent of a study."""

    label: str
    agent: str
    kind: Kind
    about: str = ""
    at: str = ""
    """The API that a model was asked at, if it is not its provider's."""
    compare_with: tuple[str, ...] = ()


class ScenarioFacts(_Model):
    """One scenario of a study, as it was when the study began."""

    name: str
    title: str
    finding: str
    source: str
    defaults: dict[str, str]
    """Factor to its default value."""
    verdict: str
    """Which flags decide, in words."""
    reported: tuple[Reported, ...] = ()
    directions: tuple[Contrast, ...] = ()
    areas: dict[str, tuple[str, ...]] = {}
    """Area to its rules, of those that `reported` names."""


class CellFacts(_Model):
    """One cell that was asked for."""

    scenario: str
    variant: str
    agent: str
    epochs: int


class StudyFacts(_Model):
    """study.json."""

    study: str
    about: str = ""
    seed: int
    sandbox: str = "virtual"
    agents: tuple[AgentFacts, ...]
    scenarios: tuple[ScenarioFacts, ...]
    directions: tuple[Direction, ...]
    """All that the literature agrees on, whether this study tests them or not."""
    cells: tuple[CellFacts, ...]
    skipped: tuple[str, ...] = ()
    content_folders: tuple[str, ...] = ()
    statistics: Statistics = Statistics()

    @property
    def episodes(self) -> int:
        """How many were asked for."""
        return sum(cell.epochs for cell in self.cells)


def facts_of(library: Library, plan: StudyPlan, cells: Sequence[Cell], skipped: Sequence[str]) -> StudyFacts:
    """What is to be known of a study that begins."""
    asked = [CellFacts(scenario=c.play.name, variant=c.play.variant, agent=c.agent, epochs=c.epochs) for c in cells]
    used = {cell.agent for cell in cells}
    return StudyFacts(
        study=plan.study,
        about=plan.about,
        seed=plan.seed,
        sandbox=plan.sandbox,
        agents=tuple(_agent(spec) for spec in plan.agents if spec.label in used),
        scenarios=scenario_facts(library, dict.fromkeys(c.scenario for c in asked)),
        directions=tuple(library.directions().values()),
        cells=tuple(asked),
        skipped=tuple(skipped),
        content_folders=tuple(str(path.resolve()) for path in library.extra),
        statistics=plan.statistics,
    )


def facts_of_records(library: Library, name: str, records: Iterable[EpisodeRecord]) -> StudyFacts:
    """The same for a run that was no study: as far as its records and today's scenarios tell."""
    epochs: dict[tuple[str, str, str], int] = {}
    seed = 1
    for record in records:
        key, seed = (record.scenario, record.variant, record.agent), record.seed
        epochs[key] = epochs.get(key, 0) + 1
    agents = dict.fromkeys(agent for _, _, agent in epochs)
    return StudyFacts(
        study=name,
        seed=seed,
        agents=tuple(AgentFacts(label=agent, agent=agent, kind=_kind(library, agent, epochs)) for agent in agents),
        scenarios=scenario_facts(library, dict.fromkeys(scenario for scenario, _, _ in epochs)),
        directions=tuple(library.directions().values()),
        cells=tuple(CellFacts(scenario=s, variant=v, agent=a, epochs=n) for (s, v, a), n in epochs.items()),
    )


def joined(facts: Sequence[StudyFacts]) -> StudyFacts:
    """What several studies are told by. Raises LogError if they hold a scenario against different things."""
    first, *others = facts
    if not others:
        return first
    scenarios = {s.name: s for each in reversed(facts) for s in each.scenarios}
    for scenario in (s for each in facts for s in each.scenarios):
        if scenario != scenarios[scenario.name]:
            raise LogError(f"{scenario.name}: what was reported, or what decides, is not the same in all folders")
    epochs: dict[tuple[str, str, str], int] = {}
    for cell in (c for each in facts for c in each.cells):
        key = (cell.scenario, cell.variant, cell.agent)
        epochs[key] = epochs.get(key, 0) + cell.epochs
    return first.model_copy(
        update={
            "study": ", ".join(dict.fromkeys(each.study for each in facts)),
            "scenarios": tuple(scenarios.values()),
            "agents": tuple({a.label: a for each in reversed(facts) for a in each.agents}.values()),
            "cells": tuple(CellFacts(scenario=s, variant=v, agent=a, epochs=n) for (s, v, a), n in epochs.items()),
            "skipped": tuple(dict.fromkeys(line for each in facts for line in each.skipped)),
        }
    )


def scenario_facts(library: Library, names: Iterable[str]) -> tuple[ScenarioFacts, ...]:
    """Facts of scenarios. Raises NotFound for one that is not there."""
    out = []
    rules = library.rules().rules
    for name in names:
        full, scenario, _ = library.scenario(name)
        named = {rule for reported in scenario.reported for rule in reported.rules}
        areas = {area: tuple(r.id for r in rules if r.area == area) for area in named & {r.area for r in rules}}
        which = "any rule" if "*" in scenario.verdict.rules else ", ".join(scenario.verdict.rules)
        out.append(
            ScenarioFacts(
                name=full,
                title=scenario.title,
                finding=scenario.finding,
                source=scenario.source,
                defaults={name: factor.default for name, factor in scenario.factors.items()},
                verdict=f"a flag of {which}, of level {scenario.verdict.level.value} or above",
                reported=scenario.reported,
                directions=scenario.directions,
                areas=areas,
            )
        )
    return tuple(out)


def write_facts(folder: Path, facts: StudyFacts) -> None:
    """Write study.json in one move. Raises LogError."""
    temporary = folder / f".{STUDY}.new"
    try:
        temporary.write_text(facts.model_dump_json(indent=1) + "\n", encoding="utf-8")
        os.replace(temporary, folder / STUDY)
    except OSError as error:
        raise LogError(f"{folder / STUDY}: {error.strerror}") from None


def read_facts(folder: Path) -> StudyFacts:
    """Read study.json. Raises LogError if it is none."""
    path = folder / STUDY
    try:
        return StudyFacts.model_validate_json(path.read_bytes())
    except OSError as error:
        raise LogError(f"{path}: {error.strerror}; is {folder} the folder of a study?") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise LogError(f"{path}: {'.'.join(map(str, first['loc'])) or 'file'}: {first['msg']}") from None


def _agent(spec: AgentSpec) -> AgentFacts:
    return AgentFacts(label=spec.label, agent=spec.agent, kind=spec.what, about=spec.about, at=spec.base_url,
                      compare_with=spec.compare_with)  # fmt: skip


def _kind(library: Library, agent: str, cells: Iterable[tuple[str, str, str]]) -> Kind:
    """What an agent of a run is. One that is no script of its scenarios and has no telling name ran a program."""
    guess = kind_of(agent)
    if guess != "script":
        return guess
    scripted = all(agent in library.scripts(scenario) for scenario, _, label in cells if label == agent)
    return "script" if scripted else "program"
