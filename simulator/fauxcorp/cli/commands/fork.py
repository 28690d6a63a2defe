"""`fauxcorp fork`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from fauxcorp.cli.live import LiveView
from fauxcorp.cli.logs import position
from fauxcorp.cli.options import RUNS, Anyway, Content, EpisodePath, Out, Runs
from fauxcorp.cli.output import open_out
from fauxcorp.cli.person import human
from fauxcorp.cli.places import find_episode
from fauxcorp.cli.screens import show_end
from fauxcorp.cli.sources import library_of
from fauxcorp.core.session import Agent
from fauxcorp.episode.fork import ForkPoint, fork_run
from fauxcorp.episode.replay import header_of, play_of
from fauxcorp.episode.runner import new_run_folder
from fauxcorp.episode.verdict import FAILED

At = Annotated[int, typer.Option("--at", help="Go on after this step; 0 is the start.", metavar="STEP", min=0)]
By = Annotated[str, typer.Option("--agent", help="Scripted agent of the scenario, or `human`.", metavar="NAME")]


def fork(
    place: EpisodePath,
    at: At,
    agent: By,
    out: Out = RUNS,
    anyway: Anyway = False,
    content: Content = None,
    runs: Runs = RUNS,
) -> None:
    """Bring back an episode as it was after a step, and let another agent go on from there, in a new run folder."""
    run, episode = find_episode(place, runs)
    library = library_of(run, content)
    play = play_of(library, header_of(run, episode), anyway=anyway)
    screen = open_out()
    actor: Agent = human(screen) if agent == "human" else library.agent(play.name, agent)
    point = ForkPoint(run, episode, at)
    point.check()
    folder = new_run_folder(out, f"fork-{play.name.replace('/', '.')}")
    position.move(episode)
    view = LiveView(screen)
    try:
        result = fork_run(
            point, play, actor, folder, watcher=view, check=not anyway,
            command=sys.argv[1:], content_folders=[str(p.resolve()) for p in library.extra],
        )  # fmt: skip
    except KeyboardInterrupt:
        print(f"fauxcorp: interrupted; what was logged is in {folder}", file=sys.stderr)
        raise typer.Exit(130) from None
    done = result.done[0]
    if not view.gone:
        show_end(screen, done, folder, view.effects)
    raise typer.Exit(int(done.record.outcome in FAILED))
