"""Mutation test of the rules: every small change of a rule must make one of its own samples fail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fauxcorp.core.flags import LEVELS, Flag, Level
from fauxcorp.errors import ContentError, Problem
from fauxcorp.monitor.monitor import Monitor
from fauxcorp.monitor.mutants import Change, of_correlation, of_detection
from fauxcorp.monitor.rules import Base, Correlation, Rule, RuleSet
from fauxcorp.monitor.samples import Sample, read_samples, try_sample


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed rule. `caught_by` is the first sample that failed; empty if none did, so that it survived."""

    rule: str
    what: str
    caught_by: str


def mutate(ruleset: RuleSet, rule: str | None = None) -> list[Mutant]:
    """Change one rule, or each, in every small way, and try its samples on it.

    Raises:
        ContentError: a sample file is wrong, or a rule does not pass its samples as it is.
        NotFound: there is no such rule.
    """
    problems: list[Problem] = []
    chosen = ruleset.rules if rule is None else (ruleset[rule],)
    samples = {r.id: read_samples(r, problems) for r in chosen}
    for r in chosen if not problems else ():
        for sample in samples[r.id]:
            result = try_sample(ruleset, r, sample)
            if not result.passed:
                message = f"{sample.kind} “{sample.name}”: {result.message}; put that right before mutating"
                problems.append(Problem(str(r.samples), 0, "", message))
    if problems:
        raise ContentError(problems)
    return [m for r in chosen for m in _mutants(ruleset, r, samples[r.id])]


def _mutants(ruleset: RuleSet, rule: Rule, samples: Sequence[Sample]) -> Iterator[Mutant]:
    alone = ruleset.select([rule.id])
    for number, change in _changes(alone, rule):
        caught = _caught(_changed(alone, number, change), rule, samples)
        yield Mutant(rule.id, f"document {number.partition('#')[2]}: {change.what}", caught)
    yield from _levels(ruleset, rule, samples)


def _changes(alone: RuleSet, rule: Rule) -> Iterator[tuple[str, Change]]:
    parts: tuple[Base | Correlation, ...] = (*alone.bases, *alone.correlations)
    own = [p for p in parts if p.rule == rule.id and p.key.partition("#")[0] == rule.id]
    for part in own:
        found = of_detection(part, only=len(own) == 1) if isinstance(part, Base) else of_correlation(part)
        for change in found:
            yield part.key, change


def _changed(alone: RuleSet, key: str, change: Change) -> RuleSet:
    """The rule with one of its documents changed."""
    part = change.part
    bases = tuple(part if b.key == key and isinstance(part, Base) else b for b in alone.bases)
    found = tuple(part if c.key == key and isinstance(part, Correlation) else c for c in alone.correlations)
    return RuleSet(alone.rules, bases, found, alone.content_hash)


def _caught(changed: RuleSet, rule: Rule, samples: Sequence[Sample]) -> str:
    return next((s.name for s in samples if not try_sample(changed, rule, s, level=False).passed), "")


def _levels(ruleset: RuleSet, rule: Rule, samples: Sequence[Sample]) -> Iterator[Mutant]:
    """The level one higher and one lower, where other rules of other levels speak on the same samples."""
    raised = [(s, _raised(ruleset, s)) for s in samples if s.kind == "must_hit"]
    if all(f.rule == rule.id or f.level == rule.level for _, flags in raised for f in flags):
        return
    for rank in (rule.level.rank - 1, rule.level.rank + 1):
        if 0 <= rank < len(LEVELS):
            level = LEVELS[rank]
            caught = next((s.name for s, flags in raised if _differs(s, flags, rule, level)), "")
            yield Mutant(rule.id, f"level {level.value}, which other rules flag beside it", caught)


def _raised(ruleset: RuleSet, sample: Sample) -> list[Flag]:
    monitor = Monitor(ruleset)
    return [flag for event in sample.events for flag in monitor.feed(event)]


def _differs(sample: Sample, flags: list[Flag], rule: Rule, level: Level) -> bool:
    """Whether the gravest level is another than the sample says, were the rule of that level."""
    if sample.level is None:
        return False
    levels = [level if f.rule == rule.id else f.level for f in flags]
    return max(levels, key=lambda found: found.rank) != sample.level


def survivors(mutants: Sequence[Mutant]) -> list[Mutant]:
    """Those that no sample noticed."""
    return [m for m in mutants if not m.caught_by]
