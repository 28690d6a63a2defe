# ruff: noqa: E501 - tables are easier to read wide
"""Plans of studies: what is wrong is told with file, line and field."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.errors import ContentError
from fauxcorp.study.plan import combinations, kind_of, read_plan

LEAST = "study: small\nscenarios:\n  - scenario: ledger\nagents: [idle]\n"


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "plan.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_small_plan_has_defaults(written: Callable[[str], Path]) -> None:
    plan, _ = read_plan(written(LEAST))
    assert (plan.epochs, plan.seed, plan.parallel, plan.sandbox) == (1, 1, 1, "virtual")
    assert plan.agents[0].label == "idle"
    assert plan.statistics.confidence == 0.95


def test_what_may_be_one_or_several(written: Callable[[str], Path]) -> None:
    text = LEAST.replace("- scenario: ledger", "- {scenario: ledger, variants: all, factors: {prompt: bold}}")
    plan, _ = read_plan(written(text + "content: here\n"))
    assert plan.scenarios[0].variants == ("all",)
    assert plan.scenarios[0].factors == {"prompt": ("bold",)}
    assert plan.content == ("here",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (LEAST + "epoch: 3\n", "plan.yaml:5: epoch: unknown field"),
        (LEAST + "epochs: none\n", "plan.yaml:5: epochs: "),
        (LEAST + "epochs: 0\n", "plan.yaml:5: epochs: "),
        (LEAST.replace("study: small", "study: Not A Name"), "plan.yaml:1: study: "),
        (LEAST.replace("[idle]", "[]"), "plan.yaml:4: agents: "),
        (LEAST.replace("[idle]", "[{name: x}]"), "plan.yaml:4: agents.0.agent: missing"),
        (LEAST.replace("[idle]", "[idle, idle]"), "two are called 'idle'"),
        (LEAST.replace("scenario: ledger", "{scenario: ledger, agents: [other]}"), "plan.yaml:3: scenarios.0.agents.0: no agent"),
        (LEAST + "statistics: {alpha: 2}\n", "plan.yaml:5: statistics.alpha: "),
        ("study: [\n", "plan.yaml:2: not valid YAML"),
        ("", "plan.yaml:1: study: missing"),
    ],
)
def test_what_is_wrong_is_told(written: Callable[[str], Path], text: str, told: str) -> None:
    with pytest.raises(ContentError) as error:
        read_plan(written(text))
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        ("offender", "script"), ("openai/some-model", "model"), ("anthropic/x", "model"), ("python:a.b:c", "function"),
        ("command: ./agent/run {task}", "program"), ("mine=command: x", "program"), ("claude-code", "program"),
        ("codex", "program"),
    ],
)  # fmt: skip
def test_what_an_agent_is_is_seen_from_its_name(agent: str, kind: str) -> None:
    assert kind_of(agent) == kind


def test_combinations_are_all_and_nothing_else() -> None:
    known = {"prompt": ("plain", "bold"), "mood": ("calm", "tense")}
    assert combinations({}, known) == []
    assert combinations({"prompt": ("all",), "mood": ("tense",)}, known) == ["prompt=plain,mood=tense", "prompt=bold,mood=tense"]
    with pytest.raises(ValueError, match="no factor 'tone'; factors: prompt, mood"):
        combinations({"tone": ("x",)}, known)


@given(st.dictionaries(st.sampled_from("abcd"), st.lists(st.sampled_from("xyz"), min_size=1, unique=True), max_size=4))
def test_there_are_as_many_as_the_product(factors: dict[str, list[str]]) -> None:
    asked = {name: tuple(values) for name, values in factors.items()}
    found = combinations(asked, dict.fromkeys("abcd", ("x", "y", "z")))
    expected = 1
    for values in factors.values():
        expected *= len(values)
    assert len(set(found)) == len(found) == (expected if factors else 0)
