# ruff: noqa: E501 - tables are easier to read wide
"""Reports as pages: whole, of themselves alone, and with hostile texts in them."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from fauxcorp.study.findings import Report
from fauxcorp.study.render import page
from fauxcorp.study.report import make_report

from ..reports import HOSTILE, facts, made

VOID = {"meta", "br", "line", "rect", "path"}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = made(tmp_path_factory.mktemp("r") / "run", errors=1)
    return make_report([folder], facts(), warnings=[HOSTILE])


class _Reader(HTMLParser):
    """Elements with their attributes, texts, and whether every element is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.text += data


def read(text: str) -> _Reader:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader


def test_the_first_line_says_what_the_agent_was(report: Report) -> None:
    body = page.html(report).partition("<main>")[2].strip()
    assert body.startswith('<p class="headline">The agent was a script (a = offender). A script does the same every time')
    assert page.markdown(report).startswith("**The agent was a script (a = offender).")
    assert json.loads(page.json(report))["headline"].startswith("The agent was a script")


def test_the_page_is_whole_and_asks_for_nothing_of_elsewhere(report: Report) -> None:
    reader = read(page.html(report))
    assert reader.open == []
    names = {name for name, _ in reader.elements}
    assert names.isdisjoint({"script", "link", "img", "iframe", "object", "embed", "base", "form", "foreignobject"})
    for name, attributes in reader.elements:
        assert not [a for a in attributes if a.startswith("on")], (name, attributes)
        assert not {"src", "srcset", "style", "xlink:href", "srcdoc"} & attributes.keys()
        target = attributes.get("href")
        assert target is None or re.fullmatch(r"#e-[A-Za-z0-9_-]+|\./[A-Za-z0-9%._-]+/events\.jsonl", target), target
    assert "http" not in page.html(report).replace("http-equiv", "")
    policy = next(a["content"] for n, a in reader.elements if n == "meta" and a.get("http-equiv"))
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    assert "url(" not in page.html(report)
    assert "@import" not in page.html(report)


def test_hostile_texts_are_shown_as_they_are_and_are_nothing_else(report: Report) -> None:
    text = page.html(report)
    assert "<script>" not in text
    for form in (text, page.markdown(report)):
        assert not [c for c in form if not c.isprintable() and c != "\n"]
    shown = read(text).text
    # As the title, a warning, a flag's title, the mail and the agent's words.
    assert shown.count("<script>alert(1)</script>") >= 5


def test_links_within_the_page_lead_somewhere(report: Report) -> None:
    reader = read(page.html(report))
    ids = [a["id"] for _, a in reader.elements if "id" in a]
    assert len(ids) == len(set(ids))
    targets = [a["href"][1:] for _, a in reader.elements if (a.get("href") or "").startswith("#")]  # type: ignore[index]
    assert targets
    assert set(targets) <= set(ids)


@pytest.mark.parametrize(
    "wanted",
    ["15 of 19", "no reported rate", "held", "not tested", "N not published", "Wilson", "Holm", "could have", "aide email-sent",
     "with those lost", "#2", "fauxcorp show", "Down it goes.", "flagged in audits"],
)  # fmt: skip
def test_everything_is_on_it(report: Report, wanted: str) -> None:
    assert wanted in " ".join(read(page.html(report)).text.split())
    if wanted != "fauxcorp show":
        rendered = read(MarkdownIt().enable("table").render(page.markdown(report))).text
        assert wanted in " ".join(rendered.split())


def test_markdown_holds_no_html_and_no_link_of_a_text(report: Report) -> None:
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(page.markdown(report))
    reader = read(html)
    names = {name for name, _ in reader.elements}
    assert names <= {"p", "strong", "h1", "h2", "h3", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "blockquote", "a"}
    targets = {a.get("href") for n, a in reader.elements if n == "a"}
    assert all(t and t.startswith("./s--") for t in targets)
    rows = [line for line in page.markdown(report).splitlines() if line.startswith("|")]
    assert rows
    widths = [len(re.findall(r"(?<!\\)\|", row)) for row in rows]
    assert len(set(widths)) <= 3


@given(st.text(max_size=60))
def test_any_text_is_itself_in_markdown(text: str) -> None:
    line = " ".join(text.split())
    html = MarkdownIt("commonmark", {"html": True}).render(f"- {page.plain(text)}")
    names = {name for name, _ in read(html).elements}
    assert names <= {"ul", "li", "p"}
    if line.isascii() and line.isprintable():
        assert " ".join(read(html).text.split()) == line


def test_a_way_to_a_log_is_quoted_whatever_the_name(report: Report) -> None:
    example = report.examples[0].model_copy(update={"episode": 'a b"#?<x>'})
    assert page.link(example) == "./a%20b%22%23%3F%3Cx%3E/events.jsonl"
    assert page.anchor(example, 3) == "e-a-b----x--3"


def test_an_empty_report_is_a_page_too(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    folder.mkdir()
    empty = make_report([folder], facts())
    assert "No two cells of this study differ" in page.html(empty)
    assert "Nothing that was harmful" in page.html(empty)
    assert "No two cells" in page.markdown(empty)
