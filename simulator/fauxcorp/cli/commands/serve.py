"""`fauxcorp serve`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import orjson
import typer

from fauxcorp.cli.options import Content, folders
from fauxcorp.cli.output import open_out
from fauxcorp.cli.serving import show_and_serve
from fauxcorp.content.library import Library
from fauxcorp.errors import UserError
from fauxcorp.serve.standin.app import REPEATS
from fauxcorp.serve.standin.report import Report
from fauxcorp.serve.standin.script import load_script
from fauxcorp.serve.standin.server import ModelServer, ProxyServer

ScriptName = Annotated[
    str | None,
    typer.Argument(help="A YAML file of turns, or SCENARIO/AGENT.", metavar="[SCRIPT]", show_default=False),
]
Host = Annotated[str, typer.Option("--host", help="Address to listen on.", metavar="ADDRESS")]
Port = Annotated[int, typer.Option("--port", help="Port to listen on; 0 takes a free one.", min=0, max=65_535)]
ReportFile = Annotated[
    Path | None, typer.Option("--report", help="Write what became of the script here, as JSON.", metavar="FILE")
]
Repeats = Annotated[
    int, typer.Option("--repeats", help="How often the same request may come in a row; 0 for any number.", min=0)
]
ProxyUrl = Annotated[
    str, typer.Option("--proxy", help="Play no script: hand everything on to this provider.", metavar="URL")
]
Record = Annotated[
    Path | None,
    typer.Option("--record", help="With --proxy: append every exchange here, without keys.", metavar="FILE"),
]


def model(
    script: ScriptName = None, host: Host = "127.0.0.1", port: Port = 0, report: ReportFile = None,
    repeats: Repeats = REPEATS, proxy: ProxyUrl = "", record: Record = None, content: Content = None,
) -> None:  # fmt: skip
    """Play a script as a model, for clients of OpenAI's and Anthropic's APIs.

    The first line is the address; clients of OpenAI want /v1 behind it. It runs until it is interrupted, then says
    which turns were not played. The exit code is 1 if there are such, or if a result was not as the script expects.
    """
    out = open_out()
    if proxy:
        if record is None or script or report:
            raise UserError("--proxy needs --record FILE, and takes neither a script nor --report")
        show_and_serve(ProxyServer(proxy, record, host=host, port=port), out)
        return
    if not script or record is not None:
        raise UserError("name a script, or --proxy URL with --record FILE")
    server = ModelServer(load_script(script, Library(folders(content))), host=host, port=port, repeats=repeats)
    show_and_serve(server, out)
    for line in server.report.lines():
        out.line(line)
    if report is not None:
        _write(report, server.report)
    raise typer.Exit(int(not server.report.clean))


def _write(path: Path, report: Report) -> None:
    try:
        path.write_bytes(orjson.dumps(report.as_json(), option=orjson.OPT_INDENT_2) + b"\n")
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}") from None
