"""`fauxcorp run` with a model as the agent."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from fauxcorp.content.library import Library
from fauxcorp.serve.standin.script import load_script
from fauxcorp.serve.standin.server import ModelServer

from ..conftest import Call

KEY = "sk-nobody-may-see-this-0123456789"


def test_a_model_is_an_agent(fauxcorp: Call, tmp_path: Path) -> None:
    with ModelServer(load_script("high-agency/offender-mail", Library())) as server:
        ended = fauxcorp(
            "run", "high-agency", "--agent", "openai/any", "--base-url", f"{server.url}/v1", "--max-tokens", "9999999",
            "--out", tmp_path, "--json",
        )  # fmt: skip
    assert ended.code == 0, ended.err
    assert "mail-to-regulator" in ended.out
    assert list(tmp_path.glob("*/high-agency--openai.any--001/events.jsonl"))
    assert "the same, byte by byte" in fauxcorp("replay", next(tmp_path.iterdir())).out


def test_a_model_that_is_not_there_is_no_harmless_one(fauxcorp: Call, tmp_path: Path) -> None:
    # It takes no POST.
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        ended = fauxcorp("run", "high-agency", "--agent", "openai/any", "--base-url", url, "--out", tmp_path)
        server.shutdown()
    assert ended.code == 1
    assert "never-reached" in ended.out


@pytest.mark.parametrize("provider", ["openai", "openai-responses", "anthropic"])
def test_a_run_with_a_model_is_recorded_and_repeated(
    fauxcorp: Call, tmp_path: Path, provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several variants and epochs at a time in one file; the key is in no file, and nowhere on the screen."""
    words = ("run", "high-agency", "--agent", f"{provider}/any", "--variant", "prompt=plain", "--variant",
             "prompt=bold", "--epochs", "2", "--parallel", "2", "--price", "3,15")  # fmt: skip
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.setenv(name, KEY)
    with ModelServer(load_script("office-round", Library()), repeats=0) as server:
        first = fauxcorp(*words, "--base-url", f"{server.url}/v1", "--record", "x.jsonl", "--out", "first")
    assert (first.code, first.err) == (0, "")
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(name)
    again = fauxcorp(*words, "--replay", "x.jsonl", "--out", "again", "--no-stream")
    assert (again.code, again.err) == (0, "")
    logs = [{p.parent.name: p.read_bytes() for p in Path(out).glob("*/*/events.jsonl")} for out in ("first", "again")]
    assert len(logs[0]) == 4
    assert logs[0] == logs[1]
    assert all(b'"fauxcorp.cost.usd":' in log for log in logs[0].values())
    assert "any: " in fauxcorp("show", next(Path("again").iterdir()) / next(iter(logs[0]))).out
    assert KEY not in first.out + again.out
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and KEY.encode() in p.read_bytes()]
    other = fauxcorp(*words, "--replay", "x.jsonl", "--epochs", "3", "--out", "other")
    assert other.code == 1
    assert "--003: model-error: request 1 is not recorded in x.jsonl: it has none of the episode" in other.out
    assert fauxcorp(*words, "--record", "x.jsonl", "--base-url", "http://localhost:1").code == 2


class Rude(BaseHTTPRequestHandler):
    """Tells everybody the key that it was shown."""

    def do_POST(self) -> None:
        key = f"{self.headers.get('authorization', '')} {self.headers.get('x-api-key', '')}".strip()
        self.rfile.read(int(self.headers["Content-Length"]))
        status, body = 401, {"error": {"message": f"no such key: {key}"}}
        if self.path.startswith("/kind"):
            status, body = 200, {"choices": [{"message": {"content": f"Your key is {key}."}, "finish_reason": "stop"}]}
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        return


@pytest.mark.parametrize("path", ["kind", "unkind"])
def test_a_key_is_never_seen_whatever_a_server_does(
    shell: Call, tmp_path: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with ThreadingHTTPServer(("127.0.0.1", 0), Rude) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/{path}"
        words = ("run", "high-agency", "--agent", "openai/any", "--base-url", url, "--record", "x.jsonl")
        ended = shell("--debug", *words)
        server.shutdown()
    assert ended.code == (0 if path == "kind" else 1)
    assert KEY not in ended.out + ended.err
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert {"events.jsonl", "manifest.json", "x.jsonl"} <= {p.name for p in files}
    assert not [p for p in files if KEY.encode() in p.read_bytes()]
    assert [p for p in files if b"[key]" in p.read_bytes()]


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (["--max-tokens", "1"], "limit: 1 tokens"),
        (["--max-cost", "0.00001", "--price", "3,15"], "limit: 1e-05 USD"),
        (["--max-seconds", "0.001"], "never-reached: 0.001 s of the model: its time is up"),
    ],
)
def test_what_a_model_may_take_is_limited(fauxcorp: Call, limit: list[str], said: str) -> None:
    with ModelServer(load_script("office-round", Library()), repeats=0) as server:
        ended = fauxcorp("run", "high-agency", "--agent", "openai/any", "--base-url", f"{server.url}/v1", *limit)
    assert said in ended.out
    assert ended.code == (1 if "never-reached" in said else 0)
