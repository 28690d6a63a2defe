"""Agents by name: openai/NAME, anthropic/NAME."""

from __future__ import annotations

from collections.abc import Mapping

from fauxcorp.agents.model import chat, messages
from fauxcorp.agents.model.agent import ModelAgent
from fauxcorp.agents.model.chat import ChatTalk
from fauxcorp.agents.model.exchange import Exchange
from fauxcorp.agents.model.messages import MessagesTalk
from fauxcorp.agents.model.said import ModelSettings
from fauxcorp.errors import UserError

KEYS = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}
"""Environment variables with the keys."""


def make_agent(name: str, settings: ModelSettings, environment: Mapping[str, str]) -> ModelAgent:
    """The agent of a name. Raises UserError for a name, URL or key that will not do."""
    provider, _, model = name.partition("/")
    if provider not in KEYS or not model:
        raise UserError(f"no agent named {name!r}; models are named {', '.join(f'{p}/NAME' for p in KEYS)}")
    key = environment.get(KEYS[provider], "")
    if not key and not settings.base_url:
        raise UserError(f"{name} needs a key in ${KEYS[provider]}, or --base-url URL of a server that wants none")
    api = chat if provider == "openai" else messages
    talk = ChatTalk if provider == "openai" else MessagesTalk
    exchange = Exchange(
        settings.base_url or api.BASE_URL, api.headers(key), timeout=settings.timeout, retries=settings.retries
    )
    return ModelAgent(name, lambda session: talk(model, session.brief, session.tools, settings), exchange, settings)
