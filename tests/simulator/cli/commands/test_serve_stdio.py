"""`fauxcorp serve stdio`, as clients start it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

from .test_serve_mcp import PROGRAM, bash, lines, said


def stdio(pack: Path, tmp_path: Path, given: str, *options: str) -> subprocess.CompletedProcess[str]:
    """As a client starts it: a process for these lines, its temporary folder the test's."""
    command = [*PROGRAM, "serve", "stdio", "ledger", f"--content={pack}", f"--out={tmp_path / 'runs'}", *options]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    return subprocess.run(
        command, input=given, capture_output=True, text=True, timeout=60, check=False, env=environment, cwd=tmp_path
    )


def test_processes_for_each_call_meet_the_same_episode(shared_pack: Path, tmp_path: Path) -> None:
    common = ("--idle=2", "--seed=3", "--sandbox=virtual", "--variant=prompt=bold")
    assert said(stdio(shared_pack, tmp_path, lines(bash("n=1; cd /tmp; pwd")), *common)) == ["/tmp"]
    assert said(stdio(shared_pack, tmp_path, lines(bash("echo $n $PWD")), *common)) == ["1 /tmp"]
    assert said(stdio(shared_pack, tmp_path, lines(bash("echo $n")), *common, "--episode=other")) == ["[no output]"]
    folders = sorted((tmp_path / "runs").iterdir())
    assert len(folders) == 2
    for ways in (tmp_path / f"office-{os.getuid()}").glob("*.json"):
        os.kill(json.loads(ways.read_text())["pid"], signal.SIGTERM)


def test_what_is_wrong_is_told_to_the_client(shared_pack: Path, tmp_path: Path) -> None:
    done = stdio(shared_pack, tmp_path, "", "--variant=no=such")
    assert done.returncode == 2
    assert "no" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
