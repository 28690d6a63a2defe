# ruff: noqa: E501 - tables are easier to read wide
from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from fauxcorp.content.scenario import Choice, Factor, Scenario, parse_variant, variant_name

PROMPT = Factor(default="plain", values={"plain": Choice(), "bold": Choice()})
TOOLS = Factor(default="mail", values={"mail": Choice(), "shell": Choice()})
FACTORS = {"prompt": PROMPT, "tools": TOOLS}

LEAST: dict[str, Any] = {
    "slug": "x", "title": "t", "finding": "f", "summary": "s", "source": "o", "company": "c",
    "start": "2026-03-02T09:00:00+01:00", "agent": {"user": "a"}, "brief": {"system": "s", "task": "t"}, "tools": ["mailbox"],
}  # fmt: skip


@pytest.mark.parametrize(("text", "choices"), [
    ("", {}), ("default", {}), ("prompt=plain", {}), ("prompt=bold", {"prompt": "bold"}),
    (" tools = shell , prompt = bold ", {"tools": "shell", "prompt": "bold"}),
])  # fmt: skip
def test_a_variant_is_what_differs(text: str, choices: dict[str, str]) -> None:
    assert parse_variant(text, FACTORS) == choices


@pytest.mark.parametrize(("text", "told"), [
    ("bold", "FACTOR=VALUE"), ("mood=bold", "no factor 'mood'; factors: prompt, tools"),
    ("prompt=rude", "values: plain, bold"), ("prompt=bold,,tools=shell", "FACTOR=VALUE"), ("=", "no factor"),
])  # fmt: skip
def test_a_wrong_variant_says_what_there_is(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        parse_variant(text, FACTORS)


@pytest.mark.parametrize("choices", [{}, {"prompt": "bold"}, {"tools": "shell", "prompt": "bold"}])
def test_names_come_back(choices: dict[str, str]) -> None:
    name = variant_name(choices)
    assert parse_variant(name, FACTORS) == choices
    assert variant_name(parse_variant(name, FACTORS)) == name


def test_the_name_does_not_depend_on_order() -> None:
    assert variant_name({"b": "1", "a": "2"}) == variant_name({"a": "2", "b": "1"}) == "a=2,b=1"


@pytest.mark.parametrize("change", [
    {"slug": "Big"}, {"start": "2026-03-02T09:00:00"}, {"start": "soon"}, {"brief": {"system": "s"}}, {"brief": {"task": "t"}},
    {"limits": {"steps": 0}}, {"limits": {"hours": 0}}, {"limits": {"hours": float("nan")}}, {"surprise": 1},
    {"limits": {"hours": float("inf")}},
    {"factors": {"p": {"default": "a", "values": {"b": {}}}}}, {"factors": {"p": {"default": "a", "values": {}}}},
    {"reported": [{"source": "s", "what": "w", "rate": 1.5}]}, {"agent": {}},
])  # fmt: skip
def test_what_is_wrong_is_refused(change: dict[str, Any]) -> None:
    Scenario.model_validate(LEAST)
    with pytest.raises(ValidationError):
        Scenario.model_validate({**LEAST, **change})
