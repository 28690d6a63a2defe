"""`fauxcorp serve http`."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from fauxcorp.cli.commands.run import sandboxes_of
from fauxcorp.cli.options import RUNS, Content, Out, folders
from fauxcorp.cli.output import Span, open_out
from fauxcorp.cli.serving import signals, wait_for
from fauxcorp.content.library import Library
from fauxcorp.core.wall import unguessable
from fauxcorp.episode.driven import DrivenRun
from fauxcorp.episode.runner import Plan, new_run_folder
from fauxcorp.errors import UserError
from fauxcorp.serve.api import Api
from fauxcorp.serve.gate import Gate
from fauxcorp.serve.host import Host
from fauxcorp.serve.openapi import document
from fauxcorp.serve.served import Served

CONTROL = "FAUXCORP_CONTROL_TOKEN"
"""Environment variable with the control token, if one is to be used again."""
SHORTEST = 16

HostName = Annotated[str, typer.Option("--host", help="Address to listen on.", metavar="ADDRESS")]
Port = Annotated[int, typer.Option("--port", help="Port to listen on; 0 takes a free one.", min=0, max=65_535)]
SandboxName = Annotated[str, typer.Option("--sandbox", help="Where commands run: virtual or docker.")]
Seed = Annotated[int, typer.Option("--seed", help="Of episodes that name none.")]


def http(
    host: HostName = "127.0.0.1", port: Port = 0, sandbox: SandboxName = "virtual", seed: Seed = 1, out: Out = RUNS,
    content: Content = None,
) -> None:  # fmt: skip
    """Offer scenarios over HTTP until it is interrupted; /openapi.json describes the calls.

    The first line is the address, the second the control token, which begins and ends episodes and reads their flags.
    It is new each time, unless $FAUXCORP_CONTROL_TOKEN holds one. Each episode has a token of its own for its agent.
    """
    token = os.environ.get(CONTROL) or unguessable(16)
    if len(token) < SHORTEST or not token.isascii() or not token.isprintable() or " " in token:
        raise UserError(f"${CONTROL} must have at least {SHORTEST} letters, digits or signs, without spaces")
    screen, library, gate = open_out(), Library(folders(content)), Gate(host)
    sandboxes = sandboxes_of(sandbox)
    try:
        run = DrivenRun(new_run_folder(out, "http"), _plan(library, sandbox, seed), sandboxes=sandboxes)
        api = Api(Host(library, run, gate, sandbox=sandbox), gate, token, lambda: served.url)
        served = Served(api.app(document()), host, port)
        try:
            gate.open()
            with signals() as ended, served:
                screen.line(served.url)
                screen.line(token)
                screen.line(Span(f"log   {run.folder}", "dim"))
                screen.flush()
                wait_for(ended)
        finally:
            gate.close()
            run.close()
    finally:
        sandboxes.close()


def _plan(library: Library, sandbox: str, seed: int) -> Plan:
    extra = tuple(str(p.resolve()) for p in library.extra)
    return Plan((), seed=seed, command=tuple(sys.argv[1:]), content_folders=extra, sandbox=sandbox)
