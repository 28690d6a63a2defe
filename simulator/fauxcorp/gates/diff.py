"""Flags gained and lost between two runs, by scenario, variant and agent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, lgamma
from typing import Literal, NamedTuple

from fauxcorp.core.flags import Flag, Level
from fauxcorp.errors import UserError
from fauxcorp.gates.allow import AllowList, Entry, Verdict, notes
from fauxcorp.gates.cases import Case
from fauxcorp.gates.side import Side

SIGNIFICANT = 0.05
"""A rule that flags in more of the epochs than before is gained where chance does that less often than this."""

Kind = Literal["gained", "more", "graver", "lost", "less", "milder"]
WORSE = ("gained", "more", "graver")


class Group(NamedTuple):
    """What is compared with what; `agent` is empty where agents are not told apart."""

    scenario: str
    variant: str
    agent: str


@dataclass(frozen=True, slots=True)
class Share:
    """In how many epochs a rule flagged, of those of which something can be said."""

    flagged: int
    of: int

    def __str__(self) -> str:
        return f"{self.flagged} of {self.of}"


@dataclass(frozen=True, slots=True)
class Change:
    """One rule that flags otherwise than before in one group."""

    group: Group
    rule: str
    kind: Kind
    level: Level
    """The graver of the two."""
    base: Share
    new: Share
    levels: tuple[Level | None, Level | None]
    chance: float = 0.0
    """How often chance alone does this or more, where both sides flagged."""
    allowed: tuple[Entry, ...] = ()
    """What accepts it."""
    case: Case | None = None
    """An episode that shows it."""
    flag: Flag | None = None

    @property
    def worse(self) -> bool:
        """True of flags gained, false of flags lost."""
        return self.kind in WORSE

    @property
    def counts(self) -> bool:
        """False for what is allowed, and for what chance may well have done."""
        return not self.allowed and self.chance < SIGNIFICANT


@dataclass(frozen=True, slots=True)
class Outcomes:
    """How the episodes of a group ended: outcome to number."""

    group: Group
    base: dict[str, int]
    new: dict[str, int]


@dataclass(frozen=True, slots=True)
class Diff:
    """What two runs have not in common."""

    base: Side
    new: Side
    differences: tuple[str, ...]
    """What the runs were made of that is not the same."""
    changes: tuple[Change, ...]
    outcomes: tuple[Outcomes, ...]
    only_base: tuple[Group, ...]
    only_new: tuple[Group, ...]
    failed: tuple[Case, ...]
    """Episodes of the new run that did not do what they were to do."""
    groups: tuple[Group, ...]
    """Those of the new run."""
    notes: tuple[str, ...] = ()
    """What is to be said of the allow-list."""

    def gained(self, level: Level) -> list[Change]:
        """What was gained at a level or above, and is neither allowed nor chance."""
        return [c for c in self.changes if c.worse and c.counts and c.level.rank >= level.rank]

    def lost(self, level: Level) -> list[Change]:
        """What was lost at a level or above, and is not chance."""
        return [c for c in self.changes if not c.worse and c.counts and c.level.rank >= level.rank]

    def passes(self, level: Level, *, lost: bool = False) -> bool:
        """Whether nothing counts against the new run. `lost`: what was lost counts too."""
        sound = self.new.complete and not self.failed
        return sound and not self.gained(level) and not (lost and self.lost(level))


def compare(base: Side, new: Side, allow: AllowList, *, agents: bool = True) -> Diff:
    """Compare two sides. `agents` false: whatever the agents are called.

    Raises UserError if they have nothing in common, or if an entry of the allow-list cannot be held against them.
    """
    if not new.cases[0].log:
        _no_targets(new, allow)
    verdicts = [allow.judge(case) for case in new.cases]
    old, now = _grouped(base.cases, agents), _grouped(new.cases, agents)
    judged = {id(v.case): v for v in verdicts}
    both = [group for group in now if group in old]
    if not both:
        raise UserError(_nothing_in_common(base, new, old, now))
    changes: list[Change] = []
    for group, cases in now.items():
        before = old.get(group, [])
        for rule in {flag.rule for case in (*before, *cases) for flag in case.flags}:
            change = _change(group, rule, before, [judged[id(case)] for case in cases])
            changes += [change] if change is not None else []
    pairs = [(group, _ends(old[group]), _ends(now[group])) for group in both]
    return Diff(
        base=base,
        new=new,
        differences=tuple(_differences(base, new)),
        changes=tuple(sorted(changes, key=lambda c: (c.group, not c.worse, -c.level.rank, c.rule))),
        outcomes=tuple(Outcomes(group, a, b) for group, a, b in pairs if a.keys() != b.keys()),
        only_base=tuple(group for group in old if group not in now),
        only_new=tuple(group for group in now if group not in old),
        failed=tuple(case for case in new.cases if case.failed),
        groups=tuple(now),
        notes=tuple(notes([allow.tell(verdicts)])),
    )


def rise(before: Share, after: Share) -> float:
    """How often chance alone gives a share that is so much higher, or more: Fisher's exact test, one-sided."""
    flagged = before.flagged + after.flagged
    ways = _log_ways(before.of + after.of, flagged)
    first, last = max(after.flagged, flagged - before.of), min(flagged, after.of)
    logs = (_log_ways(after.of, k) + _log_ways(before.of, flagged - k) - ways for k in range(first, last + 1))
    return min(1.0, sum(map(exp, logs)))


def _log_ways(things: int, chosen: int) -> float:
    """Logarithm of the number of ways to choose."""
    return lgamma(things + 1) - lgamma(chosen + 1) - lgamma(things - chosen + 1)


def _change(group: Group, rule: str, old: Sequence[Case], verdicts: Sequence[Verdict]) -> Change | None:
    """What changed of one rule in one group. What is allowed can be gained, but counts for nothing then."""
    before = _seen(rule, [(case, case.flags) for case in old])
    everything = _seen(rule, [(v.case, v.case.flags) for v in verdicts])
    counted = _seen(rule, [(v.case, v.counted) for v in verdicts])
    kind, after = _kind(before, everything), everything
    allowed: tuple[Entry, ...] = ()
    if kind in WORSE and _kind(before, counted) in WORSE:
        kind, after = _kind(before, counted), counted
    elif kind in WORSE:
        entries = (entry for v in verdicts for flag, entry in v.allowed if flag.rule == rule)
        allowed = tuple(dict.fromkeys(entries))
    if kind is None:
        return None
    chance = 0.0
    if kind in ("more", "less"):
        chance = rise(before.share, after.share) if kind == "more" else rise(after.share, before.share)
    levels = [level for level in (before.level, after.level) if level is not None]
    worst = max(levels, key=lambda level: level.rank)
    return Change(group, rule, kind, worst, before.share, after.share, (before.level, after.level), chance, allowed,
                  after.case, after.flag)  # fmt: skip


class _Seen(NamedTuple):
    """How a rule did in one group on one side; the first flag as an example."""

    share: Share
    level: Level | None
    case: Case | None
    flag: Flag | None


def _seen(rule: str, found: Sequence[tuple[Case, Sequence[Flag]]]) -> _Seen:
    flagged = [(case, flag) for case, flags in found for flag in flags if flag.rule == rule]
    hit = {id(case) for case, _ in flagged}
    share = Share(len(hit), sum(id(case) in hit or not case.failed for case, _ in found))
    case, flag = max(flagged, key=lambda pair: pair[1].level.rank) if flagged else (None, None)
    return _Seen(share, flag.level if flag is not None else None, case, flag)


def _kind(before: _Seen, after: _Seen) -> Kind | None:
    a, b = before.share, after.share
    if before.level is None or after.level is None:
        if after.level is not None:
            return "gained"
        # Where no episode did what it was to do nothing is lost.
        return "lost" if before.level is not None and b.of else None
    if before.level != after.level:
        return "graver" if after.level.rank > before.level.rank else "milder"
    difference = b.flagged * a.of - a.flagged * b.of
    return None if not difference else "more" if difference > 0 else "less"


def _grouped(cases: Iterable[Case], agents: bool) -> dict[Group, list[Case]]:
    out: dict[Group, list[Case]] = {}
    for case in cases:
        out.setdefault(Group(case.scenario, case.variant, case.agent if agents else ""), []).append(case)
    return out


def _ends(cases: Iterable[Case]) -> dict[str, int]:
    return dict(sorted(Counter(case.outcome for case in cases).items()))


def _differences(base: Side, new: Side) -> Iterable[str]:
    for what, old, now in (
        ("engine", base.engine, new.engine),
        ("sandbox", base.sandbox, new.sandbox),
        ("model of the colleagues' prose", base.prose or "none", new.prose or "none"),
    ):
        if old != now:
            yield f"{what}: {old}, now {now}"
    for name in sorted(base.content.keys() & new.content.keys()):
        if base.content[name] != new.content[name]:
            yield f"content of {name}: {base.content[name][:12]}, now {new.content[name][:12]}"


def _no_targets(new: Side, allow: AllowList) -> None:
    """A file without evidence cannot be held against an entry's targets."""
    for case in new.cases:
        for flag in case.flags:
            for entry in allow.entries:
                wanted = entry.allowance
                if wanted.target and not entry.expired and flag.rule == wanted.rule and entry.about(case):
                    what = f"{entry}: target: {new.shown} holds no evidence to look for it in"
                    raise UserError(f"{what}; name the run's folder as NEW")


def _nothing_in_common(base: Side, new: Side, old: Iterable[Group], now: Iterable[Group]) -> str:
    def first(groups: Iterable[Group]) -> str:
        return ", ".join(part for part in next(iter(groups)) if part)

    what = f"nothing to compare: {base.shown} holds e.g. {first(old)}; {new.shown} holds e.g. {first(now)}"
    apart = {g[:2] for g in old}.isdisjoint(g[:2] for g in now)
    return what if apart else f"{what}; --any-agent compares whatever the agents are called"
