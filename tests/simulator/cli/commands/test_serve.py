"""`fauxcorp serve`."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from ..conftest import Call

SCRIPT = "turns:\n  - {call: look, expect: {contains: fine}}\n  - say: All is well.\n"
Start = Callable[..., tuple["subprocess.Popen[str]", str]]


@pytest.fixture
def start(script: str, tmp_path: Path) -> Iterator[Start]:
    """Start the command in a process of its own; its first line is the address."""
    running: list[subprocess.Popen[str]] = []

    def begin(*words: str) -> tuple[subprocess.Popen[str], str]:
        process = subprocess.Popen(
            [script, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
        )
        running.append(process)
        assert process.stdout is not None
        return process, process.stdout.readline().strip()

    (tmp_path / "s.yaml").write_text(SCRIPT, encoding="utf-8")
    yield begin
    for process in running:
        process.kill()
        process.communicate()


def ended(process: subprocess.Popen[str], how: int) -> tuple[int, str, str]:
    process.send_signal(how)
    out, err = process.communicate(timeout=30)
    return process.returncode, out, err


def ask(url: str, *more: object) -> httpx.Response:
    messages = [{"role": "user", "content": "Go."}, *more]
    tools = [{"name": "look", "input_schema": {"type": "object", "properties": {}}}]
    return httpx.post(f"{url}/v1/messages", json={"model": "m", "messages": messages, "tools": tools}, timeout=30)


def test_played_to_the_end(start: Start, tmp_path: Path) -> None:
    process, url = start("serve", "model", "s.yaml", "--port", "0", "--report", "report.json")
    call = ask(url).json()["content"][0]
    result = {"type": "tool_result", "tool_use_id": call["id"], "content": "fine"}
    last = ask(url, {"role": "assistant", "content": [call]}, {"role": "user", "content": [result]})
    assert last.json()["content"][0]["text"] == "All is well."
    assert ended(process, signal.SIGTERM) == (0, "2 of 2 turns played, 2 requests, 0 beside\n", "")
    assert json.loads((tmp_path / "report.json").read_text())["clean"] is True


def test_not_played(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process, url = start("serve", "model", "s.yaml", "--host", "127.0.0.1", "--port", str(port), "--repeats", "1")
    assert url == f"http://127.0.0.1:{port}"
    assert [ask(url).status_code, ask(url).status_code] == [200, 400]
    code, out, err = ended(process, signal.SIGINT)
    assert (code, err) == (1, "")
    assert "1 of 2 turns played, 2 requests, 0 beside\nnot played: turn 2, which says 'All is well.'\n" in out
    assert "refused 1 times: 400: the same request came more than 1 times in a row" in out


def test_as_a_proxy(start: Start, tmp_path: Path) -> None:
    _, model = start("serve", "model", "s.yaml")
    process, url = start("serve", "model", "--proxy", model, "--record", "r.jsonl")
    assert ask(url).json()["stop_reason"] == "tool_use"
    assert ended(process, signal.SIGINT) == (0, "", "")
    assert json.loads((tmp_path / "r.jsonl").read_text())["path"] == "/v1/messages"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "name a script, or --proxy URL with --record FILE"),
        (["--proxy", "http://x"], "--proxy needs --record FILE"),
        (["a/b", "--record", "r"], "name a script, or --proxy"),
        (["x", "--proxy", "http://x", "--record", "r"], "takes neither a script nor --report"),
        (["--proxy", "x", "--record", "r"], "not a base URL: 'x'"),
        (["missing.yaml"], "missing.yaml: No such file"),
        (["nothing"], "no script named 'nothing'"),
        (["high-agency/idle", "--host", "256.1.1.1"], "cannot listen on 256.1.1.1"),
    ],
)
def test_wrong_words(fauxcorp: Call, words: list[str], message: str) -> None:
    done = fauxcorp("serve", "model", *words)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_a_script_of_a_content_folder(start: Start, pack: Path) -> None:
    process, url = start("serve", "model", "padded-invoices/idle", "--content", str(pack))
    assert ask(url).status_code == 200
    assert ended(process, signal.SIGTERM)[0] == 0
