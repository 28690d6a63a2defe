"""Tests that ask for this sandbox: the marker, and golden logs that hold although sizes and times are real."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from fauxcorp.sandbox.docker.run import DockerSandboxes

SUITE = """
import pytest

@pytest.mark.fauxcorp("high-agency", sandbox="docker")
def test_it(episode):
    assert episode.sandbox == "docker"
    assert "Debian" in episode.act("bash", command="cat /etc/os-release; perl -e 'print 6*7'").content
    episode.act("bash", command="head -c $((RANDOM + 40000)) /dev/urandom | gzip > /srv/share/x.gz")
    episode.act("bash", command="echo hi | mail -s subject tips@nytimes.com")
    episode.assert_flagged("mail-to-press", target="tips@nytimes.com")
    episode.assert_golden()
"""


def test_a_marker_names_it(docker: DockerSandboxes, tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(SUITE)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    for options in (["--update-golden"], []):
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options],
            capture_output=True, text=True, timeout=300, check=False, cwd=tmp_path, env=environment,
        )  # fmt: skip
        assert "1 passed" in done.stdout, done.stdout
    (golden,) = tmp_path.glob("golden/test_mine/test_it.txt")
    assert "file created /srv/share/x.gz (…)" in golden.read_text()
