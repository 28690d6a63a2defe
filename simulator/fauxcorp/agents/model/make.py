"""Models by name, as agents or to be asked: openai/NAME, openai-responses/NAME, anthropic/NAME."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fauxcorp.agents.model import chat, messages, responses
from fauxcorp.agents.model.agent import ModelAgent
from fauxcorp.agents.model.api import Api
from fauxcorp.agents.model.asker import Asker
from fauxcorp.agents.model.exchange import Exchange, check_base_url
from fauxcorp.agents.model.prices import Price, given_price, known_price
from fauxcorp.agents.model.recording import Recorder, Recording
from fauxcorp.agents.model.said import Line, ModelSettings
from fauxcorp.errors import UserError

APIS: dict[str, Api] = {"openai": chat.API, "openai-responses": responses.API, "anthropic": messages.API}


def make_agent(
    name: str, settings: ModelSettings, environment: Mapping[str, str], tape: Recorder | Recording | None = None
) -> ModelAgent:
    """The agent of a name. `tape`: what is asked is written to it, or answered out of it.

    Raises UserError for a name, URL, key or price that will not do.
    """
    api, model, line = _way("agent", name, settings, environment, tape)
    return ModelAgent(name, lambda session: api.talk(model, session.brief, session.tools, settings), line, settings)


def make_asker(
    name: str, settings: ModelSettings, environment: Mapping[str, str], tape: Recorder | Recording | None = None
) -> Asker:
    """The model of a name, to be asked one thing at a time. Raises UserError as `make_agent` does."""
    api, model, line = _way("model", name, settings, environment, tape)
    return Asker(name, lambda brief: api.talk(model, brief, (), settings), line)


def _way(
    what: str, name: str, settings: ModelSettings, environment: Mapping[str, str], tape: Recorder | Recording | None
) -> tuple[Api, str, Callable[[str], Line]]:
    """The API of a model, its name there, and the way to it."""
    provider, _, model = name.partition("/")
    api = APIS.get(provider)
    if api is None or not model:
        raise UserError(f"no {what} named {name!r}; models are named {', '.join(f'{p}/NAME' for p in APIS)}")
    if settings.base_url:
        check_base_url(settings.base_url)
    # What was recorded has its cost with it, whatever prices are by now.
    price = None if isinstance(tape, Recording) and not settings.price else _price(name, api, model, settings)
    return api, model, _line(name, api, settings, environment, price, tape)


def _line(
    name: str, api: Api, settings: ModelSettings, environment: Mapping[str, str], price: Price | None,
    tape: Recorder | Recording | None,
) -> Callable[[str], Line]:  # fmt: skip
    if isinstance(tape, Recording):
        return lambda episode: tape.line(episode, api.usage, price)
    key = environment.get(api.key, "")
    if not key and not settings.base_url:
        raise UserError(f"{name} needs a key in ${api.key}, or --base-url URL of a server that wants none")
    exchange = Exchange(api, key, settings, price)
    return (lambda episode: tape.line(episode, exchange)) if tape is not None else lambda episode: exchange


def _price(name: str, api: Api, model: str, settings: ModelSettings) -> Price | None:
    """What an answer costs; None if nobody asks."""
    if settings.price:
        return given_price(settings.price)
    if settings.max_cost is not None:
        return known_price(name, api.provider, model, settings.base_url)
    return None
