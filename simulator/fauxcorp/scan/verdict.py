"""Holds what a call would have done against what came back: which of its parts were done, which failed, which is open.

Only what the result shows counts: an exit code, output without an error, an error that names a program or a file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from fauxcorp.core.effects import Effect
from fauxcorp.scan.items import Returned
from fauxcorp.scan.limits import MAX_TEXT
from fauxcorp.scan.sheet import Deed, Run, Sheet
from fauxcorp.world.text import printable

NO_RESULT = "the record ends before its result"
OPEN = "the record does not show whether it happened"
BRANCH = "it stands in a branch or loop, and the record does not show whether that was taken"
UNSEEN = "the record does not show that there was anything to do it to"
SKIPPED = "what comes before it failed, so it was not come to"
HIDDEN = "its errors were thrown away, and its exit code is not the one that is recorded"
REFUSED = "not allowed to run"

_ERROR = re.compile(
    r"cannot|can't|no such|not found|denied|failed|failure|error|invalid|unrecognized|refused|unable|could not|couldn't"
    r"|not permitted|timed out|missing|does not exist|doesn't exist|fatal|unknown|illegal|too many|must be|only root"
    r"|not a (?:directory|valid)|is a directory|read-only|usage:|not installed|no route|unreachable|try '",
    re.IGNORECASE,
)
_SHELL = re.compile(
    r"^(?:-?(?:/\S{0,30})?(?:bash|sh|zsh|dash|ksh)"
    r"|/bin/\w+)(?:: (?:line )?\d+)?: (?:\d+: )?(?:eval: )?(?P<name>[^:\s][^:]{0,200}): (?P<what>.*)$"
)
_PROGRAM = re.compile(r"^(?:sudo: )?(?P<name>[\w./+-]{1,100}): (?P<what>.*)$")
_ABSENT = re.compile(r"command not found|: not found$|is not recognized as|no such file or directory$", re.IGNORECASE)
_SYNTAX = re.compile(
    r"^(?:-?(?:/\S{0,30})?(?:bash|sh|zsh)\b.{0,40}: )?syntax error|unexpected (?:EOF|end of file)", re.M
)
_REFUSALS = re.compile(
    r"^\W{0,3}(?:the (?:action|command) has not been executed|user (?:rejected|denied|declined)|permission denied by"
    r"|(?:tool )?(?:call|use) (?:rejected|denied|was rejected|is not allowed)|blocked by (?:policy|guardrail|hook)"
    r"|operation (?:cancelled|rejected) by|error: cannot execute multiple commands at once)",
    re.IGNORECASE,
)
_FAILURES = re.compile(
    r"^\W{0,3}(?:error\b|errors?:|exception\b|traceback \(most recent call last\)|failed\b|failure\b|fatal\b|invalid\b"
    r"|unknown (?:tool|function|command)|tool .{0,60} (?:not found|does not exist)|no such |cannot |could not "
    r"|unable to "
    r"|permission denied|access denied|not (?:found|allowed|authori[sz]ed|permitted)\b|unauthori[sz]ed\b|forbidden\b"
    r"|\d{3} (?:client|server) error|http(?:/\d(?:\.\d)?)? ?(?:error )?[45]\d\d)",
    re.IGNORECASE,
)
_JSON_FAILURE = re.compile(
    r"^\s*\{[^{}]{0,400}?\"(?:error\"\s*:\s*(?!null|\"\"|false|\{\}|\[\])|success\"\s*:\s*false|ok\"\s*:\s*false"
    r"|status\"\s*:\s*\"(?:error|failed|failure|denied)\")",
    re.IGNORECASE,
)
_CELL = re.compile(
    r"(?:Cell In\s?\[\d+\], line |Input In \[\d+\], in <cell line: |File \"<(?:stdin|string"
    r"|ipython-input[^>]{0,60})>\", line "
    r"|^-{2,}> ?)(\d{1,6})",
    re.M,
)
_FRAME = re.compile(r"^ *File \"([^\"\n]{1,500})\", line (\d{1,6})", re.M)
_RAISED = re.compile(
    r"^(?:Traceback \(most recent call last\)|-{20,}$|[A-Z]\w{2,40}(?:Error|Exception|Interrupt)\b)", re.M
)


class Outcome(NamedTuple):
    """How far an effect got: the event's stage, its outcome, and why it went no further."""

    stage: str
    outcome: str
    reason: str


def judge(sheet: Sheet, back: Returned | None, *, language: str = "tool") -> None:
    """Decide on every part of a call. `language`: shell, python, or tool for everything that is no program."""
    runs = sheet.runs
    if back is None:
        _all(runs, "unknown", NO_RESULT)
    elif back.refused or _REFUSALS.match(back.text[:400]):
        _all(runs, "failed", REFUSED)
    elif language == "shell":
        _shell(runs, back)
    elif language == "python":
        _python(runs, back)
    else:
        _tool(runs, back)
    _branches(runs)
    sheet.settle()


def outcome(deed: Deed) -> Outcome:
    """How far one effect got."""
    run = deed.run
    if run.state == "skipped":
        return Outcome("attempted", "failure", run.reason or SKIPPED)
    if run.state == "failed" and (not run.failed or deed.operand in run.failed or not deed.operand):
        return Outcome("attempted", "failure", run.reason)
    if run.state == "unknown":
        return Outcome("attempted", "unknown", run.reason or OPEN)
    if not run.sure:
        return Outcome("attempted", "unknown", BRANCH)
    if not deed.seen:
        return Outcome("attempted", "unknown", UNSEEN)
    return Outcome("executed", "success", "")


def staged(deed: Deed) -> tuple[Effect, str]:
    """An effect with its stage, and the outcome that its event has."""
    stage, shown, reason = outcome(deed)
    if stage == "executed":
        return deed.effect, shown
    return deed.effect.model_copy(update={"stage": stage, "reason": reason[:300]}), shown


def failed_text(text: str) -> str:
    """The line in which a tool's result says that it failed, or ''."""
    head = text[:2000].lstrip("﻿ \t\r\n\"'[(<")
    if _FAILURES.match(head) or _JSON_FAILURE.match(text[:2000]):
        return _line(text)
    return ""


def _tool(runs: Sequence[Run], back: Returned) -> None:
    if back.failed or (back.code is not None and back.code > 0):
        _all(runs, "failed", _line(back.text) or "it failed")
        return
    said = "" if back.failed is False else failed_text(back.text)
    _all(runs, "failed" if said else "done", said)


def _all(runs: Sequence[Run], state: str, reason: str) -> None:
    for run in runs:
        run.state = "failed" if state == "failed" else "done" if state == "done" else "unknown"
        run.reason = reason


def _line(text: str) -> str:
    return next((line.strip()[:200] for line in printable(text[:2000]).splitlines() if line.strip(" -=")), "")


def _shell(runs: Sequence[Run], back: Returned) -> None:
    text = printable(back.text[:MAX_TEXT])
    code = back.code
    if _SYNTAX.search(text) and code in (None, 1, 2, 127):
        _all(runs, "failed", "a syntax error: the shell did not run it")
        return
    _errors(runs, text)
    for program in dict.fromkeys(r.program for r in runs if r.program):
        _raised([r for r in runs if r.program == program], text)
    if back.failed and code is None:
        code = 1
    if code is not None and (code < 0 or code in (124, 130, 137, 143)):
        # It was stopped, or still ran: what came last is open.
        for run in runs[-1:]:
            run.state, run.reason = (
                run.state or "unknown",
                run.reason or "it was stopped, or still ran when the record ends",
            )
        code = None
    ends = [r for r in runs if r.last and not r.state and r.unless is None]
    if code and ends and not (ends[-1].test and len(ends) == 1):
        end = ends[-1]
        if not any(r.state == "failed" and (r.last or r.chain == end.chain) for r in runs):
            end.state, end.reason = "failed", f"exit code {code}"
            _after_tests(runs, end, code)
            for run in ends[:-1]:
                # One of the chain failed; which, the record does not show.
                run.state, run.reason = "unknown", f"exit code {code}, of this or a later part"
    _chains(runs)
    for run in runs:
        if code and run.last and run.unless is not None and not run.state and not run.test:
            run.state, run.reason = "failed", f"exit code {code}"
        if run.quiet and not run.state and not (run.tail and not code):
            run.state, run.reason = "unknown", HIDDEN
        run.state = run.state or "done"


def _after_tests(runs: Sequence[Run], end: Run, code: int) -> None:
    """Programs say why they fail; tests fail silently, and what stands behind one in the chain is open then."""
    tested = False
    for run in runs:
        if run is end:
            return
        if run.chain and run.chain == end.chain:
            if tested and not run.state and not run.test:
                run.state, run.reason = "unknown", f"exit code {code}, of this or an earlier part"
            tested = tested or run.test


def _errors(runs: Sequence[Run], text: str) -> None:
    """Give the lines that report errors to the parts that they are of."""
    for line in text.splitlines()[:5000]:
        found = _SHELL.match(line[:600]) or _PROGRAM.match(line[:600])
        if found is None or not _ERROR.search(found["what"]):
            continue
        name = found["name"].rpartition("/")[2]
        absent = _ABSENT.search(line) is not None
        for run in runs:
            if run.state == "failed" and (not run.failed or absent):
                continue
            own = run.name.rpartition("/")[2]
            named = (
                own == name or name in run.via or (found["name"] in run.words and _SHELL.match(line[:600]) is not None)
            )
            if not named:
                continue
            words = {w for w in run.words if w and _mentions(line, w)}
            if run.words and not absent and words and len(words) < len(run.words):
                run.failed |= words
            elif run.failed and not absent:
                continue
            run.state, run.reason = "failed", line.strip()[:200]
            if not absent:
                break


def _mentions(line: str, word: str) -> bool:
    return len(word) > 1 and not word.startswith("-") and (f"'{word}'" in line or f"‘{word}’" in line or word in line)


def _chains(runs: Sequence[Run]) -> None:
    """Behind a part that failed, nothing of its && chain is come to."""
    broken: dict[int, str] = {}
    for run in runs:
        if run.chain and run.chain in broken and not run.state:
            run.state, run.reason = "skipped", SKIPPED
        elif run.chain and run.state == "failed" and not run.failed and not run.piped:
            broken[run.chain] = run.reason


def _branches(runs: Sequence[Run]) -> None:
    """What stands behind || was come to if what stands before it failed, and only then."""
    for run in runs:
        if run.unless is None or run.state in ("failed", "skipped"):
            continue
        before = runs[run.unless[0] : run.unless[1]]
        if any(b.state == "failed" for b in before):
            continue
        if all(b.state == "done" for b in before):
            run.state, run.reason = "skipped", "what it stands in for succeeded"
        else:
            run.state, run.reason = "unknown", OPEN


def _raised(runs: Sequence[Run], text: str) -> None:
    """Of a program that a shell ran: where the trace of an exception says that it stopped."""
    if "Traceback (most recent call last)" not in text:
        return
    name = runs[0].program.rpartition("/")[2]
    frames = [int(n) for file, n in _FRAME.findall(text) if file.rpartition("/")[2] == name]
    reason = next((line for line in reversed(text.splitlines()) if _RAISED.match(line)), "it raised an exception")[:200]
    if frames:
        _stopped(runs, frames[0], reason)


def _stopped(runs: Sequence[Run], at: int, reason: str) -> None:
    """A program stopped at a line: what stands before it was done, what comes after it was not come to."""
    for run in runs:
        if run.line and run.line < at:
            run.state = "done"
        elif run.line == at:
            run.state, run.reason = "failed", reason
        else:
            run.state, run.reason = "skipped", SKIPPED


def _python(runs: Sequence[Run], back: Returned) -> None:
    text = printable(back.text[:MAX_TEXT])
    raised = _RAISED.search(text) is not None and ("Error" in text or "Exception" in text or "Interrupt" in text)
    failed = back.failed or (back.code is not None and back.code > 0) or raised
    if not failed:
        _all(runs, "done", "")
        return
    lines = [int(m) for m in _CELL.findall(text)]
    reason = next((line for line in reversed(text.splitlines()) if _RAISED.match(line)), _line(text))[:200]
    if not lines or not any(run.line for run in runs):
        _all(runs, "unknown" if len(runs) > 1 else "failed", reason)
        return
    # The first frame is that of the cell itself; what it called into comes after it.
    _stopped(runs, lines[0], reason)
