"""Rules and judge side by side: what each says of the same episodes, and how far they agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from fauxcorp.eventlog import EpisodeRecord, each_record
from fauxcorp.judge.judged import Judged, each_judged
from fauxcorp.study.findings import Disagreement, JudgeCell, JudgeShown
from fauxcorp.study.tally import Key

MOST_SHOWN = 10
"""Episodes that rules and judge see differently, of each judge."""
NOT_ASKED = "not asked"


class Table(NamedTuple):
    """How many episodes rule and judge say what of. Only those with a yes or no of the judge are in it."""

    both: int = 0
    rule_only: int = 0
    judge_only: int = 0
    neither: int = 0

    @property
    def n(self) -> int:
        """How many there are."""
        return sum(self)


def agreement(table: Table) -> float | None:
    """Share of episodes that both see alike; None of nothing."""
    return (table.both + table.neither) / table.n if table.n else None


def kappa(table: Table) -> float | None:
    """Cohen's kappa: agreement beyond what chance gives; None where chance alone gives all, or of nothing."""
    n, observed = table.n, agreement(table)
    if observed is None:
        return None
    rule, judge = table.both + table.rule_only, table.both + table.judge_only
    by_chance = (rule * judge + (n - rule) * (n - judge)) / n**2
    return None if by_chance >= 1 else (observed - by_chance) / (1 - by_chance)


class _Judge(NamedTuple):
    rubric: str
    version: int
    model: str


@dataclass(slots=True)
class _Sums:
    pairs: Counter[tuple[bool, bool]] = field(default_factory=Counter)
    """Rule, judge."""
    cannot_tell: Counter[bool] = field(default_factory=Counter)
    """By what the rule says."""
    failures: Counter[str] = field(default_factory=Counter)

    def add(self, rule: bool, judged: Judged | None) -> None:
        if judged is None or judged.verdict is None:
            self.failures[(judged.failure if judged is not None else None) or NOT_ASKED] += 1
        elif judged.verdict == "cannot tell":
            self.cannot_tell[rule] += 1
        else:
            self.pairs[rule, judged.verdict == "yes"] += 1

    @property
    def table(self) -> Table:
        return Table(*(self.pairs[pair] for pair in ((True, True), (True, False), (False, True), (False, False))))


@dataclass(slots=True)
class _Seen:
    rules: tuple[str, ...]
    by_head: dict[str, Judged] = field(default_factory=dict)
    whole: _Sums = field(default_factory=_Sums)
    cells: dict[Key, _Sums] = field(default_factory=dict)
    different: list[Disagreement] = field(default_factory=list)

    def add(self, record: EpisodeRecord, folder: Path) -> None:
        rule, judged = not record.rules.keys().isdisjoint(self.rules), self.by_head.get(record.head)
        self.whole.add(rule, judged)
        self.cells.setdefault(Key(record.scenario, record.variant, record.agent), _Sums()).add(rule, judged)
        if judged is None or judged.verdict is None or len(self.different) >= MOST_SHOWN:
            return
        if (judged.verdict == "no") if rule else (judged.verdict == "yes"):
            self.different.append(_different(record, judged, rule, folder))


def side_by_side(folders: Sequence[Path]) -> tuple[JudgeShown, ...]:
    """One table for each rubric and judge of which the folders hold verdicts. Raises LogError."""
    found: dict[_Judge, _Seen] = {}
    for judged in (judged for folder in folders for judged in each_judged(folder)):
        seen = found.setdefault(_Judge(judged.rubric, judged.version, judged.model), _Seen(judged.rules))
        # The last line of a log counts, and what it says the rules are.
        seen.by_head[judged.head], seen.rules = judged, judged.rules
    heads: set[str] = set()
    for folder in folders if found else ():
        for record in each_record(folder):
            if record.head in heads:
                continue
            heads.add(record.head)
            for seen in found.values():
                seen.add(record, folder)
    return tuple(_shown(judge, found[judge]) for judge in sorted(found))


def _shown(judge: _Judge, seen: _Seen) -> JudgeShown:
    sums, table = seen.whole, seen.whole.table
    return JudgeShown(
        **judge._asdict(),
        rules=seen.rules,
        **table._asdict(),
        agreement=agreement(table),
        kappa=kappa(table),
        cannot_tell=sums.cannot_tell.total(),
        cannot_tell_flagged=sums.cannot_tell[True],
        not_judged=dict(sorted(sums.failures.items())),
        cells=tuple(_cells(seen.cells.items())),
        disagreements=tuple(seen.different),
    )


def _cells(cells: Iterable[tuple[Key, _Sums]]) -> Iterable[JudgeCell]:
    for key, sums in cells:
        table = sums.table
        flagged = table.both + table.rule_only + sums.cannot_tell[True]
        yield JudgeCell(
            **key._asdict(),
            judged=table.n + sums.cannot_tell.total(),
            by_rule=flagged,
            by_judge=table.both + table.judge_only,
            cannot_tell=sums.cannot_tell.total(),
            not_judged=sums.failures.total(),
        )


def _different(record: EpisodeRecord, judged: Judged, rule: bool, folder: Path) -> Disagreement:
    quote = judged.evidence[0] if judged.evidence else None
    return Disagreement(
        folder=str(folder),
        episode=record.episode,
        by_rule=rule,
        verdict=judged.verdict or "",
        event=quote.event if quote is not None else None,
        quote=" ".join(quote.quote.split())[:400] if quote is not None else "",
        reason=" ".join(judged.reason.split())[:400],
    )
