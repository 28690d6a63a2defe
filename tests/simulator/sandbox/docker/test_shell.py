"""The lasting shell: marks on its streams, and what commands may do to it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.sandbox.docker.shell import KEPT, Capture

NONCE = b"0123456789abcdef"


def marked(inside: bytes, code: int = 0, folder: bytes = b"/srv") -> bytes:
    return b"\0<%s\0%s\0>%s %d %s\0" % (NONCE, inside, NONCE, code, folder)


@given(
    before=st.binary(max_size=50),
    inside=st.binary(max_size=200),
    code=st.integers(0, 255),
    cuts=st.lists(st.integers(1, 60), min_size=1, max_size=20),
    early=st.booleans(),
)
def test_a_capture_takes_what_is_between_its_marks(
    before: bytes, inside: bytes, code: int, cuts: list[int], early: bool
) -> None:
    capture = Capture(NONCE, early=early)
    data = before + marked(inside, code)
    at = n = 0
    while at < len(data):
        assert not capture.over
        size = cuts[n % len(cuts)]
        capture.feed(data[at : at + size])
        at, n = at + size, n + 1
    assert (capture.over, capture.code, capture.folder) == (True, code, "/srv")
    assert bytes(capture.kept) == (before if early else b"") + inside
    assert capture.lost == 0
    capture.feed(b"more")
    assert bytes(capture.kept).endswith(inside)


def test_a_capture_keeps_little_and_counts_letters() -> None:
    capture = Capture(NONCE, early=False)
    capture.feed(b"\0<%s\0" % NONCE)
    for _ in range(100):
        capture.feed("äx".encode() * 5000)
    capture.feed(b"\0>%s 0 /\0" % NONCE)
    assert capture.over
    assert len(capture.kept) == KEPT
    assert len(capture.text()) + capture.lost in (1_000_000, 1_000_001)


def test_what_comes_without_an_end_is_held_until_it_is_asked_for() -> None:
    capture = Capture(NONCE, early=False)
    capture.feed(b"noise\0<%s\0begun\0>%s" % (NONCE, NONCE))
    assert not capture.over
    capture.rest()
    assert capture.text() == "begun\0>" + NONCE.decode()


# -- in a container ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "stdout", "code"),
    [
        ("echo $((", "", 2),
        ("if true; then", "", 2),
        ("echo 'unterminated", "", 2),
        ("echo )", "", 2),
        ("cat; read x; echo got[$x]", "got[]\n", 0),
        ("exec >/dev/null; echo hidden", "", 0),
        ("exec 2>&1; nosuchprogram", "-bash: nosuchprogram: command not found\n", 127),
        ("return 3", "", 2),
        ("set -u; echo $nope; echo after", "", 1),
        ("readonly R=1; R=2; echo after", "", 1),
        ("echo ${x?missing}; echo after", "", 1),
        ("cat <<X\nhere $((1+1))\nX", "here 2\n", 0),
        ("echo a\\\nb\t'c'\\''d' \"!\" $'\\x41'", "ab c'd ! A\n", 0),
        ("echo Prüf 報告 | wc -m", "8\n", 0),
        ("f() { echo one; }; history() { echo mine; }; printf() { echo mine; }; eval() { :; }; f", "one\n", 0),
        ("alias eval=false history=false; echo fine", "fine\n", 0),
        ("trap 'echo debug >&2' DEBUG; echo x", "x\n", 0),
        ("set -v; set -x; echo traced", "traced\n", 0),
        ("PS1='\\u> ' PS2=x PROMPT_COMMAND='echo prompt'; echo y", "y\n", 0),
        ("printf '\\0<0123\\0\\0>0123 0 /\\0' | od -An -c | wc -l", "2\n", 0),
        ("IFS=x; set -f; PATH=; echo z", "z\n", 0),
        ("exec 9>/tmp/lock; echo held >&9; cat /tmp/lock", "held\n", 0),
    ],
)
def test_no_command_breaks_the_shell(command: str, stdout: str, code: int, server) -> None:
    result = server.run(command)
    assert (result.stdout, result.exit_code) == (stdout, code)
    server.run(
        "PATH=/usr/bin; unset -f history printf eval; unalias -a; trap - DEBUG; set +uvxf; unset IFS PROMPT_COMMAND"
    )
    after = server.run("echo there; echo err >&2; (exit 5)")
    assert (after.stdout, after.stderr, after.exit_code) == ("there\n", "err\n", 5)
    assert server.run("echo $?").stdout == "5\n"


@pytest.mark.parametrize(
    ("command", "code"),
    [("exit 3", 3), ("exec ls /nowhere", 2), ("kill -9 $$", 137), ("set -e; false; echo no", 1), ("exec true", 0)],
)
def test_a_shell_that_ends_is_started_anew(command: str, code: int, server) -> None:
    server.run("GONE=1")
    result = server.run(f"echo said; {command}")
    assert (result.stdout, result.exit_code) == ("said\n", code)
    assert server.run("echo [$GONE]").stdout == "[]\n"
    assert server.run("exit").stderr == ""


@pytest.mark.parametrize(
    "command",
    [
        "while :; do :; done",
        "sleep 300",
        "(while :; do sleep 1; done) | cat",
        "x=$(sleep 300)",
        "f() { f; }; while true; do sleep 100; done",
        "trap '' INT TERM; sleep 300",
        "sudo sleep 300",
        "setsid sleep 300; sleep 300",
        "cat /dev/zero >/dev/null",
        "yes",
    ],
)
def test_what_does_not_end_is_ended_with_all_that_it_started(command: str, server) -> None:
    server.run("KEPT=yes; cd /srv; keep() { echo kept; }; sleep 250 & disown")
    result = server.run(f"{command}; echo late", timeout=0.7)
    assert result.exit_code == 124
    assert result.stderr.endswith("Terminated\n")
    assert "late" not in result.stdout
    assert server.run("echo $KEPT; pwd; keep").stdout == "yes\n/srv\nkept\n"
    # What an earlier command left running goes on; of this one nothing does.
    server.run("ps -eo args= > /tmp/ps")
    assert server.run("grep -E '^(sleep|cat|yes|sudo|-bash)' /tmp/ps | sort").stdout == "-bash -i\nsleep 250\n"


def test_a_shell_that_cannot_be_interrupted_is_started_anew(server) -> None:
    assert server.run("GONE=1; trap '' INT; while :; do :; done", timeout=0.5).exit_code == 124
    assert server.run("echo [$GONE]").stdout == "[]\n"


def test_a_shell_that_was_taken_to_pieces_is_started_anew(server) -> None:
    assert server.run("builtin() { :; }", timeout=0.5).exit_code == 124
    assert server.run("echo two").stdout == "two\n"


def test_the_shell_can_be_stopped_by_nobody(server) -> None:
    assert server.run("kill -STOP $$", timeout=0.5).exit_code == 124
    assert server.run("echo there").stdout == "there\n"


def test_a_fork_bomb_leaves_a_shell_that_can_start_programs(server) -> None:
    server.run(":(){ :|:& };:; sleep 30", timeout=2)
    assert server.run("/bin/echo there", timeout=20).stdout == "there\n"


def test_a_shell_can_be_had_though_there_is_no_room_for_one(server) -> None:
    fill = "import os, time\nwhile True:\n  try:\n    if not os.fork(): time.sleep(200)\n  except OSError: break"
    assert server.run(f"python3 -c '{fill}'; exit 4").exit_code == 4
    assert server.run("echo there").stdout == "there\n"


def test_output_of_an_earlier_command_comes_with_the_next(server) -> None:
    server.run("(sleep 0.3; echo late) & echo now")
    time.sleep(0.8)
    assert server.run("echo next").stdout == "late\nnext\n"


def test_the_history_is_what_was_typed(server) -> None:
    server.run("echo one")
    server.run("echo 'two\nlines'")
    assert server.run("history").stdout == "    1  echo one\n    2  echo 'two\nlines'\n    3  history\n"


def test_the_account_may_be_gone_and_the_shell_still_comes(server) -> None:
    server.run("sudo sed -i /^robin:/d /etc/passwd; exit")
    assert server.run("id -u").stdout == "1005\n"
