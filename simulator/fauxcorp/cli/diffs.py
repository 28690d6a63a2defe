"""What `fauxcorp diff` found: as text, Markdown, JSON and JUnit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import accumulate, groupby
from pathlib import Path
from typing import Any

from fauxcorp.cli.flagtable import evidence_lines
from fauxcorp.cli.output import Cell, Out, Span, clean
from fauxcorp.core.flags import Level
from fauxcorp.gates.cases import Case
from fauxcorp.gates.diff import Change, Diff, Group, Outcomes

MOST = 20
"""Lines of evidence of one group, and lines of any other list."""
MOST_MARKDOWN = 60_000
"""Characters of Markdown: a comment on a pull request takes 65,536."""
HEADERS = ("change", "level", "rule", "base", "new")
_WORDS = {"more": "more often", "less": "less often"}


@dataclass(frozen=True, slots=True)
class Judged:
    """A comparison, and by what it passes: flags below `level` do not count, and those lost if `lost`."""

    diff: Diff
    level: Level = Level.informational
    lost: bool = False

    @property
    def passed(self) -> bool:
        """Whether the new run passes."""
        return self.diff.passes(self.level, lost=self.lost)

    @property
    def failing(self) -> list[Change]:
        """The changes that count against it."""
        return [*self.diff.gained(self.level), *(self.diff.lost(self.level) if self.lost else [])]


def show_diff(out: Out, judged: Judged) -> None:
    """For people: what is not the same, what changed with its evidence, and whether the new run passes."""
    diff = judged.diff
    out.line("base  ", diff.base.shown)
    out.line("new   ", diff.new.shown)
    for line in diff.differences:
        out.row((Span("not the same  ", "warn"),), (line,))
    for group, changes in groupby(diff.changes, key=lambda c: c.group):
        several = list(changes)
        out.line()
        out.line(Span(_name(group), "title"))
        out.table(HEADERS, [_row(change) for change in several])
        for line in _evidence(several):
            out.row(("  ",), (line,))
    out.line()
    for title, lines in _rest(diff):
        for line in lines:
            out.row((f"{title}: ",), (line,))
    out.line(Span("passed" if judged.passed else "failed", "good" if judged.passed else "bad"), f": {_counts(judged)}")


def markdown(judged: Judged) -> str:
    """For a pull request. What an agent wrote stands in code spans, where it can neither link nor call anybody."""
    diff = judged.diff
    lines = [f"### fauxcorp diff {'passed' if judged.passed else 'failed'}: {_counts(judged)}", ""]
    lines += [f"{_code(diff.base.shown)} → {_code(diff.new.shown)}", ""]
    for group, changes in groupby(diff.changes, key=lambda c: c.group):
        several = list(changes)
        lines += [f"**{_code(_name(group))}**", "", f"| {' | '.join(HEADERS)} |", "|---|---|---|---|---|"]
        lines += [f"| {' | '.join(map(_code, _cells(change)))} |" for change in several]
        lines += ["", *(f"- {_code(line)}" for line in _evidence(several)), ""]
    lines += [f"- not the same: {_code(line)}" for line in diff.differences]
    lines += [f"- {title}: {_code(line)}" for title, told in _rest(diff) for line in told]
    sizes = list(accumulate(len(line) + 1 for line in lines))
    kept = [line for line, size in zip(lines, sizes, strict=True) if size <= MOST_MARKDOWN]
    cut = [f"- and {len(lines) - len(kept)} more lines"] if len(kept) < len(lines) else []
    return "\n".join([*kept, *cut]).rstrip() + "\n"


def as_dict(judged: Judged) -> dict[str, Any]:
    """For programs."""
    diff = judged.diff
    return {
        "base": diff.base.shown,
        "new": diff.new.shown,
        "passed": judged.passed,
        "differences": list(diff.differences),
        "changes": [_change_dict(change) for change in diff.changes],
        "outcomes": [{**o.group._asdict(), "base": o.base, "new": o.new} for o in diff.outcomes],
        "only_base": [group._asdict() for group in diff.only_base],
        "only_new": [group._asdict() for group in diff.only_new],
        "failed": [
            {"scenario": c.scenario, "variant": c.variant, "agent": c.agent, "epoch": c.epoch, "outcome": c.outcome,
             "detail": c.detail, "log": _log(c)}
            for c in diff.failed
        ],
        "complete": diff.new.complete,
        "notes": list(diff.notes),
    }  # fmt: skip


def write_junit(path: Path, judged: Judged) -> None:
    """A test for each scenario, variant and agent of the new run."""
    junit: Any = import_module("fauxcorp.gates.junit")
    diff = judged.diff
    tests = [_test(junit, judged, group) for group in diff.groups]
    properties = [("base", diff.base.shown), ("new", diff.new.shown), ("level", str(judged.level))]
    properties += [("not the same", line) for line in diff.differences]
    junit.write(path, junit.document("fauxcorp diff", tests, properties))


def _test(junit: Any, judged: Judged, group: Group) -> Any:
    failure = error = None
    changes = [change for change in judged.failing if change.group == group]
    failed = [c for c in judged.diff.failed if (c.scenario, c.variant) == group[:2] and group.agent in ("", c.agent)]
    if changes:
        lines = [" ".join(_cells(change)[:3]) + f": {change.base}, now {change.new}" for change in changes]
        failure = junit.Trouble(changes[0].kind, "; ".join(lines), "\n".join([*lines, *_evidence(changes)]))
    elif failed:
        error = junit.Trouble(failed[0].outcome, f"{len(failed)} episodes failed", "\n".join(map(_failed, failed)))
    name = group.agent or "any agent"
    return junit.JUnitCase(f"{group.scenario}.{group.variant}", name, failure=failure, error=error)


def _cells(change: Change) -> tuple[str, ...]:
    word = _WORDS.get(change.kind, change.kind)
    if change.allowed:
        word += ", allowed"
    elif not change.counts:
        word += ", may be chance"
    shares = [str(change.base), str(change.new)]
    if change.kind in ("graver", "milder"):
        shares = [f"{share}, {level}" for share, level in zip(shares, change.levels, strict=True)]
    return word, change.level.value, change.rule, *shares


def _row(change: Change) -> tuple[Cell, ...]:
    word, level, *others = _cells(change)
    style = "dim" if not change.counts else "bad" if change.worse else "good"
    return Span(word, style), Span(level, level), *others


def _evidence(changes: Sequence[Change]) -> list[str]:
    """What the flags gained in one group rest on, each event once, by the episodes that show them; what allows them."""
    lines = [
        f"{change.rule}: {entry.place} allows it until {entry.allowance.expires}: {entry.allowance.reason}"
        for change in changes
        for entry in change.allowed
    ]
    shown = [c for c in changes if c.worse and c.case is not None and c.case.log is not None]
    for log, several in groupby(sorted(shown, key=lambda c: _log(c.case) or ""), key=lambda c: _log(c.case)):
        found = {line for c in several if c.case and c.flag for line in evidence_lines(c.case, c.flag)}
        ordered = sorted(found, key=_number)
        lines += ordered[:MOST]
        lines += [f"and {len(ordered) - MOST} more"] if len(ordered) > MOST else []
        lines.append(f"log: {log}")
    return lines


def _number(line: str) -> int:
    return int(line[1:].partition(" ")[0])


def _rest(diff: Diff) -> Iterator[tuple[str, list[str]]]:
    yield "ended otherwise", _few([_ended(found) for found in diff.outcomes])
    yield "nothing can be said", _few([_failed(case) for case in diff.failed])
    yield "nothing can be said", [] if diff.new.complete else [f"{diff.new.shown} did not come to its end"]
    yield "only in base", _few([_name(group) for group in diff.only_base])
    yield "only in new", _few([_name(group) for group in diff.only_new])
    yield "allow-list", list(diff.notes)


def _few(lines: list[str]) -> list[str]:
    return lines if len(lines) <= MOST else [*lines[:MOST], f"and {len(lines) - MOST} more"]


def _failed(case: Case) -> str:
    detail = f": {case.detail}" if case.detail else ""
    return f"{_name((case.scenario, case.variant, case.agent))} #{case.epoch}: {case.outcome}{detail}"


def _ended(found: Outcomes) -> str:
    sides = [", ".join(f"{number} {name}" for name, number in side.items()) for side in (found.base, found.new)]
    return f"{_name(found.group)}: {sides[0]}; now {sides[1]}"


def _counts(judged: Judged) -> str:
    changes, level = judged.diff.changes, judged.level
    gained = [c for c in changes if c.worse and c.counts]
    above = sum(c.level.rank >= level.rank for c in gained)
    counts = {
        "gained": above,
        f"gained below {level}": len(gained) - above,
        "lost": sum(c.counts for c in changes if not c.worse),
        "allowed": sum(bool(c.allowed) for c in changes),
        "that may be chance": sum(not c.counts and not c.allowed for c in changes),
    }
    told = ", ".join(f"{number} {word}" for word, number in counts.items() if number) or "no flags gained or lost"
    return f"{told}, {len(judged.diff.failed)} episodes failed" if judged.diff.failed else told


def _change_dict(change: Change) -> dict[str, Any]:
    return {
        **change.group._asdict(),
        "rule": change.rule,
        "change": change.kind,
        "level": change.level.value,
        "counts": change.counts,
        "base": {"flagged": change.base.flagged, "of": change.base.of, "level": change.levels[0]},
        "new": {"flagged": change.new.flagged, "of": change.new.of, "level": change.levels[1]},
        "chance": round(change.chance, 6),
        "allowed": [
            {"place": e.place, "reason": e.allowance.reason, "expires": str(e.allowance.expires)}
            for e in change.allowed
        ],
        "evidence": evidence_lines(change.case, change.flag) if change.case and change.flag else [],
        "log": _log(change.case),
    }


def _log(case: Case | None) -> str | None:
    return str(case.log) if case is not None and case.log is not None else None


def _name(group: Iterable[str]) -> str:
    return ", ".join(part for part in group if part)


def _code(text: str) -> str:
    plain = clean(text).replace("`", "'").replace("|", "\\|").strip()
    return f"`{plain}`" if plain else ""
