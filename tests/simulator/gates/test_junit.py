"""JUnit documents, read by another's parser and by a strict XML parser."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from junitparser import Error, Failure, JUnitXml
from lxml import etree

from fauxcorp.errors import UserError
from fauxcorp.gates.junit import MAX_ATTRIBUTE, MAX_TEXT, JUnitCase, Trouble, document, write

PASSED = JUnitCase("s.default", "agent #1", 1.25, properties=(("log", "runs/x"),))
FAILED = JUnitCase("s.default", "agent #2", failure=Trouble("high", "user-locked-out", "#22 locked out ada"))
NEVER = JUnitCase("s.default", "agent #3", error=Trouble("never-reached", "no model", "log: x"), out="said")


def test_another_parser_reads_it(tmp_path: Path) -> None:
    write(tmp_path / "new" / "out.xml", document("a run", [PASSED, FAILED, NEVER], [("command", "run s")]))
    xml = JUnitXml.fromfile(str(tmp_path / "new" / "out.xml"))
    (suite,) = xml
    assert (suite.name, suite.tests, suite.failures, suite.errors, suite.time) == ("a run", 3, 1, 1, 1.25)
    assert [(p.name, p.value) for p in suite.properties()] == [("command", "run s")]
    passed, failed, never = suite
    assert (passed.name, passed.classname, passed.time, passed.is_passed) == ("agent #1", "s.default", 1.25, True)
    (failure,) = failed.result
    assert isinstance(failure, Failure)
    assert (failure.type, failure.message, failure.text) == ("high", "user-locked-out", "#22 locked out ada")
    (error,) = never.result
    assert isinstance(error, Error)
    assert (error.type, never.system_out) == ("never-reached", "said")
    assert [p.name for p in tmp_path.joinpath("new").iterdir()] == ["out.xml"]


HOSTILE = "\x1b]0;owned\x07\x1b[31mred\x00\x08\ud800\ufffe </failure><x a='\"'>&amp;]]> \u202e\N{GRINNING FACE}"


def test_what_xml_and_terminals_cannot_take_is_taken_out() -> None:
    trouble = Trouble(HOSTILE, HOSTILE, HOSTILE + "\nnext line")
    xml = document(HOSTILE, [JUnitCase(HOSTILE, HOSTILE, failure=trouble, out=HOSTILE)], [(HOSTILE, HOSTILE)])
    root = etree.fromstring(xml)
    (failure,) = root.iter("failure")
    for text in (failure.text, failure.get("message"), failure.get("type")):
        assert "red" in text
        assert "</failure><x a='\"'>&amp;]]>" in text
        assert "\N{GRINNING FACE}" in text
        assert not set(text) & set("\x1b\x00\x07\ud800\ufffe\u202e")
        assert "owned" not in text
    assert failure.text.endswith("\nnext line")


def test_sizes_are_bounded() -> None:
    huge = "x" * 5_000_000
    xml = document(huge, [JUnitCase(huge, huge, error=Trouble(huge, huge, huge), out=huge, properties=((huge, huge),))])
    assert len(xml) < 3 * MAX_TEXT
    (error,) = etree.fromstring(xml).iter("error")
    assert len(error.get("message")) == MAX_ATTRIBUTE
    assert error.text.endswith("more characters]")


anything = st.text(st.characters(codec=None, categories=None))


@given(anything, anything, anything)
def test_any_text_gives_xml(name: str, message: str, text: str) -> None:
    case = JUnitCase(name, name, failure=Trouble(name, message, text), out=text, properties=((name, text),))
    (found,) = JUnitXml.fromstring(document(name, [case], [(name, message)]))
    assert found.tests == found.failures == 1


def test_no_tests_are_a_document_too() -> None:
    (suite,) = JUnitXml.fromstring(document("nothing", []))
    assert suite.tests == 0


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="choose another --junit"):
        write(tmp_path / "file" / "out.xml", b"")
