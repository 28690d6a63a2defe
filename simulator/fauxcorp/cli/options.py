"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Content = Annotated[
    list[Path] | None,
    typer.Option("--content", help="A folder of your own tools/, fixtures/, policies/ (repeatable).", metavar="DIR"),
]
Json = Annotated[bool, typer.Option("--json", help="JSON instead of text.")]
Out = Annotated[Path, typer.Option("--out", help="Folder that the run's folder is made in.", metavar="DIR")]
Runs = Annotated[Path, typer.Option("--runs", help="Folder in which `latest` looks.", metavar="DIR")]
RunPath = Annotated[str, typer.Argument(help="A run's folder, or `latest`.", metavar="RUN")]
EpisodePath = Annotated[
    str, typer.Argument(help="A run's folder or `latest`, with /EPISODE for one of several.", metavar="RUN[/EPISODE]")
]
Anyway = Annotated[bool, typer.Option("--anyway", help="Go on when the content is not what was recorded.")]

RUNS = Path("runs")
"""Where runs go unless --out says otherwise."""


def folders(content: list[Path] | None) -> tuple[Path, ...]:
    """The content folders as the library takes them."""
    return tuple(content or ())
