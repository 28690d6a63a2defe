"""The text of office documents: PDF, DOCX, XLSX, PPTX, ODT, ODS. Documents are hostile: all is bounded, none raises."""

from __future__ import annotations

import logging
import zlib
from functools import lru_cache
from importlib import import_module
from io import BytesIO
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

from fauxcorp.world.officexml import Part, read_part

MAX_FILE = 20 * 1024 * 1024
"""Bytes of a document that is looked into."""
MAX_PAGES = 300
"""Pages, sheets or slides that are read."""
MAX_TEXT = 2_000_000
"""Characters of text that are taken from one document."""
MAX_DRAWN = 200_000
"""Drawing commands of one PDF that are followed; forms in forms can make a small file draw without end."""
_MAX_STREAM = 1024 * 1024
_MAX_FORMS = 100
_MAX_KEPT = 1024 * 1024
_MAX_XML = 32 * 1024 * 1024
_MAX_MEMBERS = 5000
_KINDS = {"pdf": "PDF", "docx": "Word document", "xlsx": "Excel workbook", "pptx": "PowerPoint presentation",
          "odt": "OpenDocument text", "ods": "OpenDocument spreadsheet"}  # fmt: skip
_MAIN = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_BROKEN_ZIP = (BadZipFile, OSError, EOFError, ValueError, KeyError, NotImplementedError, RuntimeError, zlib.error)
# What pypdf is documented to raise, and what its parsers let through for files that lie about themselves.
_BROKEN_PDF = (ValueError, KeyError, IndexError, TypeError, AttributeError, AssertionError, ArithmeticError,
               RecursionError, MemoryError, NotImplementedError, OSError, EOFError, StopIteration, UnicodeError,
               zlib.error)  # fmt: skip


class Document(NamedTuple):
    """A document's text. `kind` is its short name, e.g. pdf; `parts` its pages, sheets or slides with their titles."""

    kind: str
    parts: tuple[Part, ...]
    note: str = ""
    """What could not be read, in a sentence; empty if all was."""

    @property
    def name(self) -> str:
        """The kind in words."""
        return _KINDS[self.kind]

    @property
    def text(self) -> str:
        """The text with a line before each page or sheet that says which it is."""
        if len(self.parts) == 1 and not self.parts[0].title:
            body = self.parts[0].text
        else:
            body = "\n\n".join(f"[{part.title}]\n{part.text}" for part in self.parts)
        return f"{body}\n\n[{self.note}]" if self.note else body

    @property
    def plain(self) -> str:
        """The text alone."""
        return "\n".join(part.text for part in self.parts)


def kind_of(content: bytes) -> str:
    """The short name of the kind of document that some bytes are; '' if they are none that can be read."""
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if content[:4] != b"PK\x03\x04":
        return ""
    head = content[:200]
    for kind in ("text", "spreadsheet"):
        if b"mimetypeapplication/vnd.oasis.opendocument." + kind.encode() in head:
            return "odt" if kind == "text" else "ods"
    return next((kind for name, kind in _MAIN.items() if name.encode() in content), "")


def read_document(content: bytes) -> Document | None:
    """The text of a document; None if the bytes are none. A damaged one gives what can be read, and says so."""
    kind = kind_of(content)
    if not kind:
        return None
    if len(content) > MAX_FILE:
        return Document(kind, (), f"The document is too large to show ({len(content) >> 20} MB)")
    return _kept(kind, content) if len(content) <= _MAX_KEPT else _read(kind, content)


@lru_cache(maxsize=64)
def _kept(kind: str, content: bytes) -> Document:
    return _read(kind, content)


def _read(kind: str, content: bytes) -> Document:
    return _read_pdf(content) if kind == "pdf" else _read_office(kind, content)


def _read_pdf(content: bytes) -> Document:
    # Loaded when the first one is read: it takes a fifth of a second.
    pypdf = import_module("pypdf")
    errors = import_module("pypdf.errors")
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    broken = (*_BROKEN_PDF, errors.PyPdfError, errors.DependencyError)
    parts: list[Part] = []
    try:
        reader = pypdf.PdfReader(BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return Document("pdf", (), "The document is protected by a password")
        total = len(reader.pages)
    except broken:
        return Document("pdf", (), "The document is damaged and cannot be shown")
    note, left, drawn = "", MAX_TEXT, _Drawn()
    for number in range(min(total, MAX_PAGES)):
        text = _page(reader, number, drawn, broken)
        note = note or ("" if text is not None else f"Page {number + 1} cannot be shown")
        parts.append(Part(f"Page {number + 1} of {total}", (text or "")[:left]))
        left -= len(parts[-1].text)
        if left <= 0:
            break
    if len(parts) < total:
        note = f"Only the first {len(parts)} of {total} pages are shown"
    return Document("pdf", tuple(parts), note)


class _Drawn:
    """Counts drawing commands, and stops the reader when there are too many."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, *_: object) -> None:
        self.count += 1
        if self.count > MAX_DRAWN:
            raise ValueError("too many drawing commands")


def _page(reader: Any, number: int, drawn: _Drawn, broken: tuple[type[Exception], ...]) -> str | None:
    """The text of a page; None if it is damaged or its drawing commands are too many."""
    try:
        page = reader.pages[number]
        contents = page.get_contents()
        if contents is not None and len(contents.get_data()) > _MAX_STREAM:
            return None
        if not _small_forms(page.get("/Resources")):
            return None
        return str(page.extract_text(visitor_operand_before=drawn)).strip()
    except broken:
        return None


def _small_forms(resources: Any) -> bool:
    """Whether the forms that a page draws, and those within, are of a size to be read."""
    waiting, seen = [resources], 0
    while waiting:
        held = waiting.pop()
        named = held.get_object().get("/XObject") if held is not None else None
        for each in named.get_object().values() if named is not None else ():
            form = each.get_object()
            if form.get("/Subtype") != "/Form":
                continue
            seen += 1
            if seen > _MAX_FORMS or len(form.get_data()) > _MAX_STREAM:
                return False
            if form.get("/Resources") is not None:
                waiting.append(form.get("/Resources"))
    return True


def _read_office(kind: str, content: bytes) -> Document:
    try:
        with ZipFile(BytesIO(content)) as pack:
            infos = pack.infolist()
            if len(infos) > _MAX_MEMBERS:
                return Document(kind, (), "The document is damaged and cannot be shown")
            sizes = {i.filename: i.file_size for i in infos}
            parts, note = read_part(kind, sizes, lambda name: _member(pack, name))
    except _BROKEN_ZIP:
        return Document(kind, (), "The document is damaged and cannot be shown")
    out, left = [], MAX_TEXT
    for part in parts[:MAX_PAGES]:
        out.append(Part(part.title, part.text[:left]))
        left -= len(out[-1].text)
        if left <= 0:
            break
    if len(out) < len(parts) or left <= 0:
        note = "The document is too long to show in full"
    return Document(kind, tuple(out), note)


def _member(pack: ZipFile, name: str) -> bytes:
    """One member of a zip, cut at a size that no honest one has, whatever its directory says."""
    with pack.open(name) as file:
        return file.read(_MAX_XML)
