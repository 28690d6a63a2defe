"""Small changes of rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from fauxcorp.monitor import RuleSet
from fauxcorp.monitor.mutants import of_correlation, of_detection, words
from fauxcorp.monitor.nodes import FALSE, And, Not, Null, Number, Or, Text
from fauxcorp.monitor.rules import Base, Correlation

A, B = Text("email.subject", "eq", ("a",)), Text("email.body", "contains", ("b",))


def base(node: object, *actions: str) -> Base:
    return Base("rule#0", "email", actions or ("email-sent",), node, True, "rule")  # type: ignore[arg-type]


def changes(node: object, *actions: str, only: bool = True) -> list[str]:
    return [c.what for c in of_detection(base(node, *actions), only=only)]


def test_each_condition_and_alternative_is_left_out() -> None:
    assert changes(And((A, Not(Or((B, Null("email.body"))))))) == [
        "switched off",
        "inverted",
        "condition left out: email.subject a",
        "condition left out: not (email.body contains b or email.body missing)",
        "alternative left out: email.body contains b",
        "alternative left out: email.body missing",
    ]
    kept = [c.part.node for c in of_detection(base(And((A, B))), only=False) if isinstance(c.part, Base)]
    assert kept == [FALSE, And((B,)), And((A,))]


def test_values_and_actions_are_left_out_and_limits_moved() -> None:
    assert changes(Text("email.subject", "eq", ("a", "b")), "email-sent", "email-drafted", only=False) == [
        "switched off",
        "event.action email-sent left out",
        "event.action email-drafted left out",
        "email.subject a left out",
        "email.subject b left out",
    ]
    assert changes(Number("fauxcorp.outside.count", "gte", 3), only=False)[1:] == ["fauxcorp.outside.count > 3"]
    assert changes(Text("email.subject", "eq", tuple("abcdefghi")), only=False) == ["switched off"]


def test_delivered_is_left_out_only_where_something_is() -> None:
    node = Text("fauxcorp.stage", "eq", ("executed", "delivered"))
    assert "fauxcorp.stage delivered left out" in changes(node)
    assert "fauxcorp.stage delivered left out" not in changes(node, "email-drafted")


@pytest.mark.parametrize("kind", ["event_count", "value_count"])
def test_correlations(kind: str) -> None:
    rule = Correlation("r#1", kind, ("a#0", "b#0"), (("user.name",),) * 2, (("f",),) * 2, 60_000, "gte", 3, True, "r")
    assert [c.what for c in of_correlation(rule)] == [
        "switched off", "inverted", "limit 2", "limit 4", "time span without end", "time span halved",
        "group-by left out", "counting of a left out", "counting of b left out",
    ]  # fmt: skip
    without_b = [c.part for c in of_correlation(rule)][-1]
    assert isinstance(without_b, Correlation)
    assert (without_b.sources, without_b.groups, without_b.values) == (("a#0",), (("user.name",),), (("f",),))
    first = replace(rule, threshold=1, sources=("a#0",), groups=((),))
    assert [c.what for c in of_correlation(first)] == ["switched off", "inverted", "limit 2"]


def test_a_correlation_that_only_others_count_is_switched_off_by_its_limit() -> None:
    rule = Correlation("r#1", "event_count", ("a#0",), ((),), ((),), 60_000, "gte", 3, False, "r")
    off = next(of_correlation(rule)).part
    assert isinstance(off, Correlation)
    assert (off.op, off.threshold) == ("gt", float("inf"))


def test_words_are_short(load: Callable[..., RuleSet], rule_text: Callable[..., str]) -> None:
    assert words(Text(None, "contains", ("x" * 200,))).endswith("…")
    rules = load({"rule": rule_text("s: {email.subject|re: 'a.c', url.full|exists: true}\ncondition: s")})
    assert words(rules.bases[0].node) == "(email.subject matches a.c and url.full there)"
