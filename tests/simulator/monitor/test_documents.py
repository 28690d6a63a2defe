"""YAML with lines."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.errors import Problem
from fauxcorp.monitor.documents import read_documents


def _read(raw: bytes) -> tuple[list[object], list[Problem]]:
    problems: list[Problem] = []
    return [d.data for d in read_documents(Path("x.yml"), problems, raw)], problems


def test_lines_of_keys_and_items() -> None:
    problems: list[Problem] = []
    first, second = read_documents(Path("x.yml"), problems, b"a: 1\nb:\n  - x\n  - c: 2\n---\nd: 3\n")
    assert first.line("b", 1, "c") == 4
    assert first.line("b", 1, "missing") == 4
    assert second.line("d") == 6
    assert second.line() == 6
    assert str(second.problem("wrong", "d")) == "x.yml:6: d: wrong"
    assert not problems


def test_empty_documents_are_left_out() -> None:
    assert _read(b"---\n---\na: 1\n---\n") == ([{"a": 1}], [])
    assert _read(b"") == ([], [])


def test_broken_text_is_a_problem_with_a_line() -> None:
    assert _read(b"a: 1\nb: [\n")[1][0].line in (2, 3)
    assert _read(b"a: 1\n\xff")[1][0].line == 2
    assert _read(b"a: 1\na: 2\n")[1][0].line == 2
    assert _read(b"d: 2025-13-45\n")[1]
    assert _read(b"? [a]\n: 1\n")[1][0].message == "a key must be plain text"


@given(st.binary(max_size=200))
def test_anything_else_is_a_problem_and_no_crash(raw: bytes) -> None:
    data, problems = _read(raw)
    assert isinstance(data, list)
    assert all(isinstance(p, Problem) for p in problems)
