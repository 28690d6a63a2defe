"""Compares cells that differ in one thing, and asks of each direction of the literature whether it held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from fauxcorp.content.findings import Contrast, Direction
from fauxcorp.content.scenario import variant_name
from fauxcorp.study.facts import ScenarioFacts
from fauxcorp.study.findings import (
    Difference,
    DirectionFound,
    DirectionTest,
    PairCounts,
    Rate,
    Status,
    Stratum,
)
from fauxcorp.study.plan import Statistics
from fauxcorp.study.stats.exact import Table, fisher, holm, mcnemar, stratified
from fauxcorp.study.stats.intervals import difference, wilson
from fauxcorp.study.stats.power import smallest_effect
from fauxcorp.study.tally import Key, Pairs, Tally, pairs_of

MOST = 2_000
"""Comparisons of one report."""


@dataclass(frozen=True, slots=True)
class Full:
    """A cell with the value of every factor, and its tally."""

    key: Key
    choices: Mapping[str, str]
    tally: Tally

    def but(self, factor: str) -> str:
        """What it is, that factor left aside."""
        return variant_name({name: value for name, value in self.choices.items() if name != factor})


def rate_of(count: int, n: int, confidence: float) -> Rate | None:
    """A rate; None of nothing."""
    if n == 0:
        return None
    low, high = wilson(count, n, confidence)
    return Rate(count=count, n=n, rate=count / n, low=low, high=high)


def full_cells(tallies: Mapping[Key, Tally], scenarios: Mapping[str, ScenarioFacts]) -> list[Full]:
    """Cells with the defaults of their factors filled in; cells with nothing to say are left out.

    What comes first is compared with what comes later, and not the other way round.
    """
    out = []
    for key, tally in tallies.items():
        facts = scenarios.get(key.scenario)
        if tally.n and facts is not None:
            out.append(Full(key, {**facts.defaults, **chosen(key.variant)}, tally))
    return out


def chosen(variant: str) -> dict[str, str]:
    """The choices that a variant's name spells out."""
    parts = (part.partition("=") for part in variant.split(",")) if variant != "default" else ()
    return {name: value for name, _, value in parts}


# -- differences ------------------------------------------------------------------------------------------------------


def differences(cells: Sequence[Full], statistics: Statistics) -> list[Difference]:
    """Every two cells that differ in one factor, or in the agent alone; p values corrected over all of them."""
    found = [_difference(what, first, second, statistics) for what, first, second in _neighbours(cells)]
    corrected = holm([d.p for d in found])
    return [
        d.model_copy(update={"p_holm": p, "significant": p <= statistics.alpha})
        for d, p in zip(found, corrected, strict=True)
    ]


def _neighbours(cells: Sequence[Full]) -> list[tuple[str, Full, Full]]:
    out: list[tuple[str, Full, Full]] = []
    for what, group in _groups(cells):
        out += [(what, first, second) for first, second in combinations(group, 2)]
        if len(out) >= MOST:
            return out[:MOST]
    return out


def _groups(cells: Sequence[Full]) -> Iterator[tuple[str, list[Full]]]:
    """Cells that are alike but for one factor, and those that are alike but for the agent."""
    groups: dict[tuple[str, ...], list[Full]] = {}
    for cell in cells:
        for factor in cell.choices:
            groups.setdefault((factor, cell.key.scenario, cell.key.agent, cell.but(factor)), []).append(cell)
        groups.setdefault(("agent", cell.key.scenario, "", cell.key.variant), []).append(cell)
    found = [(what, group) for (what, *_), group in groups.items() if len(group) > 1]
    order = list(dict.fromkeys(what for what, _ in found))
    yield from sorted(found, key=lambda entry: order.index(entry[0]))


def _difference(what: str, first: Full, second: Full, statistics: Statistics) -> Difference:
    a, b = first.tally, second.tally
    table = Table(a.harmful, a.n, b.harmful, b.n)
    pairs = _pair_counts(pairs_of(a, b))
    paired = statistics.pairs and pairs is not None
    p = pairs.p if pairs is not None and paired else fisher(table)
    low, high = difference(*table, statistics.confidence)
    by_agent = what == "agent"
    test: Literal["Fisher", "McNemar"] = "McNemar" if paired else "Fisher"
    return Difference(
        scenario=first.key.scenario,
        what=what,
        first=first.key.agent if by_agent else first.choices[what],
        second=second.key.agent if by_agent else second.choices[what],
        elsewhere=first.key.variant if by_agent else _elsewhere(first, what),
        first_rate=_rate(a, statistics),
        second_rate=_rate(b, statistics),
        difference=a.harmful / a.n - b.harmful / b.n,
        low=low,
        high=high,
        test=test,
        p=p,
        p_holm=p,
        significant=False,
        pairs=pairs,
        could_show=_could_show(b, a, statistics),
    )


def _pair_counts(pairs: Pairs) -> PairCounts | None:
    if not pairs.n:
        return None
    return PairCounts(**pairs._asdict(), p=mcnemar(pairs.only_first, pairs.only_second))


def _elsewhere(cell: Full, factor: str) -> str:
    rest = variant_name({name: value for name, value in chosen(cell.key.variant).items() if name != factor})
    return f"{cell.key.agent}, {rest}" if rest != "default" else cell.key.agent


def _rate(tally: Tally, statistics: Statistics) -> Rate:
    rate = rate_of(tally.harmful, tally.n, statistics.confidence)
    assert rate is not None
    return rate


def _could_show(base: Tally, other: Tally, statistics: Statistics) -> float | None:
    rate = base.harmful / base.n
    return smallest_effect(rate, base.n, other.n, target=statistics.power, alpha=statistics.alpha, up=rate < 0.5)


# -- directions -------------------------------------------------------------------------------------------------------


def directions(
    known: Iterable[Direction], scenarios: Iterable[ScenarioFacts], cells: Sequence[Full], statistics: Statistics
) -> list[DirectionFound]:
    """What the study says of each direction."""
    tests: dict[str, list[DirectionTest]] = {}
    declared: dict[str, list[str]] = {}
    for facts in scenarios:
        for contrast in facts.directions:
            declared.setdefault(contrast.direction, []).append(facts.name)
            tests.setdefault(contrast.direction, []).extend(_tests(facts, contrast, cells, statistics))
    flat = [(name, test) for name, found in tests.items() for test in found]
    corrected: dict[str, list[DirectionTest]] = {}
    for (name, test), p in zip(flat, holm([test.p for _, test in flat]), strict=True):
        status = _status(test, p, statistics)
        corrected.setdefault(name, []).append(test.model_copy(update={"p_holm": p, "status": status}))
    return [_found(direction, corrected.get(direction.id, []), declared) for direction in known]


def _found(
    direction: Direction, tests: Sequence[DirectionTest], declared: Mapping[str, Sequence[str]]
) -> DirectionFound:
    statuses = {test.status for test in tests}
    why = ""
    if not tests:
        names = list(dict.fromkeys(declared.get(direction.id, ())))
        why = (f"the study has no two cells of {', '.join(names)} that differ in it alone"
               if names else "no scenario of this study tests it")  # fmt: skip
    return DirectionFound(
        id=direction.id,
        says=direction.says,
        source=direction.source,
        not_to_zero=direction.not_to_zero,
        status="not tested" if not tests else statuses.pop() if len(statuses) == 1 else "mixed",
        tests=tuple(tests),
        why_not=why,
    )


def _tests(
    facts: ScenarioFacts, contrast: Contrast, cells: Sequence[Full], statistics: Statistics
) -> Iterator[DirectionTest]:
    """One test for each agent that has cells on both sides."""
    sides: dict[str, tuple[dict[str, Full], dict[str, Full]]] = {}
    for cell in cells:
        if cell.key.scenario != facts.name or any(cell.choices.get(k) != v for k, v in contrast.given.items()):
            continue
        higher, lower = sides.setdefault(cell.key.agent, ({}, {}))
        value = cell.choices.get(contrast.factor)
        if value in (contrast.higher, contrast.lower):
            (higher if value == contrast.higher else lower)[cell.but(contrast.factor)] = cell
    for agent, (higher, lower) in sides.items():
        both = [(higher[rest], lower[rest]) for rest in higher if rest in lower]
        if both:
            yield _test(agent, contrast, both, statistics)


def _test(agent: str, contrast: Contrast, both: Sequence[tuple[Full, Full]], statistics: Statistics) -> DirectionTest:
    tables = [Table(h.tally.harmful, h.tally.n, lo.tally.harmful, lo.tally.n) for h, lo in both]
    p = stratified(tables)
    lower, higher = _together(lo.tally for _, lo in both), _together(h.tally for h, _ in both)
    return DirectionTest(
        scenario=both[0][0].key.scenario,
        agent=agent,
        factor=contrast.factor,
        higher=contrast.higher,
        lower=contrast.lower,
        status="not tested",
        difference=weighted(tables),
        p=p,
        p_holm=p,
        strata=tuple(
            Stratum(
                elsewhere=_elsewhere(h, contrast.factor),
                higher=_rate(h.tally, statistics),
                lower=_rate(lo.tally, statistics),
            )
            for h, lo in both
        ),
        could_show=_could_show(lower, higher, statistics),
        lower_rate=_rate(lower, statistics),
    )


def weighted(tables: Iterable[Table]) -> float:
    """The difference of rates over strata, weighted after Mantel and Haenszel (by n1 n2 / (n1 + n2))."""
    total = weights = 0.0
    for x1, n1, x2, n2 in tables:
        weight = n1 * n2 / (n1 + n2)
        total += weight * (x1 / n1 - x2 / n2)
        weights += weight
    return total / weights


def _together(tallies: Iterable[Tally]) -> Tally:
    out = Tally()
    for tally in tallies:
        out.outcomes.update(tally.outcomes)
    return out


def _status(test: DirectionTest, p: float, statistics: Statistics) -> Status:
    if test.difference <= 0:
        return "not held"
    return "held" if p <= statistics.alpha else "leaning"
