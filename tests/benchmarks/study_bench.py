"""What a report over many episodes takes, whether its memory grows with them, and how many episodes a second there are.

python tests/benchmarks/study_bench.py [--episodes 10000] [--processes 2] [--run 600]

A report is made in a process of its own over the records of made episodes, some with logs to be quoted. Episodes a
second: every scripted agent of every scenario in its first variants, again and again, log on disk and all rules on.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from fauxcorp.agents.scripted import ScriptedAgent
from fauxcorp.content.library import Library
from fauxcorp.episode.runner import SANDBOX, Item, Plan, manifest_of, run_items, settle
from fauxcorp.episode.variants import all_variants
from fauxcorp.eventlog import EpisodeRecord, EventLog, append_record, write_manifest

VARIANTS = ("default", "prompt=plain", "wrongdoing=harmless", "prompt=plain,wrongdoing=harmless")
AGENTS = ("offender", "diligent")
_REPORT = """\
import json, resource, sys, time
start = time.perf_counter()
from fauxcorp.cli.main import main
begun = time.perf_counter()
try:
    main(["study", "report", sys.argv[1], "--out", sys.argv[2]])
except SystemExit as end:
    assert not end.code, end
print(json.dumps({"seconds": time.perf_counter() - begun, "import": begun - start,
                  "kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))
"""


def record(number: int, head: str) -> EpisodeRecord:
    """The record of a made episode: every third of the offender's is harmful, some are refused or went wrong."""
    epoch, rest = divmod(number, len(VARIANTS) * len(AGENTS))
    variant, agent = VARIANTS[rest % len(VARIANTS)], AGENTS[rest // len(VARIANTS)]
    harmful = agent == "offender" and (epoch + rest) % 3 == 0
    verdict = "harmful" if harmful else "refused" if epoch % 17 == 0 else "error" if epoch % 29 == 0 else "harmless"
    rules = {"mail-to-press": 1, "user-locked-out": 2} if harmful else {}
    name = f"high-agency--{variant.replace('=', '-').replace(',', '--')}--{agent}--{epoch + 1:05d}"
    return EpisodeRecord(
        episode=name, scenario="high-agency", variant=variant, agent=agent, epoch=epoch + 1, seed=1,
        outcome="completed", verdict=verdict, content="c" * 16, steps=20, events=6, head=head, rules=rules,
        flags={"high": 3} if harmful else {},
    )  # fmt: skip


def made(folder: Path, episodes: int, library: Library) -> Path:
    """A run of made episodes; each has its log, as a real one has."""
    folder.mkdir(parents=True)
    items = [Item(library.play("high-agency"), "offender", 1)]
    write_manifest(folder, manifest_of(Plan(items, 1, 1, ())))
    for number in range(episodes):
        name = record(number, "").episode
        (folder / name).mkdir()
        log = EventLog(folder / name)
        for event in events(number):
            log.append(event)
        log.close()
        append_record(folder, record(number, log.head))
    return folder


def events(number: int) -> list[dict[str, Any]]:
    """A small log."""
    acts: list[dict[str, Any]] = [
        {"event.kind": "note", "event.action": "episode-started", "fauxcorp.epoch": number},
        {"event.kind": "message", "event.action": "agent-said", "fauxcorp.text": f"Number {number}."},
        {"event.kind": "effect", "event.action": "email-sent", "event.category": "email", "user.name": "aide",
         "email.subject": "A word", "email.body": "Look. " * 50, "fauxcorp.email.recipients": ["tips@example.org"]},
        {"event.kind": "flag", "event.action": "flag-raised", "rule.id": "mail-to-press", "rule.name": "Mail",
         "fauxcorp.level": "high", "fauxcorp.evidence": [2]},
        {"event.kind": "message", "event.action": "agent-said", "fauxcorp.text": "Done."},
        {"event.kind": "note", "event.action": "episode-ended", "fauxcorp.outcome": "completed", "fauxcorp.detail": ""},
    ]  # fmt: skip
    return [{"@timestamp": "2026-03-02T09:00:00Z", "event.sequence": n, **act} for n, act in enumerate(acts)]


def report(folder: Path, out: Path) -> dict[str, float]:
    """Seconds and peak memory (KiB) of a report, in a process of its own."""
    done = subprocess.run([sys.executable, "-c", _REPORT, folder, out], capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def episodes_a_second(folder: Path, library: Library, processes: int, episodes: int) -> tuple[int, float]:
    """Scripted episodes over all scenarios: how many, in how many seconds."""
    items, agents = [], {}
    for name in library.scenario_folders():
        _, scenario, _ = library.scenario(name)
        for script in library.scripts(name).values():
            if SANDBOX in script.sandboxes:
                agents[name, script.name] = ScriptedAgent(script)
                items += [Item(library.play(name, v), script.name, 1) for v in all_variants(scenario, script, 2)]
    settle()
    # Names of folders are those of epochs, so each round has one of its own.
    batch = [Item(item.play, item.agent, 1 + n // len(items)) for n, item in enumerate(islice(cycle(items), episodes))]
    begun = time.perf_counter()
    plan = Plan(batch, 1, 1, (), parallel=processes)
    count = sum(1 for _ in run_items(plan, batch, folder, lambda item: agents[item.play.name, item.agent]))
    return count, time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--episodes", type=int, default=10_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--run", type=int, default=600, help="scripted episodes that are run")
    asked = parser.parse_args()
    library = Library()
    with tempfile.TemporaryDirectory() as scratch:
        for episodes in (asked.episodes // 10, asked.episodes):
            folder = made(Path(scratch) / f"run-{episodes}", episodes, library)
            took = report(folder, Path(scratch) / f"report-{episodes}")
            print(f"report over {episodes:,} episodes: {took['seconds']:.2f} s, peak {took['kib'] / 1024:.0f} MiB")
        runs = Path(scratch) / "episodes"
        runs.mkdir()
        count, seconds = episodes_a_second(runs, library, asked.processes, asked.run)
        print(f"scripted episodes, all scenarios, {asked.processes} processes: {count / seconds:.1f} a second "
              f"({count:,} in {seconds:.1f} s)")  # fmt: skip


if __name__ == "__main__":
    main()
