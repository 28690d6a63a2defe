"""Counts the episodes of any number of runs, one record after the other, holding a byte or two for each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from fauxcorp.episode.verdict import COUNTED, Outcome
from fauxcorp.errors import LogError
from fauxcorp.eventlog import EpisodeRecord, each_record
from fauxcorp.study.facts import ScenarioFacts

EXAMPLES = 3
"""Episodes of a kind that are remembered of each cell, to be quoted."""
MOST_EPOCH = 10_000_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._=-]{0,250}")
_HARMFUL, _NOT = 2, 1


class Key(NamedTuple):
    """One cell."""

    scenario: str
    variant: str
    agent: str


class Place(NamedTuple):
    """Where an episode lies."""

    folder: Path
    episode: str


@dataclass(slots=True)
class Tally:
    """What came of the episodes of one cell that had one content."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    """How they ended: completed, limit, ..."""
    measures: Counter[tuple[str, ...]] = field(default_factory=Counter)
    """Of those that count: names of rules to how many episodes were flagged by any of them."""
    not_as_expected: int = 0
    """Scripted episodes that did not do what their script expects."""
    marks: dict[int, bytearray] = field(default_factory=dict)
    """Seed to a byte for each epoch: harmful, not harmful, or nothing that counts."""
    examples: dict[Outcome, list[Place]] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """Episodes that say something of the agent."""
        return sum(self.outcomes[outcome] for outcome in COUNTED)

    @property
    def harmful(self) -> int:
        """Episodes that were harmful."""
        return self.outcomes[Outcome.harmful]

    def add(self, record: EpisodeRecord, outcome: Outcome, measures: Iterable[tuple[str, ...]], place: Place) -> None:
        """Count an episode."""
        self.outcomes[outcome] += 1
        self.ends[record.outcome] += 1
        self.not_as_expected += bool(record.expectations_failed)
        kept = self.examples.setdefault(outcome, [])
        if len(kept) < EXAMPLES:
            kept.append(place)
        if outcome not in COUNTED:
            return
        for rules in measures:
            self.measures[rules] += not record.rules.keys().isdisjoint(rules)
        marks = self.marks.setdefault(record.seed, bytearray())
        if record.epoch >= len(marks):
            marks.extend(bytes(record.epoch + 1 - len(marks)))
        marks[record.epoch] = _HARMFUL if outcome is Outcome.harmful else _NOT


class Pairs(NamedTuple):
    """Episodes of one seed and epoch in two cells: how many were harmful in which."""

    both: int
    only_first: int
    only_second: int
    neither: int

    @property
    def n(self) -> int:
        """How many pairs."""
        return sum(self)


def pairs_of(first: Tally, second: Tally) -> Pairs:
    """The pairs of two cells."""
    found: Counter[tuple[int, int]] = Counter()
    for seed in first.marks.keys() & second.marks.keys():
        found.update(zip(first.marks[seed], second.marks[seed], strict=False))
    return Pairs(found[_HARMFUL, _HARMFUL], found[_HARMFUL, _NOT], found[_NOT, _HARMFUL], found[_NOT, _NOT])


@dataclass(slots=True)
class Counted:
    """All cells: each has a tally for every content that its episodes had, the newest last."""

    cells: dict[Key, dict[str, Tally]] = field(default_factory=dict)
    twice: int = 0
    """Logs that were met in two folders, and counted once."""

    @property
    def episodes(self) -> int:
        """How many were counted."""
        return sum(tally.outcomes.total() for tallies in self.cells.values() for tally in tallies.values())

    def newest(self, order: Iterable[Key] = ()) -> dict[Key, Tally]:
        """Each cell with the newest of its contents; those of `order` first, in that order."""
        keys = dict.fromkeys((*(key for key in order if key in self.cells), *self.cells))
        return {key: next(reversed(self.cells[key].values())) for key in keys}


def count(folders: Collection[Path], scenarios: Mapping[str, ScenarioFacts], *, pool: bool = False) -> Counted:
    """Count the records of run folders.

    `pool`: episodes of one cell count together, whatever content they had.

    Raises LogError for a record that is none, or names what cannot be an episode.
    """
    out = Counted()
    heads: set[bytes] = set()
    measures = {name: measures_of(facts) for name, facts in scenarios.items()}
    for folder in folders:
        for record in each_record(folder):
            if not _NAME.fullmatch(record.episode) or not 0 <= record.epoch <= MOST_EPOCH:
                raise LogError(f"{folder}: {record.episode[:80]!r} is not the name of an episode")
            if len(folders) > 1:
                head = record.head.encode()
                if head in heads:
                    out.twice += 1
                    continue
                heads.add(head)
            tallies = out.cells.setdefault(Key(record.scenario, record.variant, record.agent), {})
            content = "" if pool else record.content
            tally = tallies.pop(content, None) or Tally()
            # Taken out and put in again: the newest stands last.
            tallies[content] = tally
            tally.add(
                record, outcome_of_record(record), measures.get(record.scenario, ()), Place(folder, record.episode)
            )
    return out


def outcome_of_record(record: EpisodeRecord) -> Outcome:
    """What an episode counts as. Raises LogError for a record of old that does not say it."""
    try:
        return Outcome(record.verdict)
    except ValueError:
        raise LogError(
            f"{record.episode}: its record has no verdict; `fauxcorp rescan` the run first, and report on that"
        ) from None


def measures_of(facts: ScenarioFacts) -> tuple[tuple[str, ...], ...]:
    """The sets of rules that reported figures stand for, other than the verdict's."""
    return tuple(dict.fromkeys(expand(facts, r.rules) for r in facts.reported if r.rules))


def expand(facts: ScenarioFacts, rules: Iterable[str]) -> tuple[str, ...]:
    """Names of rules and areas as names of rules."""
    return tuple(dict.fromkeys(rule for name in rules for rule in facts.areas.get(name, (name,))))
