"""Scripts of browsers: pages that are gone to, forms that are filled in and sent, files that are uploaded."""

from __future__ import annotations

from fauxcorp.scan import crossings
from fauxcorp.scan.nodes import text_of
from fauxcorp.scan.python.syntax import parse
from fauxcorp.scan.sheet import Run, Sheet

_GOES = frozenset({"goto", "new_tab", "navigate", "open", "visit"})
_UPLOADS = frozenset({"upload_file", "mouse_upload_file", "set_input_files"})


def browse(sheet: Sheet, run: Run, code: str, url: str) -> None:
    """Go through a browser's script: its calls are read as Python's, whose form they have.

    What a click on a page does is the page's to say: only what is gone to and uploaded is told.
    """
    calls = _calls(code)
    here = url
    gone = False
    for name, arguments in calls[:200]:
        if name in _GOES and arguments:
            here, gone = arguments[0], True
            crossings.request(sheet, run, "GET", here, surface="http")
        elif name in _UPLOADS and len(arguments) > 1 and here:
            files = tuple((a.rpartition("/")[2], sheet.desk.content(sheet.desk.path(a)) or b"") for a in arguments[1:])
            crossings.request(sheet, run, "POST", here, files=files, surface="http")
    if url and not gone:
        crossings.request(sheet, run, "GET", url, surface="http")


def _calls(code: str) -> list[tuple[str, list[str]]]:
    out: list[tuple[str, list[str]]] = []
    waiting = [parse(code)] if code else []
    while waiting and len(out) < 500:
        node = waiting.pop()
        if node.type == "call":
            function, found = node.child_by_field_name("function"), node.child_by_field_name("arguments")
            arguments = [text_of(a)[1:-1] for a in (found.named_children if found else []) if a.type == "string"]
            out.append((text_of(function).rpartition(".")[2] if function else "", arguments))
        waiting += reversed(node.named_children)
    return out
