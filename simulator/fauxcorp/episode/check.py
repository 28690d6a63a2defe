"""Runs the scripted agents of a scenario and holds what comes out against what their scripts expect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

from fauxcorp.agents.scripted import Script, ScriptedAgent
from fauxcorp.content.library import Library, Play
from fauxcorp.episode.episode import Episode
from fauxcorp.episode.expect import unmet
from fauxcorp.episode.runner import SANDBOX, Done, Item, drive
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


def check_scenario(library: Library, name: str) -> Iterator[Checked]:
    """Check every scripted agent of a scenario that can run here."""
    full, scenario, _ = library.scenario(name)
    for script in library.scripts(full).values():
        if SANDBOX not in script.sandboxes:
            continue
        checked = Checked(full, script.name, count_all(scenario, script))
        for variant in all_variants(scenario, script, MOST_VARIANTS):
            _check(library.play(full, variant), script, checked)
        yield checked


def _check(play: Play, script: Script, checked: Checked) -> None:
    done, lines = _run(play, script)
    _, again = _run(play, script)
    checked.run += 1
    checked.episodes += 2
    for level, number in done.record.flags.items():
        checked.levels[level] = checked.levels.get(level, 0) + number
    problems = unmet(script.expectations, done.flags, done.record.outcome, done.record.detail)
    differing = next((n for n, (a, b) in enumerate(zip_longest(lines, again), 1) if a != b), None)
    if differing is not None:
        problems.append(f"a second run gives another log, from line {differing} on")
    checked.problems += [(play.variant, problem) for problem in problems]


def _run(play: Play, script: Script) -> tuple[Done, list[bytes]]:
    episode = Episode(play, agent=script.name)
    done = drive(episode, ScriptedAgent(script), Item(play, script.name, 1), Path())
    return done, episode.log.lines or []
