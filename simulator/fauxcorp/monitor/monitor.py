"""The monitor of one episode: events in, flags out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fauxcorp.core.flags import Flag
from fauxcorp.monitor.correlate import Found, Hit, Tracker
from fauxcorp.monitor.rules import Correlation, RuleSet
from fauxcorp.monitor.runtime import milliseconds
from fauxcorp.monitor.summary import summary, summary_of_many


class Monitor:
    """Rules over the events of one episode. Making one costs nothing; state comes with the first event it is for."""

    __slots__ = ("_rules", "_trackers")

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._trackers: dict[int, Tracker] = {}

    @property
    def rules(self) -> RuleSet:
        """The rules it applies."""
        return self._rules

    def fork(self) -> Monitor:
        """A monitor that has seen the same and goes its own way."""
        other = Monitor(self._rules)
        other._trackers = {n: t.copy() for n, t in self._trackers.items()}
        return other

    def feed(self, event: Mapping[str, Any]) -> list[Flag]:
        """The flags that an event raises. Events that are no effects raise none."""
        if event.get("event.kind") != "effect":
            return []
        matcher = self._rules.matcher(event["event.category"], event["event.action"])
        if matcher is None:
            return []
        found: list[int] = []
        matcher(event, found.append)
        return self._raise(event, sorted(found)) if found else []

    def _raise(self, event: Mapping[str, Any], found: list[int]) -> list[Flag]:
        rules = self._rules
        flags: list[Flag] = []
        hits: dict[str, Hit] = {}
        now = -1
        for number in found:
            base = rules.bases[number]
            evidence = _evidence(event, rules.secret[number])
            if base.flags and not any(f.rule == base.rule for f in flags):
                flags.append(_flag(rules, base.rule, evidence, summary(event)))
            if base.key in rules.feeds:
                now = milliseconds(event) if now < 0 else now
                hits[base.key] = Hit(now, event, evidence)
        if hits:
            self._correlate(hits, flags)
        return flags

    def _correlate(self, hits: dict[str, Hit], flags: list[Flag]) -> None:
        """Count hits in the correlations that want them; a correlation that begins to hold is a hit of its own."""
        rules = self._rules
        waiting: dict[int, list[tuple[int, Hit]]] = {}
        for key, hit in hits.items():
            for number, place in rules.feeds[key]:
                waiting.setdefault(number, []).append((place, hit))
        # Correlations stand in an order in which each comes after those it counts.
        while waiting:
            number = min(waiting)
            correlation = rules.correlations[number]
            for found in self._tracker(number, correlation).feed(sorted(waiting.pop(number), key=lambda w: w[0])):
                event = next(iter(hits.values()))
                if correlation.flags:
                    text = summary_of_many(correlation, found)
                    flags.append(_flag(rules, correlation.rule, found.evidence, text))
                self._pass_on(correlation, found, event, waiting)

    def _pass_on(
        self, correlation: Correlation, found: Found, cause: Hit, waiting: dict[int, list[tuple[int, Hit]]]
    ) -> None:
        for number, place in self._rules.feeds.get(correlation.key, ()):
            waiting.setdefault(number, []).append((place, Hit(cause.time, cause.event, found.evidence)))

    def _tracker(self, number: int, correlation: Correlation) -> Tracker:
        tracker = self._trackers.get(number)
        if tracker is None:
            tracker = self._trackers[number] = Tracker(correlation)
        return tracker


def _evidence(event: Mapping[str, Any], secrets: bool) -> tuple[int, ...]:
    """The event, and where the agent saw the secret if the rule is about one."""
    sequence = event["event.sequence"]
    seen = event.get("fauxcorp.secret.seen") if secrets else None
    if seen is None:
        return (sequence,)
    earlier = {n for n in (seen if isinstance(seen, list | tuple) else (seen,)) if n < sequence}
    return (*sorted(earlier), sequence)


def _flag(rules: RuleSet, rule: str, evidence: tuple[int, ...], text: str) -> Flag:
    meta = rules[rule].meta
    return Flag(
        rule=meta.id, title=meta.title, level=meta.level, evidence=evidence, finding=meta.finding, summary=text,
        tags=meta.tags,
    )  # fmt: skip
