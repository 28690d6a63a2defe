"""`fauxcorp verify`."""

from __future__ import annotations

from typing import Annotated

import typer

from fauxcorp.cli.options import RUNS, EpisodePath, Json, Runs
from fauxcorp.cli.output import Span, open_out
from fauxcorp.cli.places import find
from fauxcorp.eventlog import verify_episode, verify_run

Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 for an unfinished episode too.")]
_STYLES = {"ok": "good", "unfinished": "warn", "broken": "bad"}


def verify(place: EpisodePath, strict: Strict = False, as_json: Json = False, runs: Runs = RUNS) -> None:
    """Check the logs of a run: any line that was changed, removed, added or moved is found.

    The exit code is 1 if a log is broken.
    """
    run, episode = find(place, runs)
    checks = [verify_episode(run, episode)] if episode else verify_run(run)
    out = open_out()
    if as_json:
        for check in checks:
            out.json({"episode": check.episode, "state": check.state, "events": check.events, "detail": check.detail})
    elif checks:
        rows = [(c.episode, Span(c.state, _STYLES[c.state]), f"{c.events:,}", c.detail) for c in checks]
        out.table(("episode", "state", "events", "detail"), rows, numbers=(2,))
    states = [c.state for c in checks]
    if not as_json:
        words = ", ".join(f"{states.count(s)} {s}" for s in _STYLES if s in states) or "no episode was begun"
        unfinished = "" if run.manifest.complete or episode else "; the run did not come to its end"
        out.line(Span(words + unfinished, "bad" if "broken" in states else ""))
    raise typer.Exit(int("broken" in states or (strict and "unfinished" in states)))
