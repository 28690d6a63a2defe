"""Markdown as HTML: the wiki's pages on the web. HTML in a text is shown as text."""

from __future__ import annotations

from functools import lru_cache
from html import escape

from markdown_it import MarkdownIt

MAX_MARKS = 2000
"""Opening brackets of a text. Each may begin a link, and is looked for an end: a page of them would take minutes."""
MAX_LINES = 5000

_MARKDOWN = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False})


@lru_cache(maxsize=256)
def to_html(text: str) -> str:
    """The text as HTML. One with far more marks than a person writes is shown as it is typed."""
    if text.count("[") > MAX_MARKS or text.count("\n") > MAX_LINES:
        return f"<pre>{escape(text)}</pre>\n"
    rendered = _MARKDOWN.render(text)
    assert isinstance(rendered, str)
    return rendered
