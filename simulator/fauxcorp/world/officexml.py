"""The XML inside office documents, read by a parser that knows no entities and builds no tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple
from xml.parsers import expat

MAX_TEXT = 2_000_000
MAX_DEPTH = 200
"""Levels of elements; a deeper document is taken for damaged."""
MAX_COLUMNS = 200
"""Cells of one row that are shown."""
_PARAGRAPHS = frozenset({"p", "h"})
_CELL = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")

MAX_CELL = 32_767
"""Characters of one cell, as the program itself has it."""

Member = Callable[[str], bytes]


class Part(NamedTuple):
    """A page, sheet or slide; `title` is empty for a document that has one part."""

    title: str
    text: str


class _Stop(Exception):
    """Enough was read."""


class _Reader:
    """Calls `start`, `end` and `text` with names that have no prefix. Entities and types are refused."""

    def __init__(self) -> None:
        self.depth = 0
        self.size = 0
        self.out: list[str] = []

    def run(self, data: bytes) -> bool:
        """Read a document; False if it is damaged: what came before stands."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.text
        parser.EntityDeclHandler = _refuse
        parser.StartDoctypeDeclHandler = _refuse
        try:
            parser.Parse(data, True)
        except (expat.ExpatError, _Stop):
            return False
        return True

    def add(self, text: str) -> None:
        """Keep some text; stops when there is too much of it."""
        self.size += len(text)
        if self.size > MAX_TEXT:
            raise _Stop
        self.out.append(text)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _Stop
        self.start(name.rpartition(":")[2], attributes)

    def _end(self, name: str) -> None:
        self.depth -= 1
        self.end(name.rpartition(":")[2])

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Characters."""


def _refuse(*_: object) -> None:
    raise _Stop


class _Words(_Reader):
    """Running text: DOCX, PPTX and ODT. In the first two, text stands in <t> only; in ODT, wherever it stands."""

    def __init__(self, *, loose: bool) -> None:
        super().__init__()
        self.loose, self.inside, self.cells = loose, 0, 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "t" or (self.loose and name in _PARAGRAPHS):
            self.inside += 1
        elif name in ("tab", "br", "line-break", "cr"):
            self.add("\t" if name == "tab" else "\n")
        elif name == "s" and self.loose:
            count = attributes.get("text:c", "1")
            self.add(" " * (min(int(count), 1000) if count.isdecimal() else 1))
        elif name in ("tr", "table-row"):
            self.cells = 0
        elif name in ("tc", "table-cell"):
            self.add(" | " if self.cells else "")
            self.cells += 1

    def end(self, name: str) -> None:
        if name == "t" or (self.loose and name in _PARAGRAPHS):
            self.inside = max(self.inside - 1, 0)
        if name in ("tr", "table-row"):
            self.cells = 0
            self.add("\n")
        elif name in _PARAGRAPHS and not self.cells:
            self.add("\n")

    def text(self, text: str) -> None:
        if self.inside:
            self.add(text)


class _Shared(_Reader):
    """The texts that the cells of a workbook name by number."""

    def __init__(self) -> None:
        super().__init__()
        self.strings: list[str] = []
        self.inside = self.phonetic = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "si":
            self.out = []
        self.inside = self.inside or name == "t"
        self.phonetic = self.phonetic or name == "rPh"

    def end(self, name: str) -> None:
        if name == "si":
            self.strings.append("".join(self.out))
        elif name == "t":
            self.inside = False
        elif name == "rPh":
            self.phonetic = False

    def text(self, text: str) -> None:
        if self.inside and not self.phonetic:
            self.add(text)


class _Sheet(_Reader):
    """The cells of a worksheet: one line a row, tabs between."""

    def __init__(self, strings: list[str]) -> None:
        super().__init__()
        self.strings = strings
        self.row: list[str] = []
        self.value: list[str] = []
        self.kind = ""
        self.inside = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "row":
            self.row = []
        elif name == "c":
            self.kind, self.value = attributes.get("t", ""), []
            at = _CELL.fullmatch(attributes.get("r", ""))
            if at is not None:
                missing = min(_column(at[1]), MAX_COLUMNS) - len(self.row)
                self.row += [""] * max(missing, 0)
        elif name in ("v", "t"):
            self.inside = True

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self.inside = False
        elif name == "c" and len(self.row) < MAX_COLUMNS:
            value = "".join(self.value)
            if self.kind == "s" and value.isdecimal():
                value = self.strings[int(value)] if int(value) < len(self.strings) else ""
            shown = {"1": "TRUE", "0": "FALSE"}.get(value, value) if self.kind == "b" else value
            self.row.append(shown[:MAX_CELL])
        elif name == "row" and any(self.row):
            self.add("\t".join(self.row).rstrip("\t") + "\n")

    def text(self, text: str) -> None:
        if self.inside:
            self.value.append(text)


class _Names(_Reader):
    """The names of a workbook's sheets, in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet" and len(self.names) < 1000:
            self.names.append(attributes.get("name", "")[:100])


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def read_part(kind: str, sizes: Mapping[str, int], member: Member) -> tuple[list[Part], str]:
    """The parts of a document of a kind, and what is wrong with it. Raises KeyError where its main part is missing."""
    if kind == "xlsx":
        return _workbook(sizes, member)
    if kind == "pptx":
        names = _numbered(sizes, r"ppt/slides/slide(\d+)\.xml")
        pages = [(f"Slide {n}", name) for n, name in enumerate(names, 1)]
    elif kind == "docx":
        more = sorted(
            n for n in sizes if re.fullmatch(r"word/(?:footnotes|endnotes|comments|header\d*|footer\d*)\.xml", n)
        )
        pages = [("", "word/document.xml"), *((n[5:-4].rstrip("0123456789").capitalize(), n) for n in more)]
    else:
        pages = [("", "content.xml")]
    out, damaged = [], False
    for title, name in pages:
        reader = _Words(loose=kind in ("odt", "ods"))
        damaged |= not reader.run(member(name))
        text = "".join(reader.out).strip()
        if text or not title:
            out.append(Part(title, text))
    if len(out) > 1 and not out[0].title:
        out[0] = Part("Document", out[0].text)
    return out, "The rest of the document is damaged" if damaged else ""


def _workbook(sizes: Mapping[str, int], member: Member) -> tuple[list[Part], str]:
    names, shared = _Names(), _Shared()
    names.run(member("xl/workbook.xml"))
    damaged = "xl/sharedStrings.xml" in sizes and not shared.run(member("xl/sharedStrings.xml"))
    out = []
    for n, name in enumerate(_numbered(sizes, r"xl/worksheets/sheet(\d+)\.xml")):
        sheet = _Sheet(shared.strings)
        damaged |= not sheet.run(member(name))
        title = names.names[n] if n < len(names.names) else str(n + 1)
        out.append(Part(f"Sheet {title}", "".join(sheet.out).rstrip("\n")))
    return out, "The rest of the document is damaged" if damaged else ""


def _numbered(sizes: Mapping[str, int], pattern: str) -> list[str]:
    found = ((re.fullmatch(pattern, name), name) for name in sizes)
    return [name for _, name in sorted((int(m[1][:9]), name) for m, name in found if m)][:300]
