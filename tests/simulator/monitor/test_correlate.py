"""Correlations over simulated time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.core.flags import Flag
from fauxcorp.monitor import Monitor, RuleSet, correlate
from fauxcorp.monitor.correlate import Hit, Tracker
from fauxcorp.monitor.rules import Correlation

Load = Callable[..., RuleSet]
Make = Callable[..., dict[str, Any]]


@pytest.fixture
def run(load: Load, rule_text: Callable[..., str], correlation_text: Callable[..., str], make_event: Make) -> Any:
    """The evidence of each flag of a correlation over rules `a`, `b` and `c`, which match mail of that subject."""

    def run(body: str, events: list[tuple[float, dict[str, Any] | str]], rules: str = "abc") -> list[tuple[int, ...]]:
        texts = [
            rule_text(f"s: {{email.subject: {r}}}\ncondition: s", number=n, name=r) for n, r in enumerate(rules, 1)
        ]
        loaded = load({"rule": "---\n".join([*texts, correlation_text(body)])}) if len(rules) else load({})
        monitor = Monitor(loaded)
        flags: list[Flag] = []
        for number, (seconds, fields) in enumerate(events, 1):
            fields = {"email.subject": fields} if isinstance(fields, str) else fields
            flags += monitor.feed(make_event(number, seconds, **fields))
        assert all(f.rule == "rule" and f.level == "critical" for f in flags)
        return [f.evidence for f in flags]

    return run


A = {"email.subject": "a"}


def count(op: str = "gte: 3", more: str = "") -> str:
    return f"type: event_count\nrules: [a]\ntimespan: 1m\ncondition: {{{op}}}\n{more}"


def test_event_count_flags_when_the_threshold_is_met(run: Any) -> None:
    assert run(count(), [(0, "a"), (10, "x"), (20, "a"), (30, "a")], "a") == [(1, 3, 4)]
    assert run(count(), [(0, "a"), (1, "a")], "a") == []


def test_both_ends_of_the_time_span_are_in_it(run: Any) -> None:
    assert run(count(), [(0, "a"), (30, "a"), (60, "a")], "a") == [(1, 2, 3)]
    assert run(count(), [(0, "a"), (30, "a"), (60.001, "a")], "a") == []


def test_it_flags_once_until_the_count_has_fallen(run: Any) -> None:
    steady = [(n * 10, "a") for n in range(20)]
    assert run(count(), steady, "a") == [(1, 2, 3)]
    twice = [(0, "a"), (1, "a"), (2, "a"), (3, "a"), (100, "a"), (101, "a"), (102, "a")]
    assert run(count(), twice, "a") == [(1, 2, 3), (5, 6, 7)]


@pytest.mark.parametrize(
    ("op", "expected"),
    [
        ("gt: 2", [(1, 2, 3)]),
        ("eq: 2", [(1, 2)]),
        ("lt: 2", [(1,)]),
        ("lte: 2", [(1,)]),
        ("neq: 1", [(1, 2)]),
        ("gte: 1", [(1,)]),
    ],
)
def test_operators(run: Any, op: str, expected: list[tuple[int, ...]]) -> None:
    assert run(count(op), [(0, "a"), (1, "a"), (2, "a"), (3, "a")], "a") == expected


def test_groups_are_counted_apart(run: Any) -> None:
    by_user = count(more="group-by: [user.name]\n")
    events = [(n, {**A, "user.name": "ada" if n % 2 else "Bob"}) for n in range(5)]
    assert run(by_user, events, "a") == [(1, 3, 5)]
    assert run(by_user, [(n, {**A, "user.name": u}) for n, u in enumerate(["ada", "ADA", "Ada"])], "a") == [(1, 2, 3)]
    assert run(by_user, [(n, {**A, "user.name": None}) for n in range(5)], "a") == []
    lists = [(n, {**A, "fauxcorp.outside.domains": d}) for n, d in enumerate([["x", "y"], ["y"], ["y", "z"]])]
    assert run(count(more="group-by: fauxcorp.outside.domains\n"), lists, "a") == [(1, 2, 3)]


def values(op: str = "gte: 3", kind: str = "value_count", field: str = "email.to.address") -> str:
    return f"type: {kind}\nrules: [a]\ntimespan: 1m\ncondition: {{field: {field}, {op}}}\n"


def test_value_count_counts_distinct_values(run: Any) -> None:
    def to(*addresses: str) -> dict[str, Any]:
        return {**A, "email.to.address": list(addresses)}

    assert run(values(), [(0, to("p")), (1, to("q")), (2, to("P")), (3, to("r"))], "a") == [(2, 3, 4)]
    assert run(values(), [(0, to("p", "q", "r"))], "a") == [(1,)]
    assert run(values(), [(0, to("p", "")), (1, to("q")), (2, A)], "a") == []
    assert run(values(), [(0, to("p")), (1, to("q")), (62, to("r"))], "a") == []
    assert run(values(), [(0, to("p")), (1, to("q")), (59, to("p")), (61, to("q", "r"))], "a") == [(3, 4)]


def test_value_sum_adds_up(run: Any) -> None:
    def out(count: Any) -> dict[str, Any]:
        return {**A, "fauxcorp.outside.count": count}

    body = values("gte: 10", "value_sum", "fauxcorp.outside.count")
    assert run(body, [(0, out(4)), (1, out(0)), (2, A), (3, out(6))], "a") == [(1, 4)]
    assert run(body, [(0, out(4)), (61, out(6))], "a") == []
    assert run(body, [(0, out(40)), (61, out(3)), (62, out(7))], "a") == [(1,), (2, 3)]


def test_temporal_needs_all_rules_in_any_order(run: Any) -> None:
    body = "type: temporal\nrules: [a, b, c]\ntimespan: 1m\n"
    assert run(body, [(0, "c"), (10, "a"), (20, "a"), (30, "b")]) == [(1, 3, 4)]
    assert run(body, [(0, "c"), (10, "a"), (61, "b")]) == []
    assert run(body + "condition: {gte: 2}\n", [(0, "c"), (10, "a")]) == [(1, 2)]


def test_temporal_with_an_expression(run: Any) -> None:
    body = "type: temporal\nrules: [a, b, c]\ntimespan: 1m\ncondition: a and (b or c)\n"
    assert run(body, [(0, "b"), (1, "c"), (2, "a")]) == [(1, 2, 3)]
    assert run(body, [(0, "b"), (1, "c")]) == []


def test_temporal_ordered_needs_the_order(run: Any) -> None:
    body = "type: temporal_ordered\nrules: [a, b, c]\ntimespan: 1m\n"
    assert run(body, [(0, "a"), (1, "b"), (2, "c")]) == [(1, 2, 3)]
    assert run(body, [(0, "b"), (1, "a"), (2, "c"), (3, "b")]) == []
    assert run(body, [(0, "b"), (1, "a"), (2, "c"), (3, "b"), (4, "c")]) == [(2, 4, 5)]
    assert run(body, [(0, "a"), (30, "b"), (61, "c")]) == []
    assert run(body, [(0, "a"), (50, "a"), (55, "b"), (100, "c")]) == [(2, 3, 4)], "the chain that began last counts"
    assert run(body, [(0, "a"), (1, "b"), (2, "c"), (3, "a"), (4, "b"), (5, "c")]) == [(1, 2, 3)]


def test_one_event_is_one_step_of_an_order(load: Load, rule_text: Any, correlation_text: Any, make_event: Make) -> None:
    both = [rule_text("s: {email.subject: a}\ncondition: s", number=n, name=f"r{n}") for n in (1, 2)]
    body = "type: temporal_ordered\nrules: [r1, r2]\ntimespan: 1m\n"
    monitor = Monitor(load({"rule": "---\n".join([*both, correlation_text(body)])}))
    assert monitor.feed(make_event(1, 0, **A)) == []
    assert [f.evidence for f in monitor.feed(make_event(2, 1, **A))] == [(1, 2)]


def test_one_event_that_two_rules_match_counts_once(
    load: Load, rule_text: Any, correlation_text: Any, make_event: Make
) -> None:
    both = [rule_text("s: {email.subject: a}\ncondition: s", number=n, name=f"r{n}") for n in (1, 2)]
    body = "type: event_count\nrules: [r1, r2]\ntimespan: 1m\ncondition: {gte: 2}\n"
    monitor = Monitor(load({"rule": "---\n".join([*both, correlation_text(body)])}))
    assert monitor.feed(make_event(1, 0, **A)) == []
    assert [f.evidence for f in monitor.feed(make_event(2, 1, **A))] == [(1, 2)]


def test_aliases_join_different_fields(run: Any) -> None:
    body = (
        "type: temporal\nrules: [a, b]\ntimespan: 1m\ngroup-by: [who]\n"
        "aliases: {who: {a: user.name, b: email.from.address}}\n"
    )
    one = {"email.subject": "a", "user.name": "ada"}
    assert run(
        body, [(0, one), (1, {"email.subject": "b", "email.from.address": ["ada"], "user.name": "x"})], "ab"
    ) == [(1, 2)]
    assert (
        run(body, [(0, one), (1, {"email.subject": "b", "email.from.address": ["bob"], "user.name": "ada"})], "ab")
        == []
    )


def test_a_correlation_of_correlations(load: Load, rule_text: Any, correlation_text: Any, make_event: Make) -> None:
    text = "---\n".join(
        [
            rule_text("s: {email.subject: a}\ncondition: s", name="a"),
            correlation_text(
                "type: event_count\nrules: [a]\ntimespan: 10s\ncondition: {gte: 2}\n", number=91, name="burst"
            ),
            correlation_text("type: event_count\nrules: [burst]\ntimespan: 1h\ncondition: {gte: 2}\n"),
        ]
    )
    monitor = Monitor(load({"rule": text}))
    times = [0, 1, 100, 101, 102]
    flags = [f for n, t in enumerate(times, 1) for f in monitor.feed(make_event(n, t, **A))]
    assert [f.evidence for f in flags] == [(1, 2, 3, 4)]


def test_generate_keeps_the_flags_of_the_counted_rule(
    load: Load, rule_text: Any, correlation_text: Any, make_event: Make
) -> None:
    one = rule_text("s: {email.subject: a}\ncondition: s", name="a")
    rules = load({"one": one, "many": correlation_text(count("gte: 2", "generate: true\n"))})
    monitor = Monitor(rules)
    found = [[f.rule for f in monitor.feed(make_event(n, n, **A))] for n in (1, 2, 3)]
    assert found == [["one"], ["one", "many"], ["one"]]


def test_a_fork_goes_its_own_way(load: Load, rule_text: Any, correlation_text: Any, make_event: Make) -> None:
    one = rule_text("s: {email.subject: a}\ncondition: s", name="a")
    bodies = {
        "events": count(),
        "values": values(field="email.message_id"),
        "together": "type: temporal\nrules: [a]\ntimespan: 1m\n",
        "ordered": "type: temporal_ordered\nrules: [a, a]\ntimespan: 1m\n",
        "total": values("gte: 3", "value_sum", "fauxcorp.outside.count"),
    }
    texts = {
        stem: correlation_text(body + "generate: true\n", number=n, name=stem)
        for n, (stem, body) in enumerate(bodies.items(), 100)
    }
    monitor = Monitor(load({"one": one, **texts}))

    def step(of: Monitor, number: int) -> list[Flag]:
        fields = {**A, "email.message_id": str(number), "fauxcorp.outside.count": 1}
        return of.feed(make_event(number, number, **fields))

    step(monitor, 1)
    step(monitor, 2)
    fork = monitor.fork()
    ahead = [step(fork, n) for n in (3, 4, 5)]
    behind = [step(monitor, n) for n in (3, 4, 5)]
    assert behind == ahead
    assert {f.rule for f in behind[0]} == {"one", "events", "values", "total"}
    other = monitor.fork()
    for n in range(6, 20):
        step(other, n)
    assert [f.rule for f in step(monitor, 6)] == ["one"]


def _rule(kind: str, **more: Any) -> Correlation:
    fields: dict[str, Any] = {
        "key": "k",
        "kind": kind,
        "sources": ("s",),
        "groups": ((),),
        "values": ((),),
        "span": 1000,
        "op": "gte",
        "threshold": 3,
        "flags": True,
        "rule": "r",
    }
    return Correlation(**{**fields, **more})


@given(st.lists(st.integers(0, 700), max_size=40), st.integers(1, 6))
def test_event_count_agrees_with_counting_anew(gaps: list[int], threshold: int) -> None:
    tracker = Tracker(_rule("event_count", threshold=threshold))
    times: list[int] = []
    held = False
    for number, gap in enumerate(gaps):
        now = (times[-1] if times else 0) + gap
        before = sum(t >= now - 1000 for t in times) >= threshold
        times.append(now)
        holds = sum(t >= now - 1000 for t in times) >= threshold
        found = tracker.feed([(0, Hit(now, {}, (number,)))])
        assert bool(found) == (holds and not (held and before))
        held = holds


@given(st.lists(st.tuples(st.integers(0, 700), st.sampled_from("pqrs")), max_size=40), st.integers(1, 4))
def test_value_count_agrees_with_counting_anew(steps: list[tuple[int, str]], threshold: int) -> None:
    tracker = Tracker(_rule("value_count", threshold=threshold, values=(("v",),)))
    seen: list[tuple[int, str]] = []
    held, now = False, 0
    for number, (gap, value) in enumerate(steps):
        now += gap
        before = len({v for t, v in seen if t >= now - 1000}) >= threshold
        seen.append((now, value))
        holds = len({v for t, v in seen if t >= now - 1000}) >= threshold
        found = tracker.feed([(0, Hit(now, {"v": value}, (number,)))])
        assert bool(found) == (holds and not (held and before))
        held = holds


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(correlate, "MOST_GROUPS", 50)
    monkeypatch.setattr(correlate, "MOST_KEPT", 40)
    tracker = Tracker(_rule("value_count", threshold=1000, groups=(("g",),), values=(("v",),), span=10**9))
    for n in range(2000):
        tracker.feed([(0, Hit(n, {"g": [str(n), "same"], "v": [str(n), str(-n)]}, (n,)))])
    assert len(tracker._groups) == 50
    assert len(tracker._groups[("same",)].kept) == 40  # type: ignore[attr-defined]


def test_a_huge_list_is_cut_and_evidence_too(run: Any) -> None:
    many = {**A, "email.to.address": [f"p{n}" for n in range(30_000)]}
    assert run(values("gte: 5000"), [(0, many)], "a") == [(1,)]
    evidence = run(count("gte: 400"), [(n / 100, "a") for n in range(400)], "a")[0]
    assert len(evidence) == correlate.MOST_EVIDENCE
    assert evidence[-1] == 400


def test_time_that_runs_backwards_does_no_harm(run: Any) -> None:
    assert run(count(), [(100, "a"), (50, "a"), (101, "a")], "a") == [(1, 2, 3)]
