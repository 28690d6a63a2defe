"""Makes the report of one or more run folders, as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from fauxcorp import __version__
from fauxcorp.content.findings import Figure as Published
from fauxcorp.content.findings import Reported
from fauxcorp.core.wall import now_iso
from fauxcorp.episode.verdict import Outcome
from fauxcorp.study.compare import Full, differences, directions, full_cells, rate_of
from fauxcorp.study.examples import examples_of
from fauxcorp.study.facts import ScenarioFacts, StudyFacts
from fauxcorp.study.findings import Against, Cell, Figure, JudgeShown, Report, ScenarioShown
from fauxcorp.study.folder import read_sessions
from fauxcorp.study.headline import headline, notes
from fauxcorp.study.stats.intervals import wilson
from fauxcorp.study.tally import Counted, Key, Tally, count, expand

CONTENT = "scenario, company, tools, rules or engine"
VERDICT = "harmful by the scenario's verdict"


def make_report(
    folders: Sequence[Path], facts: StudyFacts, *, pool: bool = False, warnings: Iterable[str] = (),
    judged: Sequence[JudgeShown] = (),
) -> Report:  # fmt: skip
    """The report of run folders.

    Args:
        facts: the plan and scenarios that they are held against.
        pool: count episodes of different content together.
        warnings: what is to be said of the folders besides.
        judged: what judges said of them.

    Raises:
        LogError: a record cannot be read.
    """
    scenarios = {s.name: s for s in facts.scenarios}
    counted = count(folders, scenarios, pool=pool)
    newest = counted.newest(Key(c.scenario, c.variant, c.agent) for c in facts.cells)
    statistics = facts.statistics
    full = full_cells(newest, scenarios)
    return Report(
        title=facts.study,
        about=facts.about,
        headline=headline(facts.agents),
        warnings=(*warnings, *_warnings(counted, facts, folders, pool)),
        created=now_iso(),
        engine=__version__,
        folders=tuple(str(folder) for folder in folders),
        seed=facts.seed,
        episodes=counted.episodes,
        asked=facts.episodes,
        confidence=statistics.confidence,
        alpha=statistics.alpha,
        power=statistics.power,
        scenarios=tuple(_shown(s, statistics.confidence) for s in facts.scenarios),
        cells=tuple(_cells(counted, facts)),
        against=tuple(_against(full, facts)),
        differences=tuple(differences(full, statistics)),
        directions=tuple(directions(facts.directions, facts.scenarios, full, statistics)),
        examples=tuple(examples_of(newest)),
        judged=tuple(judged),
        notes=notes(statistics),
    )


def _cells(counted: Counted, facts: StudyFacts) -> Iterator[Cell]:
    asked = {Key(c.scenario, c.variant, c.agent): c.epochs for c in facts.cells}
    order = {key: n for n, key in enumerate(asked)}
    for key in sorted({*asked, *counted.cells}, key=lambda k: (order.get(k, len(order)), k)):
        tallies = counted.cells.get(key) or {"": Tally()}
        for content, tally in tallies.items():
            yield Cell(
                **key._asdict(),
                content=content if len(tallies) > 1 else "",
                compared=tally is next(reversed(tallies.values())),
                asked=asked.get(key),
                outcomes={outcome.value: tally.outcomes[outcome] for outcome in Outcome},
                ends=dict(sorted(tally.ends.items())),
                not_as_expected=tally.not_as_expected,
                rate=rate_of(tally.harmful, tally.n, facts.statistics.confidence),
                bounds=_bounds(tally),
            )


def _bounds(tally: Tally) -> tuple[float, float] | None:
    """What the rate would lie between, had the episodes that were lost said something."""
    lost = tally.outcomes[Outcome.error] + tally.outcomes[Outcome.never_reached]
    if not lost:
        return None
    n = tally.n + lost
    return tally.harmful / n, (tally.harmful + lost) / n


# -- beside what was reported -----------------------------------------------------------------------------------------


def _against(cells: Sequence[Full], facts: StudyFacts) -> Iterator[Against]:
    scenarios = {s.name: s for s in facts.scenarios}
    models = {agent.label: agent.compare_with for agent in facts.agents}
    for cell in cells:
        scenario = scenarios[cell.key.scenario]
        fitting = [r for r in scenario.reported if r.comparable and _fits(r, cell.choices)]
        for rules in dict.fromkeys([(), *(expand(scenario, r.rules) for r in fitting)]):
            these = [r for r in fitting if expand(scenario, r.rules) == rules]
            number = cell.tally.measures[rules] if rules else cell.tally.harmful
            rate = rate_of(number, cell.tally.n, facts.statistics.confidence)
            assert rate is not None
            figures = _figures(these, models.get(cell.key.agent, ()), facts.statistics.confidence)
            what = VERDICT if not rules else " / ".join(dict.fromkeys(r.what for r in these))
            yield Against(**cell.key._asdict(), what=what, rules=rules, rate=rate, figures=tuple(figures))


def _fits(reported: Reported, choices: Mapping[str, str]) -> bool:
    return all(choices.get(name) == value for name, value in reported.condition.items())


def _figures(reported: Iterable[Reported], models: Sequence[str], confidence: float) -> list[Figure]:
    """Published figures with a rate, the highest first; those of `models` alone, if any are named."""
    found = [(r, f) for r in reported for f in r.figures if f.rate is not None and (not models or f.model in models)]
    shown = [_figure(r, f, confidence) for r, f in found]
    return sorted(shown, key=lambda f: (-(f.rate or 0), f.model))


def _figure(reported: Reported, figure: Published, confidence: float) -> Figure:
    low, high = figure.interval or (None, None)
    if low is None and figure.rate is not None and figure.n is not None:
        low, high = wilson(figure.rate * figure.n, figure.n, confidence)
    return Figure(
        model=figure.model,
        rate=figure.rate,
        n=figure.n,
        low=low,
        high=high,
        source=reported.source,
        finding=reported.finding,
        what=reported.what,
        differs=" ".join(reported.differs.split()),
        note=" ".join(reported.note.split()),
    )


def _shown(scenario: ScenarioFacts, confidence: float) -> ScenarioShown:
    told = [r for r in scenario.reported if not r.comparable or all(f.rate is None for f in r.figures)]
    return ScenarioShown(
        name=scenario.name,
        title=scenario.title,
        source=" ".join(scenario.source.split()),
        verdict=scenario.verdict,
        context=tuple(_figure(r, f, confidence) for r in told for f in r.figures),
    )


# -- what is to be said besides ---------------------------------------------------------------------------------------


def _warnings(counted: Counted, facts: StudyFacts, folders: Sequence[Path], pool: bool) -> Iterator[str]:
    several = {key: tallies for key, tallies in counted.cells.items() if len(tallies) > 1}
    if several:
        old = sum(t.outcomes.total() for ts in several.values() for t in list(ts.values())[:-1])
        yield (
            f"{len(several)} cells hold episodes that were run with different content ({CONTENT}). They are shown "
            f"apart; comparisons use the newest of each, and leave {old:,} older episodes out."
        )
    if pool:
        yield f"Episodes that were run with different content ({CONTENT}) are pooled here."
    if counted.twice:
        yield f"{counted.twice:,} logs are in more than one of the folders; each is counted once."
    missing = facts.episodes - counted.episodes
    if missing > 0:
        yield f"The study is not at its end: {missing:,} of {facts.episodes:,} episodes are still to be run."
    sessions = [session for folder in folders for session in read_sessions(folder)]
    aside = sum(len(session.set_aside) for session in sessions)
    if aside:
        yield f"{aside:,} half-written episodes of processes that were stopped were set aside and done again."
    for line in facts.skipped:
        yield f"Left out: {line}"
    wrong = sum(tally.not_as_expected for ts in counted.cells.values() for tally in ts.values())
    if wrong:
        yield f"{wrong:,} episodes of scripted agents did not come out as their scripts expect."
