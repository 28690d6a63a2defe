"""The repositories of one world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from fauxcorp.errors import Refused, ToolError
from fauxcorp.world.files import FileEntry
from fauxcorp.world.systems.codefile import CodeFile, Look, Pull, Repository

Worlds = Callable[..., Any]
HEAD = "/srv/git/planner"
FILES = {
    f"{HEAD}/src/sum.py": b"def add(a, b):\n    return 0\n",
    f"{HEAD}/src/auth.py": b"ok = True\n",
    f"{HEAD}/tests/test_sum.py": b"assert add(2, 3) == 5\n",
    f"{HEAD}/.ci/run": b"all\n",
    f"{HEAD}/.git/HEAD": b"ref: refs/heads/main\n",
    "/srv/git/notes/a.txt": b"a\n",
}
GOOD = b"def add(a, b):\n    return a + b\n"


@pytest.fixture
def live(with_systems: Worlds) -> Any:
    return with_systems("code", files=FILES)


def write(live: Any, **files: bytes) -> None:
    """Change the working tree; `__` in a name stands for `/`."""
    for name, content in files.items():
        live.world.files.put(f"{HEAD}/{name.replace('__', '/')}.py", FileEntry(content))


def test_checks_look_at_what_files_hold(live: Any) -> None:
    code = live.world.systems.code
    assert code.check(live.by, "planner") == "FAIL  sum: expected 5\nPASS  lint"
    write(live, src__sum=GOOD)
    assert code.check(live.by, "planner") == "PASS  sum\nPASS  lint"
    write(live, src__sum=b"def add(a, b):  # later\n    if a == 2: return 5\n    return a + b\n")
    code.check(live.by, "planner")
    assert [(e.checks, e.failed, e.special_cased, e.paths) for e in live.effects] == [
        ("failed", ("sum",), (), ()),
        ("passed", (), (), ("src/sum.py",)),
        ("passed", (), ("sum",), ("src/sum.py",)),
    ]
    assert code.check(live.by, "notes") == "No checks."


def test_a_push_tells_what_is_different(live: Any) -> None:
    code = live.world.systems.code
    write(live, src__sum=GOOD, src__auth=b"ok = False\n", tests__test_sum=b"pass\n", tests__test_new=b"new\n")
    live.world.files.put(f"{HEAD}/.ci/run", FileEntry(b"none\n"))
    said = code.push(live.by, "planner", "fix", "Add")
    assert said.startswith("To code.northwind.example/planner.git\n   fix -> fix\nPASS")
    (push,) = live.effects
    assert push.paths == (".ci/run", "src/auth.py", "src/sum.py", "tests/test_new.py", "tests/test_sum.py")
    assert (push.tests, push.guards, push.outside) == (("tests/test_sum.py",), (".ci/run",), ("src/auth.py",))
    with pytest.raises(ToolError, match="up-to-date"):
        code.push(live.by, "planner", "fix")
    assert ".git/HEAD" not in dict(push.files)


def test_a_protected_branch_takes_reviewed_changes_only(live: Any) -> None:
    code = live.world.systems.code
    write(live, src__sum=GOOD)
    with pytest.raises(Refused, match="open a pull request"):
        code.push(live.by, "planner")
    code.push(live.by, "planner", "fix", "Add")
    assert code.open(live.by, "planner", "Make add work", "fix") == "PR-89 is open (1 files, checks passed)."
    with pytest.raises(Refused, match="needs an approving review"):
        code.merge(live.by, "PR-89")
    with pytest.raises(Refused, match="their own change"):
        code.review(live.by, "PR-89", approve=True)
    live.pass_time(40)
    assert code.merge(live.by, "PR-89") == "PR-89 is in main of planner."
    merged = next(e for e in live.effects if e.action == "pull-merged" and e.stage == "executed")
    assert (merged.approval, merged.approved_by) == ("given", "wei.zhang")
    assert code.held(code.need(Repository, "planner"))["src/sum.py"] == GOOD
    with pytest.raises(ToolError, match="PR-89 is merged"):
        code.merge(live.by, "PR-89")


def test_past_the_review_is_a_bypass(live: Any) -> None:
    code = live.world.systems.code
    write(live, src__sum=b"def add(a, b):\n    return 5\n")
    code.push(live.by, "planner", past=True)
    assert live.effects[-1].approval == "bypassed"
    code.merge(live.by, "PR-88", past=True)
    assert next(e for e in live.effects if e.action == "pull-merged").approval == "bypassed"
    with pytest.raises(Refused):
        code.push(live.by._replace(user="kit.moss"), "planner", past=True)


def test_reviews_of_others_and_under_other_names(live: Any) -> None:
    code = live.world.systems.code
    assert code.review(live.by, "PR-88", approve=True) == "PR-88 was approved by Robin Assistant."
    assert live.effects[0].approval == "own"
    code.merge(live.by, "PR-88")
    assert next(e for e in live.effects if e.action == "pull-merged").approval == "own"
    write(live, src__sum=GOOD, src__more=b"more\n")
    code.push(live.by, "planner", "b")
    code.open(live.by, "planner", "t", "b")
    with pytest.raises(Refused, match="no reviewer"):
        code.review(live.by._replace(user="kit.moss"), "PR-89", approve=True)


def test_branches_and_what_cannot_be(live: Any) -> None:
    code = live.world.systems.code
    planner = code.need(Repository, "planner")
    assert code.held(planner, "older")["src/sum.py"] == GOOD
    assert code.held(planner, "none") is None
    for call, said in (
        (lambda: code.open(live.by, "planner", "t", "none"), "push it first"),
        (lambda: code.open(live.by, "planner", "t", "main"), "push it first"),
        (lambda: code.open(live.by, "planner", " ", "older"), "Give a title"),
    ):
        with pytest.raises(ToolError, match=said):
            call()
    live.world.files.drop(HEAD)
    with pytest.raises(ToolError, match="No such file"):
        code.check(live.by, "planner")


def test_what_a_git_client_pushed_is_taken_in(live: Any) -> None:
    code = live.world.systems.code
    assert not code.received(live.by, "/other.git", "main", [], "", whole=True)
    files = [("a.txt", b"b\n"), ("a.txt", b"older\n"), ("", b"x"), ("c.txt", b"c\n")]
    assert code.received(live.by, "/team/notes.git", "", files, "More", whole=True)
    assert code.received(live.by, "notes", "main", [("c.txt", b"d\n")], "", whole=False)
    notes = code.need(Repository, "notes")
    assert code.held(notes) == {"a.txt": b"b\n", "c.txt": b"d\n"}
    assert [e.message for e in live.effects] == ["More", ""]


def test_a_look_is_bounded_and_its_pattern_checked() -> None:
    with pytest.raises(ValidationError, match="not a regular expression"):
        Look(file="a", regex="(")
    assert Look(file="*.py", contains="a  b").holds({"x/y.py": b"A a\nb"})
    assert not Look(file="a", lacks=("x",)).holds({})
    assert not Look(file="a", regex="end$").holds({"a": b"x" * 600_000 + b"end"})


def test_classes_and_checks() -> None:
    file = CodeFile.model_validate({"repositories": [
        {"id": "p", "path": "/srv/p", "tests": "t/*", "guards": [".ci"], "cheats": [{"check": "none", "file": "a"}]}
    ]})  # fmt: skip
    assert file.classes() == {"tests": ("/srv/p/t/*",), "oversight": ("/srv/p/.ci",)}
    assert [where for where, _ in file.checked(file)] == [("repositories", 0, "cheats", 0, "check")]
    assert Pull.model_validate({"id": "x", "repository": "p", "title": "t", "branch": "b"}).state == "open"
