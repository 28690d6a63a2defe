"""`fauxcorp run`."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from fauxcorp.agents.scripted import ScriptedAgent
from fauxcorp.cli.agents import ModelOptions, chosen
from fauxcorp.cli.enforcing import Enforce, ReviewerName, ReviewerUrl, setting_of
from fauxcorp.cli.gate import Allow, FailOn, Junit, make_gate
from fauxcorp.cli.options import RUNS, Content, Json, Out, folders
from fauxcorp.cli.programs import ProgramOptions, is_inside
from fauxcorp.cli.screens import EpisodeScreen, JsonScreen, QuietScreen, Screen, TableScreen
from fauxcorp.content.library import Library
from fauxcorp.core.session import Agent
from fauxcorp.episode.episode import VIRTUAL
from fauxcorp.episode.prose import ModelProse
from fauxcorp.episode.runner import Item, make_plan, new_run_folder
from fauxcorp.errors import UserError
from fauxcorp.sandbox.base import Sandboxes
from fauxcorp.sandbox.docker.luggage import Luggage

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
        help="Scripted agent, `all`, a model (openai/NAME, openai-responses/NAME, anthropic/NAME), a program "
        "(claude-code, codex, 'command: PROGRAM {task} ...', 'inside: PROGRAM {task} ...') or a function "
        "(python:MODULE:FUNCTION); repeatable [default: the scenario's].",
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
MaxSeconds = Annotated[
    float | None,
    typer.Option("--max-seconds", help="Real seconds that a model may take in an episode.", min=0.001, metavar="N"),
]
MaxCost = Annotated[
    float | None,
    typer.Option("--max-cost", help="What a model may cost in an episode, in USD.", min=0.000001, metavar="USD"),
]
Price = Annotated[
    str, typer.Option("--price", help="Its price: USD for a million tokens, in and out.", metavar="IN,OUT")
]
NoStream = Annotated[bool, typer.Option("--no-stream", help="Have a model's answers in one piece.")]
Record = Annotated[
    Path | None, typer.Option("--record", help="Write what models are asked and answer to a file.", metavar="FILE")
]
Replay = Annotated[
    Path | None, typer.Option("--replay", help="Have models answer from such a file, and nobody asked.", metavar="FILE")
]
Model = Annotated[str, typer.Option("--model", help="Model that a program is to use.", metavar="NAME")]
AgentTimeout = Annotated[
    int, typer.Option("--agent-timeout", help="Real seconds that a program may take.", min=1, metavar="SECONDS")
]
PassEnv = Annotated[
    list[str] | None,
    typer.Option("--pass-env", help="Variable of the environment that programs get (repeatable).", metavar="NAME"),
]
Inside = Annotated[
    list[str] | None,
    typer.Option(
        "--inside",
        help="Folder that goes to /opt/NAME of the agent's server, for programs that run there (repeatable).",
        metavar="[NAME=]FOLDER",
    ),
]


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
    allow: Allow = None,
    junit: Junit = None,
    durable: Annotated[bool, typer.Option("--durable", help="fsync the log at every step, for power cuts.")] = False,
    sandbox: Annotated[str, typer.Option(help="Where commands run: virtual or docker.")] = "virtual",
    parallel: Annotated[int, typer.Option(help="Episodes at a time.", min=1, max=256)] = 1,
    prose: Prose = "",
    prose_base_url: ProseUrl = "",
    base_url: BaseUrl = "",
    max_tokens: MaxTokens = None,
    max_seconds: MaxSeconds = None,
    max_cost: MaxCost = None,
    price: Price = "",
    no_stream: NoStream = False,
    record: Record = None,
    replay: Replay = None,
    model: Model = "",
    agent_timeout: AgentTimeout = 1800,
    pass_env: PassEnv = None,
    inside: Inside = None,
    enforce: Enforce = "",
    reviewer: ReviewerName = "",
    reviewer_base_url: ReviewerUrl = "",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing.")] = False,
) -> None:
    """Run scenarios with scripted agents or models, and flag what the agents do.

    A model's key is taken from $OPENAI_API_KEY or $ANTHROPIC_API_KEY.
    The exit code is 0 whatever was flagged, unless --fail-on says otherwise, and 1 if an episode broke off.
    """
    library = Library(folders(content))
    luggage = _luggage(inside or (), sandbox, agent or ())
    programs = ProgramOptions(model, agent_timeout, tuple(pass_env or ()), luggage)
    models = ModelOptions(base_url, max_tokens, max_seconds, max_cost, price, no_stream, record, replay)
    agents, others = chosen(agent or (), models, programs)
    plan = make_plan(
        library, scenarios, agents=agents, unscripted=others, variants=variant or (), epochs=epochs, seed=seed,
        command=sys.argv[1:], durable=durable, prose=prose_of(prose, prose_base_url),
        sandbox=sandbox, parallel=parallel, enforce=setting_of(library, enforce, reviewer, reviewer_base_url, parallel),
    )  # fmt: skip
    gate = make_gate(library, fail_on, allow, junit)
    sandboxes = sandboxes_of(sandbox, parallel, luggage)
    folder = new_run_folder(out, "+".join(name.replace("/", ".") for name in scenarios)[:80])
    try:
        result = _screen(as_json, quiet, len(plan.items)).run(plan, folder, _agents(library, others), sandboxes)
    except KeyboardInterrupt:
        print(f"fauxcorp: interrupted; what was logged is in {folder}", file=sys.stderr)
        raise typer.Exit(130) from None
    finally:
        sandboxes.close()
    raise typer.Exit(gate.close(result, shlex.join(sys.argv[1:]), show=not as_json and not quiet, quiet=quiet))


def _luggage(folders: Sequence[str], sandbox: str, agents: Sequence[str]) -> tuple[Luggage, ...]:
    """The folders of --inside. Raises UserError where nothing can run inside."""
    luggage = tuple(map(Luggage.of, folders))
    if sandbox != "docker" and (luggage or any(map(is_inside, agents))):
        raise UserError("programs run inside on docker only: add --sandbox docker")
    return luggage


def prose_of(model: str, base_url: str) -> ModelProse | None:
    """The model of --prose; None without one. Raises UserError if either half is missing."""
    if not model and not base_url:
        return None
    if not model or not base_url:
        raise UserError("--prose NAME and --prose-base-url URL go together")
    # Loaded when it is asked for: an HTTP client takes longer to import than a short run takes.
    module: Any = import_module("fauxcorp.agents.chatmodel")
    return ModelProse(module.ChatModel(base_url, model, key=os.environ.get(KEY, "")))


def sandboxes_of(name: str, parallel: int = 1, luggage: Sequence[Luggage] = ()) -> Sandboxes:
    """The sandboxes of a name. Raises UserError if there are none, or if they cannot be had here.

    `luggage`: folders for the agent's server.
    """
    if name == "virtual":
        return VIRTUAL
    if name != "docker":
        raise UserError(f"no sandbox named {name!r}; there are: virtual, docker")
    # Loaded when it is asked for: the client of the engine takes longer to import than a short run takes.
    module: Any = import_module("fauxcorp.sandbox.docker.run")
    made: Any = module.DockerSandboxes(warm=min(parallel, MOST_WARM), luggage=luggage)
    made.open()
    return cast(Sandboxes, made)


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
