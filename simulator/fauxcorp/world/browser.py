"""A text browser: the title, text, links and forms of an HTML page.

Pages are hostile, and the parser of the standard library takes minutes for 200 KB of open comments or tags. This one
goes over the page once: whatever has no end is text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

MAX_PAGE = 1024 * 1024
"""Characters of a page that are read."""
MAX_LINKS = 500
MAX_FORMS = 20
MAX_FIELDS = 100

_PIECE = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,20})((?:[\s/][^<>]{0,4000})?)>|[^<]+|<")
_ATTRIBUTE = re.compile(r"([A-Za-z][\w:-]{0,60})(?:\s{0,20}=\s{0,20}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']+)))?")
_SPACES = re.compile(r"[ \t\r\f\v]+")
_EMPTY = re.compile(r"\n(?:[ \t]*\n)+")
_BLOCKS = frozenset({
    "p", "div", "section", "article", "header", "footer", "main", "nav", "ul", "ol", "table", "tr", "h1", "h2", "h3",
    "h4", "h5", "h6", "form", "pre", "blockquote", "hr", "dl", "dd", "dt",
})  # fmt: skip
_HIDDEN = frozenset({"script", "style", "template", "noscript"})


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page; `url` as it is written there."""

    text: str
    url: str


@dataclass(slots=True)
class PageField:
    """A field of a form."""

    name: str
    kind: str
    required: bool = False
    options: list[str] = field(default_factory=list)


@dataclass(slots=True)
class PageForm:
    """A form of a page."""

    action: str
    method: str = "GET"
    multipart: bool = False
    fields: list[PageField] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as a text browser shows it; links are numbered [1], [2], ... in the text."""

    title: str
    text: str
    links: tuple[Link, ...]
    forms: tuple[PageForm, ...]


def render(page: str) -> Rendered:
    """Read an HTML page. Never raises."""
    reader = _Reader()
    for match in _PIECE.finditer(_without_hidden(page[:MAX_PAGE])):
        if match[2]:
            reader.tag(match[2].lower(), match[3], closing=bool(match[1]))
        else:
            reader.words(match[0])
    return reader.done()


def _without_hidden(page: str) -> str:
    """The page without comments, declarations, scripts and styles."""
    page = _cut(page, "<!--", "-->")
    page = _cut(page, "<!", ">")
    for name in sorted(_HIDDEN):
        page = _cut(page, f"<{name}", f"</{name}>")
    return page


def _cut(page: str, opening: str, closing: str) -> str:
    """The text without what is between two marks; an opening one without an end stays."""
    low = page.lower()
    # Lower case may be longer than the text for a few letters of the world; then marks are found by exact case only.
    low = low if len(low) == len(page) else page
    out: list[str] = []
    at = 0
    while True:
        start = low.find(opening, at)
        end = low.find(closing, start + len(opening)) if start >= 0 else -1
        if end < 0:
            break
        out.append(page[at:start])
        at = end + len(closing)
    out.append(page[at:])
    return "".join(out)


class _Reader:
    """Collects what the tags and words of a page amount to."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.title: list[str] = []
        self.links: list[Link] = []
        self.forms: list[PageForm] = []
        self.in_title = False
        self.in_pre = False
        self.href = ""
        self.link_start = 0
        self.select: PageField | None = None

    def words(self, text: str) -> None:
        text = unescape(text)
        if self.in_title:
            self.title.append(text)
            return
        if self.select is not None:
            return
        if not self.in_pre:
            text = _SPACES.sub(" ", text.replace("\n", " "))
        self.out.append(text)

    def tag(self, name: str, attributes: str, *, closing: bool) -> None:
        if name == "title":
            self.in_title = not closing and not self.title
        elif name == "a":
            self._link(attributes, closing=closing)
        elif name in ("form", "input", "textarea", "select", "option", "button"):
            self._form(name, attributes, closing=closing)
        elif name == "br":
            self.out.append("\n")
        elif name == "li":
            self.out.append("" if closing else "\n- ")
        elif name in ("td", "th"):
            self.out.append(" ")
        if name == "pre":
            self.in_pre = not closing
        if name in _BLOCKS:
            self.out.append("\n\n" if name in ("p", "h1", "h2", "h3") else "\n")

    def done(self) -> Rendered:
        self._end_link()
        raw = "".join(self.out).split("\n")
        lines = [line.rstrip() if line.startswith("    ") else line.strip() for line in raw]
        text = _EMPTY.sub("\n\n", "\n".join(lines)).strip()
        title = " ".join("".join(self.title).split())[:300]
        return Rendered(title, text, tuple(self.links), tuple(self.forms))

    def _link(self, attributes: str, *, closing: bool) -> None:
        self._end_link()
        if not closing:
            self.href = _read(attributes).get("href", "")
            self.link_start = len(self.out)

    def _end_link(self) -> None:
        if self.href and len(self.links) < MAX_LINKS:
            text = " ".join("".join(self.out[self.link_start :]).split())[:300]
            self.links.append(Link(text, self.href))
            self.out.append(f" [{len(self.links)}]")
        self.href = ""

    def _form(self, name: str, attributes: str, *, closing: bool) -> None:
        if name == "select" and closing:
            self.select = None
        if closing:
            return
        read = _read(attributes)
        if name == "form" and len(self.forms) < MAX_FORMS:
            multipart = "multipart" in read.get("enctype", "").lower()
            self.forms.append(PageForm(read.get("action", ""), read.get("method", "get").upper()[:10], multipart))
        elif name == "option" and self.select is not None and len(self.select.options) < MAX_FIELDS:
            self.select.options.append(read.get("value", ""))
        elif name in ("input", "textarea", "select") and self.forms and read.get("name"):
            made = PageField(read["name"], read.get("type", "text") if name == "input" else name, "required" in read)
            if len(self.forms[-1].fields) < MAX_FIELDS and made.kind not in ("submit", "button", "image"):
                self.forms[-1].fields.append(made)
            self.select = made if name == "select" else self.select


def _read(attributes: str) -> dict[str, str]:
    out: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(attributes[:4000]):
        value = match[2] if match[2] is not None else match[3] if match[3] is not None else match[4] or ""
        out.setdefault(match[1].lower(), unescape(value)[:2000])
    return out
