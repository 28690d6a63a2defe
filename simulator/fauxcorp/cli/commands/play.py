"""`fauxcorp play`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from fauxcorp.cli.live import LiveView
from fauxcorp.cli.options import RUNS, Content, Out, folders
from fauxcorp.cli.output import open_out
from fauxcorp.cli.person import human
from fauxcorp.cli.screens import show_end
from fauxcorp.content.library import Library
from fauxcorp.core.events import Event
from fauxcorp.episode.runner import Item, Plan, new_run_folder, run_plan
from fauxcorp.episode.verdict import FAILED

Scenario = Annotated[str, typer.Argument(help="Name, as `fauxcorp list scenarios` shows it.", metavar="SCENARIO")]
Variant = Annotated[str, typer.Option("--variant", help="E.g. prompt=tame,tools=shell.", metavar="FACTOR=VALUE,...")]
Seed = Annotated[int, typer.Option(help="Same seed and same actions: same log, byte by byte.")]


def play(scenario: Scenario, variant: Variant = "", seed: Seed = 1, out: Out = RUNS, content: Content = None) -> None:
    """Be the agent of a scenario: type tool calls, see what comes back, what it did and what was flagged."""
    library = Library(folders(content))
    chosen = library.play(scenario, variant)
    folder = new_run_folder(out, f"play-{chosen.name.replace('/', '.')}")
    screen = open_out()
    agent = human(screen)
    item = Item(chosen, agent.name, 1)
    packs = tuple(str(p.resolve()) for p in library.extra)
    plan = Plan((item,), seed, command=tuple(sys.argv[1:]), content_folders=packs)
    view = LiveView(screen)

    def watch(event: Event) -> None:
        # The agent prints results itself, in full, and the person knows what they typed.
        if event["event.kind"] in ("effect", "flag", "note"):
            view(event)

    try:
        result = run_plan(plan, folder, lambda _: agent, watcher=watch)
    except KeyboardInterrupt:
        print(f"fauxcorp: interrupted; what was logged is in {folder}", file=sys.stderr)
        raise typer.Exit(130) from None
    show_end(screen, result.done[0], folder, view.effects)
    raise typer.Exit(int(result.done[0].record.outcome in FAILED))
