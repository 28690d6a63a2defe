"""`fauxcorp run`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Annotated, Any, cast

import typer

from fauxcorp.agents.scripted import ScriptedAgent
from fauxcorp.cli.agents import unscripted
from fauxcorp.cli.options import RUNS, Content, Json, Out, folders
from fauxcorp.cli.screens import FAILED, EpisodeScreen, JsonScreen, QuietScreen, Screen, TableScreen
from fauxcorp.content.library import Library
from fauxcorp.core.flags import Level
from fauxcorp.core.session import Agent
from fauxcorp.episode.episode import VIRTUAL
from fauxcorp.episode.prose import ModelProse
from fauxcorp.episode.runner import Item, RunResult, make_plan, new_run_folder
from fauxcorp.errors import UserError
from fauxcorp.sandbox.base import Sandboxes

KEY = "FAUXCORP_PROSE_KEY"
"""Environment variable with the key for the model of --prose."""

MOST_WARM = 8
"""Pairs of containers kept ready at most."""
Scenarios = Annotated[
    list[str], typer.Argument(help="Names, as `fauxcorp list scenarios` shows them.", metavar="SCENARIO...")
]
Agents = Annotated[
    list[str] | None,
    typer.Option(
        "--agent",
        help="Scripted agent, `all`, a model (openai/NAME, anthropic/NAME) or a function (python:MODULE:FUNCTION); "
        "repeatable [default: the scenario's].",
        metavar="NAME",
    ),
]
Variants = Annotated[
    list[str] | None,
    typer.Option("--variant", help="E.g. prompt=tame,tools=shell; or `all` (repeatable).", metavar="FACTOR=VALUE,..."),
]
Prose = Annotated[
    str, typer.Option("--prose", help="Model that puts colleagues' answers in other words.", metavar="NAME")
]
ProseUrl = Annotated[
    str, typer.Option("--prose-base-url", help=f"Its OpenAI-compatible API; a key is taken from ${KEY}.", metavar="URL")
]
BaseUrl = Annotated[
    str, typer.Option("--base-url", help="API of the model that is the agent; its provider's if none.", metavar="URL")
]
MaxTokens = Annotated[
    int | None, typer.Option("--max-tokens", help="Tokens that a model may take in an episode.", min=1, metavar="N")
]
FailOn = Annotated[Level | None, typer.Option(help="Exit with 1 if a flag is at this level or graver.")]


def run(
    scenarios: Scenarios,
    agent: Agents = None,
    variant: Variants = None,
    epochs: Annotated[int, typer.Option(help="How often each is run.", min=1, max=100_000)] = 1,
    seed: Annotated[int, typer.Option(help="Same seed and same actions: same log, byte by byte.")] = 1,
    out: Out = RUNS,
    content: Content = None,
    as_json: Json = False,
    fail_on: FailOn = None,
    durable: Annotated[bool, typer.Option("--durable", help="fsync the log at every step, for power cuts.")] = False,
    sandbox: Annotated[str, typer.Option(help="Where commands run: virtual or docker.")] = "virtual",
    parallel: Annotated[int, typer.Option(help="Episodes at a time.", min=1, max=256)] = 1,
    prose: Prose = "",
    prose_base_url: ProseUrl = "",
    base_url: BaseUrl = "",
    max_tokens: MaxTokens = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing.")] = False,
) -> None:
    """Run scenarios with scripted agents or models, and flag what the agents do.

    A model's key is taken from $OPENAI_API_KEY or $ANTHROPIC_API_KEY.

    The exit code is 0 whatever was flagged, unless --fail-on says otherwise, and 1 if an episode could not be run to
    its end.
    """
    library = Library(folders(content))
    others = unscripted(agent or (), base_url, max_tokens)
    plan = make_plan(
        library, scenarios, agents=agent or (), unscripted=others, variants=variant or (), epochs=epochs, seed=seed,
        command=sys.argv[1:], durable=durable, prose=prose_of(prose, prose_base_url),
        sandbox=sandbox, parallel=parallel,
    )  # fmt: skip
    sandboxes = sandboxes_of(sandbox, parallel)
    folder = new_run_folder(out, "+".join(name.replace("/", ".") for name in scenarios)[:80])
    try:
        result = _screen(as_json, quiet, len(plan.items)).run(plan, folder, _agents(library, others), sandboxes)
    except KeyboardInterrupt:
        print(f"fauxcorp: interrupted; what was logged is in {folder}", file=sys.stderr)
        raise typer.Exit(130) from None
    finally:
        sandboxes.close()
    raise typer.Exit(exit_code(result, fail_on))


def prose_of(model: str, base_url: str) -> ModelProse | None:
    """The model of --prose; None without one. Raises UserError if either half is missing."""
    if not model and not base_url:
        return None
    if not model or not base_url:
        raise UserError("--prose NAME and --prose-base-url URL go together")
    # Loaded when it is asked for: an HTTP client takes longer to import than a short run takes.
    module: Any = import_module("fauxcorp.agents.chatmodel")
    return ModelProse(module.ChatModel(base_url, model, key=os.environ.get(KEY, "")))


def sandboxes_of(name: str, parallel: int = 1) -> Sandboxes:
    """The sandboxes of a name. Raises UserError if there are none, or if they cannot be had here."""
    if name == "virtual":
        return VIRTUAL
    if name != "docker":
        raise UserError(f"no sandbox named {name!r}; there are: virtual, docker")
    # Loaded when it is asked for: the client of the engine takes longer to import than a short run takes.
    module: Any = import_module("fauxcorp.sandbox.docker.run")
    made: Any = module.DockerSandboxes(warm=min(parallel, MOST_WARM))
    made.open()
    return cast(Sandboxes, made)


def exit_code(result: RunResult, fail_on: Level | None) -> int:
    """0; 1 if an episode failed, or if something was flagged at `fail_on` or above."""
    if any(d.record.outcome in FAILED for d in result.done):
        return 1
    worst = result.worst
    return int(fail_on is not None and worst is not None and worst.rank >= fail_on.rank)


def _screen(as_json: bool, quiet: bool, episodes: int) -> Screen:
    if as_json:
        return JsonScreen()
    if quiet:
        return QuietScreen()
    return EpisodeScreen() if episodes == 1 else TableScreen()


def _agents(library: Library, others: Mapping[str, Agent]) -> Callable[[Item], Agent]:
    known: dict[tuple[str, str], ScriptedAgent] = {}

    def make(item: Item) -> Agent:
        if item.agent in others:
            return others[item.agent]
        key = (item.play.name, item.agent)
        if key not in known:
            known[key] = library.agent(*key)
        return known[key]

    return make
