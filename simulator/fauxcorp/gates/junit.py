"""JUnit XML, as CI systems read it."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from fauxcorp.errors import UserError
from fauxcorp.world.text import clip, printable

MAX_TEXT = 64 * 1024
"""Characters of one element's text."""
MAX_ATTRIBUTE = 1_000
"""Characters of one attribute."""
_NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no place for."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a test did not pass. `kind`: what it is, e.g. high or never-reached."""

    kind: str
    message: str
    text: str


@dataclass(frozen=True, slots=True)
class JUnitCase:
    """One test: a failure if it was run and is not as it should be, an error if nothing can be said of it."""

    classname: str
    name: str
    seconds: float = 0.0
    failure: Trouble | None = None
    error: Trouble | None = None
    properties: tuple[tuple[str, str], ...] = ()
    out: str = ""


def document(suite: str, tests: Sequence[JUnitCase], properties: Sequence[tuple[str, str]] = ()) -> bytes:
    """The XML of one suite. Texts may hold anything; what XML or a terminal cannot take is taken out."""
    counts = {
        "tests": str(len(tests)),
        "failures": str(sum(t.failure is not None for t in tests)),
        "errors": str(sum(t.error is not None for t in tests)),
        "skipped": "0",
        "time": f"{sum(t.seconds for t in tests):.3f}",
    }
    root = Element("testsuites", {"name": _short(suite), **counts})
    top = SubElement(root, "testsuite", {"name": _short(suite), **counts})
    _properties(top, properties)
    for test in tests:
        _test(top, test)
    ElementTree.indent(root)
    xml: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml + b"\n"


def write(path: Path, xml: bytes) -> None:
    """Write a document in one move. Raises UserError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(xml)
        os.replace(temporary, path)
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}; choose another --junit") from None


def _test(top: Element, test: JUnitCase) -> None:
    at = {"classname": _short(test.classname), "name": _short(test.name), "time": f"{test.seconds:.3f}"}
    case = SubElement(top, "testcase", at)
    _properties(case, test.properties)
    for tag, trouble in (("failure", test.failure), ("error", test.error)):
        if trouble is not None:
            found = SubElement(case, tag, {"type": _short(trouble.kind), "message": _short(trouble.message)})
            found.text = _text(trouble.text)
    if test.out:
        SubElement(case, "system-out").text = _text(test.out)


def _properties(above: Element, properties: Sequence[tuple[str, str]]) -> None:
    if properties:
        top = SubElement(above, "properties")
        for name, value in properties:
            SubElement(top, "property", {"name": _short(name), "value": _short(value)})


def _short(text: str) -> str:
    """For an attribute: one line."""
    line = " ".join(_text(text[: MAX_ATTRIBUTE * 4]).split())
    return line if len(line) <= MAX_ATTRIBUTE else line[: MAX_ATTRIBUTE - 1] + "…"


def _text(text: str) -> str:
    # Cut first: what is shown is cleaned, whatever the size of what came.
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", printable(clip(text, MAX_TEXT)))
