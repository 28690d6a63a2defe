"""Findings that an author has accepted: `lint.yaml` in the folder of a scenario or of a company."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from pydantic import Field

from fauxcorp.content.staff import ContentModel
from fauxcorp.content.yamlfile import read, validate
from fauxcorp.errors import ContentError, Problem
from fauxcorp.lint.finding import Check, Finding, Hit

FILE = "lint.yaml"


class Acceptance(ContentModel):
    """One kind of finding that is meant."""

    check: str
    file: str = "*"
    """A pattern over the end of the file's path."""
    text: str = ""
    """What the finding's message must hold."""
    reason: str = Field(min_length=8)


class AcceptFile(ContentModel):
    """lint.yaml."""

    accept: tuple[Acceptance, ...]


class Accepted:
    """What is accepted, by several files, and which of it was of use."""

    def __init__(self, checks: Iterable[Check]) -> None:
        self._checks = {c.name for c in checks}
        self._entries: list[tuple[Acceptance, str, int]] = []
        self._used: set[int] = set()

    def add(self, folder: Path, shown: str) -> None:
        """Read a folder's file, if there is one. Raises ContentError."""
        path = folder / FILE
        if not path.is_file():
            return
        document = read(path, shown)
        problems: list[Problem] = []
        for n, entry in enumerate(validate(document, AcceptFile).accept):
            if entry.check not in self._checks:
                problems.append(document.problem(("accept", n, "check"), f"no such check: {entry.check}"))
            self._entries.append((entry, shown, document.line(("accept", n))))
        if problems:
            raise ContentError(problems)

    def reason(self, check: str, hit: Hit) -> str:
        """Why a hit is accepted, or ''."""
        for n, (entry, _, _) in enumerate(self._entries):
            fits = entry.check == check and (
                fnmatchcase(hit.file, entry.file) or fnmatchcase(hit.file, f"*/{entry.file}")
            )
            if fits and entry.text in hit.message:
                self._used.add(n)
                return entry.reason
        return ""

    def unused(self) -> Iterable[Finding]:
        """Entries that accept nothing."""
        for n, (entry, shown, line) in enumerate(self._entries):
            if n not in self._used:
                yield Finding("accepts-nothing", "warning", shown, line, f"no finding of {entry.check} is like this",
                              "take the entry away")  # fmt: skip
