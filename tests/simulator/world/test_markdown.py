"""Markdown as HTML, whatever the text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.world.markdown import MAX_LINES, MAX_MARKS, to_html

_TAGS = re.compile(r"</?([a-zA-Z0-9]+)")
KNOWN = {
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "a", "em", "strong", "code", "pre", "blockquote", "hr",
    "br", "img", "table", "thead", "tbody", "tr", "th", "td", "s",
}  # fmt: skip


def test_what_pages_are_made_of() -> None:
    html = to_html("# Keys\n\n- a **b**\n- [rooms](Rooms)\n\n| x | y |\n|---|---|\n| 1 | 2 |\n")
    assert html.startswith("<h1>Keys</h1>\n<ul>")
    assert '<a href="Rooms">rooms</a>' in html
    assert "<td>1</td>" in html


def test_html_and_scripts_are_shown_as_text() -> None:
    html = to_html('<script>alert(1)</script>\n\n[x](javascript:alert(1)) <b onclick="x">')
    assert "<script" not in html
    assert "<b " not in html
    assert 'href="javascript' not in html


@pytest.mark.parametrize("text", ["[" * (MAX_MARKS + 1), "a\n" * (MAX_LINES + 1)])
def test_what_no_person_writes_is_shown_as_it_is(text: str) -> None:
    assert to_html(text) == f"<pre>{text}</pre>\n"


@given(st.text(st.sampled_from("<>[]()*_`#|-\n &\"'=a!\\~"), max_size=200))
def test_no_tag_but_those_of_markdown(text: str) -> None:
    assert {t.lower() for t in _TAGS.findall(to_html(text))} <= KNOWN
