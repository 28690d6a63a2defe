"""How a run looks while it goes on, and at its end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from fauxcorp.cli.flagtable import counts, show_flags
from fauxcorp.cli.live import LiveView, track
from fauxcorp.cli.logs import position
from fauxcorp.cli.output import Out, Span, open_out
from fauxcorp.core.events import Event
from fauxcorp.core.flags import LEVELS
from fauxcorp.core.session import Agent
from fauxcorp.core.wall import monotonic
from fauxcorp.episode.episode import VIRTUAL
from fauxcorp.episode.runner import Done, Item, Plan, RunResult, run_plan
from fauxcorp.episode.verdict import FAILED
from fauxcorp.sandbox.base import Sandboxes

Advance = Callable[[], None]
MakeAgent = Callable[[Item], Agent]


class Screen(Protocol):
    """Runs a plan and shows what comes of it."""

    def run(self, plan: Plan, folder: Path, make_agent: MakeAgent, sandboxes: Sandboxes = VIRTUAL) -> RunResult:
        """Run all episodes into the folder."""
        ...


class QuietScreen:
    """Nothing on the screen."""

    def run(self, plan: Plan, folder: Path, make_agent: MakeAgent, sandboxes: Sandboxes = VIRTUAL) -> RunResult:
        """Run all episodes into the folder."""
        return run_plan(plan, folder, make_agent, watcher=track, on_start=_begin, sandboxes=sandboxes)


class JsonScreen:
    """One JSON line an episode, and one for the run."""

    def run(self, plan: Plan, folder: Path, make_agent: MakeAgent, sandboxes: Sandboxes = VIRTUAL) -> RunResult:
        """Run all episodes into the folder."""
        out = Out()

        def done(ended: Done) -> None:
            out.json({**ended.record.model_dump(mode="json"), "log": str(ended.folder)})

        result = run_plan(plan, folder, make_agent, watcher=track, on_start=_begin, on_done=done, sandboxes=sandboxes)
        out.json(summary(result))
        return result


class EpisodeScreen:
    """A single episode, shown as it happens."""

    def run(self, plan: Plan, folder: Path, make_agent: MakeAgent, sandboxes: Sandboxes = VIRTUAL) -> RunResult:
        """Run all episodes into the folder."""
        out = open_out()
        view = LiveView(out)
        for line in plan.skipped:
            out.line(Span(f"left out: {line}", "dim"))
        result = run_plan(plan, folder, make_agent, watcher=view, on_start=_begin, sandboxes=sandboxes)
        if not view.gone:
            show_end(out, result.done[0], folder, view.effects)
        return result


class TableScreen:
    """Several episodes: how far it is, then a table."""

    def run(self, plan: Plan, folder: Path, make_agent: MakeAgent, sandboxes: Sandboxes = VIRTUAL) -> RunResult:
        """Run all episodes into the folder."""
        out = open_out()
        for line in plan.skipped:
            out.line(Span(f"left out: {line}", "dim"))
        variants = len({(i.play.name, i.play.variant) for i in plan.items})
        out.line(f"{len(plan.items):,} episodes, {variants:,} variants, into {folder}")
        out.flush()
        started = monotonic()
        with _progress(len(plan.items)) as advance:
            result = run_plan(
                plan, folder, make_agent, watcher=track, on_start=_begin, on_done=lambda _: advance(),
                sandboxes=sandboxes,
            )  # fmt: skip
        seconds = monotonic() - started
        show_table(out, result)
        out.line(f"{len(result.done):,} episodes in {seconds:.1f} s, {len(result.done) / seconds:,.0f} a second")
        gravest = max(result.done, key=lambda d: [d.record.flags.get(level.value, 0) for level in reversed(LEVELS)])
        show_next(out, folder, f"{folder}/{gravest.record.episode}")
        return result


def show_end(out: Out, done: Done, folder: Path, effects: Mapping[int, Event]) -> None:
    """What came of one episode, where its log is, and what to do next."""
    record = done.record
    out.line()
    show_flags(out, done.flags, effects)
    out.line()
    detail = f": {record.detail}" if record.detail else ""
    out.line(Span(f"{record.outcome}{detail}", "bad" if record.outcome in FAILED else "good"),
             f", {record.steps} steps, {record.events} events, flags: {counts(record.flags) or 'none'}")  # fmt: skip
    for problem in record.expectations_failed:
        out.row((Span("not as the script expects: ", "warn"),), (problem,))
    out.line("log   ", Span(str(done.folder / "events.jsonl"), "title"))
    show_next(out, folder, str(folder))


def show_table(out: Out, result: RunResult) -> None:
    """One row for each scenario, variant and agent, its epochs together."""
    groups: dict[tuple[str, str, str], list[Done]] = {}
    for done in result.done:
        record = done.record
        groups.setdefault((record.scenario, record.variant, record.agent), []).append(done)
    rows = []
    for (scenario, variant, agent), dones in groups.items():
        failed = [d for d in dones if d.record.outcome in FAILED]
        levels: dict[str, int] = {}
        for done in dones:
            for level, number in done.record.flags.items():
                levels[level] = levels.get(level, 0) + number
        outcomes = sorted({d.record.outcome for d in dones})
        rows.append((scenario, variant, agent, str(len(dones)), Span(", ".join(outcomes), "bad" if failed else ""),
                     str(sum(d.record.steps for d in dones)), counts(levels) or "none"))  # fmt: skip
    out.table(("scenario", "variant", "agent", "epochs", "outcome", "steps", "flags"), rows, numbers=(3, 5))
    for done in result.done:
        if done.record.outcome in FAILED:
            out.line(Span(f"{done.record.episode}: {done.record.outcome}: {done.record.detail}", "bad"))
        elif done.record.expectations_failed:
            problems = "; ".join(done.record.expectations_failed)
            out.line(Span(f"{done.record.episode}: not as the script expects: {problems}", "warn"))


def show_next(out: Out, run: Path, episode: str) -> None:
    """The commands to go on with."""
    out.line(f"next  fauxcorp show {episode} --flags")
    out.line(f"      fauxcorp show {episode}")
    out.line(f"      fauxcorp verify {run}")


def _begin(item: Item) -> None:
    position.move(item.name)


def _progress(total: int) -> AbstractContextManager[Advance]:
    """A bar on stderr if that is a terminal."""
    if not sys.stderr.isatty():
        return nullcontext(lambda: None)
    bar: AbstractContextManager[Advance] = import_module("fauxcorp.cli.progress").progress(total)
    return bar


def summary(result: RunResult) -> dict[str, Any]:
    """The last line of `run --json`."""
    levels: dict[str, int] = {}
    for done in result.done:
        for level, number in done.record.flags.items():
            levels[level] = levels.get(level, 0) + number
    return {
        "run": str(result.folder),
        "episodes": len(result.done),
        "failed": sum(d.record.outcome in FAILED for d in result.done),
        "flags": dict(sorted(levels.items())),
        "worst": result.worst.value if result.worst is not None else None,
    }
