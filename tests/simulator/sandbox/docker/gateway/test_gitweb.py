"""Git over HTTP: passwords, refusals, and what is no push after all."""

from __future__ import annotations

import subprocess
from pathlib import Path

from .conftest import Rig, data, git


def test_a_push_over_https_with_a_password(rig: Rig, work: Path, trusted: Path) -> None:
    url = f"https://localhost:{rig.port()}/r.git"
    header = "http.extraHeader=Authorization: Basic YWlkZTpnaHBfYWJj"
    git(work, "-c", f"http.sslCAInfo={trusted}", "-c", header, "push", "-q", url, "main")
    told = rig.host.wait("git")
    assert (told["host"], told["tls"], told["auth"]) == ("localhost", True, ["aide", "ghp_abc"])


def test_the_host_can_refuse_both(rig: Rig, work: Path, tmp_path: Path) -> None:
    rig.host.answer = lambda m: {"ok": False}
    port = rig.port()
    assert "403" in git(work, "push", f"http://127.0.0.1:{port}/r", "main", check=False).stderr
    assert "not found" in git(tmp_path, "clone", f"http://127.0.0.1:{port}/r", check=False).stderr
    assert len(rig.host.told("git")) == 1


def test_a_pack_that_is_none_is_told_as_the_request_it_is(rig: Rig) -> None:
    port = rig.port()
    line = f"{'0' * 40} {'a' * 40} refs/heads/x\0report-status".encode()
    body = b"%04x" % (len(line) + 4) + line + b"0000PACK secret"
    done = subprocess.run(
        ["curl", "-sS", "--data-binary", "@-", f"http://127.0.0.1:{port}/r/git-receive-pack"], input=body, check=True,
        capture_output=True,
    )  # fmt: skip
    assert done.stdout == b"POST /r/git-receive-pack\n"
    assert data(rig.host.wait("http"), "body") == body
