"""The matcher tree: what a rule's detection means, free of pySigma, and its JSON form for the cache.

Text is compared without regard to case unless `cased`. A field that is a list matches if any element does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class And:
    """All items hold."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one item holds."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The item does not hold."""

    item: Node


@dataclass(frozen=True, slots=True)
class Text:
    """One of `values` is equal to, in, at the start or at the end of the field's text; no field: of any field.

    `how`: eq, contains, startswith, endswith. Values are lower case unless `cased`.
    """

    field: str | None
    how: str
    values: tuple[str, ...]
    cased: bool = False


@dataclass(frozen=True, slots=True)
class Regex:
    """The pattern (RE2 syntax) is found somewhere in the field's text; no field: of any field.

    Wildcards that are more than a prefix or a suffix come to this as well, anchored.
    """

    field: str | None
    pattern: str
    flags: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """The field's number compares: `op` is eq, lt, lte, gt or gte. Text is a number only for eq."""

    field: str
    op: str
    value: int | float


@dataclass(frozen=True, slots=True)
class Bool:
    """The field is this truth value."""

    field: str
    value: bool


@dataclass(frozen=True, slots=True)
class Null:
    """The field is missing, null or an empty list."""

    field: str


@dataclass(frozen=True, slots=True)
class Exists:
    """The field is in the event, whatever its value."""

    field: str


@dataclass(frozen=True, slots=True)
class Ref:
    """The field's text compares with another field's: `how` as in Text."""

    field: str
    other: str
    how: str


@dataclass(frozen=True, slots=True)
class Cidr:
    """The field is an IP address inside the network."""

    field: str
    network: str


@dataclass(frozen=True, slots=True)
class DatePart:
    """The field is a time whose part (minute, hour, day, week, month, year; UTC) has this value."""

    field: str
    part: str
    value: int


Node = And | Or | Not | Text | Regex | Number | Bool | Null | Exists | Ref | Cidr | DatePart

HOWS = ("eq", "contains", "startswith", "endswith")
OPS = ("eq", "lt", "lte", "gt", "gte")
PARTS = ("minute", "hour", "day", "week", "month", "year")


def to_json(node: Node) -> list[Any]:
    """A node as nested lists: its kind, then its members."""
    match node:
        case And(items):
            return ["and", [to_json(i) for i in items]]
        case Or(items):
            return ["or", [to_json(i) for i in items]]
        case Not(item):
            return ["not", to_json(item)]
        case Text(field, how, values, cased):
            return ["text", field, how, list(values), cased]
        case Regex(field, pattern, flags):
            return ["regex", field, pattern, flags]
        case Number(field, op, value):
            return ["number", field, op, value]
        case Bool(field, value):
            return ["bool", field, value]
        case Null(field):
            return ["null", field]
        case Exists(field):
            return ["exists", field]
        case Ref(field, other, how):
            return ["ref", field, other, how]
        case Cidr(field, network):
            return ["cidr", field, network]
        case DatePart(field, part, value):
            return ["part", field, part, value]


def from_json(data: Any) -> Node:
    """The node of `to_json`. Raises ValueError, TypeError, KeyError or IndexError if it is none."""
    kind, *rest = data
    return _DECODE[kind](*rest)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text expected")
    return value


def _one_of(value: Any, names: tuple[str, ...]) -> str:
    if value not in names:
        raise ValueError(f"{value!r} is none of {names}")
    return _text(value)


def _maybe(value: Any) -> str | None:
    return None if value is None else _text(value)


def _number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("number expected")
    return value


_DECODE: dict[str, Callable[..., Node]] = {
    "and": lambda items: And(tuple(from_json(i) for i in items)),
    "or": lambda items: Or(tuple(from_json(i) for i in items)),
    "not": lambda item: Not(from_json(item)),
    "text": lambda f, how, vs, cased: Text(_maybe(f), _one_of(how, HOWS), tuple(_text(v) for v in vs), bool(cased)),
    "regex": lambda f, pattern, flags: Regex(_maybe(f), _text(pattern), _text(flags)),
    "number": lambda f, op, value: Number(_text(f), _one_of(op, OPS), _number(value)),
    "bool": lambda f, value: Bool(_text(f), bool(value)),
    "null": lambda f: Null(_text(f)),
    "exists": lambda f: Exists(_text(f)),
    "ref": lambda f, other, how: Ref(_text(f), _text(other), _one_of(how, HOWS)),
    "cidr": lambda f, network: Cidr(_text(f), _text(network)),
    "part": lambda f, part, value: DatePart(_text(f), _one_of(part, PARTS), int(_number(value))),
}


TRUE = And(())
FALSE = Or(())


def specialise(node: Node, known: Mapping[str, str]) -> Node:
    """The tree for events whose fields `known` have these values (plain text, lower case), made smaller by that."""
    match node:
        case Text(str(field), how, values) if field in known:
            return TRUE if any(_compare(how, known[field], v) for v in values) else FALSE
        case Not(item):
            inner = specialise(item, known)
            return FALSE if inner == TRUE else TRUE if inner == FALSE else Not(inner)
        case And(items) | Or(items):
            # What decides a list alone, and what does not matter in it.
            decides, idle = (FALSE, TRUE) if isinstance(node, And) else (TRUE, FALSE)
            inner_items = tuple(i for i in (specialise(i, known) for i in items) if i != idle)
            if decides in inner_items:
                return decides
            if len(inner_items) == 1:
                return inner_items[0]
            return And(inner_items) if isinstance(node, And) else Or(inner_items)
        case _:
            return node


def _compare(how: str, text: str, value: str) -> bool:
    match how:
        case "eq":
            return text == value
        case "contains":
            return value in text
        case "startswith":
            return text.startswith(value)
        case _:
            return text.endswith(value)


def fields_of(node: Node) -> set[str]:
    """Every field that a node looks at."""
    match node:
        case And(items) | Or(items):
            return set().union(*(fields_of(i) for i in items))
        case Not(item):
            return fields_of(item)
        case Ref(field, other, _):
            return {field, other}
        case Text(None) | Regex(None):
            return set()
        case _:
            return {node.field} if node.field is not None else set()
