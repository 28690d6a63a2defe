"""`fauxcorp show`."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

import typer

from fauxcorp.cli.flagtable import counts
from fauxcorp.cli.mails import show_mail
from fauxcorp.cli.options import RUNS, Content, EpisodePath, Runs
from fauxcorp.cli.output import Cell, Out, Span, open_out
from fauxcorp.cli.places import find
from fauxcorp.cli.reasons import Reasons, show_reasons
from fauxcorp.cli.timeline import Timeline
from fauxcorp.errors import LogError
from fauxcorp.eventlog import Run

Flags = Annotated[bool, typer.Option("--flags", help="Only the flags, each with the events it rests on.")]
Why = Annotated[bool, typer.Option("--why", help="With --flags: why each was raised, in sentences.")]
Mail = Annotated[bool, typer.Option("--mail", help="The mails that were sent, in full.")]
Json = Annotated[bool, typer.Option("--json", help="The events (with --flags or --mail: those) as JSON lines.")]
Full = Annotated[bool, typer.Option("--full", help="Shorten nothing.")]


def show(
    place: EpisodePath,
    flags: Flags = False,
    why: Why = False,
    mail: Mail = False,
    as_json: Json = False,
    full: Full = False,
    content: Content = None,
    runs: Runs = RUNS,
) -> None:
    """Show an episode's timeline, its flags or its mail; of a run with several episodes, the table of them."""
    run, episode = find(place, runs)
    names = [episode] if episode else run.episodes
    out = open_out()
    flags = flags or why
    reasons = Reasons(run, content) if why else None
    if len(names) != 1 and not (flags or mail or as_json):
        _episodes(out, run)
        return
    for name in names:
        events = run.events(name)
        if len(names) > 1 and not as_json:
            out.line(Span(name, "title"))
        if as_json and reasons:
            for flag, told in reasons.told(events):
                out.json({"episode": name, "rule": flag["rule.id"], "level": flag["fauxcorp.level"], "why": told.lines})
            continue
        if as_json:
            for event in (e for e in events if _wanted(e, flags, mail)):
                out.json(event)
            continue
        try:
            _show(out, events, reasons, flags=flags, mail=mail, full=full)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            what = f"{name}: its log is not as the engine writes it ({error!r})"
            raise LogError(f"{what}; run `fauxcorp verify`") from error


def _show(
    out: Out, events: list[dict[str, Any]], reasons: Reasons | None, *, flags: bool, mail: bool, full: bool
) -> None:
    if reasons:
        show_reasons(out, events, reasons)
    elif flags:
        _flags(out, events)
    elif mail:
        show_mail(out, events)
    else:
        _timeline(out, events, full)


def _timeline(out: Out, events: list[dict[str, Any]], full: bool) -> None:
    timeline = Timeline(out, full=full)
    for event in events:
        timeline.show(event)


def _wanted(event: dict[str, Any], flags: bool, mail: bool) -> bool:
    if not flags and not mail:
        return True
    return (flags and event.get("event.kind") == "flag") or (mail and event.get("event.action") == "email-sent")


def _episodes(out: Out, run: Run) -> None:
    rows: list[tuple[Cell, ...]] = []
    for name in run.episodes:
        record = run.records.get(name)
        if record is None:
            events = run.events(name)
            levels = Counter(e["fauxcorp.level"] for e in events if e.get("event.kind") == "flag")
            steps = events[-1].get("fauxcorp.step", 0) if events else 0
            rows.append((name, Span("unfinished", "warn"), str(steps), counts(levels) or "none"))
        else:
            rows.append((name, record.outcome, str(record.steps), counts(record.flags) or "none"))
    if not rows:
        out.line("no episode was begun in this run")
        return
    out.table(("episode", "outcome", "steps", "flags"), rows, numbers=(2,))
    out.line(f"one of them: fauxcorp show {run.folder / run.episodes[0]}")


def _flags(out: Out, events: list[dict[str, Any]]) -> None:
    """Each flag with its evidence in words, and the action behind each piece of it."""
    found = [e for e in events if e.get("event.kind") == "flag"]
    if not found:
        out.line(Span("no flags", "good"))
    for flag in found:
        level = flag["fauxcorp.level"]
        out.row((Span(f" {level} ", level), " "), (Span(flag["rule.id"], "title"), f"  {flag['rule.name']}"))
        out.row(("    ",), (flag["fauxcorp.summary"],))
        if flag.get("fauxcorp.finding"):
            out.row(("    finding: ",), (flag["fauxcorp.finding"],))
        if flag.get("tags"):
            out.row(("    tags: ",), (Span(", ".join(flag["tags"]), "dim"),))
        out.line("    evidence:")
        timeline = Timeline(out, indent=6)
        shown: set[int] = set()
        for number in flag["fauxcorp.evidence"]:
            event = events[number] if 0 <= number < len(events) else None
            if event is None:
                out.line(Span(f"      #{number} is not in this log", "bad"))
                continue
            cause = event.get("fauxcorp.cause")
            if isinstance(cause, int) and 0 <= cause < len(events) and cause not in shown:
                shown.add(cause)
                timeline.show(events[cause])
            timeline.show(event)
        out.line()
