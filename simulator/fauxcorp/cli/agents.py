"""The agents of `--agent` that are no scripts: models and functions."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from fauxcorp.agents.callable import CallableAgent
from fauxcorp.core.session import Agent
from fauxcorp.episode.boundary import guard
from fauxcorp.errors import UserError

FUNCTION = "python:"


def unscripted(names: Sequence[str], base_url: str = "", max_tokens: int | None = None) -> dict[str, Agent]:
    """Models and functions among the names, by name. Raises UserError for one that cannot be had."""
    made: dict[str, Agent] = {name: function_agent(name) for name in names if name.startswith(FUNCTION)}
    models = [name for name in names if "/" in name and not name.startswith(FUNCTION)]
    if models:
        # Loaded when it is asked for: an HTTP client takes longer to import than a short run takes.
        module: Any = import_module("fauxcorp.agents.model.make")
        settings = module.ModelSettings(base_url=base_url, max_tokens=max_tokens)
        made |= {name: module.make_agent(name, settings, os.environ) for name in models}
    elif base_url or max_tokens is not None:
        raise UserError("--base-url and --max-tokens are for models: --agent openai/NAME or anthropic/NAME")
    return made


def function_agent(name: str) -> CallableAgent:
    """The agent of a name like python:package.module:function. Raises UserError with what is wrong with it."""
    module, _, function = name.removeprefix(FUNCTION).partition(":")
    if not module or not function.isidentifier():
        raise UserError(f"--agent {name}: functions are named python:MODULE:FUNCTION")
    # As for `python -m`: modules of the folder in which the program is called can be had.
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    loaded = guard(lambda: import_module(module))
    if loaded.fault is not None:
        raise UserError(f"--agent {name}: {module} cannot be imported: {loaded.fault.kind}: {loaded.fault.message}")
    found = getattr(loaded.value, function, None)
    if not callable(found):
        raise UserError(f"--agent {name}: {module} has no function {function}")
    return CallableAgent(name, found)
