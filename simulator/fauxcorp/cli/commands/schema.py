"""`fauxcorp schema`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from fauxcorp.cli.output import Out, Span, open_out
from fauxcorp.cli.schemas import KINDS, modeline, schema_of
from fauxcorp.errors import NotFound, UserError

Kind = Annotated[
    str | None, typer.Argument(help="Kind of file; none lists them all.", metavar="[KIND]", show_default=False)
]
Folder = Annotated[
    Path | None, typer.Option("--out", help="Write KIND.schema.json there; of all, if none is named.", metavar="DIR")
]


def schema(kind: Kind = None, out: Folder = None) -> None:
    """Print the JSON Schema of a kind of YAML file, or write it to a file that an editor can use."""
    if kind is not None and kind not in KINDS:
        raise NotFound("kind of file", kind, KINDS)
    screen = open_out()
    if out is not None:
        _write(screen, out, [kind] if kind is not None else list(KINDS))
    elif kind is not None:
        print(json.dumps(schema_of(kind), indent=2))
    else:
        screen.table(("kind", "files"), [(Span(name, "title"), entry.files) for name, entry in KINDS.items()])
        screen.line("fauxcorp schema KIND prints one; --out DIR writes all, and says which line your files need")


def _write(screen: Out, folder: Path, kinds: list[str]) -> None:
    for kind in kinds:
        path = folder / f"{kind}.schema.json"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(schema_of(kind), indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            raise UserError(f"{path}: {error.strerror}") from None
        screen.line(str(path))
        screen.line(f"    first line of {KINDS[kind].files}: {modeline(str(path.resolve()))}")
