"""The agents of `--agent` that are no scripts: models and functions."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from importlib import import_module
from pathlib import Path
from typing import Any

from fauxcorp.agents.callable import CallableAgent
from fauxcorp.cli.programs import ProgramOptions, is_program, program_agent
from fauxcorp.core.session import Agent
from fauxcorp.episode.boundary import guard
from fauxcorp.errors import UserError

FUNCTION = "python:"


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """What the command line says of models."""

    base_url: str = ""
    max_tokens: int | None = None
    max_seconds: float | None = None
    max_cost: float | None = None
    price: str = ""
    no_stream: bool = False
    record: Path | None = None
    replay: Path | None = None

    def given(self) -> list[str]:
        """The options that were used."""
        used = [f.name for f in fields(self) if getattr(self, f.name) != f.default]
        return [f"--{name.replace('_', '-')}" for name in used]


def chosen(names: Sequence[str], models: ModelOptions, programs: ProgramOptions) -> tuple[list[str], dict[str, Agent]]:
    """What the agents of `--agent` are called in the run, and those of them that are no scripts, by that name.

    Raises UserError for one that cannot be had.
    """
    made = unscripted(names, models, programs)
    others = {agent.name: agent for agent in made.values()}
    if len(others) < len(made):
        raise UserError("two agents have one name; name them: --agent 'mine=command: ...'")
    return [made[name].name if name in made else name for name in names], others


def unscripted(
    names: Sequence[str], models: ModelOptions | None = None, programs: ProgramOptions | None = None
) -> dict[str, Agent]:
    """Models, functions and programs among the names, by name. Raises UserError for one that cannot be had."""
    models = models or ModelOptions()
    made: dict[str, Agent] = {name: function_agent(name) for name in names if name.startswith(FUNCTION)}
    made |= {name: program_agent(name, models.base_url, programs) for name in names if is_program(name)}
    wanted = [name for name in names if "/" in name and name not in made]
    if wanted:
        return made | model_agents(wanted, models)
    unused = [name for name in models.given() if name != "--base-url" or not any(map(is_program, names))]
    if unused:
        raise UserError(f"{' and '.join(unused)}: for models only, e.g. --agent openai/NAME or anthropic/NAME")
    return made


def model_agents(names: Sequence[str], options: ModelOptions) -> dict[str, Agent]:
    """The agents of names like openai/NAME. Raises UserError for one that cannot be had."""
    for name, most in (("--max-seconds", options.max_seconds), ("--max-cost", options.max_cost)):
        if most is not None and not math.isfinite(most):
            raise UserError(f"{name} {most}: not a number that a limit can be; leave it out for none")
    if options.record and options.replay:
        raise UserError("--record and --replay exclude each other: what is replayed has been recorded")
    # Loaded when it is asked for: an HTTP client takes longer to import than a short run takes.
    make: Any = import_module("fauxcorp.agents.model.make")
    settings = make.ModelSettings(
        base_url=options.base_url, max_tokens=options.max_tokens, max_seconds=options.max_seconds,
        max_cost=options.max_cost, price=options.price, stream=not options.no_stream,
    )  # fmt: skip
    tape = make.Recording(options.replay) if options.replay else None
    if options.record:
        tape = make.Recorder(options.record)
    return {name: make.make_agent(name, settings, os.environ, tape) for name in names}


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
