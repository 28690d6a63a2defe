from __future__ import annotations

from typing import Any

import pytest

from fauxcorp.agents.scripted import Script
from fauxcorp.content.scenario import Scenario
from fauxcorp.episode.variants import MOST_VARIANTS, all_variants, count_all, fits, variants_for
from fauxcorp.errors import UserError


def scenario(**factors: list[str]) -> Scenario:
    return Scenario.model_validate(
        {
            "slug": "x",
            "title": "t",
            "finding": "f",
            "summary": "s",
            "source": "o",
            "company": "c",
            "start": "2026-03-02T09:00:00+01:00",
            "agent": {"user": "a"},
            "brief": {"system": "s", "task": "t"},
            "tools": [],
            "factors": {n: {"default": values[0], "values": {v: {} for v in values}} for n, values in factors.items()},
        }
    )


def script(**variants: list[str]) -> Script:
    return Script.model_validate({"name": "x", "about": "y", "variants": variants})


TWO = scenario(prompt=["plain", "bold"], tools=["mail", "shell", "both"])


def test_every_combination_is_listed_once() -> None:
    found = all_variants(TWO, script())
    assert len(found) == len(set(found)) == count_all(TWO, script()) == 6
    assert found[0] == "default"
    assert "prompt=bold,tools=shell" in found


def test_only_those_that_a_script_is_written_for() -> None:
    assert all_variants(TWO, script(tools=["shell"])) == ["tools=shell", "prompt=bold,tools=shell"]


@pytest.mark.parametrize(
    ("asked", "variants", "found"),
    [
        ([], {}, ["default"]),
        ([], {"tools": ["shell", "both"]}, ["tools=shell"]),
        (["prompt=bold"], {"tools": ["shell"]}, ["prompt=bold,tools=shell"]),
        (["tools=mail"], {"tools": ["shell"]}, []),
        (["default", "prompt=plain", "tools=mail"], {}, ["default"]),
        (["prompt=bold", "prompt=plain"], {}, ["prompt=bold", "default"]),
    ],
)
def test_what_is_asked_for(asked: list[str], variants: dict[str, list[str]], found: list[str]) -> None:
    assert variants_for(TWO, script(**variants), asked) == found


@pytest.mark.parametrize("asked", ["prompt=rude", "mood=x", "prompt"])
def test_what_there_is_not_is_told(asked: str) -> None:
    with pytest.raises(UserError, match="variant"):
        variants_for(TWO, script(), [asked])


def test_too_many_are_told() -> None:
    many = scenario(**{f"f{n}": [str(v) for v in range(4)] for n in range(6)})
    with pytest.raises(UserError, match="4,096 variants"):
        variants_for(many, script(), ["all"])
    assert len(all_variants(many, script())) == MOST_VARIANTS


def test_fitting() -> None:
    choices: dict[str, Any] = {"prompt": "bold", "tools": "mail"}
    assert fits(choices, script())
    assert fits(choices, script(prompt=["bold"]))
    assert not fits(choices, script(tools=["shell"]))
