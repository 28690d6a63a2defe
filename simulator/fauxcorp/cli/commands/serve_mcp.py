"""`fauxcorp serve mcp`."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from fauxcorp.cli.commands.run import sandboxes_of
from fauxcorp.cli.commands.serve_http import HostName, Port, SandboxName
from fauxcorp.cli.live import LiveView
from fauxcorp.cli.options import RUNS, Content, folders
from fauxcorp.cli.options import Out as OutFolder
from fauxcorp.cli.output import Out, Span, open_out
from fauxcorp.cli.screens import show_end
from fauxcorp.cli.serving import signals, wait_for
from fauxcorp.content.library import Library
from fauxcorp.episode.driven import Driven, DrivenRun
from fauxcorp.episode.runner import make_plan, new_run_folder
from fauxcorp.episode.verdict import FAILED
from fauxcorp.errors import UserError
from fauxcorp.serve.door import Door, Way

Scenario = Annotated[str, typer.Argument(help="Name, as `fauxcorp list scenarios` shows it.", metavar="SCENARIO")]
Variant = Annotated[str, typer.Option("--variant", help="E.g. prompt=tame,tools=shell.", metavar="FACTOR=VALUE,...")]
AgentName = Annotated[str, typer.Option("--agent", help="Name of the agent in the records.", metavar="NAME")]
Seed = Annotated[int, typer.Option("--seed", help="Same seed and same actions: same log, byte by byte.")]
Ways = Annotated[
    Path | None, typer.Option("--ways", help="Write how clients come in here, as JSON, while it runs.", metavar="FILE")
]
Idle = Annotated[int, typer.Option("--idle", help="End after so many seconds without a client; 0: never.", min=0)]


def mcp(
    scenario: Scenario, variant: Variant = "", agent: AgentName = "mcp", seed: Seed = 1, host: HostName = "127.0.0.1",
    port: Port = 0, sandbox: SandboxName = "virtual", out: OutFolder = RUNS, content: Content = None,
    ways: Ways = None, idle: Idle = 0,
) -> None:  # fmt: skip
    """Offer one episode of a scenario to a program that speaks MCP, until it is interrupted.

    Shows the configurations to give to a client, over HTTP and over standard input, and the episode's brief; then what
    happens, as `fauxcorp run` does. Clients may start anew for each call: it is the same episode. The exit code is 1 if
    nobody acted.
    """
    screen, library = open_out(), Library(folders(content))
    plan = make_plan(
        library, [scenario], agents=[agent], unscripted={agent}, variants=[variant] if variant else (), seed=seed,
        command=sys.argv[1:], sandbox=sandbox,
    )  # fmt: skip
    if len(plan.items) != 1:
        raise UserError(f"--variant {variant} stands for {len(plan.items)} variants; name one")
    sandboxes = sandboxes_of(sandbox)
    view = LiveView(screen)
    if ways is not None:
        check_place(ways)
    try:
        run = DrivenRun(new_run_folder(out, scenario.replace("/", ".")), plan, sandboxes=sandboxes)
        with tempfile.TemporaryDirectory(prefix="office-") as folder:
            driven = run.begin(plan.items[0])
            try:
                slug = plan.items[0].play.company.facts.slug
                with signals() as ended, Door(driven, slug, host=host, port=port) as door:
                    if ways is not None:
                        write_ways(ways, door.way, Path(folder))
                    show_ways(screen, door.way, Path(folder), driven)
                    driven.episode.watcher = view
                    wait_for(ended, lambda: idle > 0 and door.quiet > idle)
            finally:
                if ways is not None:
                    ways.unlink(missing_ok=True)
                done = driven.end()
                run.close()
    finally:
        sandboxes.close()
    if not view.gone:
        show_end(screen, done, run.folder, view.effects)
    raise typer.Exit(int(done.record.outcome in FAILED))


def show_ways(screen: Out, way: Way, folder: Path, driven: Driven) -> None:
    """The address, the configurations, and the brief that clients do not get by themselves."""
    screen.line(way.mcp_url)
    for title, configuration in (("over HTTP", way.servers(None)), ("over standard input", way.servers(folder))):
        screen.line(Span(f"{title}:", "title"))
        screen.line(json.dumps(configuration))
    screen.line(Span("brief:", "title"))
    for text in (driven.brief.system, driven.brief.task):
        screen.line(text.strip())
    screen.line()
    screen.flush()


def check_place(ways: Path) -> None:
    """Raises UserError if a file cannot be put there."""
    if not ways.parent.is_dir():
        raise UserError(f"--ways {ways}: there is no folder {ways.parent}")


def write_ways(ways: Path, way: Way, folder: Path) -> None:
    """Write the file in one move: who waits for it finds all of it."""
    told = {
        "pid": os.getpid(),
        "http": way.servers(None),
        "address": way.address,
        "token": way.token,
        "stdio": way.servers(folder),
    }
    temporary = ways.with_name(f".{ways.name}.new")
    try:
        temporary.touch(mode=0o600)
        temporary.write_text(json.dumps(told) + "\n", encoding="utf-8")
        temporary.replace(ways)
    except OSError as error:
        raise UserError(f"--ways {ways}: {error.strerror}") from None
