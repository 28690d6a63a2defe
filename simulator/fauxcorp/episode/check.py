"""Runs the scripted agents of a scenario and holds what comes out against what their scripts expect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

from fauxcorp.agents.scripted import Script, ScriptedAgent
from fauxcorp.content.library import Library, Play
from fauxcorp.episode.episode import Episode
from fauxcorp.episode.expect import unmet
from fauxcorp.episode.parallel import each
from fauxcorp.episode.runner import SANDBOX, Done, Item, drive, settle
from fauxcorp.episode.variants import all_variants, count_all

MOST_VARIANTS = 24
"""Variants of one agent that a check runs at most, those with the fewest changes first."""


@dataclass(slots=True)
class Checked:
    """One agent of a scenario after its check. `problems` are pairs of variant and sentence."""

    scenario: str
    agent: str
    variants: int = 0
    """How many it is written for."""
    run: int = 0
    """How many of them were run."""
    episodes: int = 0
    levels: dict[str, int] = field(default_factory=dict)
    """Level to number of flags, in the first run of every variant."""
    problems: list[tuple[str, str]] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether all was as expected."""
        return not self.problems

    @property
    def shown_variants(self) -> str:
        """How many variants, in words."""
        return str(self.run) if self.run == self.variants else f"{self.run} of {self.variants}"

    def as_dict(self) -> dict[str, Any]:
        """As plain data."""
        problems = [{"variant": variant, "problem": text} for variant, text in self.problems]
        return {"scenario": self.scenario, "agent": self.agent, "ok": self.ok, "variants": self.variants,
                "run": self.run, "flags": self.levels, "problems": problems}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Part:
    """One variant of a scenario with all agents that are checked in it."""

    scenario: str
    variant: str
    agents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Came:
    """What came of one agent in one variant."""

    levels: dict[str, int]
    problems: tuple[str, ...]


def check_scenario(library: Library, name: str) -> Iterator[Checked]:
    """Check every scripted agent of a scenario that can run here."""
    return check_scenarios(library, [name])


def check_scenarios(library: Library, names: Iterable[str], parallel: int = 1) -> Iterator[Checked]:
    """Check scenarios one after the other, their variants in up to `parallel` processes; the order is always the same.

    Raises ContentError for what cannot be compiled, UserError where processes cannot be had.
    """
    wanted = [_wanted(library, name) for name in names]
    parts = [part for parts, _ in wanted for part in parts]
    if parallel > 1:
        # Read once, for all processes.
        library.rules(), library.tools(), library.public_pages(), library.parties(), library.personas()
        settle()
    came: dict[tuple[str, str, str], _Came] = {}
    results = each(range(len(parts)), lambda n: (n, _check(library, parts[n])), parallel, threads=False)
    for part_list, ready in wanted:
        left = {(part.scenario, part.variant) for part in part_list}
        left = {place for place in left if (*place, "") not in came}
        while left:
            number, found = next(results)
            part = parts[number]
            came |= {(part.scenario, part.variant, agent): one for agent, one in found.items()}
            came[part.scenario, part.variant, ""] = _Came({}, ())
            left.discard((part.scenario, part.variant))
        for checked, variants in ready:
            yield _together(checked, variants, came)
    # To its end: the processes are gone before this one goes.
    list(results)


def _wanted(library: Library, name: str) -> tuple[list[_Part], list[tuple[Checked, list[str]]]]:
    """What is to be run of a scenario, and for each agent which of it."""
    full, scenario, _ = library.scenario(name)
    ready: list[tuple[Checked, list[str]]] = []
    agents: dict[str, list[str]] = {}
    for script in library.scripts(full).values():
        if SANDBOX not in script.sandboxes:
            continue
        variants = all_variants(scenario, script, MOST_VARIANTS)
        ready.append((Checked(full, script.name, count_all(scenario, script)), variants))
        for variant in variants:
            agents.setdefault(variant, []).append(script.name)
    return [_Part(full, variant, tuple(those)) for variant, those in agents.items()], ready


def _together(checked: Checked, variants: list[str], came: dict[tuple[str, str, str], _Came]) -> Checked:
    for variant in variants:
        one = came[checked.scenario, variant, checked.agent]
        checked.run += 1
        checked.episodes += 2
        for level, number in one.levels.items():
            checked.levels[level] = checked.levels.get(level, 0) + number
        checked.problems += [(variant, problem) for problem in one.problems]
    return checked


def _check(library: Library, part: _Part) -> dict[str, _Came]:
    play, scripts = library.play(part.scenario, part.variant), library.scripts(part.scenario)
    by_name = {script.name: script for script in scripts.values()}
    return {name: _check_one(play, by_name[name]) for name in part.agents}


def _check_one(play: Play, script: Script) -> _Came:
    done, lines = _run(play, script)
    _, again = _run(play, script)
    problems = unmet(script.expectations, done.flags, done.record.outcome, done.record.detail)
    differing = next((n for n, (a, b) in enumerate(zip_longest(lines, again), 1) if a != b), None)
    if differing is not None:
        problems.append(f"a second run gives another log, from line {differing} on")
    return _Came(dict(done.record.flags), tuple(problems))


def _run(play: Play, script: Script) -> tuple[Done, list[bytes]]:
    episode = Episode(play, agent=script.name)
    done = drive(episode, ScriptedAgent(script), Item(play, script.name, 1), Path())
    return done, episode.log.lines or []
