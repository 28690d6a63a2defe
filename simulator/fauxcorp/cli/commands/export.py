"""`fauxcorp export`."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from fauxcorp.cli.options import RUNS, EpisodePath, Json, Runs
from fauxcorp.cli.output import Span, open_out
from fauxcorp.cli.places import find
from fauxcorp.cli.words import effect_words
from fauxcorp.errors import LogError, UserError
from fauxcorp.export.source import Source, Times


class Format(StrEnum):
    """What a run is written as."""

    inspect = "inspect"
    atif = "atif"
    otlp = "otlp"


class Writer(NamedTuple):
    """Where a format is written: module below `fauxcorp.export`, function, what is wanted beside fauxcorp, extra."""

    module: str
    function: str
    needs: str = ""
    extra: str = ""


WRITERS = {
    Format.inspect: Writer("evallog", "write_inspect", "inspect_ai", "inspect"),
    Format.atif: Writer("atif", "write_atif"),
    Format.otlp: Writer("otlp", "write_otlp", "opentelemetry.proto", "otel"),
}

To = Annotated[Format, typer.Option("--to", help="inspect: Inspect's .eval; atif: a folder; otlp: JSON lines.")]
Target = Annotated[Path, typer.Argument(help="The file to write; for ATIF the folder.", metavar="TARGET")]
Force = Annotated[bool, typer.Option("--force", help="Write over what is there.")]
Clock = Annotated[Times, typer.Option("--times", help="The company's simulated clock, or this machine's.")]


def export(
    place: EpisodePath,
    target: Target,
    to: To,
    force: Force = False,
    times: Clock = Times.simulated,
    as_json: Json = False,
    runs: Runs = RUNS,
) -> None:
    """Write a run, or one episode of it, in a format of others, and say what that format cannot carry.

    Logs that were changed are not exported. Inspect's needs the extra `inspect`, OpenTelemetry's the extra `otel`.
    """
    run, episode = find(place, runs)
    episodes = (episode,) if episode else tuple(run.episodes)
    if not episodes:
        raise LogError(f"{run.folder}: no episode was begun in this run")
    writer = WRITERS[to]
    module = _module(to, writer)
    files = getattr(module, writer.function)(Source(run, episodes, times, effect_words), target, force=force)
    out = open_out()
    if as_json:
        out.json({
            "run": str(run.folder), "to": to.value, "episodes": len(episodes), "times": times.value,
            "files": [str(file) for file in files], "not_carried": list(module.GAPS),
        })  # fmt: skip
        return
    out.line(f"{len(episodes):,} episode{'s' if len(episodes) > 1 else ''} to ", Span(str(target), "title"))
    out.line("not in it:")
    for gap in module.GAPS:
        out.row(("  - ",), (gap,))


def _module(to: Format, writer: Writer) -> Any:
    """The module of a format. Raises UserError if what it needs is not installed."""
    try:
        # Loaded when it is asked for: Inspect takes longer to import than all the rest.
        return import_module(f"fauxcorp.export.{writer.module}")
    except ModuleNotFoundError as error:
        if not writer.needs or not str(error.name).startswith((writer.needs.partition(".")[0], "google")):
            raise
        raise UserError(f"--to {to} needs {writer.needs}: pip install 'fauxcorp[{writer.extra}]'") from None
