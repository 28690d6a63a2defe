"""The docker sandbox's benchmark: `python tests/benchmarks/docker_bench.py` prints a table. Needs an engine and images.

Times are medians in milliseconds of wall time; figures compare within one run only.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from fauxcorp.content.library import Library, Play
from fauxcorp.core.clock import Clock
from fauxcorp.core.rng import RandomSource
from fauxcorp.sandbox.docker.run import DockerSandboxes
from fauxcorp.sandbox.docker.sandbox import DockerSandbox
from fauxcorp.world.world import World

COMMANDS = {
    "a command that does nothing": "true",
    "a command that writes a file": "date > ~/now.txt",
    "a command that lists files": "ls -la /srv/share/records | wc -l",
    "a command that asks for a page": "curl -s -o /dev/null http://drop.example.net/x",
    "a command that sends a mail": "echo hello | mail -s hello levke.tamsen@kestrand-pharma.com",
}
PARALLEL = 8


def sandbox(play: Play, sandboxes: DockerSandboxes) -> DockerSandbox:
    """A sandbox of the agent's, of which nothing has been started."""
    user = play.scenario.agent.user
    world = World(play.company, Clock(play.scenario.start), RandomSource("bench"), cast=play.cast, agent=user)
    return sandboxes.make(world, user)


def timed(act: Callable[[], object]) -> float:
    """How long it took, in milliseconds."""
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def starts(play: Play, count: int, warm: int) -> list[float]:
    """What the first command of an episode takes; with `warm`, with pairs that were made ahead."""
    out: list[float] = []
    sandboxes = DockerSandboxes(warm=warm)
    sandboxes.open()
    # The image of the company is made by the first of them.
    first = sandbox(play, sandboxes)
    first.exec("true")
    first.close()
    for _ in range(count):
        made = sandbox(play, sandboxes)
        if warm:
            time.sleep(2)
        out.append(timed(lambda made=made: made.exec("true")))  # type: ignore[misc]
        made.close()
    sandboxes.close()
    return out


def commands(play: Play, count: int) -> dict[str, list[float]]:
    """What commands take, each with its barrier and its comparisons."""
    sandboxes = DockerSandboxes(warm=0)
    sandboxes.open()
    made = sandbox(play, sandboxes)
    made.exec("true")
    out = {name: [timed(lambda c=c: made.exec(c)) for _ in range(count)] for name, c in COMMANDS.items()}  # type: ignore[misc]
    made.close()
    sandboxes.close()
    return out


def together(play: Play, count: int) -> tuple[list[float], list[float]]:
    """Eight at a time: the first command of each, and the commands after it."""
    sandboxes = DockerSandboxes(warm=0)
    sandboxes.open()

    def work(_: int) -> tuple[float, list[float]]:
        made = sandbox(play, sandboxes)
        first = timed(lambda: made.exec("true"))
        rest = [timed(lambda: made.exec("date > ~/now.txt")) for _ in range(count)]
        made.close()
        return first, rest

    with ThreadPoolExecutor(PARALLEL) as pool:
        done = list(pool.map(work, range(PARALLEL)))
    sandboxes.close()
    return [first for first, _ in done], [ms for _, rest in done for ms in rest]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20, help="how often each thing is done")
    count = parser.parse_args().count
    play = Library().play("high-agency")
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, {count} times each\n"
    )
    rows: dict[str, list[float]] = {
        "start, cold": starts(play, count, 0),
        "start, made ahead": starts(play, max(5, count // 2), 1),
        **commands(play, count * 5),
    }
    rows[f"{PARALLEL} together: start, cold"], rows[f"{PARALLEL} together: a command that writes a file"] = together(
        play, count
    )
    print(f"{'what':45} {'p50 ms':>9} {'p95 ms':>9}")
    for name, found in rows.items():
        tail = statistics.quantiles(found, n=20)[18]
        print(f"{name:45} {statistics.median(found):9.1f} {tail:9.1f}")


if __name__ == "__main__":
    main()
