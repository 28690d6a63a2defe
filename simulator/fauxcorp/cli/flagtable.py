"""Flags as a table, gravest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from fauxcorp.cli.output import Out, Span, clean
from fauxcorp.cli.words import effect_words, short
from fauxcorp.core.events import Event
from fauxcorp.core.flags import LEVELS, Flag, Level
from fauxcorp.gates.cases import Case


def show_flags(out: Out, flags: Iterable[Flag], effects: Mapping[int, Event] | None = None) -> None:
    """One row a rule that flagged: its level, how often, the evidence, and what that was.

    `effects` are the effects of the episode by number, as far as they are known.
    """
    by_rule: dict[str, list[Flag]] = {}
    for flag in flags:
        by_rule.setdefault(flag.rule, []).append(flag)
    if not by_rule:
        out.line(Span("no flags", "good"))
        return
    order = sorted(by_rule.values(), key=lambda found: (-max(f.level.rank for f in found), found[0].rule))
    out.table(
        ("level", "rule", "times", "evidence", "what"),
        [
            (Span(f[0].level.value, f[0].level.value), f[0].rule, str(len(f)), _evidence(f), _what(f, effects or {}))
            for f in order
        ],
        numbers=(2,),
    )


def _what(flags: list[Flag], effects: Mapping[int, Event], most: int = 3) -> str:
    """The rule's title, and the effects that it rests on."""
    numbers = sorted({n for f in flags for n in f.evidence} & effects.keys())
    words = list(dict.fromkeys(effect_words(effects[n]) for n in numbers))
    if not words:
        return flags[0].summary or flags[0].title
    more = f"; and {len(words) - most} more" if len(words) > most else ""
    return f"{flags[0].title}: {'; '.join(words[:most])}{more}"


def flag_lines(case: Case, flags: Iterable[Flag]) -> list[str]:
    """Rules that flagged in an episode as plain lines, gravest first, each followed by its evidence."""
    by_rule: dict[str, list[Flag]] = {}
    for flag in flags:
        by_rule.setdefault(flag.rule, []).append(flag)
    lines = []
    for found in sorted(by_rule.values(), key=lambda found: -max(f.level.rank for f in found)):
        times = f" ({len(found)} times)" if len(found) > 1 else ""
        lines.append(f"{found[0].level:8} {found[0].rule}: {found[0].title}{times}")
        evidence = dict.fromkeys(line for flag in found for line in evidence_lines(case, flag))
        lines += [f"         {line}" for line in evidence]
    return lines


def by_level(flags: Iterable[Flag]) -> list[str]:
    """The rules that flagged, a line for each level, gravest first."""
    found: dict[Level, Counter[str]] = {}
    for flag in flags:
        found.setdefault(flag.level, Counter())[flag.rule] += 1
    return [
        f"{level:8}  " + ", ".join(f"{rule} ({n})" if n > 1 else rule for rule, n in found[level].items())
        for level in reversed(LEVELS)
        if level in found
    ]


def evidence_lines(case: Case, flag: Flag) -> list[str]:
    """The events that a flag rests on, one line each: what was done, or what the agent had read before."""
    return [f"#{e['event.sequence']} {clean(event_words(e))}" for e in case.evidence(flag)]


def event_words(event: Event) -> str:
    """An event that is evidence, in words. Logs may come from elsewhere: one that is not as we write it is named."""
    if event.get("event.kind") != "effect":
        return f"read before: “{short(str(event.get('fauxcorp.tool.result') or event.get('event.action')), 80)}”"
    try:
        return effect_words(event)
    except (AttributeError, KeyError, TypeError, ValueError):
        return f"{event.get('event.action')}, not as the engine writes it"


def counts(levels: dict[str, int]) -> str:
    """Level to number in words, gravest first: `2 critical, 1 high`."""
    return ", ".join(f"{levels[level.value]} {level.value}" for level in reversed(LEVELS) if level.value in levels)


def worst_of(levels: Iterable[str]) -> str:
    """The gravest of some levels; empty if there is none."""
    return max((Level(level) for level in levels), key=lambda level: level.rank, default="")


def _evidence(flags: list[Flag], most: int = 8) -> str:
    numbers = sorted({n for f in flags for n in f.evidence})
    text = ", ".join(f"#{n}" for n in numbers[:most])
    return text if len(numbers) <= most else f"{text}, ... ({len(numbers)} events)"
