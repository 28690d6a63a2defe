"""A fake company for AI agents: an office to act in, a log of effects, flags that rest on them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fauxcorp.testing import LiveEpisode as LiveEpisode
    from fauxcorp.testing import open_episode as open_episode

__version__ = "0.1.0"
_LATER = ("LiveEpisode", "open_episode")
"""Names of `fauxcorp.testing`, which is loaded when one of them is asked for: the command line does without."""


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(import_module("fauxcorp.testing"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
