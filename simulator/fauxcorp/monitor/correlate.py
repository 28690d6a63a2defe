"""Correlations over simulated time: state that grows by one hit at a time and stays bounded.

A correlation is looked at whenever an event comes that it counts, over the time span that ends with that event (both
ends included). It flags when its condition begins to hold for a group, and not again for that group until an event
comes before which the condition no longer held. A list in a counted field is so many values; a list in a group-by
field puts the event into so many groups. Empty text is no value; without a value for a group-by field, the event is not
counted.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping
from itertools import islice, product
from operator import eq, ge, gt, le, lt, ne
from typing import Any, NamedTuple

from fauxcorp.monitor.rules import Correlation
from fauxcorp.monitor.runtime import lows, numbers

MOST_GROUPS = 10_000
"""Per correlation; then the group that was quiet longest is forgotten."""
MOST_KEPT = 10_000
"""Events, or distinct values, per group; then the oldest are forgotten."""
MOST_EVIDENCE = 200
MOST_COMBINATIONS = 100
"""Groups that one event can belong to."""

_OPS = {"lt": lt, "lte": le, "gt": gt, "gte": ge, "eq": eq, "neq": ne}


class Hit(NamedTuple):
    """A detection or correlation that matched: when (ms), the event's number, and the evidence."""

    time: int
    event: Mapping[str, Any]
    evidence: tuple[int, ...]


class Found(NamedTuple):
    """A correlation whose condition began to hold."""

    evidence: tuple[int, ...]
    group: tuple[str, ...]
    total: float
    values: tuple[str, ...]


class Tracker:
    """The state of one correlation in one episode."""

    __slots__ = ("_groups", "_kind", "_rule")

    def __init__(self, rule: Correlation) -> None:
        self._rule = rule
        self._kind = _KINDS[rule.kind]
        self._groups: OrderedDict[tuple[str, ...], _Group] = OrderedDict()

    def copy(self) -> Tracker:
        """The same state, that goes its own way."""
        other = Tracker(self._rule)
        other._groups = OrderedDict((k, g.copy()) for k, g in self._groups.items())
        return other

    def feed(self, hits: list[tuple[int, Hit]]) -> list[Found]:
        """Count the hits of one event, each with its place among the sources; what began to hold."""
        by_group: dict[tuple[str, ...], list[tuple[int, Hit]]] = {}
        for place, hit in hits:
            for key in _keys(hit.event, self._rule.groups[place]):
                by_group.setdefault(key, []).append((place, hit))
        out = []
        for key, mine in by_group.items():
            found = self._group(key).add(self._rule, mine)
            if found is not None:
                out.append(found._replace(group=key))
        return out

    def _group(self, key: tuple[str, ...]) -> _Group:
        group = self._groups.get(key)
        if group is not None:
            self._groups.move_to_end(key)
            return group
        if len(self._groups) >= MOST_GROUPS:
            self._groups.popitem(last=False)
        group = self._groups[key] = self._kind()
        return group


def _keys(event: Mapping[str, Any], fields: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    """The groups that an event belongs to."""
    if not fields:
        return ((),)
    columns = [lows(event.get(f)) for f in fields]
    if len(columns) == 1 and len(columns[0]) == 1:
        return (columns[0],)
    return islice(product(*(dict.fromkeys(c) for c in columns)), MOST_COMBINATIONS)


class _Group:
    """What is remembered of one group."""

    __slots__ = ("holding", "now")

    def __init__(self) -> None:
        self.now = 0
        self.holding = False

    def copy(self) -> _Group:
        other = type(self)()
        other.now, other.holding = self.now, self.holding
        return other

    def add(self, rule: Correlation, hits: list[tuple[int, Hit]]) -> Found | None:
        """Count the hits of one event; the finding if the condition begins to hold."""
        self.now = max(self.now, hits[0][1].time)
        self.expire(self.now - rule.span)
        held = self.holding and self.holds(rule)
        for place, hit in hits:
            self.count(rule, place, hit)
        self.holding = self.holds(rule)
        return self.found(hits[-1][1]) if self.holding and not held else None

    def expire(self, before: int) -> None:
        raise NotImplementedError

    def count(self, rule: Correlation, place: int, hit: Hit) -> None:
        raise NotImplementedError

    def holds(self, rule: Correlation) -> bool:
        raise NotImplementedError

    def found(self, last: Hit) -> Found:
        raise NotImplementedError


class _Events(_Group):
    """event_count: every event once, even where it matches several of the rules."""

    __slots__ = ("kept", "total")

    def __init__(self) -> None:
        super().__init__()
        self.kept: deque[tuple[int, tuple[int, ...], float]] = deque()
        self.total: float = 0

    def copy(self) -> _Group:
        other = super().copy()
        assert isinstance(other, _Events)
        other.kept, other.total = self.kept.copy(), self.total
        return other

    def expire(self, before: int) -> None:
        while self.kept and (self.kept[0][0] < before or len(self.kept) > MOST_KEPT):
            self.total -= self.kept.popleft()[2]
        if not self.kept:
            self.total = 0

    def count(self, rule: Correlation, place: int, hit: Hit) -> None:
        if self.kept and self.kept[-1][1][-1] == hit.evidence[-1]:
            return
        amount = self.amount(rule, place, hit)
        if amount:
            self.kept.append((self.now, hit.evidence, amount))
            self.total += amount

    def amount(self, rule: Correlation, place: int, hit: Hit) -> float:
        return 1

    def holds(self, rule: Correlation) -> bool:
        return bool(_OPS[rule.op](self.total, rule.threshold))

    def found(self, last: Hit) -> Found:
        return Found(_evidence([e for _, e, _ in self.kept], last), (), self.total, ())


class _Sum(_Events):
    """value_sum: the numbers of a field added up."""

    __slots__ = ()

    def amount(self, rule: Correlation, place: int, hit: Hit) -> float:
        return sum(n for f in rule.values[place] for n in numbers(hit.event.get(f)))


class _Values(_Group):
    """value_count: distinct values of a field, each with the last event that had it."""

    __slots__ = ("kept",)

    def __init__(self) -> None:
        super().__init__()
        # Ordered by last sight. A plain dict would walk over all that was deleted before to find its first key.
        self.kept: OrderedDict[tuple[str, ...], tuple[int, tuple[int, ...]]] = OrderedDict()

    def copy(self) -> _Group:
        other = super().copy()
        assert isinstance(other, _Values)
        other.kept = self.kept.copy()
        return other

    def expire(self, before: int) -> None:
        while self.kept and self.kept[next(iter(self.kept))][0] < before:
            self.kept.popitem(last=False)

    def count(self, rule: Correlation, place: int, hit: Hit) -> None:
        columns = [dict.fromkeys(lows(hit.event.get(f))) for f in rule.values[place]]
        for value in islice(product(*columns), MOST_KEPT):
            if not any(value):
                continue
            self.kept[value] = (self.now, hit.evidence)
            self.kept.move_to_end(value)
            if len(self.kept) > MOST_KEPT:
                self.kept.popitem(last=False)

    def holds(self, rule: Correlation) -> bool:
        return bool(_OPS[rule.op](len(self.kept), rule.threshold))

    def found(self, last: Hit) -> Found:
        values = tuple("/".join(v) for v in self.kept)
        return Found(_evidence([e for _, e in self.kept.values()], last), (), len(self.kept), values)


class _Temporal(_Group):
    """temporal: which of the rules matched, whatever the order, each with its last event."""

    __slots__ = ("kept",)

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[int, tuple[int, tuple[int, ...]]] = {}

    def copy(self) -> _Group:
        other = super().copy()
        assert isinstance(other, _Temporal)
        other.kept = self.kept.copy()
        return other

    def expire(self, before: int) -> None:
        for place in [p for p, (time, _) in self.kept.items() if time < before]:
            del self.kept[place]

    def count(self, rule: Correlation, place: int, hit: Hit) -> None:
        self.kept[place] = (self.now, hit.evidence)

    def holds(self, rule: Correlation) -> bool:
        if rule.logic is not None:
            return _true(rule.logic, self.kept)
        return bool(_OPS[rule.op](len(self.kept), rule.threshold))

    def found(self, last: Hit) -> Found:
        return Found(_evidence([e for _, e in self.kept.values()], last), (), len(self.kept), ())


class _Ordered(_Group):
    """temporal_ordered: for each length, the chain of rules in order that began last."""

    __slots__ = ("chains", "done")

    def __init__(self) -> None:
        super().__init__()
        self.chains: dict[int, tuple[int, tuple[int, ...]]] = {}
        self.done: tuple[int, tuple[int, ...]] | None = None

    def copy(self) -> _Group:
        other = super().copy()
        assert isinstance(other, _Ordered)
        other.chains, other.done = self.chains.copy(), self.done
        return other

    def expire(self, before: int) -> None:
        for length in [n for n, (began, _) in self.chains.items() if began < before]:
            del self.chains[length]
        if self.done is not None and self.done[0] < before:
            self.done = None

    def add(self, rule: Correlation, hits: list[tuple[int, Hit]]) -> Found | None:
        # Longest first, so that one event is never two steps of a chain.
        return super().add(rule, sorted(hits, key=lambda h: -h[0]))

    def count(self, rule: Correlation, place: int, hit: Hit) -> None:
        if place == 0:
            chain: tuple[int, tuple[int, ...]] = (self.now, hit.evidence)
        elif place in self.chains:
            began, evidence = self.chains[place]
            chain = (began, (*evidence, *hit.evidence))
        else:
            return
        if place + 1 == len(rule.sources):
            self.done = chain
        else:
            self.chains[place + 1] = chain

    def holds(self, rule: Correlation) -> bool:
        return self.done is not None

    def found(self, last: Hit) -> Found:
        evidence = self.done[1] if self.done else ()
        return Found(_evidence([evidence], last), (), len(evidence), ())


_KINDS: dict[str, type[_Group]] = {
    "event_count": _Events,
    "value_count": _Values,
    "value_sum": _Sum,
    "temporal": _Temporal,
    "temporal_ordered": _Ordered,
}


def _true(logic: Any, seen: Mapping[int, Any]) -> bool:
    if isinstance(logic, int):
        return logic in seen
    word, *rest = logic
    return all(_true(r, seen) for r in rest) if word == "and" else any(_true(r, seen) for r in rest)


def _evidence(parts: list[tuple[int, ...]], last: Hit) -> tuple[int, ...]:
    """Event numbers in order, the latest ones if there are too many; the event that completed the match is last."""
    end = last.evidence[-1]
    earlier = sorted({n for part in parts for n in part} - {end})
    return (*earlier[-(MOST_EVIDENCE - 1) :], end)
