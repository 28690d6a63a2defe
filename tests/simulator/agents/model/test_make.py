"""Which names are models, and what they need."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fauxcorp.agents.model.make import make_agent
from fauxcorp.agents.model.recording import Recording
from fauxcorp.agents.model.said import ModelSettings
from fauxcorp.errors import UserError

from .conftest import KEY, KEYS


@pytest.mark.parametrize("name", ["openai/gpt-x", "openai-responses/gpt-x", "anthropic/claude-x", "openai/org/m:free"])
def test_models(name: str) -> None:
    assert make_agent(name, ModelSettings(), KEYS).name == name
    assert make_agent(name, ModelSettings(base_url="http://localhost:1/v1"), {}).name == name


@pytest.mark.parametrize("name", ["idle", "openai/", "/x", "mistral/x", ""])
def test_no_models(name: str) -> None:
    with pytest.raises(UserError, match="models are named openai/NAME, openai-responses/NAME, anthropic/NAME"):
        make_agent(name, ModelSettings(), KEYS)


def test_a_provider_wants_a_key() -> None:
    with pytest.raises(UserError, match=r"needs a key in \$ANTHROPIC_API_KEY, or --base-url"):
        make_agent("anthropic/x", ModelSettings(), {"OPENAI_API_KEY": KEY})


def test_a_replay_wants_none(tmp_path: Path) -> None:
    line = {"episode": "e", "n": 1, "hash": "h", "new": {}, "answer": {}}
    (tmp_path / "x.jsonl").write_text(f"{json.dumps(line)}\n")
    made = make_agent("anthropic/x", ModelSettings(), {}, Recording(tmp_path / "x.jsonl"))
    assert made.name == "anthropic/x"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (ModelSettings(base_url="localhost"), "not a base URL"),
        (ModelSettings(price="3"), "not a price: '3'"),
        (ModelSettings(max_cost=1.0), "no price of openai/x is known"),
        (ModelSettings(max_cost=1.0, base_url="http://localhost:1/v1"), "no price of openai/x is known"),
    ],
)
def test_settings_that_will_not_do(settings: ModelSettings, said: str) -> None:
    with pytest.raises(UserError, match=said):
        make_agent("openai/x", settings, KEYS)


def test_a_price_is_looked_up_only_if_a_cost_is_asked_for() -> None:
    assert make_agent("openai/x", ModelSettings(), KEYS)
    assert make_agent("openai/x", ModelSettings(max_cost=1.0, price="1,2"), KEYS)
    assert make_agent("openai/gpt-4o", ModelSettings(max_cost=1.0), KEYS)
    assert make_agent("openai-responses/gpt-4o", ModelSettings(max_cost=1.0), KEYS)
