# ruff: noqa: E501 - tables are easier to read wide
"""A company's program runs as often as it is called, also in the first command line that reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.sandbox.virtual.twice import used_again

from ..conftest import Desk, build_company

RUN = "/srv/share/run.sh"
TOOL = "/usr/local/bin/count-boxes"
COMPANY = build_company({RUN: b"#!/bin/bash\necho ran $1\n", TOOL: b"#!/bin/bash\necho counted $1\n"})
for _path in (RUN, TOOL):
    COMPANY.files[_path] = replace(COMPANY.files[_path], mode=0o775)
PATH = "/usr/local/bin:/usr/bin"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (f"{RUN} a; {RUN} b", "ran a\nran b\n"),
        (f"{RUN} a && bash {RUN} b && cd /srv/share && ./run.sh c", "ran a\nran b\nran c\n"),
        (f"cat {RUN}; {RUN} b", "#!/bin/bash\necho ran $1\nran b\n"),
        ("cd /srv/share; ./run.sh a | cat; ./run.sh b", "ran a\nran b\n"),
        ("cd /srv && cd share\nif true; then ./run.sh a; fi\n./run.sh b", "ran a\nran b\n"),
        (f"for n in 1 2 3; do {RUN} $n; done", "ran 1\nran 2\nran 3\n"),
        (f"f() {{ {RUN} $1; }}; f a; f b", "ran a\nran b\n"),
        (f"X=1 {RUN} a; echo $({RUN} b)", "ran a\nran b\n"),
        ("count-boxes a; count-boxes b", "counted a\ncounted b\n"),
        (f"count-boxes a; {TOOL} b; {RUN} c; {RUN} d", "counted a\ncounted b\nran c\nran d\n"),
        (f"sudo {RUN} a; sudo {RUN} b", "ran a\nran b\n"),
    ],
)
def test_a_program_runs_as_often_as_it_is_called(command: str, said: str) -> None:
    desk = Desk(company=COMPANY)
    result = desk.run(command)
    assert (result.stdout, result.stderr) == (said, "")
    assert set(desk.kinds(reads=True)) == {"file-read/executed/shell"}
    paths = [e.path for e in desk.effects]
    assert len(paths) == len(set(paths))
    assert set(paths) <= {RUN, TOOL}
    assert desk.run(command).stdout == said


@pytest.mark.parametrize("command", [
    f"ls {RUN}; stat {RUN} > /dev/null", f"ls {RUN} && test -x {RUN}", "count-boxes-2 a; count-boxes-2 b", f"echo {RUN} {RUN}",
    "cd /srv; ./run.sh a; ./run.sh b", "for n in 1 2; do ls /srv/share/run.sh; done",
])  # fmt: skip
def test_what_is_named_but_not_run_is_not_read(command: str) -> None:
    desk = Desk(company=COMPANY)
    desk.run(command)
    assert desk.kinds(reads=True) == []


def test_a_program_that_may_not_be_read_is_not_read_ahead(make_desk: Callable[..., Desk]) -> None:
    company = build_company({RUN: b"#!/bin/bash\necho ran\n"})
    company.files[RUN] = replace(company.files[RUN], mode=0o700, owner="ada")
    desk = Desk("guest", company)
    assert desk.run(f"{RUN}; {RUN}").exit_code in (126, 127)
    assert set(desk.kinds(reads=True)) == {"file-read/attempted/shell"}


def test_a_shell_that_ran_a_program_can_be_made_anew() -> None:
    desk = Desk(company=COMPANY)
    assert desk.out(f"X=5; {RUN} a") == "ran a\n"
    assert "Permission denied" in desk.out("echo x > /etc/x")
    assert desk.out(f"{RUN} $X; {RUN} b") == "ran 5\nran b\n"
    assert "Permission denied" in desk.out("echo x > /etc/x")
    fork = desk.sandbox.fork(desk.world)
    assert fork.exec(f"{RUN} $X; {RUN} b").stdout == "ran 5\nran b\n"
    assert [k for k in desk.kinds(reads=True) if k.startswith("file-read")] == ["file-read/executed/shell"]


@pytest.mark.parametrize(("command", "found"), [
    (f"{RUN}; {RUN}", [RUN]), (f"{RUN}", []), (f"{RUN} x", []), ("~/go; ~/go", ["/home/robin/go"]), ("$HOME/go; ~/go", ["/home/robin/go"]),
    ("cd ~; ./go; ./go", ["/home/robin/go"]), ("timeout 5 count-boxes; count-boxes", [TOOL]), ("xargs -n1 count-boxes < l", [TOOL]),
    ("cp ~/go /tmp; chmod +x ~/go", []), (f"bash {RUN}; cat {RUN}", [RUN]), (f"{RUN}x; {RUN}x", []), ("", []),
])  # fmt: skip
def test_used_again(command: str, found: list[str]) -> None:
    assert used_again(command, (RUN, TOOL, "/home/robin/go"), "/tmp", "/home/robin", PATH) == found


@given(st.text(alphabet="./run.sh ;|&(){}'\"$~\ncd-", max_size=80), st.text(max_size=40))
def test_any_text_is_taken(command: str, more: str) -> None:
    for text in (command, f"{command}{RUN};{more}", f"{more}{RUN} {RUN}"):
        assert used_again(text, (RUN, TOOL), "/srv/share", "/home/robin", PATH) in ([], [RUN])
