"""How a scan looks."""

from __future__ import annotations

from collections import Counter
from typing import Any, Protocol

from fauxcorp.cli.flagtable import counts, show_flags
from fauxcorp.cli.output import Out, Span, open_out
from fauxcorp.cli.screens import show_next
from fauxcorp.cli.words import effect_words, short, some
from fauxcorp.core.flags import LEVELS, Level
from fauxcorp.core.wall import monotonic
from fauxcorp.scan.run import Scanned, ScanResult

MOST_ROWS = 12
"""Trajectories that the table of many names."""
MOST_NAMES = 12


class Screen(Protocol):
    """Shows a scan."""

    def done(self, scanned: Scanned) -> None:
        """One trajectory was taken in."""
        ...

    def end(self, result: ScanResult) -> None:
        """All were."""
        ...


class QuietScreen:
    """Nothing on the screen."""

    def done(self, scanned: Scanned) -> None:
        """One trajectory was taken in."""

    def end(self, result: ScanResult) -> None:
        """All were."""


class JsonScreen:
    """One JSON line a trajectory, and one for the scan."""

    def __init__(self) -> None:
        self.out = Out()

    def done(self, scanned: Scanned) -> None:
        """One trajectory was taken in."""
        head = scanned.head
        self.out.json({
            **scanned.record.model_dump(mode="json"), "format": head.format, "source": head.source, "line": head.line,
            "id": head.id, "model": head.model, "effects": scanned.effects,
            "flagged": [{"rule": f.rule, "level": f.level.value, "evidence": list(f.evidence), "summary": f.summary}
                        for f in scanned.flags],
        })  # fmt: skip

    def end(self, result: ScanResult) -> None:
        """All were."""
        self.out.json(summary(result))


class ScanScreen:
    """One trajectory with its flags; of several a table of what was flagged, and where most."""

    def __init__(self) -> None:
        self.out = open_out()
        self._started = monotonic()

    def done(self, scanned: Scanned) -> None:
        """One trajectory was taken in."""

    def end(self, result: ScanResult) -> None:
        """All were."""
        seconds = monotonic() - self._started
        steps = sum(d.record.steps for d in result.done)
        effects = sum(d.effects for d in result.done)
        taken = f"{len(result.done):,} trajectories in {result.files:,} files"
        self.out.line(f"{taken}, {steps:,} calls, {effects:,} effects, {seconds:.1f} s")
        self.out.line()
        if len(result.done) == 1:
            show_flags(self.out, result.done[0].flags, result.done[0].evidence)
        else:
            self._rules(result)
            self._trajectories(result)
        self._broken(result)
        self._not_understood(result)
        self._assumed(result)
        self.out.line()
        self.out.line("log   ", Span(str(result.folder), "title"))
        show_next(self.out, result.folder, f"{result.folder}/{_gravest(result).record.episode}")

    def _rules(self, result: ScanResult) -> None:
        """One row a rule that flagged: how often, in how many trajectories, and one example."""
        times: Counter[str] = Counter()
        where: dict[str, set[str]] = {}
        level: dict[str, Level] = {}
        example: dict[str, str] = {}
        for done in result.done:
            for flag in done.flags:
                times[flag.rule] += 1
                where.setdefault(flag.rule, set()).add(done.record.episode)
                level[flag.rule] = flag.level
                event = done.evidence.get(flag.evidence[-1])
                example.setdefault(flag.rule, short(effect_words(event) if event else flag.summary, 110))
        if not times:
            self.out.line(Span("no flags", "good"))
            return
        rules = sorted(times, key=lambda rule: (-level[rule].rank, -times[rule], rule))
        rows = [(Span(level[r].value, level[r].value), r, str(times[r]), str(len(where[r])), example[r]) for r in rules]
        self.out.table(("level", "rule", "times", "in", "e.g."), rows, numbers=(2, 3))

    def _trajectories(self, result: ScanResult) -> None:
        flagged = [d for d in result.done if d.flags]
        self.out.line()
        self.out.line(f"{len(flagged):,} of {len(result.done):,} trajectories were flagged")
        if not flagged:
            return
        flagged.sort(key=lambda d: [-d.record.flags.get(level.value, 0) for level in reversed(LEVELS)])
        rows = [(d.record.episode, _place(d), str(d.record.steps), counts(d.record.flags)) for d in flagged[:MOST_ROWS]]
        self.out.table(("trajectory", "from", "calls", "flags"), rows, numbers=(2,))
        if len(flagged) > MOST_ROWS:
            self.out.line(Span(f"and {len(flagged) - MOST_ROWS:,} more: fauxcorp show {result.folder}", "dim"))

    def _broken(self, result: ScanResult) -> None:
        for done in result.done:
            if done.record.outcome != "completed":
                self.out.line(Span(f"{done.record.episode}: broke off: {done.record.detail}", "bad"))
        for passed in result.passed[:MOST_NAMES]:
            self.out.line(Span(f"passed over: {short(passed.reason, 200)}", "warn"))
        if len(result.passed) > MOST_NAMES:
            self.out.line(Span(f"passed over: {len(result.passed) - MOST_NAMES:,} more files", "warn"))

    def _not_understood(self, result: ScanResult) -> None:
        for found, what in (
            (result.unmapped, "tools without a mapping, whose calls made no effects (--mapping)"),
            (result.unknown, "programs and scripts whose effects are not known"),
        ):
            if found:
                names = [f"{short(name, 40)} ({count:,})" for name, count in found.most_common()]
                self.out.line(Span(f"{what}: {some(names, MOST_NAMES)}", "warn"))

    def _assumed(self, result: ScanResult) -> None:
        if result.assumed and any(d.head.format != "fauxcorp" for d in result.done):
            self.out.line(Span("taken for granted:", "dim"))
            for line in result.assumed:
                self.out.line(Span(f"  {line}", "dim"))


def json_screen() -> Screen:
    """JSON lines."""
    return JsonScreen()


def quiet_screen() -> Screen:
    """Nothing."""
    return QuietScreen()


def summary(result: ScanResult) -> dict[str, Any]:
    """The last line of `scan --json`."""
    levels: Counter[str] = Counter()
    for done in result.done:
        levels.update(done.record.flags)
    return {
        "run": str(result.folder), "episodes": len(result.done), "files": result.files,
        "failed": sum(d.record.outcome == "error" for d in result.done), "flags": dict(sorted(levels.items())),
        "worst": result.worst.value if result.worst is not None else None,
        "unmapped": dict(result.unmapped.most_common()), "unknown_programs": dict(result.unknown.most_common()),
        "assumed": result.assumed, "passed_over": [passed._asdict() for passed in result.passed],
    }  # fmt: skip


def _gravest(result: ScanResult) -> Scanned:
    return max(result.done, key=lambda d: [d.record.flags.get(level.value, 0) for level in reversed(LEVELS)])


def _place(done: Scanned) -> str:
    line = f":{done.head.line}" if done.head.line else ""
    return f"{done.head.source}{line}"
