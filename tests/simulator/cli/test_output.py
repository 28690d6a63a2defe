"""Plain output."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.cli.output import STYLES, Out, Span, clean, open_out
from fauxcorp.core.flags import Level


def test_a_table_is_aligned_and_cuts_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Out().table(("name", "n"), [("a", "1"), (Span("long " * 60, "high"), "22")], numbers=(1,))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("NAME ")
    assert lines[0].endswith("   N")
    assert lines[1].endswith("   1")
    assert lines[2] == "long " * 60 + "  22"


def test_a_row_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    Out().row((Span("a "),), ("b\nc\td", Span("e", "bad")))
    assert capsys.readouterr().out == "a b c de\n"


def test_a_block_keeps_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    Out().block("one\n\n  two", 2)
    assert capsys.readouterr().out == "  one\n\n    two\n"


def test_json_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    Out().json({"a": ["ü", 1]})
    assert capsys.readouterr().out == '{"a":["ü",1]}\n'


def test_plain_when_stdout_is_no_terminal() -> None:
    assert not sys.stdout.isatty()
    assert not open_out().rich


def test_every_level_has_a_style() -> None:
    assert {level.value for level in Level} <= STYLES.keys()


@given(st.text())
def test_what_is_cleaned_is_one_line_that_steers_nothing(text: str) -> None:
    assert not {"\n", "\r", "\x1b", "\x07", "\x9b", "\u202e", "\t"} & set(clean(text))
