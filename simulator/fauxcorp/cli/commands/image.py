"""`fauxcorp image`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from typing import Annotated

import typer

from fauxcorp.cli.options import Json
from fauxcorp.cli.output import Out, Span, open_out
from fauxcorp.core.wall import monotonic
from fauxcorp.sandbox.docker.engine import CALL_SECONDS, connect
from fauxcorp.sandbox.docker.images import BASE, BUILD, Found, Images
from fauxcorp.world.text import size_of

Base = Annotated[
    str,
    typer.Option("--base", help="The Debian image below ours; one of this name here is not pulled.", metavar="NAME"),
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Make every step again, with the newest packages.")]
Everything = Annotated[bool, typer.Option("--all", help="The present ones too.")]

BUILD_SECONDS = 900
"""How long a step of a build may say nothing."""


def build(base: Base = BASE, fresh: Fresh = False) -> None:
    """Make the images that `--sandbox docker` runs in: the agent's server, and the network around it.

    It needs Docker and Debian's archive, or a proxy to it (http_proxy, https_proxy). An image that is there for these
    files and this base is not made again.
    """
    out = open_out()
    with _images(BUILD_SECONDS) as images:
        for kind in images.kinds:
            _build(out, images, kind, base, fresh)


def _build(out: Out, images: Images, kind: str, base: str, fresh: bool) -> None:
    start = monotonic()
    made = images.build(kind, base, told=lambda line: _tell(out, kind, line), fresh=fresh)
    found = next(f for f in images.all(kind) if f.id == made)
    out.line(Span(f"{kind}: {_name(found)}", "good"), f", {size_of(found.size)}, {monotonic() - start:.0f} s")


def list_images(as_json: Json = False) -> None:
    """List the images that are here, and whether they fit this version of fauxcorp."""
    out = open_out()
    with _images() as images:
        found, kinds = images.all(), images.kinds
    if as_json:
        for image in found:
            out.json(asdict(image))
        return
    states = {True: Span("current", "good"), False: Span("out of date", "warn")}
    rows = [(f.kind, _name(f), states[f.current], f.base, size_of(f.size), f.created[:10]) for f in found]
    if rows:
        out.table(("kind", "image", "state", "base", "size", "made"), rows, numbers=(4,))
    missing = [kind for kind in kinds if not any(f.current for f in found if f.kind == kind)]
    if missing:
        out.line(Span(f"missing: {', '.join(missing)}; run `{BUILD}`", "warn"))


def remove(everything: Everything = False) -> None:
    """Remove the images that are out of date. Those that a container uses stay."""
    out = open_out()
    with _images() as images:
        gone, left = images.remove(everything=everything), images.all()
    for found in gone:
        out.line(f"removed {_name(found)}")
    out.line(f"{len(gone)} removed, {len(left)} left")


@contextmanager
def _images(seconds: int = CALL_SECONDS) -> Iterator[Images]:
    with closing(connect(seconds)) as client:
        yield Images(client)


def _tell(out: Out, kind: str, line: str) -> None:
    out.row((Span(f"{kind}  ", "dim"),), (line,))
    out.flush()


def _name(found: Found) -> str:
    return found.tags[0] if found.tags else found.id.removeprefix("sha256:")[:12]
