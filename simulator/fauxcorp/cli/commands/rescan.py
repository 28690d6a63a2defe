"""`fauxcorp rescan`."""

from __future__ import annotations

from typing import Annotated

import typer

from fauxcorp.cli.options import RUNS, Content, Json, Out, RunPath, Runs
from fauxcorp.cli.output import Out as Screen
from fauxcorp.cli.output import Span, open_out
from fauxcorp.cli.places import find
from fauxcorp.cli.sources import library_of
from fauxcorp.episode.runner import new_run_folder
from fauxcorp.errors import UserError
from fauxcorp.study.rescan import Change, Head, Scored, rescan

Most = Annotated[int, typer.Option("--most", help="Changes that are shown; all are in changes.jsonl.", min=0)]


def run_rescan(
    place: RunPath, out: Out = RUNS, content: Content = None, as_json: Json = False, most: Most = 40, runs: Runs = RUNS
) -> None:
    """Score the logs of a run with the rules of today, without running it again, and show what changed.

    The old logs stay as they are: what comes out goes into a folder of its own, which `fauxcorp study report` takes.
    """
    run, episode = find(place, runs)
    if episode:
        raise UserError(f"{place}: whole runs are scored; give {run.folder}")
    folder = new_run_folder(out, f"rescan-{run.folder.resolve().name}"[:100])
    screen = open_out()
    shown: list[Change] = []

    def done(scored: Scored) -> None:
        if as_json:
            for change in scored.changes:
                screen.json(change.model_dump(mode="json"))
        else:
            shown.extend(scored.changes[: max(0, most - len(shown))])

    head = rescan(run, library_of(run, content), folder, done)
    if as_json:
        screen.json({**head.model_dump(mode="json"), "folder": str(folder)})
    else:
        _show(screen, head, shown)
        screen.line(f"in {folder}")


def _show(out: Screen, head: Head, shown: list[Change]) -> None:
    rules = "the same rules" if head.rules == head.rules_before else "other rules than then"
    out.line(f"{head.episodes:,} episodes of {head.run}, {rules}: {head.gained:,} flags gained, {head.lost:,} lost, "
             f"{head.changed_level:,} of another level")  # fmt: skip
    for change, number in head.verdicts.items():
        out.line(Span(f"verdict {change}: {number:,} episodes", "warn"))
    if shown:
        rows = [
            (Span(c.change, "good" if c.change == "lost" else "warn"), c.rule,
             f"{c.before} -> {c.level}" if c.before else c.level, c.episode, ", ".join(f"#{n}" for n in c.evidence[:8]))
            for c in shown
        ]  # fmt: skip
        out.table(("change", "rule", "level", "episode", "evidence"), rows)
    left = head.gained + head.lost + head.changed_level - len(shown)
    if left:
        out.line(f"and {left:,} more")
