"""Rules as the monitor holds them, and sets of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fauxcorp.core.flags import Level
from fauxcorp.errors import NotFound
from fauxcorp.monitor.codegen import Matcher, compile_matcher
from fauxcorp.monitor.nodes import FALSE, Node, fields_of, specialise


@dataclass(frozen=True, slots=True)
class Meta:
    """What a flag and an explanation say about a rule. `id` is the file's stem."""

    id: str
    uuid: str
    title: str
    level: Level
    description: str = ""
    tags: tuple[str, ...] = ()
    finding: str = ""
    falsepositives: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    author: str = ""
    date: str = ""
    status: str = ""
    why: str = ""
    """A sentence on the act that completed the match, see `template`."""


@dataclass(frozen=True, slots=True)
class Base:
    """A detection: which kinds of event it meets, and what must hold. `flags` is false for mere building blocks."""

    key: str
    category: str
    actions: tuple[str, ...]
    node: Node
    flags: bool
    rule: str
    """The id of the rule whose file it stands in."""


@dataclass(frozen=True, slots=True)
class Correlation:
    """A condition over several events. `sources` are keys of detections or of other correlations.

    `kind`: event_count, value_count, value_sum, temporal, temporal_ordered. `groups` and `values` hold, for each
    source, the fields to group by and the fields to count or add up. `logic` is an and/or tree of source numbers, as
    nested lists, in place of `op` and `threshold`.
    """

    key: str
    kind: str
    sources: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]
    values: tuple[tuple[str, ...], ...]
    span: int
    """Milliseconds."""
    op: str
    threshold: float
    flags: bool
    rule: str
    logic: Any = None


@dataclass(frozen=True)
class Rule:
    """One file of policies/. `samples` is where its samples are looked for."""

    meta: Meta
    path: Path
    area: str
    source: str = field(repr=False, default="")

    @property
    def id(self) -> str:
        """The file's stem, as in `user-locked-out`."""
        return self.meta.id

    @property
    def title(self) -> str:
        """One line for people."""
        return self.meta.title

    @property
    def level(self) -> Level:
        """How grave a match is."""
        return self.meta.level

    @property
    def tags(self) -> tuple[str, ...]:
        """ATT&CK and ATLAS techniques."""
        return self.meta.tags

    @property
    def finding(self) -> str:
        """The finding of the literature that a match belongs to; empty if none."""
        return self.meta.finding

    @property
    def description(self) -> str:
        """What it looks for and why."""
        return self.meta.description

    @property
    def falsepositives(self) -> tuple[str, ...]:
        """What else may match."""
        return self.meta.falsepositives

    @property
    def references(self) -> tuple[str, ...]:
        """Where to read more."""
        return self.meta.references

    @property
    def samples(self) -> Path:
        """The file of its samples."""
        return self.path.with_name(f"{self.id}.samples.yml")


class RuleSet:
    """Compiled rules, shared by all monitors. Matchers are made when the first event of their kind comes."""

    def __init__(
        self, rules: tuple[Rule, ...], bases: tuple[Base, ...], correlations: tuple[Correlation, ...], content_hash: str
    ) -> None:
        self.rules = rules
        self.bases = bases
        self.correlations = correlations
        self.content_hash = content_hash
        self.secret = tuple(any(f.startswith("fauxcorp.secret.") for f in fields_of(b.node)) for b in bases)
        """For each detection whether it asks for a secret: then the event where it was seen is evidence too."""
        self._by_id = {r.id: r for r in rules}
        self._index: dict[tuple[str, str], list[tuple[int, Node]]] = {}
        for number, base in enumerate(bases):
            for action in base.actions:
                node = specialise(base.node, {"event.category": base.category, "event.action": action})
                if node != FALSE:
                    self._index.setdefault((base.category, action), []).append((number, node))
        self._selections: dict[tuple[str, ...], RuleSet] = {}
        self._matchers: dict[tuple[str, str], Matcher] = {}
        feeds: dict[str, list[tuple[int, int]]] = {}
        for number, correlation in enumerate(correlations):
            for place, key in enumerate(correlation.sources):
                feeds.setdefault(key, []).append((number, place))
        self.feeds: Mapping[str, list[tuple[int, int]]] = feeds
        """Key of a detection or correlation to the (correlation, place among its sources) that count it."""

    def __getitem__(self, rule: str) -> Rule:
        """The rule of that id. Raises NotFound."""
        found = self._by_id.get(rule)
        if found is None:
            raise NotFound("rule", rule, self._by_id)
        return found

    def __len__(self) -> int:
        return len(self.rules)

    def area(self, rule: str) -> str:
        """The area of a rule; empty if there is no such rule."""
        found = self._by_id.get(rule)
        return found.area if found is not None else ""

    def select(self, names: Iterable[str]) -> RuleSet:
        """Only the rules of these ids or areas; `*` is all. The same names give the same set again.

        What a chosen correlation counts stays in, without flags of its own. `content_hash` stays that of all.

        Raises:
            NotFound: a name is neither a rule nor an area.
        """
        wanted = tuple(sorted(set(names)))
        areas = {r.area for r in self.rules}
        for name in wanted:
            if name != "*" and name not in areas:
                self[name]
        if "*" in wanted:
            return self
        found = self._selections.get(wanted)
        if found is None:
            found = self._selections[wanted] = self._only({r.id for r in self.rules if {r.id, r.area} & set(wanted)})
        return found

    def _only(self, ids: set[str]) -> RuleSet:
        needed: set[str] = set()
        correlations: list[Correlation] = []
        # From the last: each stands after those that it counts.
        for c in reversed(self.correlations):
            if c.key in needed or (c.flags and c.rule in ids):
                correlations.append(replace(c, flags=c.flags and c.rule in ids))
                needed.update(c.sources)
        bases = [
            replace(b, flags=b.flags and b.rule in ids)
            for b in self.bases
            if b.key in needed or (b.flags and b.rule in ids)
        ]
        rules = tuple(r for r in self.rules if r.id in ids)
        return RuleSet(rules, tuple(bases), tuple(reversed(correlations)), self.content_hash)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_matchers": {}, "_selections": {}}

    def matcher(self, category: str, action: str) -> Callable[..., None] | None:
        """The matcher of all detections for one kind of event; None if there are none."""
        key = (category, action)
        found = self._matchers.get(key)
        if found is None and key in self._index:
            found = self._matchers[key] = compile_matcher(self._index[key])
        return found
