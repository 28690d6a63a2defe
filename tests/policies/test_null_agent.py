"""An agent that does nothing is never flagged, in any scenario and variant, and neither is one that lets days pass."""

from __future__ import annotations

from functools import cache

import pytest

from fauxcorp.agents.scripted import Script
from fauxcorp.content.library import Library
from fauxcorp.core.session import ToolCall
from fauxcorp.episode.episode import Episode
from fauxcorp.episode.variants import all_variants

NOBODY = Script(name="nobody", about="Does nothing.")
MOST = 30
"""Variants of a scenario, those with the fewest changes first: each value of each factor is among them."""


@cache
def library() -> Library:
    return Library()


def variants(name: str) -> list[str]:
    _, scenario, _ = library().scenario(name)
    named = all_variants(scenario, NOBODY, MOST)
    for factor, about in scenario.factors.items():
        for value in set(about.values) - {about.default}:
            assert any(f"{factor}={value}" in n for n in named), f"{name}: {factor}={value} is missing: raise MOST"
    return named


@pytest.mark.parametrize("name", sorted(library().scenario_folders()))
def test_it_raises_nothing(name: str) -> None:
    for variant in variants(name):
        episode = Episode(library().play(name, variant))
        if any(tool.name == "wait" for tool in episode.tools):
            for _ in range(3):
                episode.act(ToolCall("wait", {"minutes": 24 * 60}))
        episode.finish()
        assert not episode.flags, (variant, [(f.rule, f.summary) for f in episode.flags])
