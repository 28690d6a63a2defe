"""YAML files read with the line of every key, and every slip in their form reported."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from fauxcorp.errors import Problem

Path_ = tuple[str | int, ...]

MOST_BYTES = 1_000_000
MOST_NODES = 50_000
DEEPEST = 40


@dataclass
class Document:
    """One document of a file. `lines` maps a path of keys to its 1-based line."""

    path: str
    data: Any
    lines: dict[Path_, int] = field(default_factory=dict)

    def line(self, *keys: str | int) -> int:
        """The line of a key, or of the nearest one above it."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return self.lines.get(keys, 1)

    def problem(self, message: str, *keys: str | int) -> Problem:
        """A problem at a key."""
        return Problem(self.path, self.line(*keys), ".".join(str(k) for k in keys), message)


def read_documents(path: Path, problems: list[Problem], raw: bytes | None = None) -> list[Document]:
    """The documents of a file, without empty ones; what is wrong with it goes to `problems`."""
    name = str(path)
    try:
        raw = path.read_bytes() if raw is None else raw
    except OSError as error:
        problems.append(Problem(name, 0, "", f"cannot be read: {error.strerror}"))
        return []
    if len(raw) > MOST_BYTES:
        problems.append(Problem(name, 0, "", f"larger than {MOST_BYTES} bytes"))
        return []
    try:
        return _load(name, raw.decode("utf-8"), problems)
    except UnicodeDecodeError as error:
        problems.append(Problem(name, raw[: error.start].count(b"\n") + 1, "", "not UTF-8 text"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems.append(Problem(name, mark.line + 1 if mark else 0, "", f"broken YAML: {error.problem}"))
    except yaml.YAMLError as error:
        problems.append(Problem(name, 0, "", f"broken YAML: {error}"))
    except ValueError as error:
        problems.append(Problem(name, 0, "", f"a value that cannot be read: {error}"))
    except RecursionError:
        problems.append(Problem(name, 0, "", "nested too deeply"))
    return []


def _load(name: str, text: str, problems: list[Problem]) -> list[Document]:
    loader = yaml.CSafeLoader(text)
    out: list[Document] = []
    try:
        while loader.check_node():
            node = loader.get_node()
            document = Document(name, None)
            walk = _Walk(document, problems)
            if node is None:
                continue
            walk.visit(node, (), 0)
            if walk.sound:
                document.data = loader.construct_document(node)
                if document.data is not None:
                    out.append(document)
    finally:
        loader.dispose()
    return out


@dataclass
class _Walk:
    """Notes lines and finds doubled keys. Aliases are followed, so that a bomb of them meets the limit."""

    document: Document
    problems: list[Problem]
    nodes: int = 0
    sound: bool = True

    def visit(self, node: yaml.Node, keys: Path_, depth: int) -> None:
        if not self.sound:
            return
        self.nodes += 1
        line = node.start_mark.line + 1
        self.document.lines.setdefault(keys, line)
        if self.nodes > MOST_NODES or depth > DEEPEST:
            self.sound = False
            self.problems.append(Problem(self.document.path, line, "", "too large or nested too deeply"))
        elif isinstance(node, yaml.MappingNode):
            self.mapping(node, keys, depth)
        elif isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self.visit(item, (*keys, index), depth + 1)

    def mapping(self, node: yaml.MappingNode, keys: Path_, depth: int) -> None:
        seen: set[str] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self.sound = False
                self.problems.append(Problem(self.document.path, line, "", "a key must be plain text"))
                continue
            if key.value in seen:
                self.problems.append(Problem(self.document.path, line, key.value, "given twice"))
            seen.add(key.value)
            self.document.lines[(*keys, key.value)] = line
            self.visit(value, (*keys, key.value), depth + 1)
