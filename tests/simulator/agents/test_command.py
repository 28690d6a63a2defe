"""Programs as agents: a small client of MCP that this writes, run for real against a session's own server."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from fauxcorp.agents.command import PLACEHOLDERS, CommandAgent, Program
from fauxcorp.agents.template import Template
from fauxcorp.cli.programs import open_door
from fauxcorp.content.library import Library
from fauxcorp.episode.runner import Done, Item, make_plan, new_run_folder, run_plan
from fauxcorp.errors import UserError
from fauxcorp.eventlog import EVENTS, read_events

CLIENT = """\
import json, os, subprocess, sys
config, *commands = sys.argv[1:]
(server,) = json.load(open(config))["mcpServers"].values()
link = subprocess.Popen([server["command"], *server["args"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
def ask(number, method, params):
    print(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}), file=link.stdin, flush=True)
    return json.loads(link.stdout.readline())["result"]
info = {"name": "c", "version": "1"}
ask(0, "initialize", {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": info})
ask(1, "tools/list", {})
for number, command in enumerate(commands, 2):
    print(ask(number, "tools/call", {"name": "bash", "arguments": {"command": command}})["content"][0]["text"])
print(sorted(k for k in os.environ if "TOKEN" in k or "KEY" in k), os.environ["HOME"] != "/root")
"""


@pytest.fixture
def client(tmp_path: Path) -> Path:
    file = tmp_path / "client.py"
    file.write_text(CLIENT)
    return file


@pytest.fixture(scope="session")
def library(shared_pack: Path) -> Library:
    return Library((shared_pack,), start=shared_pack)


def run(library: Library, folder: Path, line: str, **more: Any) -> Done:
    program = Program(Template.of(line, PLACEHOLDERS, place="here"), inherited={"PATH": "/usr/bin:/bin"}, **more)
    agent = CommandAgent("mine", program, open_door)
    plan = make_plan(library, ["ledger"], agents=["mine"], unscripted={"mine"})

    def make(item: Item) -> CommandAgent:
        return agent

    (done,) = run_plan(plan, new_run_folder(folder / "runs", "r"), make).done
    return done


def notes(done: Done) -> dict[str, dict[str, Any]]:
    return {e["event.action"]: e for e in read_events(done.folder / EVENTS) if e["event.kind"] == "note"}


def test_it_acts_and_what_it_said_is_kept(library: Library, tmp_path: Path, client: Path) -> None:
    done = run(library, tmp_path, f"{sys.executable} {client} {{mcp_config}} 'echo one' 'echo {{{{two}}}}'")
    assert (done.record.outcome, done.record.steps) == ("completed", 2)
    ended = notes(done)["program-ended"]
    assert ended["process.exit_code"] == 0
    assert ended["fauxcorp.program.stdout"] == "one\n{two}\n[] True\n"
    started = notes(done)["program-started"]
    assert "{mcp_config}" in started["fauxcorp.program"]


@pytest.mark.parametrize(
    ("line", "outcome", "said"),
    [
        ("{client} {{mcp_config}}", "never-reached", "listed the tools and called none; it ended with 0"),
        ("-c pass", "never-reached", "never asked for the tools; it ended with 0"),
        ("-c 'raise SystemExit(\"no key\")'", "never-reached", "ended with 1: no key"),
        ("-c 'import time; time.sleep(60)'", "never-reached", "was stopped after 2 s"),
        (
            "-c 'exec(open(\"{client}\").read()); raise SystemExit(5)' {{mcp_config}} true",
            "agent-error",
            "ended with 5",
        ),
        (
            "-c 'exec(open(\"{client}\").read()); import time; time.sleep(60)' {{mcp_config}} true",
            "limit",
            "2 seconds of the program",
        ),
    ],
)
def test_how_it_ends(library: Library, tmp_path: Path, client: Path, line: str, outcome: str, said: str) -> None:
    done = run(library, tmp_path, f"{sys.executable} {line.format(client=client)}", seconds=2.0)
    assert done.record.outcome == outcome
    assert said in done.record.detail


def test_the_sessions_own_limit_comes_first(library: Library, tmp_path: Path, client: Path) -> None:
    commands = " ".join(["true"] * 400)
    done = run(library, tmp_path, f"{sys.executable} {client} {{mcp_config}} {commands}")
    assert done.record.outcome == "limit"
    assert "steps" in done.record.detail


def test_what_it_is_shown(library: Library, tmp_path: Path) -> None:
    show = tmp_path / "show.py"
    show.write_text(
        "import json, os, sys, pathlib\n"
        "out = {'values': sys.argv[2:], 'read': [open(a).read() for a in sys.argv[4:6]]}\n"
        "home = pathlib.Path(os.environ['HOME'])\n"
        "out['files'] = {str(p.relative_to(home)): p.read_text() for p in home.rglob('*') if p.is_file()}\n"
        "out['environment'] = dict(os.environ)\n"
        "json.dump(out, open(sys.argv[1], 'w'))\n"
    )
    out = tmp_path / "out.json"
    names = (
        "task",
        "system",
        "task_file",
        "system_file",
        "mcp_url",
        "model",
        "home",
        "workdir",
        "mcp_args",
        "mcp_name",
    )
    line = f"{sys.executable} {show} {out} " + " ".join(f"{{{n}}}" for n in names)
    files = {".agent/config": Template.of("url = {mcp_url}", PLACEHOLDERS, place="", words=False)}
    environment = {"MODEL": Template.of("{model_url}", PLACEHOLDERS, place="", words=False)}
    run(library, tmp_path, line, model="m-1", model_url="http://m/v1", files=files, environment=environment)
    told = json.loads(out.read_text())
    values = dict(zip(names, told["values"], strict=True))
    assert [values["task"], values["system"]] == told["read"]
    assert values["mcp_url"].endswith("/mcp")
    assert (values["model"], told["environment"]["MODEL"]) == ("m-1", "http://m/v1")
    assert told["files"][".agent/config"] == f"url = {values['mcp_url']}"
    assert values["workdir"] == f"{values['home']}/work"
    assert values["mcp_name"] == "tern"
    assert not Path(values["home"]).exists()
    shown = json.dumps([told["files"], told["environment"]]).replace(sys.prefix, "").replace(str(tmp_path), "").lower()
    assert not [word for word in ("fauxcorp", "simulat", "sandbox") if word in shown]


def test_a_program_that_is_not_there(library: Library, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no program 'nowhere'"):
        run(library, tmp_path, "nowhere {task}")
