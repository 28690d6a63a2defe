"""YAML with line numbers, checked by pydantic: all problems of a file at once, with file, line and field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from fauxcorp.errors import ContentError, Problem

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml: slower, the same result
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

MAX_FILE = 8 * 1024 * 1024
"""Bytes of one YAML file; a larger one is an error."""
MAX_NODES = 500_000
"""Nodes of one YAML file with aliases followed; more is an error, not a full memory."""
MAX_DEPTH = 64
"""Levels of nesting; more is an error."""

_LONG_INDENT = re.compile(rf"^[\s?:-]{{{2 * MAX_DEPTH}}}", re.MULTILINE)
"""How a line begins where block nesting is deep: each level is a column, or an indicator, further in."""
_BAD_SCALAR = (yaml.YAMLError, ValueError, OverflowError, LookupError, AttributeError, TypeError)
"""What PyYAML raises at a scalar that is not of its tag (`!!int ''` is an IndexError)."""

M = TypeVar("M", bound=BaseModel)
Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A parsed file: its data, which nobody changes, and the line (1-based) of every key and item."""

    path: Path
    shown: str
    data: Any
    lines: Mapping[Path_, int]

    def line(self, where: Path_) -> int:
        """The line of a field, or of the nearest thing above it."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def problem(self, where: Path_, message: str) -> Problem:
        """A problem at a field."""
        return Problem(self.shown, self.line(where), ".".join(map(str, where)), message)

    def fail(self, where: Path_, message: str) -> ContentError:
        """An error at a field, to raise."""
        return ContentError([self.problem(where, message)])


def read(path: Path, shown: str = "") -> Document:
    """Parse one YAML file; the same object again for a file that did not change: variants share most of theirs.

    Raises ContentError with the line where it breaks.
    """
    shown = shown or str(path)
    try:
        stat = path.stat()
        if stat.st_size > MAX_FILE:
            raise ContentError([Problem(shown, 0, "", f"larger than {MAX_FILE} bytes; split it")])
        return _read(path, shown, stat.st_mtime_ns, stat.st_size, stat.st_ino)
    except OSError as error:
        raise ContentError([Problem(shown, 0, "", error.strerror or "cannot be read")]) from None
    except UnicodeDecodeError as error:
        raise ContentError([Problem(shown, 0, "", f"not UTF-8 (byte {error.start})")]) from None


@lru_cache(maxsize=1024)
def _read(path: Path, shown: str, mtime: int, size: int, inode: int) -> Document:
    return parse(path.read_text(encoding="utf-8"), path, shown)


def parse(text: str, path: Path, shown: str) -> Document:
    """Parse YAML text that came from `path`."""
    try:
        deep = _too_deep(text)
        if deep:
            raise ContentError([Problem(shown, deep, "", f"nested deeper than {MAX_DEPTH} levels")])
        root = yaml.compose(text, Loader=_Loader)
    except UnicodeEncodeError:
        raise ContentError([Problem(shown, 0, "", "not Unicode text: lone surrogates")]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        message = " ".join(str(getattr(error, "problem", None) or error).split())
        raise ContentError([Problem(shown, mark.line + 1 if mark else 0, "", f"not valid YAML: {message}")]) from None
    lines: dict[Path_, int] = {}
    builder = _Builder(shown, lines)
    data = builder.build(root, ()) if root is not None else None
    if builder.problems:
        raise ContentError(builder.problems)
    return Document(path, shown, data, lines)


def _too_deep(text: str) -> int:
    """The line where nesting is too deep, or 0. The composer is recursive C: deep enough, it takes the process down."""
    if text.count("[") + text.count("{") <= 4 * MAX_DEPTH and not _LONG_INDENT.search(text):
        return 0
    depth = line = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            line = event.start_mark.line if event.start_mark is not None else line
            if depth > MAX_DEPTH:
                return line + 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return 0


class _Builder:
    """Turns YAML nodes into plain data, noting lines, refusing doubled keys and alias bombs."""

    def __init__(self, shown: str, lines: dict[Path_, int]) -> None:
        self.shown = shown
        self.lines = lines
        self.problems: list[Problem] = []
        self._loader = _Loader("")
        self._nodes = 0

    def build(self, node: yaml.Node, where: Path_) -> Any:
        self._nodes += 1
        line = node.start_mark.line + 1
        self.lines.setdefault(where, line)
        if self._nodes > MAX_NODES or len(where) > MAX_DEPTH:
            raise ContentError([Problem(self.shown, line, "", "too deep or too large once aliases are followed")])
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, where)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*where, n)) for n, child in enumerate(node.value)]
        try:
            return self._loader.construct_object(node)
        except _BAD_SCALAR as error:
            message = " ".join(str(getattr(error, "problem", None) or error).split())
            self.problems.append(Problem(self.shown, line, ".".join(map(str, where)), message))
            return None

    def _mapping(self, node: yaml.MappingNode, where: Path_) -> dict[Any, Any]:
        out: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(Problem(self.shown, line, ".".join(map(str, where)), "a key must be plain text"))
                continue
            key = key_node.value
            if key in out:
                self.problems.append(Problem(self.shown, line, key, "given twice"))
            self.lines[(*where, key)] = line
            out[key] = self.build(value_node, (*where, key))
        return out


def validate(document: Document, model: type[M], data: Any = None, where: Path_ = ()) -> M:
    """Check data of a document (all of it if None) against a model. Raises ContentError with every problem."""
    value = document.data if data is None else data
    try:
        return model.model_validate(value if value is not None else {})
    except ValidationError as error:
        raise ContentError(problems_of(document, error, where)) from None


def problems_of(document: Document, error: ValidationError, where: Path_ = ()) -> list[Problem]:
    """A validation error as problems with lines."""
    out = []
    for item in error.errors(include_url=False):
        loc = (*where, *item["loc"])
        message = item["msg"].removeprefix("Value error, ")
        if item["type"] == "extra_forbidden":
            message = "unknown field; see `fauxcorp schema` for the known ones"
        elif item["type"] == "missing":
            message = "missing"
        out.append(document.problem(_known(document, loc), message) if item["type"] != "missing"
                   else Problem(document.shown, document.line(loc[:-1]), ".".join(map(str, loc)), message))  # fmt: skip
    return out


def _known(document: Document, loc: Path_) -> Path_:
    """The part of pydantic's location that stands in the file (unions add names of their own)."""
    kept: Path_ = ()
    for part in loc:
        if (*kept, part) in document.lines:
            kept = (*kept, part)
    return kept or loc
