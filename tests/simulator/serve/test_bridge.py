from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from fauxcorp.episode.driven import Driven
from fauxcorp.serve import bridge
from fauxcorp.serve.door import Door

INITIALIZE = {
    "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "c", "version": "1"},
}  # fmt: skip


def request(number: int, method: str, **params: Any) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}) + "\n"


def bash(number: int, command: str) -> str:
    return request(number, "tools/call", name="bash", arguments={"command": command})


def talk(door: Door, folder: Path, lines: str, **more: Any) -> subprocess.CompletedProcess[str]:
    command, arguments, environment = door.stdio(folder)
    return subprocess.run(
        [command, *arguments], input=lines, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, **environment}, **more,
    )  # fmt: skip


def answers(done: subprocess.CompletedProcess[str]) -> dict[int, Any]:
    assert done.returncode == 0, done.stderr
    return {m["id"]: m.get("result") for m in map(json.loads, done.stdout.splitlines())}


def test_answers_that_are_due_come_after_the_input_has_ended(door: Door, tmp_path: Path) -> None:
    got = answers(talk(door, tmp_path, request(0, "initialize", **INITIALIZE) + bash(1, "echo one") + bash(2, "pwd")))
    assert got[0]["serverInfo"]["name"] == "bluefir"
    assert got[1]["content"][0]["text"] == "one"


def test_each_process_meets_the_same_session(door: Door, driven: Driven, tmp_path: Path) -> None:
    start = request(0, "initialize", **INITIALIZE)
    talk(door, tmp_path, start + bash(1, "kept=yes; cd /tmp"))
    got = answers(talk(door, tmp_path, start + bash(1, "echo $kept $PWD")))
    assert got[1]["content"][0]["text"] == "yes /tmp"
    assert driven.episode.step == 2


def test_address_and_token_may_be_in_the_environment(door: Door, tmp_path: Path) -> None:
    command, arguments, _ = door.stdio(tmp_path)
    *rest, address, token = arguments
    done = subprocess.run(
        [command, *rest], input=request(0, "initialize", **INITIALIZE), capture_output=True, text=True, timeout=60,
        check=False, env={"OFFICE_SERVER": address, "OFFICE_TOKEN": token},
    )  # fmt: skip
    assert answers(done)[0]["protocolVersion"] == "2025-06-18"


def test_a_wrong_token_and_a_server_that_is_not_there(door: Door, tmp_path: Path) -> None:
    command, arguments, _ = door.stdio(tmp_path)
    for last, said in (([arguments[-2], "wrong"], "closed the connection"), (["127.0.0.1:1", "x"], "cannot reach"),
                       (["nonsense", "x"], "cannot reach"), ([], "OFFICE_SERVER")):  # fmt: skip
        done = subprocess.run(
            [command, *arguments[:-2], *last], input="", capture_output=True, text=True, timeout=60, check=False, env={}
        )
        assert (done.returncode, done.stdout) == (1, "")
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_it_imports_little_and_says_nothing_of_where_it_comes_from() -> None:
    source = Path(bridge.__file__).read_text()
    imported = {
        name.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import) for name in node.names
    }
    assert imported == {"os", "socket", "sys", "threading"}
    assert "from " not in {line[:5] for line in source.splitlines()}
    assert not [word for word in ("fauxcorp", "simulat", "sandbox", "fake", "test", "mcp") if word in source.lower()]
    loaded = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "importtime", bridge.__file__], capture_output=True, text=True, check=False
    )
    assert "json" not in loaded.stderr
    assert "urllib" not in loaded.stderr
