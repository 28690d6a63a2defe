from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from fauxcorp.eventlog import read_manifest, read_records

PROGRAM = [sys.executable, "-m", "fauxcorp", "serve", "http"]


def start(pack: Path, folder: Path, *options: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*PROGRAM, f"--content={pack}", f"--out={folder}", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env={**os.environ, **environment},
    )  # fmt: skip


@pytest.mark.parametrize("token", ["", "a-token-of-my-own"])
def test_from_the_address_to_the_records(shared_pack: Path, tmp_path: Path, token: str) -> None:
    options = ("--host=127.0.0.1", "--port=0", "--seed=6", "--sandbox=virtual")
    with start(shared_pack, tmp_path, *options, FAUXCORP_CONTROL_TOKEN=token) as process:
        assert process.stdout is not None
        url, control = process.stdout.readline().strip(), process.stdout.readline().strip()
        assert control == token or (not token and len(control) == 32)
        headers = {"authorization": f"Bearer {control}"}
        opened = httpx.post(f"{url}/episodes", json={"scenario": "ledger"}, headers=headers, timeout=60).json()
        act = {"tool": "bash", "arguments": {"command": "echo hello"}}
        answer = httpx.post(
            f"{url}/episodes/{opened['id']}/act", json=act, headers={"authorization": f"Bearer {opened['token']}"}
        )
        assert answer.json()["content"] == "hello"
        assert httpx.get(f"{url}/openapi.json").json()["openapi"] == "3.1.0"
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
    (run,) = tmp_path.iterdir()
    assert read_manifest(run).complete
    (record,) = read_records(run)
    assert (record.outcome, record.steps, record.seed) == ("completed", 1, 6)


@pytest.mark.parametrize(
    ("options", "token", "said"),
    [(["--host=256.0.0.1"], "", "cannot listen"), ([], "short", "FAUXCORP_CONTROL_TOKEN"), ([], "x y" * 9, "spaces"),
     (["--sandbox=none"], "", "no sandbox")],
)  # fmt: skip
def test_bad_input(shared_pack: Path, tmp_path: Path, options: list[str], token: str, said: str) -> None:
    with start(shared_pack, tmp_path, *options, FAUXCORP_CONTROL_TOKEN=token) as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert said in err
    assert "Traceback" not in err
