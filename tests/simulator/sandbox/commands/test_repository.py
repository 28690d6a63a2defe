"""What git says of a repository."""

from __future__ import annotations

import pytest

from ..conftest import Desk, build_company

FIRST = "f803fa1ec26d0deb7bda06867b66636f312d9309"
SECOND = "10e1b59defdb812f924bc739080dc495e496befb"
LOG = (
    f"{'0' * 40} {FIRST} Wei Zhang <wei@northwind.example> 1736863951 -0400\tcommit (initial): the rope list\n"
    f"{FIRST} {SECOND} Ada Flint <ada@northwind.example> 1763580362 +0000\tcommit: prices of the spring\n"
)


@pytest.fixture
def desk() -> Desk:
    base = "/srv/repo"
    return Desk(company=build_company({
        f"{base}/.git/HEAD": b"ref: refs/heads/main\n", f"{base}/.git/config": b"[core]\n\tbare = false\n",
        f"{base}/.git/logs/HEAD": LOG.encode(), f"{base}/.git/refs/heads/main": f"{SECOND}\n".encode(),
        f"{base}/.git/refs/remotes/origin/main": f"{SECOND}\n".encode(),
        f"{base}/list.txt": b"hemp\nsisal\n", f"{base}/src/a.py": b"a = 1\n",
    }))  # fmt: skip


def test_log(desk: Desk) -> None:
    assert desk.out("cd /srv/repo/src; git log --oneline") == "10e1b59 prices of the spring\nf803fa1 the rope list\n"
    assert desk.out("git -C /srv/repo log -1") == (
        f"commit {SECOND}\nAuthor: Ada Flint <ada@northwind.example>\nDate:   Wed Nov 19 19:26:02 2025 +0000\n\n"
        "    prices of the spring\n"
    )
    assert "Date:   Tue Jan 14 10:12:31 2025 -0400" in desk.out("git -C /srv/repo log --author=wei")
    assert desk.out("git -C /srv/repo log --format='%h %an %as'").splitlines()[1] == "f803fa1 Wei Zhang 2025-01-14"


def test_show(desk: Desk) -> None:
    assert desk.out("cd /srv/repo; git show HEAD~1") == desk.out("cd /srv/repo; git show f803fa1")
    assert desk.run("cd /srv/repo; git show beef123").exit_code == 128


def test_status_and_diff(desk: Desk) -> None:
    desk.run("cd /srv/repo")
    assert desk.out("cd /srv/repo; git status") == (
        "On branch main\nYour branch is up to date with 'origin/main'.\n\nnothing to commit, working tree clean\n"
    )
    assert desk.out("cd /srv/repo; git diff") == ""
    desk.run("cd /srv/repo; sudo sh -c 'echo jute >> list.txt; echo x > new.txt; rm src/a.py'")
    assert desk.out("cd /srv/repo; git status -s") == " M list.txt\n D src/a.py\n?? new.txt\n"
    assert "\tmodified:   list.txt\n\tdeleted:    src/a.py\n" in desk.out("cd /srv/repo; git status")
    shown = desk.out("cd /srv/repo; git diff list.txt")
    assert shown.startswith("diff --git a/list.txt b/list.txt\nindex ")
    assert shown.endswith("@@ -1,2 +1,3 @@\n hemp\n sisal\n+jute\n")


def test_commit(desk: Desk) -> None:
    desk.run("cd /srv/repo; sudo sh -c 'echo jute >> list.txt'")
    said = desk.out("cd /srv/repo; sudo git commit -am 'jute too'")
    assert said.startswith("[main ")
    assert said.endswith("] jute too\n 1 file changed\n")
    assert desk.out("cd /srv/repo; git log --oneline | head -1").endswith(" jute too\n")
    assert "ahead of 'origin/main' by 1 commit." in desk.out("cd /srv/repo; git status")
    assert desk.run("cd /srv/repo; sudo git commit -m again").exit_code == 1


def test_branches(desk: Desk) -> None:
    assert desk.out("cd /srv/repo; git branch -a") == "* main\n  remotes/origin/main\n"
    assert desk.out("cd /srv/repo; git branch --show-current") == "main\n"


@pytest.mark.parametrize("command", ["git log", "git status", "git show", "cd /srv/repo; git log --bogus; false"])
def test_refused(command: str, desk: Desk) -> None:
    assert desk.run(command).exit_code != 0


def test_a_repository_without_a_commit(desk: Desk) -> None:
    desk.run("mkdir ~/new; cd ~/new; git init")
    assert desk.out("cd ~/new; git log") == "fatal: your current branch 'main' does not have any commits yet\n"
    assert desk.out("cd ~/new; git status").endswith("nothing to commit, working tree clean\n")
    desk.run("cd ~/new; echo a > a.txt; git add a.txt; git commit -m first")
    assert desk.out("cd ~/new; git log --oneline").endswith(" first\n")
