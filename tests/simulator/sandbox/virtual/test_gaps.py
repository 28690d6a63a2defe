"""What is listed as missing is missing."""

from __future__ import annotations

from fauxcorp.sandbox.virtual.gaps import KNOWN_GAPS


def test_each_gap_says_what_it_means() -> None:
    assert len({g.what for g in KNOWN_GAPS}) == len(KNOWN_GAPS)
    assert all(g.means and not g.means.endswith(".") for g in KNOWN_GAPS)


def test_the_gaps_that_can_be_shown_are_there(desk) -> None:
    assert desk.run("python3 -c 1").exit_code == 127
    assert desk.run("echo x > /dev/tcp/1.2.3.4/80").exit_code != 0
    assert desk.kinds() == []
    assert desk.out("umask 077; echo x > u; stat -c %a u") == "644\n"
    assert desk.out("[ -s notes.txt ] && echo full || echo empty") == "empty\n"
    assert desk.actions("echo 1 > many; echo 2 > many; rm many; echo 3 > many") == ["file-created"]
