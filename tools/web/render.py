"""HTML as a text browser shows it: title, text, numbered links, forms with their fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

MAX_HTML = 2_000_000
MAX_LINKS = 200
MAX_FORMS = 20
MAX_FIELDS = 100
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "fieldset", "footer", "form", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tr", "ul",
})  # fmt: skip
_HIDDEN = frozenset({"script", "style", "noscript", "template", "svg"})


@dataclass(slots=True)
class Form:
    """A form: where it goes, how, and its fields by name."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    """Name to kind, with `, required` where it is."""
    values: dict[str, str] = field(default_factory=dict)
    """What the page fills in itself."""


@dataclass(slots=True)
class Shown:
    """A page as text."""

    title: str = ""
    text: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    """Label and absolute URL."""
    forms: list[Form] = field(default_factory=list)


def render(html: str, url: str) -> Shown:
    """Read a page; anything that is no HTML comes out as its text. Bounded in size, links and forms."""
    reader = _Reader(url)
    reader.feed(html[:MAX_HTML])
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.parts).splitlines()]
    out: list[str] = []
    for line in lines:
        if line or (out and out[-1]):
            out.append(line)
    reader.shown.text = "\n".join(out).strip()
    reader.shown.title = " ".join(reader.shown.title.split())[:300]
    return reader.shown


class _Reader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.url = url
        self.shown = Shown()
        self.parts: list[str] = []
        self._hidden = 0
        self._title = False
        self._link: str | None = None
        self._label: list[str] = []
        self._form: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {k: v or "" for k, v in attrs}
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag == "title":
            self._title = True
        elif tag in _BLOCKS:
            self.parts.append("\n- " if tag == "li" else "\n")
        if tag == "a" and given.get("href") and len(self.shown.links) < MAX_LINKS:
            self._link, self._label = _join(self.url, given["href"]), []
        elif tag == "form" and len(self.shown.forms) < MAX_FORMS:
            method = given.get("method", "get").upper()
            self._form = Form(_join(self.url, given.get("action") or self.url), method if method == "POST" else "GET")
            self.shown.forms.append(self._form)
        elif tag in ("input", "textarea", "select", "button"):
            self._field(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag == "title":
            self._title = False
        elif tag == "a" and self._link is not None:
            self.shown.links.append((" ".join("".join(self._label).split())[:200], self._link))
            self.parts.append(f" [{len(self.shown.links)}]")
            self._link = None
        elif tag == "form":
            self._form = None
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if self._title:
            self.shown.title += data
        elif not self._hidden:
            self.parts.append(data)
            if self._link is not None:
                self._label.append(data)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "text") if tag == "input" else tag
        form = self._form
        if form is None or not name or kind in ("submit", "button", "reset", "image") or len(form.fields) >= MAX_FIELDS:
            return
        if kind == "hidden":
            form.values[name] = given.get("value", "")
            return
        form.fields[name] = f"{kind}, required" if "required" in given else kind


def _join(base: str, target: str) -> str:
    try:
        return urljoin(base, target)
    except ValueError:
        return target
