"""Small changes of a rule, each of which its samples ought to notice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from fauxcorp.monitor.fields import ACTIONS
from fauxcorp.monitor.nodes import (
    FALSE,
    TRUE,
    And,
    Bool,
    Cidr,
    DatePart,
    Exists,
    Node,
    Not,
    Null,
    Number,
    Or,
    Ref,
    Regex,
    Text,
    specialise,
)  # fmt: skip
from fauxcorp.monitor.rules import Base, Correlation

MOST_VALUES = {"eq": 8}
MOST_PARTS = 4
"""Longer lists (of prefixes, endings and the like: of this many) are not taken apart value by value."""
ARRIVES = frozenset({
    "email-sent", "chat-posted", "http-request", "data-sent", "dns-query", "file-shared", "share-opened",
    "object-stored", "payment-made", "order-placed", "escrow-funded", "escrow-released", "seller-messaged",
})  # fmt: skip
"""Acts that can be `delivered`: all others are `executed` at most, and that a rule names both for them is a habit."""
_LONGEST = 90

_OPPOSITE = {"lt": "gte", "lte": "gt", "gt": "lte", "gte": "lt", "eq": "neq", "neq": "eq"}
_SYMBOL = {"eq": "=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_NEXT = {"lt": "lte", "lte": "lt", "gt": "gte", "gte": "gt"}


class Change(NamedTuple):
    """What was changed, in words, and what came of it."""

    what: str
    part: Base | Correlation


def of_detection(base: Base, *, only: bool) -> Iterator[Change]:
    """The changes of a detection: off, inverted, each condition, alternative and value left out, each limit moved.

    `only`: no other document of its rule raises flags, so that inverting this one inverts the rule.
    """
    yield Change("switched off", replace(base, node=FALSE))
    if only:
        yield Change("inverted", replace(base, node=Not(base.node)))
    possible = [a for a in base.actions if specialise(base.node, {"event.action": a}) != FALSE]
    if 1 < len(base.actions) < len(ACTIONS[base.category]):
        for action in possible:
            rest = tuple(a for a in base.actions if a != action)
            yield Change(f"event.action {action} left out", replace(base, actions=rest))
    arrives = not ARRIVES.isdisjoint(possible)
    for what, node in _changes(base.node):
        if arrives or what != "fauxcorp.stage delivered left out":
            yield Change(what, replace(base, node=node))


def of_correlation(rule: Correlation) -> Iterator[Change]:
    """The changes of a correlation: off, inverted, limit and time span moved, grouping and each source left out.

    What is counted at the first event has no lower limit and needs no time span.
    """
    plain = rule.logic is None and rule.kind != "temporal_ordered"
    if rule.flags:
        yield Change("switched off", replace(rule, flags=False))
    elif plain:
        yield Change("switched off", replace(rule, op="gt", threshold=float("inf")))
    at_once = plain and rule.op == "gte" and rule.threshold <= 1
    if plain:
        yield Change("inverted", replace(rule, op=_OPPOSITE[rule.op]))
        for by in (1,) if at_once else (-1, 1):
            yield Change(f"limit {rule.threshold + by:g}", replace(rule, threshold=rule.threshold + by))
    if not at_once:
        yield Change("time span without end", replace(rule, span=rule.span * 1000))
        yield Change("time span halved", replace(rule, span=rule.span // 2))
    if any(rule.groups):
        yield Change("group-by left out", replace(rule, groups=tuple(() for _ in rule.groups)))
    if len(rule.sources) > 1 and rule.logic is None:
        for place, key in enumerate(rule.sources):
            kept = [n for n in range(len(rule.sources)) if n != place]
            yield Change(
                f"counting of {key.partition('#')[0]} left out",
                replace(
                    rule,
                    sources=tuple(rule.sources[n] for n in kept),
                    groups=tuple(rule.groups[n] for n in kept),
                    values=tuple(rule.values[n] for n in kept) if rule.values else rule.values,
                ),
            )


def _changes(node: Node) -> Iterator[tuple[str, Node]]:
    """One condition or alternative the fewer, or one limit moved, at any depth."""
    match node:
        case And(items):
            yield from _items(items, And, "condition")
        case Or(items):
            yield from _items(items, Or, "alternative")
        case Not(item):
            yield from ((what, Not(changed)) for what, changed in _changes(item))
        case _:
            yield from _leaf(node)


def _items(items: tuple[Node, ...], join: type[And] | type[Or], word: str) -> Iterator[tuple[str, Node]]:
    for place, item in enumerate(items):
        rest = (*items[:place], *items[place + 1 :])
        if rest:
            yield f"{word} left out: {words(item)}", join(rest)
        for what, changed in _changes(item):
            yield what, join((*items[:place], changed, *items[place + 1 :]))


def _leaf(node: Node) -> Iterator[tuple[str, Node]]:
    match node:
        case Text(field, how, values, cased) if 1 < len(values) <= MOST_VALUES.get(how, MOST_PARTS):
            for value in values:
                rest = tuple(v for v in values if v != value)
                yield f"{field or 'any field'} {value} left out", Text(field, how, rest, cased)
        case Number(field, op, value) if op in _NEXT:
            yield f"{field} {_SYMBOL[_NEXT[op]]} {value}", Number(field, _NEXT[op], value)


def words(node: Node) -> str:
    """A condition in short, for people."""
    text = _words(node)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _words(node: Node) -> str:
    match node:
        case And(items) | Or(items):
            word = " and " if isinstance(node, And) else " or "
            if not items:
                return "always" if node == TRUE else "never"
            return "(" + word.join(map(_words, items)) + ")"
        case Not(item):
            return f"not {_words(item)}"
        case Text(field, how, values):
            return f"{field or 'any field'} {'' if how == 'eq' else how + ' '}{', '.join(values)}"
        case Regex(field, pattern):
            return f"{field or 'any field'} matches {pattern}"
        case Number(field, op, value):
            return f"{field} {_SYMBOL[op]} {value}"
        case Bool(field, value):
            return f"{field} {str(value).lower()}"
        case Null(field):
            return f"{field} missing"
        case Exists(field):
            return f"{field} there"
        case Ref(field, other, how):
            return f"{field} {how} {other}"
        case Cidr(field, network):
            return f"{field} in {network}"
        case DatePart(field, part, number):
            return f"{field} {part} {number}"
