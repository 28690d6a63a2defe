"""Answers of the three APIs as a server gives them, in one piece or as a stream, for tests that hold for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fauxcorp.serve.standin import app, asked, said

from .conftest import Stream, sse

PATHS = {"openai": "chat/completions", "openai-responses": "responses", "anthropic": "messages"}
"""The agents' prefixes, and where their requests go."""
PROVIDERS = tuple(PATHS)
ASKED = asked.Asked(model="m", stream=True, tools=(), calls=(), talk=(), raw=b"x" * 400)
TOKENS = 101
"""What each request takes."""


def answer(text: str = "", calls: Sequence[tuple[str, str]] = (), stop: said.Stop = "") -> said.Answer:
    """What is answered: text, calls as name and arguments, and how it ends."""
    made = tuple(said.Made(f"c{n}", name, arguments) for n, (name, arguments) in enumerate(calls))
    return said.Answer("script", 0, text, made, stop)


def whole(provider: str, given: said.Answer) -> dict[str, Any]:
    """The answer in one piece."""
    return app.SAYERS[PATHS[provider]][0](given, ASKED)


def events(provider: str, given: said.Answer) -> list[Any]:
    """The events of its stream."""
    return [data for _, data in app.SAYERS[PATHS[provider]][1](given, ASKED)]


def stream(provider: str, given: said.Answer) -> Stream:
    """The answer as a stream."""
    return Stream(sse(*events(provider, given)))
