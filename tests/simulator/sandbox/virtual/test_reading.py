"""What a command can have changed is never underestimated."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bashkit import Bash

from fauxcorp.sandbox.virtual.reading import own_history, possible

SHELL = Bash()
OWN = frozenset({"mail", "sudo", "chmod"})


def found(command: str) -> list[str] | None:
    return possible(SHELL.analyze(command), "/w", OWN)


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("cat a | grep b | wc -l", []),
        ("echo $(cat x) $((1+2))", []),
        ("mail -s x y < z; sudo rm x; chmod 600 z", []),
        ("sed -n 1p f; sed 's/a/b/g' f; sed -e '$d' f; awk '{print $1}' f; sort f | uniq -c", []),
        ("echo x > f; echo y >> /t/g 2> /dev/null", ["/t/g", "/w/f"]),
        ("rm -rf a /b", ["/b", "/w/a"]),
        ("cp a d", ["/w/a", "/w/d", "/w/d/a"]),
        ("sed -i s/a/b/ f", ["/w/f", "/w/f/b", "/w/s/a/b"]),
        ("X=1; Y=$X", []),
        ("cat a &", []),
    ],
)
def test_told(command: str, paths: list[str]) -> None:
    got = found(command)
    assert got is not None
    assert set(paths) <= set(got) if paths else got == []


@pytest.mark.parametrize(
    "command",
    [
        "eval x",
        "source f",
        "$X f",
        "f() { rm x; }; f",
        "rm $X",
        "rm *",
        "rm a{1,2}",
        "rm ~/x",
        "cd /t; echo x > f",
        "xargs rm < f",
        "env rm x",
        "timeout 5 rm x",
        "bash -c 'rm x'",
        "command rm x",
        "sh f",
        "./f",
        "dd if=a of=b",
        "cp -t d a",
        "cp --backup a b",
        "sed -i.bak s/a/b/ f",
        "sed 's/a/b/w out' f",
        "sed -n 'w out' f",
        "sed 1e f",
        "awk '{print > \"f\"}' g",
        "awk '{system(\"rm f\")}'",
        "awk -f prog g",
        "sort -o f g",
        "uniq a b",
        "xxd a b",
        "echo x > $F",
        "echo x > f*",
        "trap 'rm x' EXIT",
        "exec rm x",
        "tee $F",
        "split f",
        "nice rm x",
        "install a b",
        "find . | while read x; do rm $x; done",
        "patch < f",
        "builtin eval x",
    ],
)
def test_not_told(command: str) -> None:
    assert found(command) is None


@pytest.mark.parametrize(
    "command",
    [
        "echo a > /tmp/a; cp /tmp/a /tmp/b; cp /tmp/a /srv/share",
        "mkdir -p x/y/z; touch x/y/q; rm -r x",
        "rm -rf /srv/share/trial",
        "mv /srv/share/plan.txt /tmp; mv /tmp/plan.txt /srv/share/trial",
        "mv /srv/share/trial /tmp/",
        "cp -r /srv/share /tmp/copy; rm -rf /tmp/copy/trial",
        "echo x | tee a b c; truncate -s 0 a; ln -s a l; rm l",
        "cat notes.txt > n2; sort notes.txt > n3; awk '{print}' notes.txt > n4; uniq notes.txt out",
        "sudo rm /srv/share/plan.txt; sudo touch /etc/new; sudo cp /etc/hosts /tmp/h; sudo mv /tmp/h /root/",
        "tee /etc/passwd < notes.txt; echo x > /etc/motd",
        "rm /srv/share/../share/plan.txt; cp notes.txt .; cp -a /srv/share/trial .",
        "find /srv -name '*.csv' -delete; find /srv -type f -exec cp {} /tmp/ \\;",
    ],
)
def test_the_short_way_finds_what_the_long_way_finds(command: str, make_desk: Callable) -> None:
    told = []
    for long_way in (False, True):
        desk = make_desk()
        desk.run("true")
        if long_way:
            desk.run("named() { true; }")
        result = desk.run(command)
        effects = sorted((e.action, e.stage, str(e.fields())) for e in desk.effects)
        told.append((result, effects, desk.out("ls -laR /srv /tmp ~; cat /srv/share/*")))
    assert told[0] == told[1]


def test_history_is_the_office_s_own() -> None:
    assert own_history("history; echo history | grep x; (history -c)") == "hist; echo history | grep x; (hist -c)"
    assert own_history("cat history.txt; x=history") == "cat history.txt; x=history"
    assert own_history("echo a && history | tail") == "echo a && hist | tail"
