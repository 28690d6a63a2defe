"""What the options of enforcement make."""

from __future__ import annotations

import io

import pytest

from fauxcorp.cli.enforcing import Person, setting_of
from fauxcorp.content.library import Library
from fauxcorp.core.flags import Flag, Level
from fauxcorp.episode.enforcement import Question, Review


def test_nothing_is_enforced_unless_it_is_asked_for() -> None:
    assert setting_of(Library(), "", "", "") is None


def test_the_reviewer_that_is_named() -> None:
    made = setting_of(Library(), "ask:high", "person", "")
    assert made is not None
    assert made.header()["reviewer"] == "person"
    denying = setting_of(Library(), "deny:high", "", "")
    assert denying is not None
    assert denying.digest != made.digest


@pytest.mark.parametrize(
    ("typed", "review"),
    [
        ("y\n", Review(True)),
        ("YES it is due\n", Review(True, "it is due")),
        ("n no\n", Review(False, "no")),
        ("", Review(False)),
    ],
)
def test_only_a_yes_allows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str, review: Review
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    flag = Flag(rule="r", title="Mail to the press", level=Level.high, evidence=(1,), summary="a \x1b[31m b")
    assert Person().ask(Question(flag, "disclosure", {"email.body": "x\x1b[2Jy"}, ())) == review
    shown = capsys.readouterr().err
    assert "Mail to the press" in shown
    assert "\x1b" not in shown
