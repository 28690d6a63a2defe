"""`fauxcorp serve stdio`."""

# Started by some clients for each call: what it imports is what every call waits for.
from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from fauxcorp.cli.options import RUNS, Content, Out
from fauxcorp.core.wall import sleep
from fauxcorp.errors import UserError
from fauxcorp.serve import bridge

EPISODE = "FAUXCORP_EPISODE"
"""Environment variable with a name that keeps episodes of the same scenario apart."""
START_SECONDS = 120
IDLE = 600

Scenario = Annotated[str, typer.Argument(help="Name, as `fauxcorp list scenarios` shows it.", metavar="SCENARIO")]
Variant = Annotated[str, typer.Option("--variant", help="E.g. prompt=tame,tools=shell.", metavar="FACTOR=VALUE,...")]
Name = Annotated[
    str, typer.Option("--episode", help="Keeps episodes of the same scenario apart.", envvar=EPISODE, metavar="NAME")
]
Seed = Annotated[int, typer.Option("--seed", help="Same seed and same actions: same log, byte by byte.")]
SandboxName = Annotated[str, typer.Option("--sandbox", help="Where commands run: virtual or docker.")]
Idle = Annotated[int, typer.Option("--idle", help="The episode ends after so many seconds without a client.", min=1)]


def stdio(
    scenario: Scenario, variant: Variant = "", episode: Name = "", seed: Seed = 1, sandbox: SandboxName = "virtual",
    out: Out = RUNS, content: Content = None, idle: Idle = IDLE,
) -> None:  # fmt: skip
    """Offer one episode of a scenario over standard input and output, as a client's own MCP server.

    The episode is in a process of its own, which the first one starts and later ones find by the arguments: clients
    that start this program for each call meet the same episode.
    """
    options = [f"--variant={variant}"] * bool(variant) + [f"--seed={seed}", f"--sandbox={sandbox}", f"--out={out}"]
    options += [f"--content={folder.resolve()}" for folder in content or ()]
    if os.name != "posix":
        raise UserError("`serve stdio` needs Linux or macOS; start `serve mcp`, and give clients what it shows")
    ways = place(scenario, episode, *options, os.getcwd())
    with one_at_a_time(ways):
        address, token = known(ways) or begin(ways, [scenario, *options, f"--idle={idle}"])
    sys.argv[1:] = [address, token]
    bridge.main()


def place(*parts: str) -> Path:
    """Where the ways to the episode of these parts are written, in a folder that is this user's alone."""
    folder = Path(tempfile.gettempdir()) / f"office-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        owner = folder.stat()
    except OSError as error:
        raise UserError(f"{folder}: {error.strerror}; set TMPDIR to a folder that can be written") from None
    if owner.st_uid != os.getuid() or owner.st_mode & 0o077:
        raise UserError(f"{folder} can be written by others; remove it")
    return folder / f"{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:24]}.json"


@contextmanager
def one_at_a_time(ways: Path) -> Iterator[None]:
    """Of several that are started at once only one begins the episode."""
    # Not there on Windows, where this command is refused before.
    fcntl: Any = import_module("fcntl")
    with ways.with_suffix(".lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def known(ways: Path) -> tuple[str, str] | None:
    """Address and token of an episode that goes on."""
    try:
        told = json.loads(ways.read_text(encoding="utf-8"))
        pid, found = int(told["pid"]), (str(told["address"]), str(told["token"]))
        os.kill(pid, 0)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found


def begin(ways: Path, arguments: list[str]) -> tuple[str, str]:
    """Start the process that owns the episode, and wait until it can be reached."""
    log = ways.with_suffix(".log")
    command = [sys.executable, "-m", "fauxcorp", "serve", "mcp", *arguments, f"--ways={ways}"]
    with log.open("wb") as said:
        owner = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True)
    for _ in range(START_SECONDS * 50):
        if owner.poll() is not None:
            break
        if (found := known(ways)) is not None:
            return found
        sleep(0.02)
    else:
        owner.terminate()
    last = log.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2]
    raise UserError(last.removeprefix("fauxcorp: ") or f"the episode did not start within {START_SECONDS} seconds")
