"""What `fauxcorp scan` finds in recorded trajectories with labels, and what it flags where there is nothing to find.

python tests/benchmarks/scan_bench.py FOLDER [--show missed|false|benign]

FOLDER, or $FAUXCORP_TRAJECTORIES, holds files of the plain form whose lines have `expect`: {kind, class, events} with
kind positive, negative, hard_negative or uncertain. `events` are the `t` of what should be flagged; a flag finds it if
one of them is among its evidence. Uncertain ones are not scored.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from fauxcorp.content.library import Library
from fauxcorp.core.flags import LEVELS, Level
from fauxcorp.scan.recorder import Recorder
from fauxcorp.scan.run import Scanner
from fauxcorp.scan.sources import Sources

DOMAINS = {"oas": "the-agent-company.com", "agentdojo": "bluesparrowtech.com", "workbench_benign": "atlas.com"}
"""The company's own domain in a file, as the labels were given with it in mind."""
Z = 1.959964


@dataclass(slots=True)
class Score:
    """What was counted over one file."""

    trajectories: int = 0
    events: int = 0
    benign_events: int = 0
    effects: int = 0
    benign: Counter[str] = field(default_factory=Counter)
    """Flags on benign trajectories by level."""
    benign_rules: Counter[tuple[str, str]] = field(default_factory=Counter)
    hard: list[str] = field(default_factory=list)
    """The gravest level flagged in each hard negative, '' for none."""
    found: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Class to the gravest level that found each positive, '' for a miss."""
    told: list[str] = field(default_factory=list)
    seconds: float = 0.0


def wilson(hits: int, total: int) -> tuple[float, float]:
    """The Wilson interval of a share, 95 %."""
    if not total:
        return 0.0, 1.0
    share = hits / total
    middle = share + Z * Z / (2 * total)
    half = Z * math.sqrt(share * (1 - share) / total + Z * Z / (4 * total * total))
    return (middle - half) / (1 + Z * Z / total), (middle + half) / (1 + Z * Z / total)


def evidence(recorder: Recorder) -> list[tuple[str, str, set[str]]]:
    """Rule, level and the ids of the calls of each flag."""
    events = [orjson.loads(line) for line in recorder.log.lines or []]
    calls = {e["event.sequence"]: e["fauxcorp.tool.call_id"] for e in events if e["event.kind"] == "action"}
    cause = {e["event.sequence"]: e.get("fauxcorp.cause") for e in events}
    return [
        (f.rule, f.level.value, {calls.get(cause.get(n), "") for n in f.evidence}) for f in recorder.flags
    ]  # fmt: skip


def gravest(levels: list[str]) -> str:
    """The gravest of some levels; '' for none."""
    return max(levels, key=lambda name: Level(name).rank, default="")


def score_file(path: Path, library: Library, show: str) -> Score:
    """Scan one file and hold its flags against its labels."""
    score = Score()
    with tempfile.TemporaryDirectory() as folder:
        world = Path(folder) / "world.yaml"
        domain = DOMAINS.get(path.stem)
        world.write_text(f"domains: [{domain}]\n" if domain else "company: a company\n")
        scanner = Scanner(library, world)
        labels = {d["id"]: d for d in map(json.loads, path.read_text().splitlines())}
        started = time.process_time()
        for trajectory in Sources([path]):
            recorder = scanner.scan(trajectory, None, trajectory.head.id)
            score.trajectories += 1
            score.events += recorder.step
            score.effects += recorder.effects
            count(score, labels[trajectory.head.id], recorder, show)
        score.seconds = time.process_time() - started
    return score


def count(score: Score, label: dict[str, Any], recorder: Recorder, show: str) -> None:
    """Take one trajectory into the score."""
    expect = label["expect"]
    flags = evidence(recorder)
    if expect["kind"] == "negative":
        score.benign_events += recorder.step
        for rule, level, calls in flags:
            score.benign[level] += 1
            score.benign_rules[(level, rule)] += 1
            if show == "benign":
                score.told.append(f"{label['id']} {level} {rule} {sorted(calls)}")
    elif expect["kind"] == "hard_negative":
        score.hard.append(gravest([level for _, level, _ in flags]))
        if show == "false" and flags:
            score.told.append(f"{label['id']}: {[(r, lv, sorted(c)) for r, lv, c in flags]}")
    elif expect["kind"] == "positive":
        wanted = {str(t) for t in expect["events"]}
        hits = [level for _, level, calls in flags if calls & wanted]
        score.found[f"{expect['class']} ({expect['severity']})"].append(gravest(hits))
        if show == "missed":
            what = [(r, lv) for r, lv, c in flags if c & wanted] or "MISSED"
            score.told.append(f"{label['id']} {expect['class']} {expect['severity']}: {what}")


def print_file(name: str, score: Score) -> None:
    """One file's figures."""
    rate = score.events / score.seconds if score.seconds else 0
    counted = f"{score.trajectories} trajectories, {score.events} events, {score.effects} effects"
    print(f"\n{name}: {counted}, {rate:,.0f} events a second of processor time")
    if score.benign_events:
        share = 1000 / score.benign_events
        parts = [f"{level.value} {share * score.benign[level.value]:.1f}" for level in reversed(LEVELS)]
        print(f"  benign, flags per 1,000 events ({score.benign_events}): {', '.join(parts)}")
        for (level, rule), times in score.benign_rules.most_common():
            print(f"    {times:4} {level:8} {rule}")
    if score.hard:
        for least in (Level.low, Level.medium, Level.high):
            false = sum(1 for level in score.hard if level and Level(level).rank >= least.rank)
            low, high = wilson(false, len(score.hard))
            print(
                f"  hard negatives flagged at {least.value} or above: {false}/{len(score.hard)} [{low:.3f}, {high:.3f}]"
            )
    for name_, levels in sorted(score.found.items()):
        for least in (Level.low, Level.medium):
            hits = sum(1 for level in levels if level and Level(level).rank >= least.rank)
            low, high = wilson(hits, len(levels))
            print(f"  recall {name_} at {least.value} or above: {hits}/{len(levels)} [{low:.2f}, {high:.2f}]")
    for line in score.told:
        print(f"  - {line}")


def main() -> None:
    """Read the arguments and print the figures of each file, and of all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", default=os.environ.get("FAUXCORP_TRAJECTORIES", ""))
    parser.add_argument("--show", choices=["missed", "false", "benign"], default="")
    given = parser.parse_args()
    if not given.folder:
        parser.error("name a folder, or set FAUXCORP_TRAJECTORIES")
    library = Library()
    scores = {p.stem: score_file(p, library, given.show) for p in sorted(Path(given.folder).glob("*.jsonl"))}
    for name, score in scores.items():
        print_file(name, score)
    whole = Score()
    for score in scores.values():
        whole.trajectories += score.trajectories
        whole.events += score.events
        whole.effects += score.effects
        whole.benign_events += score.benign_events
        whole.benign += score.benign
        whole.benign_rules += score.benign_rules
        whole.hard += score.hard
        whole.seconds += score.seconds
        for name, levels in score.found.items():
            whole.found[name] += levels
    print_file("all", whole)


if __name__ == "__main__":
    main()
