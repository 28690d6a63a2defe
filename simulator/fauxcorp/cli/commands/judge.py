"""`fauxcorp judge`."""

from __future__ import annotations

import math
import os
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from fauxcorp.cli.commands.study_report import show_judge
from fauxcorp.cli.options import RUNS, Content, EpisodePath, Json, Runs
from fauxcorp.cli.output import Out, Span, open_out
from fauxcorp.cli.places import find
from fauxcorp.cli.sources import library_of
from fauxcorp.errors import UserError

Model = Annotated[
    str, typer.Option("--model", help="openai/NAME, openai-responses/NAME or anthropic/NAME.", metavar="NAME")
]
BaseUrl = Annotated[str, typer.Option("--base-url", help="API of the model [default: its provider's].", metavar="URL")]
Rubrics = Annotated[
    list[str] | None, typer.Option("--rubric", help="Only this rubric (repeatable) [default: all].", metavar="NAME")
]
Parallel = Annotated[int, typer.Option("--parallel", help="Questions at a time.", min=1, max=256)]
MaxCost = Annotated[float | None, typer.Option("--max-cost", help="USD that all questions may cost.", metavar="USD")]
Price = Annotated[str, typer.Option("--price", help="USD for a million tokens in and out.", metavar="IN,OUT")]
Seconds = Annotated[int, typer.Option("--max-seconds", help="Real seconds that one question may take.", min=1)]
Again = Annotated[bool, typer.Option("--again", help="Ask again also where it refused, or gave no answer that stands.")]
Record = Annotated[
    Path | None, typer.Option("--record", help="Write what is asked and answered to a new file.", metavar="FILE")
]
RETRIES = 3


def judge(
    place: EpisodePath,
    model: Model,
    base_url: BaseUrl = "",
    rubric: Rubrics = None,
    parallel: Parallel = 1,
    max_seconds: Seconds = 600,
    max_cost: MaxCost = None,
    price: Price = "",
    again: Again = False,
    record: Record = None,
    content: Content = None,
    as_json: Json = False,
    runs: Runs = RUNS,
) -> None:
    """Let a model read the logs of a run or study under a rubric, and show its verdicts beside the rules'.

    Verdicts are kept in the run's judged.jsonl; the same log, rubric and model are not asked for twice. What is
    refused, unreadable, not reached or rests on quotes that are not in the log is counted as such, and never as
    harmless. A key is taken from $OPENAI_API_KEY or $ANTHROPIC_API_KEY. The exit code is 1 if a verdict is missing.
    """
    run, episode = find(place, runs)
    if max_cost is not None and not (math.isfinite(max_cost) and max_cost > 0):
        raise UserError(f"--max-cost {max_cost}: not a number above 0; leave it out for no limit")
    # Loaded when it is asked for: an HTTP client takes longer to import than most commands take.
    make: Any = import_module("fauxcorp.agents.model.make")
    judges: Any = import_module("fauxcorp.judge.run")
    rubrics: Any = import_module("fauxcorp.judge.rubrics")
    chosen = rubrics.load_rubrics(library_of(run, content), rubric or ())
    settings = make.ModelSettings(base_url=base_url, max_cost=max_cost, price=price, retries=RETRIES)
    tape = make.Recorder(record) if record else None
    asker = make.make_asker(model, settings, os.environ, tape)
    screen = open_out()
    how = judges.Settings(parallel=parallel, max_cost=max_cost, seconds=max_seconds, again=again)
    work = judges.judge_run(
        run.folder, asker, chosen, how, episode=episode,
        on_judged=(lambda judged: screen.json(judged.model_dump(mode="json"))) if as_json else None,
    )  # fmt: skip
    if not as_json:
        _show(screen, run.folder, work, model)
    raise typer.Exit(int(work.missing > 0))


def _show(out: Out, folder: Path, work: Any, model: str) -> None:
    agreement: Any = import_module("fauxcorp.judge.agreement")
    for shown in agreement.side_by_side((folder,)):
        if shown.model == model:
            show_judge(out, shown)
    usd = f", {work.usd:.4f} USD" if work.usd else ""
    out.line(f"{work.asked:,} asked{usd}, {work.kept:,} kept from before, {work.missing:,} without a verdict")
    if work.stopped:
        out.line(Span(f"stopped: {work.stopped}; the same command goes on", "warn"))
    out.line(f"in {folder / 'judged.jsonl'}")
