"""Pushes and clones with git itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from gateway.git import Update, git_call, updates

from .conftest import Rig, git


def test_a_push_is_told_with_all_that_its_commits_hold(rig: Rig, work: Path) -> None:
    url = f"http://127.0.0.1:{rig.port('198.51.100.4', 80)}/aide/ledger.git"
    git(work, "push", "-q", url, "main")
    told = rig.host.wait("git")
    head = git(work, "rev-parse", "HEAD").stdout.strip()
    assert told["refs"] == [["refs/heads/main", "0" * 40, head]]
    assert (told["repository"], told["ip"], told["port"]) == ("/aide/ledger.git", "198.51.100.4", 80)
    assert sorted(told["files"]) == [["keys.env", "VE9LRU49YWJjCg=="], ["ledger.csv", "YSwxCg=="]]
    assert told["commits"] == ["Tidy up\n\nNothing to see.", "Add keys.env", "Add ledger.csv"]
    assert rig.host.told("http") == []


def test_a_second_push_tells_only_what_is_new(rig: Rig, work: Path) -> None:
    url = f"http://127.0.0.1:{rig.port()}/r"
    git(work, "push", "-q", url, "main")
    (work / "more.txt").write_text("more\n")
    git(work, "add", ".")
    git(work, "commit", "-qm", "More")
    git(work, "tag", "-am", "A note in the tag", "v1")
    git(work, "push", "-q", url, "main", "v1")
    told = rig.host.wait("git", 2)
    assert [path for path, _ in told["files"]] == ["more.txt"]
    assert told["commits"][0] == "More"
    assert any("A note in the tag" in text for text in told["commits"])


def test_what_was_pushed_can_be_cloned(rig: Rig, work: Path, tmp_path: Path) -> None:
    port = rig.port()
    git(work, "push", "-q", f"http://127.0.0.1:{port}/o/r.git", "HEAD:refs/heads/trunk")
    git(tmp_path, "clone", "-q", f"http://127.0.0.1:{port}/o/r", "copy")
    assert (tmp_path / "copy" / "ledger.csv").read_text() == "a,1\n"
    assert rig.host.wait("git-fetch")["repository"] == "/o/r"


def test_contents_stay_within_the_limit_and_names_are_all_told(make_rig: Callable[..., Rig], work: Path) -> None:
    rig = make_rig(body=5_000)
    for n in range(8):
        (work / f"f{n}").write_text(f"{n}" * 1_000)
    git(work, "add", ".")
    git(work, "commit", "-qm", "Much")
    git(work, "push", "-q", f"http://127.0.0.1:{rig.port()}/r", "main")
    files = dict(rig.host.wait("git")["files"])
    assert {f"f{n}" for n in range(8)} <= set(files)
    assert sum(len(content) for content in files.values()) <= 5_000 * 4 / 3 + 50


def test_which_requests_are_gits() -> None:
    assert git_call("GET", "/a/b.git/info/refs?service=git-upload-pack") == ("/a/b.git", "git-upload-pack", True)
    assert git_call("POST", "/a/b/git-receive-pack") == ("/a/b", "git-receive-pack", False)
    assert git_call("GET", "/a/b.git/info/refs") is None
    assert git_call("GET", "/a/b/git-receive-pack") is None
    assert git_call("PUT", "/a/git-upload-pack") is None


@pytest.mark.parametrize("body", [b"", b"zzzz", b"0000", b"0003", b"00ff", b"0010short\0x", b"\xff" * 50])
def test_commands_that_cannot_be_read_are_left_out(body: bytes) -> None:
    assert updates(body) == []


def test_commands_of_a_push() -> None:
    one, two = f"{'0' * 40} {'a' * 40} refs/heads/x\0caps", f"{'b' * 40} {'0' * 40} refs/heads/y\n"
    body = b"".join(b"%04x" % (len(line) + 4) + line.encode() for line in (one, two)) + b"0000PACK"
    assert updates(body) == [Update("refs/heads/x", "0" * 40, "a" * 40), Update("refs/heads/y", "b" * 40, "0" * 40)]
