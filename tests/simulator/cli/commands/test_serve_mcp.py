"""`fauxcorp serve mcp`, as clients start it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from fauxcorp.eventlog import open_run, read_manifest, read_records, verify_run

PROGRAM = [sys.executable, "-m", "fauxcorp"]
ACCEPT = {"accept": "application/json, text/event-stream"}


@contextmanager
def serving(pack: Path, folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    command = [*PROGRAM, "serve", "mcp", "ledger", f"--content={pack}", f"--out={folder}", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def lines(*calls: dict[str, Any]) -> str:
    start = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "c", "version": "1"}}
    asked = [("initialize", start), *(("tools/call", call) for call in calls)]
    return "".join(
        json.dumps({"jsonrpc": "2.0", "id": n, "method": m, "params": p}) + "\n" for n, (m, p) in enumerate(asked)
    )


def bash(command: str) -> dict[str, Any]:
    return {"name": "bash", "arguments": {"command": command}}


def said(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert done.returncode == 0, done.stderr
    got = sorted(map(json.loads, done.stdout.splitlines()), key=lambda m: int(m["id"]))
    return [m["result"]["content"][0]["text"] for m in got[1:]]


def test_one_episode_for_all_clients_until_it_is_interrupted(shared_pack: Path, tmp_path: Path) -> None:
    ways = tmp_path / "ways.json"
    options = ("--agent=mine", "--seed=5", "--variant=prompt=bold", f"--ways={ways}", "--host=127.0.0.1", "--port=0")
    with serving(shared_pack, tmp_path / "runs", *options, "--sandbox=virtual", "--idle=0") as process:
        url = first_line(process)
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": bash("x=41; echo $x")}
        assert httpx.post(url, json=call, headers=ACCEPT).json()["result"]["content"][0]["text"] == "41"
        told = json.loads(ways.read_text())
        (server,) = told["stdio"]["mcpServers"].values()
        done = subprocess.run(
            [server["command"], *server["args"]], input=lines(bash("echo $((x+1))")), capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip
        assert said(done) == ["42"]
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        out = process.stdout.read()
        assert process.wait(60) == 0
    assert "over standard input" in out
    assert "echo $x" in out
    assert not ways.exists()
    (run,) = (tmp_path / "runs").iterdir()
    assert read_manifest(run).complete
    (record,) = read_records(run)
    assert (record.agent, record.seed, record.steps, record.outcome) == ("mine", 5, 2, "completed")
    assert {c.state for c in verify_run(open_run(run))} == {"ok"}


def test_nobody_came(shared_pack: Path, tmp_path: Path) -> None:
    with serving(shared_pack, tmp_path / "runs", "--idle=1") as process:
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 1
    assert "never-reached" in out


@pytest.mark.parametrize(
    ("options", "said_of_it"),
    [
        (["nothing"], "no scenario"),
        (["ledger", "--variant=a=b"], "variant"),
        (["ledger", "--variant=all"], "name one"),
        (["ledger", "--host=256.1.1.1"], "listen"),
        (["ledger", "--sandbox=none"], "sandbox none"),
        (["ledger", "--ways=/nowhere/x"], "no folder"),
    ],
)
def test_bad_input(shared_pack: Path, tmp_path: Path, options: list[str], said_of_it: str) -> None:
    command = [*PROGRAM, "serve", "mcp", *options, f"--content={shared_pack}", f"--out={tmp_path}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert said_of_it in done.stderr
    assert "Traceback" not in done.stderr
