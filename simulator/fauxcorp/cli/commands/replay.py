"""`fauxcorp replay`."""

from __future__ import annotations

from typing import Any

import orjson
import typer

from fauxcorp.cli.options import RUNS, Anyway, Content, EpisodePath, Runs
from fauxcorp.cli.output import Out, Span, open_out
from fauxcorp.cli.places import find
from fauxcorp.cli.sources import library_of
from fauxcorp.cli.words import short
from fauxcorp.episode.replay import Difference, header_of, play_of, replay

MOST = 400
"""Characters of a field that are shown around the place where two sides part."""


def run_replay(place: EpisodePath, anyway: Anyway = False, content: Content = None, runs: Runs = RUNS) -> None:
    """Do the recorded actions again in a new world and compare the logs byte by byte.

    The exit code is 1 if a log is not the same; the first line that differs is shown.
    """
    run, episode = find(place, runs)
    library = library_of(run, content)
    out = open_out()
    different = 0
    for name in [episode] if episode else run.episodes:
        play = play_of(library, header_of(run, name), anyway=anyway)
        difference = replay(run, name, play)
        if difference is None:
            out.line(f"{name}: ", Span("the same, byte by byte", "good"))
            continue
        different += 1
        out.line(f"{name}: ", Span(f"differs at line {difference.line}", "bad"))
        show_difference(out, difference)
    raise typer.Exit(int(different > 0))


def show_difference(out: Out, difference: Difference) -> None:
    """Both sides of the first line that differs, field by field where both are events."""
    old, new = _event(difference.recorded), _event(difference.replayed)
    if old is None or new is None:
        for label, line in (("recorded", difference.recorded), ("replayed", difference.replayed)):
            text = "(nothing: the log ends before)" if line is None else short(line.decode("utf-8", "replace"), MOST)
            out.row((f"  {label}: ",), (text,))
        return
    kind = " ".join(str(old.get(k, "")) for k in ("event.kind", "event.action"))
    out.line(f"  event {old.get('event.sequence')}, {kind}, step {old.get('fauxcorp.step')}")
    names = [n for n in dict.fromkeys([*old, *new]) if old.get(n) != new.get(n) or (n in old) != (n in new)]
    for name in names:
        out.line("  field ", Span(name, "title"))
        left, right = (_shown(event, name) for event in (old, new))
        left, right = _around(left, right)
        out.row(("    recorded: ",), (left,))
        out.row(("    replayed: ",), (right,))
    if not names:
        out.line("  the same fields in another order or spelling")


def _event(line: bytes | None) -> dict[str, Any] | None:
    try:
        event = orjson.loads(line) if line is not None else None
    except orjson.JSONDecodeError:
        return None
    return event if isinstance(event, dict) else None


def _shown(event: dict[str, Any], name: str) -> str:
    return orjson.dumps(event[name]).decode() if name in event else "(not there)"


def _around(left: str, right: str) -> tuple[str, str]:
    """Both texts from shortly before the place where they part."""
    same = next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    start = max(0, same - 60)
    lead = "…" if start else ""
    return lead + short(left[start:], MOST), lead + short(right[start:], MOST)
