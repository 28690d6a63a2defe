"""Which names are models, and what they need."""

from __future__ import annotations

import pytest

from fauxcorp.agents.model.make import make_agent
from fauxcorp.agents.model.said import ModelSettings
from fauxcorp.errors import UserError

from .conftest import KEY, KEYS


@pytest.mark.parametrize("name", ["openai/gpt-x", "anthropic/claude-x", "openai/org/model:free"])
def test_models(name: str) -> None:
    assert make_agent(name, ModelSettings(), KEYS).name == name
    assert make_agent(name, ModelSettings(base_url="http://localhost:1/v1"), {}).name == name


@pytest.mark.parametrize("name", ["idle", "openai/", "/x", "mistral/x", ""])
def test_no_models(name: str) -> None:
    with pytest.raises(UserError, match="models are named openai/NAME, anthropic/NAME"):
        make_agent(name, ModelSettings(), KEYS)


def test_a_provider_wants_a_key() -> None:
    with pytest.raises(UserError, match=r"needs a key in \$ANTHROPIC_API_KEY, or --base-url"):
        make_agent("anthropic/x", ModelSettings(), {"OPENAI_API_KEY": KEY})
