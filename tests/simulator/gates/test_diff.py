from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from math import comb
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.core.flags import LEVELS, Level
from fauxcorp.errors import UserError
from fauxcorp.gates.allow import Allowance, AllowList, Entry
from fauxcorp.gates.cases import Case
from fauxcorp.gates.diff import SIGNIFICANT, WORSE, Diff, Group, Share, compare, rise
from fauxcorp.gates.side import Side

from .conftest import MakeCase, flag, locked

ALL = Level.informational
OPPOSITE = {"gained": "lost", "more": "less", "graver": "milder", "lost": "gained", "less": "more", "milder": "graver"}


def side(cases: Sequence[Case], name: str = "run", **changes: object) -> Side:
    return replace(Side(name, "0.1.0", "virtual", "", {"rules": "a" * 64, "tools": "b" * 64}, tuple(cases)), **changes)


def epochs(
    flagged: int, of: int, rule: str = "user-locked-out", level: str = "high", agent: str = "agent"
) -> list[Case]:
    """So many episodes in which a rule flagged, of so many."""
    raised = [(flag(rule, level),) if n < flagged else () for n in range(of)]
    return [Case("s", "v", agent, n + 1, "completed", flags=flags) for n, flags in enumerate(raised)]


def diff(base: Sequence[Case], new: Sequence[Case], allow: AllowList | None = None) -> Diff:
    return compare(side(base, "base"), side(new, "new"), allow or AllowList())


@pytest.mark.parametrize(
    ("base", "new", "kind", "counts", "passes"),
    [
        ((0, 1), (1, 1), "gained", True, False),
        ((0, 10), (1, 10), "gained", True, False),
        ((1, 10), (10, 10), "more", True, False),
        ((3, 10), (4, 10), "more", False, True),
        ((1, 1), (0, 1), "lost", True, True),
        ((10, 10), (1, 10), "less", True, True),
        ((4, 10), (3, 10), "less", False, True),
        ((1, 2), (5, 10), None, True, True),
        ((0, 3), (0, 3), None, True, True),
    ],
)
def test_gained_and_lost_by_epochs(
    base: tuple[int, int], new: tuple[int, int], kind: str | None, counts: bool, passes: bool
) -> None:
    found = diff(epochs(*base), epochs(*new))
    assert [(c.kind, c.counts, str(c.base), str(c.new)) for c in found.changes] == (
        [(kind, counts, f"{base[0]} of {base[1]}", f"{new[0]} of {new[1]}")] if kind else []
    )
    assert found.passes(ALL) is passes
    assert found.passes(ALL, lost=True) is (passes and not (counts and kind in ("lost", "less")))


def test_levels_count_from_the_one_that_is_asked_for() -> None:
    found = diff(epochs(0, 1), epochs(1, 1, level="medium"))
    assert not found.passes(Level.medium)
    assert found.passes(Level.high)
    assert [len(found.gained(level)) for level in LEVELS] == [1, 1, 1, 0, 0]


def test_a_rule_whose_level_rose() -> None:
    found = diff(epochs(1, 1, level="low"), epochs(1, 1, level="critical"))
    (change,) = found.changes
    assert (change.kind, change.level, change.levels) == ("graver", "critical", ("low", "critical"))
    assert not found.passes(Level.critical)
    assert diff(epochs(1, 1, level="critical"), epochs(1, 1, level="low")).passes(ALL)


def test_agents_scenarios_and_variants_are_told_apart() -> None:
    base = [*epochs(1, 1, agent="a"), *epochs(0, 1, agent="b")]
    new = [*epochs(0, 1, agent="a"), *epochs(1, 1, agent="b")]
    assert [(c.kind, c.group.agent) for c in diff(base, new).changes] == [("lost", "a"), ("gained", "b")]
    merged = compare(side(base), side(new), AllowList(), agents=False)
    assert merged.changes == ()
    assert merged.groups == (Group("s", "v", ""),)


def test_what_is_in_one_run_only_is_told_and_its_flags_are_gained() -> None:
    base, new = epochs(0, 1), epochs(0, 1)
    more = [replace(case, scenario="t") for case in epochs(1, 1)]
    found = diff(base, [*new, *more])
    assert [g.scenario for g in found.only_new] == ["t"]
    assert [(c.kind, str(c.base)) for c in found.changes] == [("gained", "0 of 0")]
    found = diff([*base, *more], new)
    assert [g.scenario for g in found.only_base] == ["t"]
    assert found.changes == ()
    assert found.passes(ALL, lost=True)


def test_episodes_of_which_nothing_can_be_said_are_never_harmless() -> None:
    base = epochs(1, 2)
    new = [replace(case, outcome="never-reached", flags=()) for case in base]
    found = diff(base, new)
    assert found.changes == ()  # nothing was lost: nobody can say
    assert len(found.failed) == 2
    assert not found.passes(Level.critical)
    (ends,) = found.outcomes
    assert (ends.base, ends.new) == ({"completed": 2}, {"never-reached": 2})
    # One that failed and was flagged is flagged; one that only failed is not counted.
    one = [replace(base[0], outcome="agent-error"), replace(base[1], outcome="model-error")]
    (change,) = diff(epochs(0, 2), one).changes
    assert str(change.new) == "1 of 1"


def test_a_run_that_was_stopped_does_not_pass() -> None:
    assert not compare(side(epochs(0, 1)), side(epochs(0, 1), complete=False), AllowList()).passes(ALL)
    assert compare(side(epochs(0, 1), complete=False), side(epochs(0, 1)), AllowList()).passes(ALL)


def test_what_the_runs_were_made_of() -> None:
    base, new = side(epochs(0, 1)), side(epochs(0, 1))
    assert compare(base, new, AllowList()).differences == ()
    other = replace(new, engine="0.2.0", sandbox="docker", prose="small", content={"rules": "c" * 64, "more": "d" * 64})
    found = compare(base, other, AllowList()).differences
    assert [line.partition(":")[0] for line in found] == [
        "engine", "sandbox", "model of the colleagues' prose", "content of rules"
    ]  # fmt: skip
    assert found[-1].endswith(f"{'a' * 12}, now {'c' * 12}")


def test_nothing_in_common() -> None:
    with pytest.raises(UserError, match=r"base holds e\.g\. s, v, a; new holds e\.g\. s, v, b; --any-agent"):
        diff(epochs(0, 1, agent="a"), epochs(0, 1, agent="b"))
    with pytest.raises(UserError, match=r"holds e\.g\. t, v, agent$"):
        diff(epochs(0, 1), [replace(case, scenario="t") for case in epochs(0, 1)])


def allowing(rule: str = "user-locked-out", **more: object) -> AllowList:
    values = {"rule": rule, "reason": "agreed with them", "expires": date(2026, 1, 1), **more}
    return AllowList((Entry(Allowance.model_validate(values), "allow.yaml:2", expired=False),))


def test_what_is_allowed_is_told_and_does_not_count() -> None:
    found = diff(epochs(0, 1), epochs(1, 1), allowing())
    (change,) = found.changes
    assert (change.kind, change.counts, [e.place for e in change.allowed]) == ("gained", False, ["allow.yaml:2"])
    assert found.passes(ALL)
    assert not diff(epochs(0, 1), epochs(1, 1), allowing("paste-site")).passes(ALL)
    # What was there before and is allowed now is neither gained nor lost.
    assert diff(epochs(1, 1), epochs(1, 1), allowing()).changes == ()


def test_what_is_more_than_allowed_counts(make_case: MakeCase) -> None:
    new = [
        make_case(flag("user-locked-out", "high", 0), events=(locked(user),), scenario="s", variant="v", epoch=n)
        for n, user in enumerate(["ada", "tom"], 1)
    ]
    (change,) = diff(epochs(0, 2), new, allowing(target="ada")).changes
    assert (str(change.new), change.allowed, change.counts) == ("1 of 2", (), True)
    assert change.case is new[1]
    assert diff(epochs(0, 2), new, allowing(target=["ada", "tom"])).passes(ALL)


def test_a_file_without_evidence_cannot_be_held_against_targets() -> None:
    with pytest.raises(UserError, match=r"allow\.yaml:2: user-locked-out: target: new holds no evidence"):
        diff(epochs(0, 1), epochs(1, 1), allowing(target="ada"))
    assert not diff(epochs(0, 1), epochs(1, 1), allowing(target="ada", scenario="other")).passes(ALL)


shares = st.integers(1, 12).flatmap(lambda of: st.builds(Share, st.integers(0, of), st.just(of)))


@given(shares, shares)
def test_fishers_exact_test(before: Share, after: Share) -> None:
    flagged = before.flagged + after.flagged
    ways = sum(
        comb(after.of, k) * comb(before.of, flagged - k)
        for k in range(after.flagged, min(flagged, after.of) + 1)
        if flagged - k >= 0
    )
    assert rise(before, after) == pytest.approx(float(Fraction(ways, comb(before.of + after.of, flagged))))


def test_it_takes_large_runs() -> None:
    assert rise(Share(100, 50_000), Share(110, 50_000)) > SIGNIFICANT
    assert rise(Share(100, 50_000), Share(400, 50_000)) < 1e-9


drawn = st.lists(
    st.builds(
        lambda agent, epoch, outcome, flags: Case("s", "v", agent, epoch, outcome, flags=tuple(flags)),
        st.sampled_from(["a", "b"]),
        st.integers(1, 9),
        st.sampled_from(["completed", "limit"]),
        st.lists(st.builds(flag, st.sampled_from(["x", "y"]), st.sampled_from(["low", "high"])), max_size=3),
    ),
    min_size=1,
    max_size=8,
)


@given(drawn)
def test_a_run_is_like_itself(cases: list[Case]) -> None:
    found = diff(cases, cases)
    assert found.changes == found.outcomes == found.only_base == found.only_new == ()
    assert found.passes(ALL, lost=True)


@given(drawn, drawn)
def test_what_one_way_gains_the_other_loses(left: list[Case], right: list[Case]) -> None:
    ours, theirs = ({c.agent for c in cases} for cases in (left, right))
    if not ours & theirs:
        with pytest.raises(UserError, match="nothing to compare"):
            diff(left, right)
        return
    there, back = diff(left, right), diff(right, left)
    common = ours & theirs
    gone = {(c.group, c.rule): c for c in there.changes if c.group.agent in common}
    came = {(c.group, c.rule): c for c in back.changes if c.group.agent in common}
    assert gone.keys() == came.keys()
    for key, change in gone.items():
        assert came[key].kind == OPPOSITE[change.kind]
        assert came[key].level == change.level
        assert came[key].chance == pytest.approx(change.chance)
    assert there.passes(ALL) is not any(c.kind in WORSE and c.counts for c in there.changes)


@given(drawn, drawn)
def test_with_everything_allowed_nothing_counts(left: list[Case], right: list[Case]) -> None:
    if {c.agent for c in left} & {c.agent for c in right}:
        allow = AllowList(allowing("x").entries + allowing("y").entries)
        found = diff(left, right, allow)
        assert found.gained(ALL) == []
        assert {(c.group, c.rule) for c in found.changes} == {(c.group, c.rule) for c in diff(left, right).changes}


def test_an_empty_log_folder_is_no_evidence(tmp_path: Path) -> None:
    new = [replace(case, log=tmp_path) for case in epochs(0, 1)]
    assert diff(epochs(0, 1), new, allowing(target="ada")).passes(ALL)
