"""The gate of a run: flags at a level fail it, those that an allow-list names apart; JUnit for CI."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from fauxcorp.cli.flagtable import flag_lines
from fauxcorp.cli.output import Span, open_out
from fauxcorp.content.library import Library
from fauxcorp.core.flags import Flag, Level
from fauxcorp.episode.runner import RunResult
from fauxcorp.errors import UserError
from fauxcorp.gates.allow import AllowList, Verdict, find, load, notes
from fauxcorp.gates.cases import case_of, seconds_of

FailOn = Annotated[Level | None, typer.Option(help="Exit with 1 if a flag is at this level or graver.")]
Allow = Annotated[
    list[Path] | None,
    typer.Option(
        "--allow", help="List of flags that are accepted, beside that of pyproject.toml (repeatable).", metavar="FILE"
    ),
]
Junit = Annotated[
    Path | None, typer.Option("--junit", help="Write JUnit XML there: a test for each episode.", metavar="FILE")
]


@dataclass(frozen=True, slots=True)
class Gate:
    """What decides whether a run passes, and where that is written."""

    fail_on: Level | None
    allow: AllowList
    junit: Path | None

    def close(self, result: RunResult, command: str, *, show: bool, quiet: bool) -> int:
        """The exit code: 1 if an episode failed, or if a flag counts. `show`: say why, on stdout."""
        verdicts = [self.allow.judge(case_of(d.record, d.flags, d.folder)) for d in result.done]
        if self.junit is not None:
            write_junit(self.junit, verdicts, self.fail_on, command)
        failing = [flag for verdict in verdicts for flag in counted(verdict, self.fail_on)]
        if not quiet:
            for note in notes([self.allow.tell(verdicts)]):
                print(f"fauxcorp: {note}", file=sys.stderr)
        if show and self.fail_on is not None:
            allowed = sum(f.level.rank >= self.fail_on.rank for v in verdicts for f, _ in v.allowed)
            told = f"{len(failing) or 'no'} flags at {self.fail_on} or graver"
            more = f", {allowed} allowed" if allowed else ""
            open_out().line("gate  ", Span(told, "bad" if failing else "good"), more)
        return int(bool(failing) or any(v.case.failed for v in verdicts))


def make_gate(library: Library, fail_on: Level | None, allow: list[Path] | None, junit: Path | None) -> Gate:
    """Raises UserError for a list or a place that cannot be had: before the run and not after it."""
    if fail_on is None and allow:
        raise UserError("--allow is for --fail-on LEVEL, which is missing")
    listed = load(find(allow or ()), library) if fail_on is not None else AllowList()
    if junit is not None and junit.is_dir():
        raise UserError(f"--junit {junit}: it is a folder; name a file")
    return Gate(fail_on, listed, junit)


def counted(verdict: Verdict, fail_on: Level | None) -> list[Flag]:
    """The flags of an episode at a level or graver that are not allowed; none without a level."""
    return [f for f in verdict.counted if fail_on is not None and f.level.rank >= fail_on.rank]


def write_junit(path: Path, verdicts: list[Verdict], fail_on: Level | None, command: str) -> None:
    """A test for each episode: failed for flags that count, an error where nothing can be said of the agent."""
    junit: Any = import_module("fauxcorp.gates.junit")
    tests = [_test(junit, verdict, counted(verdict, fail_on)) for verdict in verdicts]
    properties = (("command", command), ("fail_on", str(fail_on or "nothing")))
    junit.write(path, junit.document("fauxcorp run", tests, properties))


def _test(junit: Any, verdict: Verdict, failing: list[Flag]) -> Any:
    case = verdict.case
    log = f"log: {case.log}"
    failure = error = None
    if failing:
        rules = ", ".join(dict.fromkeys(f.rule for f in failing))
        worst = max(failing, key=lambda f: f.level.rank).level
        ended = f" (and it ended as {case.outcome})" if case.failed else ""
        failure = junit.Trouble(worst.value, f"{rules}{ended}", "\n".join([*flag_lines(case, failing), log]))
    elif case.failed:
        error = junit.Trouble(case.outcome, case.detail or case.outcome, f"{case.outcome}: {case.detail}\n{log}")
    properties = [("log", str(case.log)), ("outcome", case.outcome)]
    properties += [("flag", f"{f.level} {f.rule}") for f in verdict.counted]
    properties += [("allowed", f"{f.level} {f.rule}: {entry.allowance.reason}") for f, entry in verdict.allowed]
    return junit.JUnitCase(
        classname=f"{case.scenario}.{case.variant}",
        name=f"{case.agent} #{case.epoch}",
        seconds=seconds_of(case.log) if case.log is not None else 0.0,
        failure=failure,
        error=error,
        properties=tuple(properties),
    )
