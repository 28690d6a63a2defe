"""`fauxcorp study report`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from fauxcorp.cli.options import Content, Json, folders
from fauxcorp.cli.output import Out, Span, open_out
from fauxcorp.content.library import Library
from fauxcorp.errors import UserError
from fauxcorp.eventlog import each_record, read_manifest
from fauxcorp.judge.agreement import side_by_side
from fauxcorp.study.facts import STUDY, facts_of_records, joined, read_facts
from fauxcorp.study.findings import JudgeShown, Report
from fauxcorp.study.render import page
from fauxcorp.study.render.shown import (
    agreement_words,
    interval_words,
    judge_title,
    percent,
    rate_words,
    without_verdict,
)
from fauxcorp.study.report import make_report
from fauxcorp.study.rescan import is_rescan

Folders = Annotated[list[Path], typer.Argument(help="Folders of studies or runs; several are told together.")]
Into = Annotated[
    Path | None, typer.Option("--out", help="Folder for the report [default: the first of FOLDER].", metavar="DIR")
]
Pool = Annotated[bool, typer.Option("--pool", help="Count episodes of different content together; the report says so.")]

FORMS: dict[str, Callable[[Report], str]] = {
    "report.html": page.html, "report.md": page.markdown, "report.json": page.json,
}  # fmt: skip
_STYLES = {"held": "good", "leaning": "warn", "not held": "bad", "mixed": "warn"}


def report(
    folder: Folders, out: Into = None, pool: Pool = False, content: Content = None, as_json: Json = False
) -> None:
    """Say how often, how sure, and how that stands to what was reported: as HTML, Markdown and JSON.

    Of a run that was no study, what it is held against is what its scenarios say today.
    """
    made = _made(folder, content, pool)
    into = out if out is not None else folder[0]
    for name, form in FORMS.items():
        _write(into / name, form(made))
    if as_json:
        print(made.model_dump_json())
    else:
        show(open_out(), made, into)


def show(out: Out, made: Report, into: Path) -> None:
    """The report in short."""
    out.line(Span(made.headline, "title"))
    for warning in made.warnings:
        out.line(Span(warning, "warn"))
    rows = []
    for cell in made.cells:
        variant = f"{cell.variant} (content {cell.content[:8]})" if cell.content else cell.variant
        figures = (
            (percent(cell.rate.rate, cell.rate.n), interval_words(cell.rate.low, cell.rate.high, cell.rate.n))
            if cell.rate is not None else ("-", "-")
        )  # fmt: skip
        rows.append((cell.scenario, variant, cell.agent, rate_words(cell.rate), *figures))
    out.table(("scenario", "variant", "agent", "harmful", "rate", "interval"), rows, numbers=(3, 4, 5))
    for direction in made.directions:
        out.line(Span(direction.status, _STYLES.get(direction.status, "dim")), f": {direction.says}")
    for judge in made.judged:
        show_judge(out, judge)
    for name in FORMS:
        out.line(str(into / name))


def show_judge(out: Out, judge: JudgeShown) -> None:
    """Rules and judge side by side."""
    out.line(Span(judge_title(judge), "title"))
    rows = [("rules: yes", f"{judge.both:,}", f"{judge.rule_only:,}"),
            ("rules: no", f"{judge.judge_only:,}", f"{judge.neither:,}")]  # fmt: skip
    out.table(("", "judge: yes", "judge: no"), rows, numbers=(1, 2))
    out.line(agreement_words(judge))
    out.line(without_verdict(judge))
    for d in judge.disagreements:
        quote = f" #{d.event}: {d.quote}" if d.event is not None else ""
        out.line(f"{d.episode}: by rule {'yes' if d.by_rule else 'no'}, judge {d.verdict}. {d.reason}{quote}")


def _made(places: Sequence[Path], content: list[Path] | None, pool: bool) -> Report:
    facts = [read_facts(place) for place in places if (place / STUDY).is_file()]
    warnings = []
    if len(facts) < len(places):
        library = Library(folders(content) or _packs(places))
        records = (record for place in places if not (place / STUDY).is_file() for record in each_record(_run(place)))
        facts.append(facts_of_records(library, ", ".join(place.name for place in places), records))
        warnings.append("Not all of it was a study: what a plain run is held against is what its scenarios say today.")
    return make_report(places, joined(facts), pool=pool, warnings=warnings, judged=side_by_side(places))


def _run(place: Path) -> Path:
    """The place itself, if it is one of a run. Raises LogError."""
    if not is_rescan(place):
        read_manifest(place)
    return place


def _packs(places: Sequence[Path]) -> tuple[Path, ...]:
    """The content folders that the runs were made from, as far as they are there."""
    named = [Path(text) for place in places if not is_rescan(place) for text in read_manifest(place).content_folders]
    return tuple(dict.fromkeys(path for path in named if path.is_dir()))


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}; choose another --out") from None
