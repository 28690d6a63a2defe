"""What the client needs to know of an API of models, beside how conversations look in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from fauxcorp.agents.model.said import ModelSettings, Talk, Tokens
from fauxcorp.agents.model.stream import Gathering
from fauxcorp.core.session import Brief, ToolSpec

MakeTalk = Callable[[str, Brief, Sequence[ToolSpec], ModelSettings], Talk]


class Extra(NamedTuple):
    """A field of requests, left out where an API refuses it by an error that has a word beginning with `word`."""

    field: str
    value: Any
    word: str


STREAM = Extra("stream", True, "stream")
"""As all APIs have it. Fields whose names begin with this one's go with it."""


@dataclass(frozen=True, slots=True)
class Api:
    """One API."""

    provider: str
    base_url: str
    path: str
    """Behind the base URL."""
    key: str
    """The environment variable with the key."""
    headers: Callable[[str], dict[str, str]]
    """What a request proves itself with, by the key, which may be empty."""
    extras: tuple[Extra, ...]
    """The more particular words first."""
    talk: MakeTalk
    """Begins a conversation: model, brief, tools, settings."""
    gathering: Callable[[], Gathering]
    """Begins an answer that comes as a stream."""
    usage: Callable[[Any], Tokens | None]
    """The tokens that an answer says it took; None if it says nothing. Raises nothing."""
