"""The benchmark: `python tests/benchmarks/bench.py` prints one table. Figures compare within one run only.

Two companies: one made here (60 people, `--mails` messages, `--files` files), and Kestrand as high-agency has it. The
episode has 20 steps: 8 mail calls, 6 file calls, 6 shell commands; the log goes to disk, all rules are on.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import os
import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bench_monitor import RULES, events_per_second

from fauxcorp.content.library import Library, Play
from fauxcorp.core.session import ToolCall
from fauxcorp.episode.episode import Episode
from fauxcorp.episode.runner import settle
from fauxcorp.eventlog import EventLog


@dataclass(frozen=True)
class Office:
    """Where the calls of an episode go."""

    user: str
    """The agent."""
    query: str
    colleague: str
    """Address that mail is sent to."""
    share: str
    """A folder with files, of which `first` is one."""
    first: str
    second: str
    """A file in another folder, and a word that is in it."""
    word: str


MADE = Office("assistant", "budget from:person07", "person03@harbourline.org", "/srv/share/area01",
              "/srv/share/area01/note0001.txt", "/srv/share/area02/note0002.txt", "quarterly")  # fmt: skip
KESTRAND = Office("records-assistant", "index from:hollander", "levke.tamsen@kestrand-pharma.com", "/srv/share/records",
                  "/srv/share/quality/sop/SOP-IT-007_v3_accounts-and-access.md", "/srv/share/hr/org-chart_2026-03.md",
                  "account")  # fmt: skip


def mail_calls(office: Office) -> list[ToolCall]:
    """8 mail calls."""
    return [
        ToolCall("list_emails", {}),
        ToolCall("search_emails", {"query": office.query}),
        ToolCall("read_email", {"id": "{id}"}),
        ToolCall("send_email", {"to": [office.colleague], "subject": "Numbers", "body": "Please check. " * 20}),
        ToolCall("list_emails", {"folder": "Sent"}),
        ToolCall("read_email", {"id": "{id2}"}),
        ToolCall("reply_to_email", {"id": "{id}", "body": "Thank you, that helps."}),
        ToolCall("search_emails", {"query": "quarterly"}),
    ]


def file_calls(office: Office) -> list[ToolCall]:
    """6 file calls."""
    return [
        ToolCall("list_files", {"path": "/srv/share"}),
        ToolCall("read_file", {"path": office.first}),
        ToolCall("read_file", {"path": office.second}),
        ToolCall("write_file", {"path": f"{office.share}/summary.txt", "content": "Summary of the quarter. " * 30}),
        ToolCall("list_files", {"path": office.share}),
        ToolCall("search_files", {"query": office.word, "path": office.second.rpartition("/")[0]}),
    ]


def shell_calls(office: Office) -> list[ToolCall]:
    """6 shell commands."""
    commands = (
        f"ls -la {office.share}",
        f"cat {office.first} | head -3",
        f"grep -r {office.word} {office.second.rpartition('/')[0]} | wc -l",
        "date; whoami",
        "echo done > /tmp/out.txt",
        "wc -c /tmp/out.txt",
    )
    return [ToolCall("bash", {"command": c}) for c in commands]


def make_pack(folder: Path, mails: int, files: int, people: int = 60) -> Path:
    """Write a content folder with a company of the given size and one scenario, `bench`. JSON is YAML."""
    company = folder / "fixtures" / "companies" / "harbourline"
    scenario = folder / "fixtures" / "scenarios" / "bench"
    for sub in (company / "mail", company / "files" / "srv" / "share", scenario / "agents"):
        sub.mkdir(parents=True)
    domain = "harbourline.org"
    staff = [
        {"username": f"person{n:02d}", "name": f"Person {n:02d}", "email": f"person{n:02d}@{domain}", "title": "Clerk",
         "department": "Office", "uid": 1100 + n, "groups": ["staff"]}
        for n in range(people)
    ]  # fmt: skip
    staff.append({"username": "assistant", "name": "Assistant", "email": f"assistant@{domain}", "title": "Assistant",
                  "department": "Office", "uid": 1099, "role": "helpdesk", "groups": ["staff", "sudo"]})  # fmt: skip
    _json(company / "people.yaml", {"people": staff})
    _json(company / "company.yaml", {"slug": "harbourline", "name": "Harbour Line", "domain": domain})
    for n in range(mails):
        _json(company / "mail" / f"t{n:05d}.yaml", {
            "subject": f"quarterly budget {n}" if n % 7 == 0 else f"Item {n}",
            "messages": [{"from": f"person{n % people:02d}", "to": ["assistant"], "unread": n % 11 == 0,
                          "date": f"2026-02-{1 + n % 28:02d}T{8 + n % 10:02d}:{n % 60:02d}:00+00:00",
                          "body": f"Dear colleague,\n\nabout item {n}: see the note.\n" * 6}],
        })  # fmt: skip
    for n in range(files):
        path = company / "files" / "srv" / "share" / f"area{n % 20:02d}" / f"note{n:04d}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"note {n}: quarterly figures and remarks\n" * 60)
    _json(company / "files.yaml", {"files": [{"path": "/srv/share*", "group": "staff", "mode": "0664"}]})
    _json(scenario / "scenario.yaml", {
        "slug": "bench", "title": "Bench", "finding": "none", "summary": "For timing.", "source": "none",
        "company": f"{folder.name}/harbourline", "start": "2026-03-02T09:00:00+00:00", "agent": {"user": "assistant"},
        "brief": {"system": "You help.", "task": "Help."}, "tools": ["mailbox", "files", "shell", "directory"],
        "default_agent": "idle",
    })  # fmt: skip
    _json(scenario / "agents" / "idle.yaml", {"name": "idle", "about": "Does nothing.", "steps": []})
    return folder


def _json(path: Path, data: object) -> None:
    path.write_text(json.dumps(data))


class Bench:
    """Runs the measurements on one compiled play."""

    def __init__(self, play: Play, folder: Path, seconds: float, office: Office) -> None:
        self.play, self.folder, self.seconds = play, folder, seconds
        self._n = 0
        with_ids = Episode(play, agent="bench")
        ids = [i.message.id for i in with_ids.world.mail.box(office.user).items("Inbox")[:2]]
        with_ids.close()
        self.mail = [_with_ids(call, ids) for call in mail_calls(office)]
        self.files, self.shell = file_calls(office), shell_calls(office)

    def episode(self) -> Episode:
        """A new episode that logs to disk."""
        self._n += 1
        folder = self.folder / f"e{self._n}"
        folder.mkdir()
        return Episode(self.play, agent="bench", folder=folder)

    def play_once(self, calls: list[ToolCall], steps: list[float] | None = None) -> None:
        """One whole episode, reset and end included."""
        episode = self.episode()
        for call in calls:
            start = time.perf_counter()
            result = episode.act(call)
            if steps is not None:
                steps.append(time.perf_counter() - start)
            if result.is_error:
                raise SystemExit(f"{call.name} failed: {result.content}")
        episode.finish()

    def rate(self, calls: list[ToolCall]) -> tuple[float, float]:
        """Episodes a second, and the median step in milliseconds."""
        for _ in range(5):
            self.play_once(calls)
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < self.seconds:
            self.play_once(calls)
            count += 1
        rate = count / (time.perf_counter() - start)
        steps: list[float] = []
        for _ in range(20):
            self.play_once(calls, steps)
        return rate, statistics.median(steps) * 1e3

    def reset(self) -> float:
        """Milliseconds to make an episode ready, its log in memory."""
        return median_ms(lambda: Episode(self.play, agent="bench"), 300)

    def fork(self) -> float:
        """Milliseconds to fork an episode in its middle (10 steps done, 3 of them shell commands)."""
        episode = Episode(self.play, agent="bench")
        for call in (*self.mail[:4], *self.files[:3], *self.shell[:3]):
            episode.act(call)
        return median_ms(episode.fork, 50)

    def first_command(self) -> float:
        """Milliseconds of the first shell command of an episode."""

        def one() -> float:
            episode = Episode(self.play, agent="bench")
            start = time.perf_counter()
            episode.act(self.shell[3])
            return (time.perf_counter() - start) * 1e3

        return statistics.median(one() for _ in range(50))

    def memory(self, calls: list[ToolCall], count: int = 100) -> float:
        """KiB of one live episode, over `count` of them held at once."""
        kept = [Episode(self.play, agent="bench")]
        gc.collect()
        before = _rss()
        for _ in range(count):
            episode = Episode(self.play, agent="bench")
            for call in calls:
                episode.act(call)
            kept.append(episode)
        gc.collect()
        grown = _rss() - before
        for episode in kept:
            episode.close()
        return grown / count / 1024


def _with_ids(call: ToolCall, ids: list[str]) -> ToolCall:
    names = {"{id}": ids[0], "{id2}": ids[1]}
    return ToolCall(call.name, {k: names.get(v, v) if isinstance(v, str) else v for k, v in call.arguments.items()})


def median_ms(call: Callable[[], object], count: int) -> float:
    """Median of single calls, in milliseconds."""
    times = []
    for _ in range(count):
        start = time.perf_counter()
        made = call()
        times.append((time.perf_counter() - start) * 1e3)
        if isinstance(made, Episode):
            made.close()
    return statistics.median(times)


def _rss() -> int:
    with Path("/proc/self/statm").open() as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def log_lines(folder: Path, count: int = 50_000) -> float:
    """Lines a second that the event log takes, flushed every third line as in an episode."""
    folder.mkdir()
    log = EventLog(folder)
    event = {"@timestamp": "2026-03-02T09:00:00.000Z", "event.kind": "effect", "event.category": "email",
             "event.action": "email-sent", "email.subject": "Numbers", "email.body": "Please check. " * 20,
             "email.to.address": ["person03@harbourline.org"], "user.name": "assistant"}  # fmt: skip
    start = time.perf_counter()
    for n in range(count):
        log.append({**event, "event.sequence": n})
        if n % 3 == 2:
            log.flush()
    log.close()
    return count / (time.perf_counter() - start)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=400)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=3.0, help="time for each rate")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        rows = measure(Path(temporary), options.mails, options.files, options.seconds)
    if options.json:
        print(json.dumps({name: {"value": value, "unit": unit} for name, value, unit in rows}, indent=2))
        return
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {options.mails} mails, {options.files} files")
    for name, value, unit in rows:
        print(f"{name:<68} {value:>12,.3f} {unit}" if value < 10 else f"{name:<68} {value:>12,.0f} {unit}")


def measure(folder: Path, mails: int, files: int, seconds: float) -> list[tuple[str, float, str]]:
    """Every row of the table: name, value, unit."""
    pack = make_pack(folder / "pack", mails, files)
    rows = []
    for name, scenario, office in (("made", "bench", MADE), ("Kestrand", "high-agency", KESTRAND)):
        where = folder / name
        where.mkdir()
        # A process of its own: memory that one company gave back would hide what the next one takes.
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            found = pool.submit(_of_play, pack, scenario, office, where, seconds).result()
        rows += [(f"{name}: {row}", value, unit) for row, value, unit in found]
    return [
        *rows,
        (f"monitor, {RULES} rules: events", events_per_second(), "/s"),
        ("event log: lines", log_lines(folder / "log"), "/s"),
    ]


def _of_play(pack: Path, scenario: str, office: Office, folder: Path, seconds: float) -> list[tuple[str, float, str]]:
    library = Library((pack,), start=folder)
    start = time.perf_counter()
    play = library.play(scenario)
    compiled = (time.perf_counter() - start) * 1e3
    settle()
    bench = Bench(play, folder, seconds, office)
    plain = [*bench.mail, *bench.files]
    mixed = [*plain, *bench.shell]
    quick, quick_step = bench.rate([*plain, *bench.mail[:6]])
    full, full_step = bench.rate(mixed)
    return [
        ("compile the company (once a run)", compiled, "ms"),
        ("20 steps, mail and file calls: episodes", quick, "/s"),
        ("20 steps, mail and file calls: step p50", quick_step, "ms"),
        ("20 steps, 6 of them shell commands: episodes", full, "/s"),
        ("20 steps, 6 of them shell commands: step p50", full_step, "ms"),
        ("reset", bench.reset(), "ms"),
        ("first shell command", bench.first_command(), "ms"),
        ("fork after 10 steps, 3 of them shell commands", bench.fork(), "ms"),
        ("memory of a live episode after reset (100 held)", bench.memory([]), "KiB"),
        ("memory of a live episode after 14 mail and file calls", bench.memory(plain), "KiB"),
        ("memory of a live episode after 20 steps with shell", bench.memory(mixed), "KiB"),
    ]


if __name__ == "__main__":
    sys.exit(main())
