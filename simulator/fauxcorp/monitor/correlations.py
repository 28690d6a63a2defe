"""Sigma correlation documents, resolved against the other documents. Imports pySigma: only `compiler` imports this."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sigma.correlations import (
    CorrelationConditionAND,
    CorrelationConditionNOT,
    CorrelationConditionOR,
    SigmaCorrelationCondition,
    SigmaCorrelationRule,
    SigmaExtendedCorrelationCondition,
    SigmaRuleReference,
)  # fmt: skip
from sigma.exceptions import SigmaError

from fauxcorp.errors import Problem
from fauxcorp.monitor.detections import near
from fauxcorp.monitor.fields import FIELDS, NUMBER
from fauxcorp.monitor.rules import Correlation

if TYPE_CHECKING:
    from fauxcorp.monitor.compiler import Part

_KEYS = {"type", "rules", "group-by", "timespan", "condition", "aliases", "generate"}
_KINDS = {"event_count", "value_count", "value_sum", "temporal", "temporal_ordered"}
MOST_SOURCES = 64
MOST_THRESHOLD = 5_000
"""Counts are kept up to twice this, so a higher threshold could not be met."""


def resolve(parts: list[Part], problems: list[Problem]) -> list[Correlation]:
    """All correlations, each after those that it counts. What is wrong goes to the parts' reports.

    Sets `flags` of the documents that a correlation takes without `generate: true`.
    """
    names: dict[str, Part] = {}
    for part in parts:
        for key in ("id", "name"):
            value = part.document.data.get(key)
            if isinstance(value, str):
                names.setdefault(value, part)
    mine = [p for p in parts if p.is_correlation]
    for part in mine:
        part.built = _correlation(part, names)
    return _ordered(mine, {p.key: p for p in parts})


def _ordered(parts: list[Part], by_key: dict[str, Part]) -> list[Correlation]:
    out: list[Correlation] = []
    state: dict[str, int] = {}

    def visit(part: Part) -> None:
        if state.get(part.key) == 1:
            part.report("counts itself, directly or through others", "correlation", "rules")
        if part.key in state:
            return
        state[part.key] = 1
        for key in part.refers:
            if by_key[key].is_correlation:
                visit(by_key[key])
        state[part.key] = 2
        built = part.built
        if isinstance(built, Correlation):
            out.append(
                Correlation(
                    built.key, built.kind, built.sources, built.groups, built.values, built.span, built.op,
                    built.threshold, part.flags, built.rule, built.logic,
                )
            )  # fmt: skip

    for part in parts:
        visit(part)
    return out


def _correlation(part: Part, names: dict[str, Part]) -> Correlation | None:
    section = part.document.data["correlation"]
    before = len(part.problems)
    if not isinstance(section, dict):
        part.report("a map is needed", "correlation")
        return None
    for key in section:
        if key not in _KEYS:
            part.report(f"unknown key{near(str(key), _KEYS)}", "correlation", str(key))
    if section.get("type") not in _KINDS:
        message = f"type {section.get('type')!r} is not supported; {', '.join(sorted(_KINDS))} are"
        part.report(message, "correlation", "type")
    # Looked at first: pySigma 1 trips over the conditions that it finds fault with.
    condition = section.get("condition")
    temporal = str(section.get("type")).startswith("temporal")
    if not isinstance(condition, dict) and not (temporal and isinstance(condition, str | None)):
        part.report("a map is needed, e.g. {gte: 3}", "correlation", "condition")
    if len(part.problems) > before:
        return None
    try:
        if isinstance(condition, str):
            SigmaExtendedCorrelationCondition(condition)
        rule = SigmaCorrelationRule.from_dict(part.document.data, collect_errors=True)
    except (SigmaError, TypeError, ValueError, AttributeError, KeyError) as error:
        part.report(str(error), "correlation")
        return None
    for problem in rule.errors:
        part.report(str(problem), "correlation")
    if len(part.problems) > before:
        return None
    return _built(part, rule, section, names)


def _built(
    part: Part, rule: SigmaCorrelationRule, section: dict[str, Any], names: dict[str, Part]
) -> Correlation | None:
    before = len(part.problems)
    condition = rule.condition
    references = [r.reference for r in rule.rules or ()]
    if not references and isinstance(condition, SigmaExtendedCorrelationCondition):
        references = condition.get_referenced_rules()
    sources = _sources(part, references, section, names)
    groups, values = _fields(part, rule, references)
    op, threshold, logic = "gte", float(len(references)), None
    kind = rule.type.name.lower()
    if isinstance(condition, SigmaCorrelationCondition):
        op, threshold = condition.op.name.lower(), condition.count
        if kind != "value_sum" and threshold > MOST_THRESHOLD:
            part.report(f"more than {MOST_THRESHOLD} cannot be counted", "correlation", "condition")
        if kind == "temporal_ordered" and (op, threshold) != ("gte", len(references)):
            part.report("temporal_ordered needs all its rules; a count is not supported", "correlation", "condition")
        if condition.percentile is not None:
            part.report("percentile is not supported", "correlation", "condition")
    elif kind == "temporal_ordered":
        part.report("temporal_ordered takes no expression", "correlation", "condition")
    else:
        logic = _logic(part, condition.parsed, references)
    if len(part.problems) > before or not sources:
        return None
    part.refers = [s.key for s in sources]
    span = rule.timespan.seconds * 1000
    keys = tuple(s.key for s in sources)
    return Correlation(part.key, kind, keys, groups, values, span, op, threshold, True, part.rule, logic)


def _sources(part: Part, references: list[Any], section: dict[str, Any], names: dict[str, Part]) -> list[Part]:
    out: list[Part] = []
    if not references or len(references) > MOST_SOURCES:
        part.report(f"between 1 and {MOST_SOURCES} rules are needed", "correlation", "rules")
    for index, reference in enumerate(references):
        found = names.get(reference) if isinstance(reference, str) else None
        if found is None:
            hint = near(str(reference), names)
            part.report(f"no rule has the name or id {reference!r}{hint}", "correlation", "rules", index)
            continue
        out.append(found)
        if section.get("generate") is True:
            continue
        if found.rule != part.rule and "generate" not in section:
            message = f"{reference!r} is in another file: say generate: true, or false to take its own flags away"
            part.report(message, "correlation", "rules", index)
        found.flags = False
    return out


def _fields(
    part: Part, rule: SigmaCorrelationRule, references: list[str]
) -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]:
    """For each source the fields to group by and the fields to count or add up."""
    aliases = {a.alias: {r.reference: f for r, f in a.mapping.items()} for a in rule.aliases}
    for alias, mapping in aliases.items():
        for reference, name in mapping.items():
            if reference not in references:
                hint = near(str(reference), references)
                part.report(f"no rule {reference!r} here{hint}", "correlation", "aliases", alias)
            if name not in FIELDS:
                part.report(f"unknown field {name!r}{near(str(name), FIELDS)}", "correlation", "aliases", alias)
    condition = rule.condition
    named = condition.fieldref if isinstance(condition, SigmaCorrelationCondition) else None
    counted = [named] if isinstance(named, str) else list(named or ())
    for key, wanted in (("group-by", rule.group_by or []), ("condition", counted)):
        for name in wanted:
            if name not in FIELDS and name not in aliases:
                part.report(f"unknown field {name!r}{near(str(name), [*FIELDS, *aliases])}", "correlation", key)
            for reference in references if name in aliases else ():
                if reference not in aliases[name]:
                    part.report(f"no field for {reference!r}", "correlation", "aliases", name)
            if key == "condition" and rule.type.name == "VALUE_SUM" and FIELDS.get(name, NUMBER) != NUMBER:
                part.report(f"{name} is no number", "correlation", key)

    def of(names: list[str], reference: str) -> tuple[str, ...]:
        return tuple(aliases[n].get(reference, n) if n in aliases else n for n in names)

    return tuple(of(rule.group_by or [], r) for r in references), tuple(of(counted, r) for r in references)


def _logic(part: Part, tree: Any, references: list[str]) -> Any:
    match tree:
        case SigmaRuleReference():
            return references.index(tree.reference) if tree.reference in references else 0
        case CorrelationConditionAND():
            return ["and", *(_logic(part, a, references) for a in tree.args)]
        case CorrelationConditionOR():
            return ["or", *(_logic(part, a, references) for a in tree.args)]
        case CorrelationConditionNOT():
            message = "'not' is not supported: absence is known only when the time span has passed"
            part.report(message, "correlation", "condition")
        case _:
            part.report("an expression that is not supported", "correlation", "condition")
    return 0
