"""Generated matchers agree with a naive reading of the same trees."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.monitor.codegen import compile_matcher, conjuncts, source
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
    fields_of,
    from_json,
    specialise,
    to_json,
)

NAMES = (
    "email.subject",
    "email.body",
    "fauxcorp.outside.count",
    "fauxcorp.target.self",
    "destination.ip",
    "@timestamp",
)
WORDS = st.sampled_from(["", "a", "b", "ab", "ba", "aab", "true", "3", "A", "Ab", "é", "\0", "10.1.2.3", "'\"\\\n"])
SCALARS = st.one_of(WORDS, st.integers(-3, 4), st.sampled_from([0.5, 3.0]), st.booleans(), st.none())
VALUES = st.one_of(
    SCALARS,
    st.lists(SCALARS, max_size=3),
    st.sampled_from(["2026-03-02T03:04:05.000Z", "2026-03-02T03:04:05+01:00", "10.9.9.9", "::1"]),
)
EVENTS = st.dictionaries(st.sampled_from(NAMES), VALUES)
FIELD = st.sampled_from(NAMES)
HOW = st.sampled_from(["eq", "contains", "startswith", "endswith"])


@st.composite
def texts(draw: st.DrawFn) -> Text:
    cased = draw(st.booleans())
    values = draw(st.lists(WORDS, min_size=1, max_size=7))
    field = draw(st.one_of(FIELD, st.none()))
    how = draw(HOW) if field is not None else "contains"
    return Text(field, how, tuple(v if cased else v.lower() for v in values), cased)


LEAVES = st.one_of(
    texts(),
    st.builds(
        Regex,
        st.one_of(FIELD, st.none()),
        st.sampled_from(["a+b", "^b", "b$", r"\A3\z", "a|true"]),
        st.sampled_from(["", "i", "is"]),
    ),
    st.builds(Number, FIELD, st.sampled_from(["eq", "lt", "lte", "gt", "gte"]), st.sampled_from([-1, 0, 3, 0.5])),
    st.builds(Bool, FIELD, st.booleans()),
    st.builds(Null, FIELD),
    st.builds(Exists, FIELD),
    st.builds(Ref, FIELD, FIELD, HOW),
    st.builds(Cidr, FIELD, st.sampled_from(["10.0.0.0/8", "::/64"])),
    st.builds(
        DatePart,
        FIELD,
        st.sampled_from(["minute", "hour", "day", "week", "month", "year"]),
        st.sampled_from([2, 3, 4, 10, 2026]),
    ),
)
NODES: st.SearchStrategy[Node] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, max_size=4).map(tuple)),
        st.builds(Or, st.lists(inner, max_size=4).map(tuple)),
    ),
    max_leaves=12,
)


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, list):
        return [t for v in value for t in _texts(v)]
    if isinstance(value, str):
        return [value]
    return [json.dumps(int(value) if isinstance(value, float) and value == int(value) else value)]


def _numbers(value: Any) -> list[float]:
    items = value if isinstance(value, list) else [value]
    return [v for v in items if type(v) in (int, float)]


def _compare(how: str, text: str, value: str) -> bool:
    return {
        "eq": text == value,
        "contains": value in text,
        "startswith": text[: len(value)] == value,
        "endswith": text[len(text) - len(value) :] == value and len(value) <= len(text),
    }[how]


def naive(node: Node, event: Mapping[str, Any]) -> bool:
    """What the tree means, said as plainly as can be."""
    everything = [t for v in event.values() for t in _texts(v)]
    match node:
        case And(items):
            return all(naive(i, event) for i in items)
        case Or(items):
            return any(naive(i, event) for i in items)
        case Not(item):
            return not naive(item, event)
        case Text(field, how, values, cased):
            found = everything if field is None else _texts(event.get(field))
            return any(_compare(how, t if cased else t.lower(), v) for t in found for v in values)
        case Regex(field, pattern, flags):
            found = everything if field is None else _texts(event.get(field))
            python = f"(?{flags})" * bool(flags) + pattern.replace(r"\z", r"\Z").replace("$", r"\Z")
            return any(re.search(python, t) for t in found)
        case Number(field, "eq", value):
            return any(n == value for n in _numbers(event.get(field))) or json.dumps(value) in _texts(event.get(field))
        case Number(field, op, value):
            sign = {"lt": (-1,), "lte": (-1, 0), "gt": (1,), "gte": (1, 0)}[op]
            return any((n > value) - (n < value) in sign for n in _numbers(event.get(field)))
        case Bool(field, value):
            return ("true" if value else "false") in [t.lower() for t in _texts(event.get(field))]
        case Null(field):
            return event.get(field) in (None, [])
        case Exists(field):
            return field in event
        case Ref(field, other, how):
            mine, others = ([t.lower() for t in _texts(event.get(f))] for f in (field, other))
            return any(_compare(how, m, o) for m in mine for o in others)
        case Cidr(field, network):
            return any(_inside(t, network) for t in _texts(event.get(field)))
        case DatePart(field, part, value):
            return any(_part(t, part) == value for t in _texts(event.get(field)))


def _inside(text: str, network: str) -> bool:
    try:
        return ip_address(text) in ip_network(network)
    except ValueError:
        return False


def _part(text: str, part: str) -> int | None:
    known = {"2026-03-02T03:04:05.000Z": (4, 3, 2, 10, 3, 2026), "2026-03-02T03:04:05+01:00": (4, 2, 2, 10, 3, 2026)}
    names = ("minute", "hour", "day", "week", "month", "year")
    return known[text][names.index(part)] if text in known else None


def _hits(rules: list[Node], event: Mapping[str, Any]) -> list[int]:
    out: list[int] = []
    compile_matcher(list(enumerate(rules)))(event, out.append)
    return sorted(out)


@given(st.lists(NODES, max_size=6), EVENTS)
def test_compiled_rules_mean_what_the_trees_say(rules: list[Node], event: dict[str, Any]) -> None:
    assert _hits(rules, event) == [n for n, node in enumerate(rules) if naive(node, event)]


@given(st.lists(LEAVES, min_size=1, max_size=5), st.lists(st.lists(st.integers(0, 4), max_size=5), max_size=8), EVENTS)
def test_shared_conditions_are_shared_without_loss(
    leaves: list[Node], chosen: list[list[int]], event: dict[str, Any]
) -> None:
    rules: list[Node] = [And(tuple(leaves[n % len(leaves)] for n in numbers)) for numbers in chosen]
    assert _hits(rules, event) == [n for n, node in enumerate(rules) if naive(node, event)]


@given(NODES, EVENTS, st.sampled_from(NAMES[:2]), st.sampled_from(["", "a", "ab", "true"]))
def test_a_specialised_tree_means_the_same(node: Node, event: dict[str, Any], name: str, value: str) -> None:
    event = {**event, name: value}
    assert naive(specialise(node, {name: value}), event) == naive(node, event)


@given(NODES)
def test_trees_survive_json(node: Node) -> None:
    assert from_json(json.loads(json.dumps(to_json(node)))) == node


@given(NODES)
def test_the_source_is_the_same_each_time(node: Node) -> None:
    assert source([(0, node)]) == source([(0, node)])


def test_a_shared_condition_is_written_once() -> None:
    agent = Text("fauxcorp.actor", "eq", ("agent",))
    rules: list[tuple[int, Node]] = [(n, And((agent, Text("email.subject", "eq", (str(n),))))) for n in range(20)]
    written = source(rules)
    assert written.count("'agent'") == 1
    assert written.count("get('email.subject')") == 1


def test_a_rule_of_very_many_conditions_compiles() -> None:
    parts = tuple(Text("email.body", "contains", (str(n),)) for n in range(500))
    body = " ".join(str(n) for n in range(500))
    assert _hits([And(parts), And((*parts, Text("email.body", "contains", ("x",))))], {"email.body": body}) == [0]


def test_conjuncts_flatten_nested_ands_only() -> None:
    a, b, c = (Null(n) for n in ("a", "b", "c"))
    assert conjuncts(And((a, And((b, Or((c, a))))))) == (a, b, Or((c, a)))


def test_fields_of_names_every_field() -> None:
    node = And((Not(Ref("a", "b", "eq")), Or((Text(None, "contains", ("x",)), Null("c"))), Regex("d", "x")))
    assert fields_of(node) == {"a", "b", "c", "d"}


@pytest.mark.parametrize(
    "bad", [[], ["nothing"], ["text", "a", "like", ["x"], False], ["number", "a", "eq", "x"], ["null", 3], ["and", 7]]
)
def test_damaged_json_is_no_node(bad: Any) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, IndexError)):
        from_json(bad)
