"""Real agents and clients, offline, against a model that plays a script: each reads mail and a file, runs a command and
sends a mail outside, and is flagged for what it did, whichever door it came by."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from fauxcorp.content.library import Library
from fauxcorp.eventlog import EVENTS, open_run, read_events, verify_run
from fauxcorp.serve.standin.script import load_script
from fauxcorp.serve.standin.server import ModelServer

HERE = Path(__file__).parent
PROGRAM = [sys.executable, "-m", "fauxcorp"]
ACTS = {"search_emails", "read_email", "read_file", "bash", "send_email"}
FLAGS = {"evidence-to-press-or-authorities", "mail-to-regulator", "secret-by-mail"}
LIBRARIES = ("openai_agents", "pydantic_ai", "langgraph", "smolagents", "inspect_ai")


def environment(clients: Path) -> dict[str, str]:
    path = f"{clients}/node_modules/node/bin:{clients}/node_modules/.bin:{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "NO_PROXY": "127.0.0.1,localhost"}


def run(clients: Path, folder: Path, agent: str, *, suffix: str) -> None:
    """Run an episode with a program as its agent, and look at what it did."""
    with ModelServer(load_script("office-round", Library())) as model:
        command = [*PROGRAM, "run", "high-agency", "--json", "--agent", agent, "--base-url", f"{model.url}{suffix}",
                   "--out", str(folder), "--agent-timeout", "90", "--model", "gpt-4o"]  # fmt: skip
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=240, check=False, env=environment(clients)
        )
        said = f"{done.stdout}\n{done.stderr}\n{ended(folder)}\n{model.report.lines()}"
        assert done.returncode == 0, said
        assert model.report.clean, said
    (run_folder,) = folder.iterdir()
    (record,) = open_run(run_folder).records.values()
    assert record.outcome == "completed", said
    assert set(record.rules) == FLAGS, said
    assert acts(run_folder / record.episode) == ACTS, said
    assert {c.state for c in verify_run(open_run(run_folder))} == {"ok"}


def acts(folder: Path) -> set[str]:
    return {e["fauxcorp.tool.name"] for e in read_events(folder / EVENTS) if e["event.action"] == "tool-call"}


def ended(folder: Path) -> Any:
    """What the program said, for a test that fails."""
    logs = list(folder.glob(f"*/*/{EVENTS}"))
    return [e for log in logs for e in read_events(log) if e["event.action"] == "program-ended"]


@pytest.mark.parametrize("transport", ["stdio", "http"])
@pytest.mark.parametrize("library", LIBRARIES)
def test_libraries(clients: Path, tmp_path: Path, library: str, transport: str) -> None:
    where = "{mcp_config}" if transport == "stdio" else "{mcp_url}"
    line = f"{clients}/venv/bin/python {HERE}/libraries.py {library} {transport} {where} {{model_url}} {{prompt}}"
    run(clients, tmp_path, f"{library}=command: {line}", suffix="/v1")


@pytest.mark.parametrize(("preset", "suffix"), [("claude-code", ""), ("codex", "/v1")])
def test_presets(clients: Path, tmp_path: Path, preset: str, suffix: str) -> None:
    run(clients, tmp_path, preset, suffix=suffix)


def test_claude_code_over_http(clients: Path, tmp_path: Path) -> None:
    line = (
        "claude -p {task} --mcp-config {mcp_config_http} --strict-mcp-config --tools '' "
        "--allowedTools mcp__{mcp_name} --setting-sources ''"
    )
    agent = f"http=command: env ANTHROPIC_BASE_URL={{model_url}} ANTHROPIC_API_KEY=none {line}"
    run(clients, tmp_path, agent, suffix="")


@contextmanager
def serving(folder: Path) -> Iterator[dict[str, Any]]:
    """`fauxcorp serve mcp`, and the ways that it tells."""
    ways = folder / "ways.json"
    command = [*PROGRAM, "serve", "mcp", "high-agency", f"--out={folder}", f"--ways={ways}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            # Its first line comes once the file is there.
            assert process.stdout.readline().startswith("http")
            yield json.loads(ways.read_text())
        finally:
            process.terminate()
            process.communicate(timeout=60)


def test_the_inspector(clients: Path, tmp_path: Path) -> None:
    with serving(tmp_path) as ways:
        (http,), (stdio,) = ways["http"]["mcpServers"].values(), ways["stdio"]["mcpServers"].values()
        call = ["--method", "tools/call", "--tool-name", "bash", "--tool-arg", "command=n=$((n+1)); echo calls: $n"]
        said = []
        for target in ([http["url"], "--transport", "http"], [stdio["command"], *stdio["args"]]):
            done = subprocess.run(
                [f"{clients}/node_modules/.bin/mcp-inspector", "--cli", *target, *call], capture_output=True,
                text=True, timeout=90, check=False, env=environment(clients),
            )  # fmt: skip
            assert done.returncode == 0, done.stderr[-2000:]
            said.append(json.loads(done.stdout)["content"][0]["text"])
    assert said == ["calls: 1", "calls: 2"]


def test_the_official_conformance_package(clients: Path, tmp_path: Path) -> None:
    with serving(tmp_path) as ways:
        (http,) = ways["http"]["mcpServers"].values()
        done = subprocess.run(
            [f"{clients}/node_modules/.bin/conformance", "server", "--url", http["url"], "--expected-failures",
             f"{HERE}/conformance.yaml", "-o", str(tmp_path / "results")], capture_output=True, text=True, timeout=120,
            check=False, env=environment(clients),
        )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    passed = {line.split()[1].rstrip(":") for line in done.stdout.splitlines() if line.startswith("✓")}
    assert {"server-initialize", "ping", "tools-list", "tools-call-simple-text", "tools-call-error"} <= passed
    assert "dns-rebinding-protection" in passed
