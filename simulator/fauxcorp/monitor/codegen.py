"""From matcher trees to Python source: one function for all rules that one kind of event can meet.

Conditions that several rules share (the actor, the stage, the owner) are tested once: rules are nested under the
condition that most of them have in common. Fields are fetched when first needed and kept in local variables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fauxcorp.monitor import runtime
from fauxcorp.monitor.nodes import (
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
)  # fmt: skip

Matcher = Callable[[Mapping[str, Any], Callable[[int], None]], None]
"""Called with an event and a function that takes the index of every rule that matches."""

_SYMBOL = {"eq": "==", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_DEEPEST = 40
"""Nesting at which conditions are joined instead; Python's own limit is 100 levels."""

_FEW = 4
"""Up to so many values are compared one by one, more as a set."""

_FORMS = {"low": "lows(get({}))", "raw": "raws(get({}))", "num": "numbers(get({}))", "all": "everything(event)"}


def conjuncts(node: Node) -> tuple[Node, ...]:
    """The conditions that must all hold, flattened."""
    if isinstance(node, And):
        return tuple(c for item in node.items for c in conjuncts(item))
    return (node,)


def source(rules: Sequence[tuple[int, Node]], name: str = "match") -> str:
    """Python source of a function that reports which of the rules match an event."""
    writer = _Writer()
    writer.tree([(index, list(dict.fromkeys(conjuncts(node)))) for index, node in rules], {}, 1)
    body = writer.lines or ["    return"]
    constants = [f"{key} = frozenset({values!r})" for values, key in writer.constants.items()]
    return "\n".join([*constants, f"def {name}(event, hit):", "    get = event.get", *body]) + "\n"


def compile_matcher(rules: Sequence[tuple[int, Node]]) -> Matcher:
    """The function of `source`, ready to call."""
    names: dict[str, Any] = {k: getattr(runtime, k) for k in _RUNTIME}
    exec(compile(source(rules), "<rules>", "exec"), names)
    matcher: Matcher = names["match"]
    return matcher


_RUNTIME = (
    "lows", "raws", "numbers", "everything", "contains", "contains_any", "startswith", "endswith", "empty", "search",
    "refers", "in_network", "date_part",
)  # fmt: skip


@dataclass
class _Writer:
    """Lines so far. `scope` maps what was fetched to the local variable that holds it."""

    lines: list[str] = field(default_factory=list)
    constants: dict[tuple[str, ...], str] = field(default_factory=dict)
    count: int = 0

    def put(self, depth: int, line: str) -> None:
        self.lines.append("    " * depth + line)

    def tree(self, rules: list[tuple[int, list[Node]]], scope: dict[str, str], depth: int) -> None:
        """Write the rules, sharing the conditions they have in common."""
        scope = dict(scope)
        rest = rules
        while rest:
            for index, conditions in rest:
                if not conditions:
                    self.put(depth, f"hit({index})")
            rest = [r for r in rest if r[1]]
            if not rest:
                return
            best = _best(rest)
            having = [(i, [c for c in cs if c != best]) for i, cs in rest if best in cs]
            rest = [r for r in rest if best not in r[1]]
            if depth >= _DEEPEST:
                self.flat(having, best, scope, depth)
                continue
            self.bind(best, scope, depth)
            self.put(depth, f"if {self.expression(best, scope)}:")
            self.tree(having, scope, depth + 1)

    def flat(self, rules: list[tuple[int, list[Node]]], first: Node, scope: dict[str, str], depth: int) -> None:
        for index, conditions in rules:
            whole = And((first, *conditions))
            self.bind(whole, scope, depth)
            self.put(depth, f"if {self.expression(whole, scope)}:")
            self.put(depth + 1, f"hit({index})")

    def bind(self, node: Node, scope: dict[str, str], depth: int) -> None:
        """Fetch what the node looks at, unless it is there."""
        for form, name in _needs(node):
            key = _key(form, name)
            if key not in scope:
                scope[key] = f"v{self.count}"
                self.count += 1
                self.put(depth, f"{scope[key]} = {_FORMS[form].format(repr(name))}")

    def expression(self, node: Node, scope: dict[str, str]) -> str:
        match node:
            case And(items):
                return "(" + " and ".join(self.expression(i, scope) for i in items) + ")" if items else "True"
            case Or(items):
                return "(" + " or ".join(self.expression(i, scope) for i in items) + ")" if items else "False"
            case Not(item):
                return f"(not {self.expression(item, scope)})"
            case Text(f, "eq", values) if f is not None and len(values) > _FEW:
                # Sorted, so that the source does not depend on the order in a rule.
                key = self.constants.setdefault(tuple(sorted(set(values))), f"c{len(self.constants)}")
                return f"(not {key}.isdisjoint({scope[_key(*_needs(node)[0])]}))"
            case _:
                return _atom(node, [scope[_key(form, name)] for form, name in _needs(node)])


def _best(rules: list[tuple[int, list[Node]]]) -> Node:
    """The condition that most rules have; among those the cheapest, then the first written."""
    counts: Counter[Node] = Counter(c for _, conditions in rules for c in conditions)
    order = {c: n for n, c in enumerate(counts)}
    return min(counts, key=lambda c: (-counts[c], _cost(c), order[c]))


def _cost(node: Node) -> int:
    match node:
        case Bool() | Null() | Exists() | Number():
            return 0
        case Text(f, "eq") if f is not None:
            return 1
        case Text(None) | Regex(None):
            return 50
        case Text():
            return 3
        case Regex() | Cidr() | DatePart():
            return 20
        case Ref():
            return 5
        case And(items) | Or(items):
            return 1 + sum(_cost(i) for i in items)
        case Not(item):
            return _cost(item)


def _needs(node: Node) -> list[tuple[str, str]]:
    """What has to be fetched: (form, field) pairs."""
    match node:
        case And(items) | Or(items):
            return [n for i in items for n in _needs(i)]
        case Not(item):
            return _needs(item)
        case Text(None) | Regex(None):
            return [("all", "")]
        case Text(f, _, _, cased) if f is not None:
            return [("raw" if cased else "low", f)]
        case Regex(f) | Cidr(f) | DatePart(f) if f is not None:
            return [("raw", f)]
        case Ref(f, other, _):
            return [("low", f), ("low", other)]
        case Number(f, "eq"):
            return [("num", f), ("raw", f)]
        case Number(f):
            return [("num", f)]
        case Bool(f):
            return [("low", f)]
        case _:
            return []


def _atom(node: Node, got: list[str]) -> str:
    match node:
        case Text(f, how, values, cased):
            texts = got[0]
            if f is None and not cased:
                texts = f"lows({texts})"
            return _text(texts, how, values)
        case Regex(_, pattern, flags):
            return f"search({got[0]}, {pattern!r}, {flags!r})"
        case Number(_, "eq", value):
            return f"({value!r} in {got[0]} or {runtime.text(value)!r} in {got[1]})"
        case Number(_, op, value):
            return f"any([n {_SYMBOL[op]} {value!r} for n in {got[0]}])"
        case Bool(_, value):
            return f"({runtime.text(value)!r} in {got[0]})"
        case Null(f):
            return f"empty(get({f!r}))"
        case Exists(f):
            return f"({f!r} in event)"
        case Ref(_, _, how):
            return f"refers({got[0]}, {got[1]}, {how!r})"
        case Cidr(_, network):
            return f"in_network({got[0]}, {network!r})"
        case DatePart(_, part, value):
            return f"date_part({got[0]}, {part!r}, {value!r})"
        case _:
            raise TypeError(f"{type(node).__name__} is no condition on a field")


def _text(texts: str, how: str, values: tuple[str, ...]) -> str:
    if how == "eq":
        return "(" + " or ".join(f"{v!r} in {texts}" for v in values) + ")"
    if how == "contains" and len(values) == 1:
        return f"contains({texts}, {values[0]!r})"
    called = "contains_any" if how == "contains" else how
    return f"{called}({texts}, {values!r})"


def _key(form: str, name: str) -> str:
    return f"{form}:{name}"
