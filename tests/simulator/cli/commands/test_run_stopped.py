"""`fauxcorp run` that is killed, interrupted, or has no room left: nothing that the agent saw is lost."""

from __future__ import annotations

import resource
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ..conftest import SCENARIO, Call

LONG = "steps:\n" + "  - {call: list_emails}\n" * 20_000


@pytest.fixture
def long_run(
    script: str, own_pack: Path, agent_file: Callable[[str, str], None], tmp_path: Path
) -> Callable[[], subprocess.Popen[str]]:
    """Starts an episode of 20,000 steps and waits until some of them are in the log."""
    agent_file("tireless", LONG)
    scenario = own_pack / "fixtures" / "scenarios" / SCENARIO / "scenario.yaml"
    scenario.write_text(scenario.read_text().replace("{steps: 60, hours: 8}", "{steps: 100000, hours: 100000}"))

    def start() -> subprocess.Popen[str]:
        command = [script, "run", SCENARIO, "--content", str(own_pack), "--agent", "tireless", "--quiet"]
        process = subprocess.Popen(command, cwd=tmp_path, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        while process.poll() is None:
            logs = list(tmp_path.glob("runs/*/*/events.jsonl"))
            if logs and logs[0].stat().st_size > 50_000:
                return process
            time.sleep(0.001)
        raise AssertionError(process.communicate())

    return start


def test_a_killed_run_loses_nothing_that_the_agent_saw(
    long_run: Callable[[], subprocess.Popen[str]], fauxcorp: Call, tmp_path: Path
) -> None:
    process = long_run()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    ended = fauxcorp("verify", "latest", "--json")
    assert ended.code == 0
    (check,) = ended.json
    assert check["state"] == "unfinished"
    (log,) = tmp_path.glob("runs/*/*/events.jsonl")
    whole = log.read_bytes().count(b"\n")
    assert check["events"] == whole > 20
    assert fauxcorp("replay", "latest").out.endswith("the same, byte by byte\n")
    assert "unfinished" in fauxcorp("verify", "latest").out


def test_ctrl_c_says_where_the_log_is(long_run: Callable[[], subprocess.Popen[str]], fauxcorp: Call) -> None:
    process = long_run()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert (process.returncode, out) == (130, "")
    assert err.startswith("fauxcorp: interrupted; what was logged is in runs/")
    assert err.count("\n") == 1
    assert fauxcorp("verify", "latest", "--json").json[0]["state"] == "unfinished"


def test_a_full_disk_is_a_clear_error(script: str, pack: Path, fauxcorp: Call, tmp_path: Path) -> None:
    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (6_000, 6_000))

    done = subprocess.run(
        [script, "run", SCENARIO, "--content", str(pack)], cwd=tmp_path, capture_output=True, text=True,
        preexec_fn=small_files, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "cannot be written: File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert fauxcorp("verify", "latest", "--json").json[0]["state"] == "unfinished"
