"""Manual pages and --help."""

from __future__ import annotations

import pytest

from fauxcorp.sandbox.commands.manual import PAGES, rendered

from ..conftest import Desk


@pytest.mark.parametrize("name", sorted(PAGES))
def test_pages_are_as_wide_as_a_terminal(name: str) -> None:
    text = rendered(name, PAGES[name])
    assert text.splitlines()[0].startswith(f"{name.upper()}({PAGES[name].section})")
    assert len(text.splitlines()[0]) == 80
    assert max(map(len, text.splitlines())) <= 80


def test_man(desk: Desk) -> None:
    assert "       -s subject\n" in desk.out("man mail")
    assert desk.out("man 8 sudo") == desk.out("man sudo")
    assert desk.out("man nosuch") == "No manual entry for nosuch\n"
    assert desk.out("man 5 sudo") == "No manual entry for sudo in section 5\n"
    assert desk.run("man").exit_code == 1


def test_apropos(desk: Desk) -> None:
    assert desk.out("whatis ps") == "ps (1)               - report a snapshot of the current processes.\n"
    assert "mailq (1)" in desk.out("man -k queue")
    assert desk.run("apropos nosuch").exit_code == 16


def test_help(desk: Desk) -> None:
    assert desk.out("mail --help").startswith("Usage: mail [-EIinv] [-s subject]")
    assert "\n  -a, --all                    do not ignore entries starting with .\n" in desk.out("ls --help")
    assert desk.actions("mail --help; sudo --help; usermod --help") == []


def test_help_among_other_words_is_the_programs_own_matter(desk: Desk) -> None:
    assert "Usage:" not in desk.out("mail --help me")
